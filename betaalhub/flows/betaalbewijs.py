"""The receipt: what was really paid, by the frozen toewijzingen and the bookings, not by what lies in the winkelmandje today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from betaalhub.domain.boeking import JournaalSoort, btw_percentage
from betaalhub.domain.statuses import BetalerSoort, BtwCode
from betaalhub.flows.afloop import paid_betalingen
from betaalhub.flows.boeking_uitval import WON
from betaalhub.flows.winkelmandje import find_by_token
from betaalhub.storage import queries
from betaalhub.storage.tables import (
    AdministratieRow,
    BetaalopdrachtRow,
    BoekingsregelRow,
    JournaalpostRow,
    ProductregelRow,
    ToewijzingRow,
    ZenderRow,
)

# What books the proceeds of a sale, and what mends that; a terugbetaling stands on the receipt by itself.
_SALE = (JournaalSoort.BETAALD, JournaalSoort.CORRECTIE)


@dataclass(frozen=True, slots=True)
class BewijsRegel:
    """One line that was paid. Cents."""

    omschrijving: str
    aantal: int
    stuksprijs_cent: int | None
    bedrag_cent: int


@dataclass(frozen=True, slots=True)
class BewijsDeel:
    """What was paid of one betaalopdracht; `kenmerk` is the product system's own."""

    zender_naam: str
    kenmerk: str
    regels: tuple[BewijsRegel, ...]


@dataclass(frozen=True, slots=True)
class BtwDeel:
    """The btw inside the total, by percentage. Cents."""

    percentage: int
    bedrag_cent: int


@dataclass(frozen=True, slots=True)
class Betaalbewijs:
    """The receipt of one winkelmandje. Cents. `btw`: as it was booked, empty where there is none; `bedrijven`: the names of the
    companies that it was paid for; `referentie`: what she wrote beside it for her own books."""

    administratie: str
    delen: tuple[BewijsDeel, ...]
    totaal_cent: int
    btw: tuple[BtwDeel, ...]
    bedrijven: tuple[str, ...]
    referentie: str | None


def read_betaalbewijs(session: Session, token: str) -> Betaalbewijs:
    """The receipt of the winkelmandje with this token; about seven statements. NotFound: no such token."""
    mandje = find_by_token(session, token)
    opdrachten = queries.opdrachten_of(session, mandje.id)
    inside = {row.id for row in opdrachten}
    betalingen = paid_betalingen(session, mandje, opdrachten)
    own = {row.id for row in betalingen if row.winkelmandje_id == mandje.id}
    regels: dict[int, tuple[ProductregelRow, int]] = {}
    rows = session.execute(
        select(ToewijzingRow.betaling_id, ToewijzingRow.bedrag_cent, ProductregelRow)
        .join(ProductregelRow, ProductregelRow.id == ToewijzingRow.productregel_id)
        .where(ToewijzingRow.betaling_id.in_([row.id for row in betalingen]))
        .order_by(ProductregelRow.betaalopdracht_id, ProductregelRow.regelnummer)
    )
    for betaling_id, cents, regel in rows:
        if betaling_id in own or regel.betaalopdracht_id in inside:
            regels.setdefault(regel.id, (regel, cents))  # paid twice is bought once
    opdracht_ids = {regel.betaalopdracht_id for regel, _ in regels.values()}
    delen, bedrijven = _delen(session, regels)
    return Betaalbewijs(
        administratie=session.get_one(AdministratieRow, mandje.administratie_id).code,
        delen=delen,
        totaal_cent=sum(cents for _, cents in regels.values()),
        btw=_btw(session, [row.id for row in betalingen], opdracht_ids),
        bedrijven=bedrijven,
        referentie=next((row.referentie for row in betalingen if row.referentie), None),
    )


def _delen(
    session: Session, regels: dict[int, tuple[ProductregelRow, int]]
) -> tuple[tuple[BewijsDeel, ...], tuple[str, ...]]:
    grouped: dict[int, list[BewijsRegel]] = defaultdict(list)
    for regel, cents in regels.values():
        grouped[regel.betaalopdracht_id].append(
            BewijsRegel(regel.omschrijving, regel.aantal, regel.stuksprijs_cent, cents)
        )
    rows = session.execute(
        select(BetaalopdrachtRow, ZenderRow.naam)
        .join(ZenderRow, ZenderRow.id == BetaalopdrachtRow.zender_id)
        .where(BetaalopdrachtRow.id.in_(grouped))
        .order_by(BetaalopdrachtRow.aangemaakt_op, BetaalopdrachtRow.id)
    ).all()
    names = [row.betaler_naam for row, _ in rows if row.betaler_soort == BetalerSoort.BEDRIJF and row.betaler_naam]
    delen = tuple(BewijsDeel(naam, row.eigen_kenmerk, tuple(grouped[row.id])) for row, naam in rows)
    return delen, tuple(dict.fromkeys(names))


def _btw(session: Session, betaling_ids: Collection[int], opdracht_ids: Collection[int]) -> tuple[BtwDeel, ...]:
    """As it was booked: the lines of af te dragen btw, which belong to no productregel."""
    rows = session.execute(
        select(BoekingsregelRow.btw, func.sum(BoekingsregelRow.credit_cent - BoekingsregelRow.debet_cent))
        .join(JournaalpostRow, JournaalpostRow.id == BoekingsregelRow.journaalpost_id)
        .where(
            JournaalpostRow.betaling_id.in_(betaling_ids),
            JournaalpostRow.betaalopdracht_id.in_(opdracht_ids),
            JournaalpostRow.soort.in_(_SALE),
            ~JournaalpostRow.sleutel.startswith(f"{WON}:"),  # undoes a terugboeking, which does not count here either
            BoekingsregelRow.productregel_id.is_(None),
        )
        .group_by(BoekingsregelRow.btw)
    )
    found = [BtwDeel(btw_percentage(BtwCode(code)), int(cents)) for code, cents in rows]
    return tuple(
        sorted((one for one in found if one.percentage and one.bedrag_cent > 0), key=lambda one: one.percentage)
    )
