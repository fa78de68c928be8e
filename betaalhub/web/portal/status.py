"""What the page of the state and the receipt show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from betaalhub.flows.afloop import Afloop
from betaalhub.flows.betaalbewijs import Betaalbewijs
from betaalhub.flows.mandje import MandjeStand
from betaalhub.web.portal.links import return_links
from betaalhub.web.portal.pages import PAGES, Refresh
from betaalhub.web.portal.ways import Ways
from betaalhub.web.portal.woorden import TERUGBOEKING, next_key, notices, regel_keys, terugbetaling_key
from betaalhub.web.texts import Texts


@dataclass(frozen=True, slots=True)
class RegelZin:
    """One productregel with what is certain about it, in sentences."""

    omschrijving: str
    zin: str


@dataclass(frozen=True, slots=True)
class Voortgang:
    """How one betaalopdracht stands, in sentences."""

    naam: str
    regels: tuple[RegelZin, ...]


def status_view(stand: MandjeStand, afloop: Afloop, refresh: Refresh, ways: Ways, t: Texts) -> dict[str, Any]:
    """The values of status.html."""
    page = PAGES[stand.paginastatus]
    leveringen = tuple(regel.levering for item in stand.opdrachten for regel in item.regels)
    return {
        "stand": stand,
        "page": page,
        "refresh": refresh,
        "ways": ways,
        "betaling": stand.betaling,
        "title": t(f"status.title.{stand.paginastatus}"),
        "text": panel_text(stand, afloop, t),
        "notices": [t(key) for key in notices(stand.paginastatus, afloop)],
        "money": money_lines(afloop, t) if page.lines else [],
        "voortgang": progress(stand, afloop, t) if page.lines else [],
        "next": t(next_key(stand.paginastatus, page.next_key, afloop, leveringen)),
        "returns": return_links(stand) if page.returns and not ways.only_looks else (),
    }


def panel_text(stand: MandjeStand, afloop: Afloop, t: Texts) -> str:
    """The text of the panel, with its amounts."""
    asked = stand.betaling.bedrag_cent if stand.betaling else stand.totaal_cent
    return t(
        f"status.text.{stand.paginastatus}",
        amount=t.money(asked),
        back=t.money(stand.terugbetaald_cent),
        received=t.money(stand.ontvangen_cent),
        taken=t.money(stand.teruggeboekt_cent),
        coming=t.money(afloop.komt_cent),
    )


def money_lines(afloop: Afloop, t: Texts) -> list[str]:
    """Each terugbetaling and terugboeking in a sentence, as far as she may know of it."""
    back = [(terugbetaling_key(one), one.bedrag_cent, one.op) for one in afloop.terugbetalingen]
    taken = [(TERUGBOEKING[one.status], one.bedrag_cent, one.op) for one in afloop.terugboekingen]
    return [t(key, amount=t.money(cents), date=t.day(on)) for key, cents, on in [*back, *taken] if key]


def progress(stand: MandjeStand, afloop: Afloop, t: Texts) -> list[Voortgang]:
    """How each betaalopdracht and productregel stands."""
    found = []
    for item in stand.opdrachten:
        opdracht = afloop.opdrachten[item.betaalkenmerk]
        back = t.money(opdracht.terugbetaald_cent)
        regels = tuple(
            RegelZin(regel.omschrijving, " ".join(t(key, back=back) for key in regel_keys(opdracht, regel.levering)))
            for regel in item.regels
        )
        found.append(Voortgang(item.zender_naam, regels))
    return found


def receipt_view(stand: MandjeStand, bewijs: Betaalbewijs, afloop: Afloop, ways: Ways, t: Texts) -> dict[str, Any]:
    """The values of receipt.html."""
    return {
        "stand": stand,
        "bewijs": bewijs,
        "betaling": stand.betaling,
        "ways": ways,
        "money": money_lines(afloop, t),
        "more_cent": stand.ontvangen_cent if stand.ontvangen_cent > bewijs.totaal_cent else 0,
    }
