"""What the page of the state and the receipt show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from betaalhub.flows.afloop import Afloop, OpdrachtAfloop
from betaalhub.flows.betaalbewijs import Betaalbewijs
from betaalhub.flows.mandje import MandjeStand, RegelWeergave
from betaalhub.flows.paginastatus import Paginastatus
from betaalhub.web.portal.links import return_links
from betaalhub.web.portal.pages import PAGES, Refresh
from betaalhub.web.portal.ways import Ways
from betaalhub.web.portal.woorden import TERUGBOEKING, next_key, notices, regel_keys, regel_page, terugbetaling_key
from betaalhub.web.texts import Texts

_TELLS_PAID = frozenset(
    {Paginastatus.PAID, Paginastatus.PART_REFUNDED}
)  # "amount" is what she paid, else what was asked


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
    only_looks_on = ways.only_looks and page.to_psp  # how she goes on is for who may pay
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
        "next": t("kijk.next" if only_looks_on else next_key(stand.paginastatus, page.next_key, afloop, leveringen)),
        "returns": return_links(stand) if page.returns and not ways.only_looks else (),
    }


def panel_text(stand: MandjeStand, afloop: Afloop, t: Texts) -> str:
    """The text of the panel, with its amounts."""
    asked = stand.betaling.bedrag_cent if stand.betaling else stand.totaal_cent
    if stand.paginastatus in _TELLS_PAID:
        asked = min(asked, stand.ontvangen_cent)  # less may have come in, and a person accepted it
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
    return [
        Voortgang(
            item.zender_naam,
            tuple(
                RegelZin(regel.omschrijving, _sentences(afloop.opdrachten[item.betaalkenmerk], regel, t))
                for regel in item.regels
            ),
        )
        for item in stand.opdrachten
    ]


def _sentences(opdracht: OpdrachtAfloop, regel: RegelWeergave, t: Texts) -> str:
    page = regel_page(opdracht, regel)
    back = t.money(opdracht.terug_cent.get(regel.regelnummer, 0))
    return " ".join(t(key, back=back) for key in regel_keys(opdracht, page, regel.levering))


def receipt_view(stand: MandjeStand, bewijs: Betaalbewijs, afloop: Afloop, ways: Ways, t: Texts) -> dict[str, Any]:
    """The values of receipt.html."""
    return {
        "stand": stand,
        "bewijs": bewijs,
        "betaling": stand.betaling,
        "ways": ways,
        "money": money_lines(afloop, t),
        "more_cent": stand.ontvangen_cent if stand.ontvangen_cent > bewijs.totaal_cent else 0,
        "less_cent": stand.ontvangen_cent if stand.ontvangen_cent < bewijs.totaal_cent else 0,
    }
