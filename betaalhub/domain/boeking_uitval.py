"""Double entry for what is no plain betaling: money taken back, money accepted after all, and what differs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from betaalhub.domain.boeking import Boekingsregel, Journaalpost, JournaalSoort, btw_deel, reverse
from betaalhub.domain.producten import Boekingsleutel
from betaalhub.domain.statuses import BtwCode


@dataclass(frozen=True, slots=True)
class Rekeningen:
    """The accounts that no product decides about."""

    tussenrekening: str
    te_verrekenen: str
    btw: str
    verschil: str


@dataclass(frozen=True, slots=True)
class Opbrengst:
    """A part of what a productregel brought in: the cents from `van_cent` up to `tot_cent` of its amount, counted from what goes
    first. Its btw is the difference of two totals, so that all parts together carry the btw of the whole."""

    regelnummer: int
    omschrijving: str
    van_cent: int
    tot_cent: int
    sleutel: Boekingsleutel

    @property
    def cents(self) -> int:
        """How many cents, btw included."""
        return self.tot_cent - self.van_cent

    @property
    def btw_cent(self) -> int:
        """The btw inside them."""
        return btw_deel(self.tot_cent, self.sleutel.btw) - btw_deel(self.van_cent, self.sleutel.btw)


def post_taken(
    delen: Sequence[Opbrengst], aside_cent: int, rekeningen: Rekeningen, *, boekdatum: date, omschrijving: str
) -> Journaalpost:
    """D opbrengst per productregel, D btw, D te verrekenen ontvangsten (`aside_cent`) / C tussenrekening: the bank took it."""
    lines = _proceeds(delen, rekeningen)
    if aside_cent:
        lines.append(_line(rekeningen.te_verrekenen, aside_cent, omschrijving))
    total = aside_cent + sum(deel.cents for deel in delen)
    lines.append(_line(rekeningen.tussenrekening, -total, omschrijving))
    return Journaalpost(JournaalSoort.TERUGBOEKING, boekdatum, omschrijving, tuple(lines))


def undone(post: Journaalpost) -> Journaalpost:
    """The opposite of a terugboeking: the money came back."""
    tekst = f"{post.omschrijving} ongedaan"
    return reverse(post, soort=JournaalSoort.CORRECTIE, boekdatum=post.boekdatum, omschrijving=tekst)


def post_aanvaard(
    delen: Sequence[Opbrengst], rekeningen: Rekeningen, *, boekdatum: date, omschrijving: str
) -> Journaalpost:
    """D te verrekenen ontvangsten / C opbrengst per productregel, C btw: what lay aside becomes proceeds."""
    total = sum(deel.cents for deel in delen)
    proceeds = (replace(line, debet_cent=0, credit_cent=line.debet_cent) for line in _proceeds(delen, rekeningen))
    lines = (_line(rekeningen.te_verrekenen, total, omschrijving), *proceeds)
    return Journaalpost(JournaalSoort.CORRECTIE, boekdatum, omschrijving, lines)


def post_aside(cents: int, rekeningen: Rekeningen, *, boekdatum: date, omschrijving: str) -> Journaalpost:
    """D tussenrekening / C te verrekenen ontvangsten: money with another amount is seen; below 0 cents it leaves again."""
    soort = JournaalSoort.TE_VERREKENEN if cents > 0 else JournaalSoort.CORRECTIE
    lines = (
        _line(rekeningen.tussenrekening, cents, omschrijving),
        _line(rekeningen.te_verrekenen, -cents, omschrijving),
    )
    return Journaalpost(soort, boekdatum, omschrijving, lines)


def post_verschil(cents: int, rekeningen: Rekeningen, *, boekdatum: date, omschrijving: str) -> Journaalpost:
    """What came in too little (`cents` > 0): D betalingsverschillen / C tussenrekening; the other way round for too much."""
    lines = (_line(rekeningen.verschil, cents, omschrijving), _line(rekeningen.tussenrekening, -cents, omschrijving))
    return Journaalpost(JournaalSoort.CORRECTIE, boekdatum, omschrijving, lines)


def recode(
    post: Journaalpost, rekeningen: Rekeningen, *, aside_debet: bool, sleutels: Mapping[int, Boekingsleutel]
) -> Journaalpost:
    """A rejected journaalpost of this module on the accounts of today; its cents stay. Every productregel in it has a key in
    `sleutels`. `aside_debet`: is a debet line without productregel one of te verrekenen ontvangsten, or of the tussenrekening?"""
    return replace(
        post,
        regels=tuple(_recoded(line, rekeningen, aside_debet=aside_debet, sleutels=sleutels) for line in post.regels),
    )


def _recoded(
    line: Boekingsregel, rekeningen: Rekeningen, *, aside_debet: bool, sleutels: Mapping[int, Boekingsleutel]
) -> Boekingsregel:
    if line.regelnummer is not None:
        key = sleutels[line.regelnummer]
        return replace(
            line, grootboekrekening=key.grootboekrekening, kostenplaats=key.kostenplaats, project=key.project
        )
    if line.btw != BtwCode.BUITEN_HEFFING:
        return replace(line, grootboekrekening=rekeningen.btw)
    aside = (line.debet_cent > 0) == aside_debet
    return replace(line, grootboekrekening=rekeningen.te_verrekenen if aside else rekeningen.tussenrekening)


def _proceeds(delen: Sequence[Opbrengst], rekeningen: Rekeningen) -> list[Boekingsregel]:
    """Per productregel its proceeds, per btw code its btw; all debet."""
    lines: list[Boekingsregel] = []
    btw: dict[BtwCode, int] = defaultdict(int)
    for deel in delen:
        btw[deel.sleutel.btw] += deel.btw_cent
        if deel.cents > deel.btw_cent:
            key = deel.sleutel
            lines.append(
                Boekingsregel(
                    key.grootboekrekening,
                    key.kostenplaats,
                    key.project,
                    key.btw,
                    deel.cents - deel.btw_cent,
                    0,
                    deel.omschrijving,
                    deel.regelnummer,
                )
            )
    return lines + [
        Boekingsregel(rekeningen.btw, None, None, code, cents, 0, f"Btw {code}") for code, cents in btw.items() if cents
    ]


def _line(rekening: str, cents: int, omschrijving: str) -> Boekingsregel:
    """Debet above 0, credit below."""
    return Boekingsregel(
        rekening, None, None, BtwCode.BUITEN_HEFFING, max(cents, 0), max(-cents, 0), omschrijving[:140]
    )
