"""What may be searched for among the betaalopdrachten of a zender, and which moments a period of Dutch days covers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from betaalhub.domain.statuses import BetaalopdrachtStatus
from betaalhub.errors import Finding

MAX_DAYS = 366  # both ends included: a leap year
_AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_CODE, _PATH = "ZOEKVRAAG_ONJUIST", "/ZoekBetalingen"
_WAYS = ("Vanaf", "TotEnMet", "Zaaknummer", "KlantKenmerk", "Betaalkenmerk")


@dataclass(frozen=True, slots=True)
class Zoekvraag:
    """Everything that is given must hold; `statussen` empty means any. Cents; dates are Dutch days, both ends included."""

    vanaf: date | None = None
    tot_en_met: date | None = None
    statussen: frozenset[BetaalopdrachtStatus] = frozenset()
    productcode: str | None = None
    zaaknummer: str | None = None
    vanaf_cent: int | None = None
    tot_en_met_cent: int | None = None
    klant_kenmerk: str | None = None
    betaalkenmerk: str | None = None

    @property
    def period(self) -> tuple[datetime, datetime] | None:
        """The moments (UTC) of the period: the first one, and the first one after it."""
        if self.vanaf is None or self.tot_en_met is None:
            return None
        return _midnight(self.vanaf), _midnight(self.tot_en_met + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), _AMSTERDAM).astimezone(UTC)


def check_zoekvraag(vraag: Zoekvraag) -> tuple[Finding, ...]:
    """Everything that keeps this question from being answered, each with its element; empty when nothing does."""
    return (*_check_way(vraag), *_check_period(vraag), *_check_bedragen(vraag))


def _check_way(vraag: Zoekvraag) -> Iterator[Finding]:
    """A question needs something that an index finds: a whole period, or one of three kenmerken."""
    given = (vraag.vanaf, vraag.tot_en_met, vraag.zaaknummer, vraag.klant_kenmerk, vraag.betaalkenmerk)
    if all(value is None for value in given):
        uitleg = "Geef een periode (Vanaf en TotEnMet), of een Zaaknummer, KlantKenmerk of Betaalkenmerk."
        yield from (Finding(_CODE, f"{_PATH}/{name}", uitleg) for name in _WAYS)


def _check_period(vraag: Zoekvraag) -> Iterator[Finding]:
    vanaf, tot_en_met = vraag.vanaf, vraag.tot_en_met
    if vanaf is None or tot_en_met is None:
        if (vanaf is None) != (tot_en_met is None):
            missing = "Vanaf" if vanaf is None else "TotEnMet"
            uitleg = f"{missing} ontbreekt: een periode heeft een eerste en een laatste dag."
            yield Finding(_CODE, f"{_PATH}/{missing}", uitleg)
    elif tot_en_met < vanaf:
        yield Finding(_CODE, f"{_PATH}/TotEnMet", "TotEnMet ligt voor Vanaf.")
    elif (tot_en_met - vanaf).days >= MAX_DAYS:
        yield Finding(_CODE, f"{_PATH}/TotEnMet", f"De periode mag hooguit {MAX_DAYS} dagen zijn.")


def _check_bedragen(vraag: Zoekvraag) -> Iterator[Finding]:
    if vraag.vanaf_cent is not None and vraag.tot_en_met_cent is not None and vraag.tot_en_met_cent < vraag.vanaf_cent:
        uitleg = "BedragTotEnMetInCenten is lager dan BedragVanafInCenten."
        yield Finding(_CODE, f"{_PATH}/BedragTotEnMetInCenten", uitleg)
