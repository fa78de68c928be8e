"""Builders of what the rules are tried on: an offer, a report of the PSP, the facts of a betaalopdracht."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import strategies as st

from betaalhub.domain.betaalopdracht import BetaalopdrachtVerzoek, Limits, ProductregelVerzoek, check_betaalopdracht
from betaalhub.domain.evidence import BewegingStatus, PogingStatus, PspBeweging, PspPoging, PspRapport
from betaalhub.domain.parents import BetaalopdrachtFeiten, RegelFeiten
from betaalhub.domain.producten import Boekingsleutel, Product
from betaalhub.domain.statuses import BtwCode, LeveringStatus, Prijsregel

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
START = date(2020, 1, 1)
UITTREKSEL = Product("UITTREKSEL", "Uittreksel BRP", Prijsregel.VAST, 1740, START, None, "BURGERZAKEN")
PARKEREN = Product("PARKEREN", "Parkeervergunning", Prijsregel.MAXIMUM, 12000, START, None, "PARKEREN")
GIFT = Product("GIFT", "Bijdrage", Prijsregel.VRIJ, None, START, None, "OVERIG")
PRODUCTEN = {product.code: product for product in (UITTREKSEL, PARKEREN, GIFT)}
ADRES = "https://loket.gemeente.example/betaald"


def regel(nummer: int = 1, code: str = "UITTREKSEL", cents: int = 1740, aantal: int = 1) -> ProductregelVerzoek:
    return ProductregelVerzoek(nummer, code, "Uittreksel", aantal, cents)


def verzoek(*regels: ProductregelVerzoek, **anders: object) -> BetaalopdrachtVerzoek:
    """An offer without a fault; its total is the sum of its regels."""
    lines = regels or (regel(),)
    total = sum(item.bedrag_cent for item in lines)
    offer = BetaalopdrachtVerzoek("BRP", "REF-1", "BRP-2026-1", lines, total, f"{ADRES}/klaar")
    return replace(offer, **anders)  # type: ignore[arg-type]


def codes(offer: BetaalopdrachtVerzoek, limits: Limits = Limits()) -> list[str]:
    """The codes of everything that is wrong with an offer of a zender that may not sell GIFT."""
    findings = check_betaalopdracht(
        offer,
        producten=PRODUCTEN,
        allowed_products=frozenset({"UITTREKSEL", "PARKEREN"}),
        terugkeer_adressen=(ADRES,),
        now=NOW,
        limits=limits,
    )
    return [finding.code for finding in findings]


def poging(
    psp_id: str = "1",
    status: PogingStatus = PogingStatus.APPROVED,
    cents: int = 1000,
    *,
    captured: int = 0,
    undone: int = 0,
    currency: str = "EUR",
) -> PspPoging:
    approved = cents if status == PogingStatus.APPROVED else 0
    return PspPoging(psp_id, f"METHODE{psp_id}", status, status.lower(), cents, approved, captured, undone, currency)


def rapport(
    *pogingen: PspPoging,
    registered: int | None = 1000,
    currency: str | None = "EUR",
    closed: bool | None = None,
    terugbetalingen: Sequence[PspBeweging] = (),
    terugboekingen: Sequence[PspBeweging] = (),
) -> PspRapport:
    return PspRapport(NOW, registered, currency, pogingen, tuple(terugbetalingen), tuple(terugboekingen), closed)


def beweging(
    reference: str | None = None, cents: int = 400, status: BewegingStatus = BewegingStatus.DONE
) -> PspBeweging:
    return PspBeweging("1:refund:7", "1", reference, cents, "EUR", status)


def feiten(*toewijzingen: tuple[int, ...], refunded: int = 0, **anders: object) -> BetaalopdrachtFeiten:
    """A betaalopdracht of productregels of 1000 cents each, with the cents of the paid toewijzingen on each."""
    regels = tuple(RegelFeiten(n, 1000, cents, LeveringStatus.NIET_GEMELD) for n, cents in enumerate(toewijzingen, 1))
    plain = BetaalopdrachtFeiten(len(regels) * 1000, regels, False, False, False, refunded, 0, False)
    return replace(plain, **anders)  # type: ignore[arg-type]


def sleutel(
    btw: BtwCode = BtwCode.BUITEN_HEFFING, rekening: str = "8010", kostenplaats: str | None = "K1"
) -> Boekingsleutel:
    return Boekingsleutel(rekening, kostenplaats, btw, None, START, None)


CENTS = st.integers(min_value=1, max_value=5_000_000)
POGINGEN = st.lists(
    st.builds(
        poging,
        st.integers(min_value=1, max_value=2000).map(str),
        st.sampled_from(PogingStatus),
        st.sampled_from([1, 400, 600, 1000, 2500]),
        captured=st.sampled_from([0, 0, 600, 1000]),
        undone=st.sampled_from([0, 0, 400, 1000]),
        currency=st.sampled_from(["EUR", "EUR", "EUR", "USD"]),
    ),
    max_size=5,
    unique_by=lambda one: one.psp_id,
)
EUROS = POGINGEN.map(lambda many: [replace(one, currency="EUR") for one in many])
