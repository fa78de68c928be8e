"""Double entry: balanced journaalposten for what was paid, given back or taken back (domain.md, section 8)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from betaalhub.domain.producten import Boekingsleutel
from betaalhub.domain.statuses import BtwCode
from betaalhub.errors import ContractError

_AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_PERCENTAGE = {
    BtwCode.HOOG: 21,
    BtwCode.LAAG: 9,
    BtwCode.NUL: 0,
    BtwCode.VRIJGESTELD: 0,
    BtwCode.BUITEN_HEFFING: 0,
    BtwCode.VERLEGD: 0,
}
if _PERCENTAGE.keys() != set(BtwCode):
    raise AssertionError("Every btw code needs its percentage")


class JournaalSoort(StrEnum):
    """Which event a journaalpost books."""

    BETAALD = "BETAALD"
    TE_VERREKENEN = "TE_VERREKENEN"
    TERUGBETALING = "TERUGBETALING"
    TERUGBOEKING = "TERUGBOEKING"
    CORRECTIE = "CORRECTIE"


@dataclass(frozen=True, slots=True)
class Boekingsregel:
    """One line; exactly one of debet and credit is above 0 (cents)."""

    grootboekrekening: str
    kostenplaats: str | None
    project: str | None
    btw: BtwCode
    debet_cent: int
    credit_cent: int
    omschrijving: str
    regelnummer: int | None = None

    def __post_init__(self) -> None:
        if min(self.debet_cent, self.credit_cent) != 0 or max(self.debet_cent, self.credit_cent) <= 0:
            raise ContractError("A boekingsregel has either debet or credit, above 0")


@dataclass(frozen=True, slots=True)
class Journaalpost:
    """A balanced journaalpost: cannot be made otherwise."""

    soort: JournaalSoort
    boekdatum: date
    omschrijving: str
    regels: tuple[Boekingsregel, ...]

    def __post_init__(self) -> None:
        if len(self.regels) < 2 or sum(item.debet_cent for item in self.regels) != sum(
            item.credit_cent for item in self.regels
        ):
            raise ContractError("A journaalpost balances: sum of debet = sum of credit")


Betaald = tuple[int, str, int, Boekingsleutel]  # regelnummer, omschrijving, cents, key


def boekdatum(now: datetime) -> date:
    """The date in Amsterdam at this moment (UTC)."""
    return now.astimezone(_AMSTERDAM).date()


def btw_percentage(btw: BtwCode) -> int:
    """The percentage of a btw code."""
    return _PERCENTAGE[btw]


def btw_deel(bedrag_cent: int, btw: BtwCode) -> int:
    """The btw inside an amount that includes it, in cents, half up."""
    percentage = _PERCENTAGE[btw]
    return (2 * bedrag_cent * percentage + 100 + percentage) // (2 * (100 + percentage))


def post_betaald(
    regels: Sequence[Betaald], *, omschrijving: str, boekdatum: date, tussenrekening: str, btw_rekening: str
) -> Journaalpost:
    """D tussenrekening / C opbrengst per productregel, C af te dragen btw. Cents."""
    lines = [_clearing(tussenrekening, sum(cents for _, _, cents, _ in regels), omschrijving)]
    btw: dict[BtwCode, int] = defaultdict(int)
    for nummer, tekst, cents, key in regels:
        deel = btw_deel(cents, key.btw)
        btw[key.btw] += deel
        if cents > deel:
            lines.append(
                Boekingsregel(
                    key.grootboekrekening, key.kostenplaats, key.project, key.btw, 0, cents - deel, tekst, nummer
                )
            )
    lines += [
        Boekingsregel(btw_rekening, None, None, code, 0, cents, f"Btw {code}") for code, cents in btw.items() if cents
    ]
    return Journaalpost(JournaalSoort.BETAALD, boekdatum, omschrijving, tuple(lines))


def post_te_verrekenen(
    bedrag_cent: int, *, omschrijving: str, boekdatum: date, tussenrekening: str, te_verrekenen: str
) -> Journaalpost:
    """Surplus, late or differing money: D tussenrekening / C te verrekenen ontvangsten. Cents."""
    credit = Boekingsregel(te_verrekenen, None, None, BtwCode.BUITEN_HEFFING, 0, bedrag_cent, omschrijving)
    return Journaalpost(
        JournaalSoort.TE_VERREKENEN,
        boekdatum,
        omschrijving,
        (_clearing(tussenrekening, bedrag_cent, omschrijving), credit),
    )


def _clearing(tussenrekening: str, cents: int, omschrijving: str) -> Boekingsregel:
    return Boekingsregel(tussenrekening, None, None, BtwCode.BUITEN_HEFFING, cents, 0, omschrijving)


def reverse(post: Journaalpost, *, soort: JournaalSoort, boekdatum: date, omschrijving: str) -> Journaalpost:
    """The same lines with debet and credit changed places: a refund, a chargeback or a correction of a whole journaalpost."""
    regels = tuple(replace(item, debet_cent=item.credit_cent, credit_cent=item.debet_cent) for item in post.regels)
    return Journaalpost(soort, boekdatum, omschrijving, regels)


def post_terugbetaling(
    regels: Sequence[Betaald], *, omschrijving: str, boekdatum: date, tussenrekening: str, btw_rekening: str
) -> Journaalpost:
    """A refund that is VOLTOOID: the proceeds of these cents per productregel go back."""
    paid = post_betaald(
        regels, omschrijving=omschrijving, boekdatum=boekdatum, tussenrekening=tussenrekening, btw_rekening=btw_rekening
    )
    return reverse(paid, soort=JournaalSoort.TERUGBETALING, boekdatum=boekdatum, omschrijving=omschrijving)


def post_terugboeking(
    regels: Sequence[Betaald], *, omschrijving: str, boekdatum: date, tussenrekening: str, btw_rekening: str
) -> Journaalpost:
    """A chargeback that is GEMELD: booked at once, for the PSP has taken the money."""
    paid = post_betaald(
        regels, omschrijving=omschrijving, boekdatum=boekdatum, tussenrekening=tussenrekening, btw_rekening=btw_rekening
    )
    return reverse(paid, soort=JournaalSoort.TERUGBOEKING, boekdatum=boekdatum, omschrijving=omschrijving)
