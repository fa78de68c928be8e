"""The timeline of a payment by its kenmerk: what happened, when, by whom; for helpdesk and administrators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from betaalhub.errors import NotFound
from betaalhub.storage import queries, terugbetaling_queries
from betaalhub.storage.tables import (
    BetaalopdrachtRow,
    GebeurtenisRow,
    JournaalpostRow,
    TerugboekingRow,
    UitvalRow,
    WinkelmandjeRow,
    ZenderRow,
)


@dataclass(frozen=True, slots=True)
class Regel:
    """One betaalopdracht, betaling, journaalpost or uitval in a line. Cents."""

    soort: str
    kenmerk: str
    status: str
    bedrag_cent: int | None
    toelichting: str


@dataclass(frozen=True, slots=True)
class Moment:
    """One gebeurtenis in words. UTC."""

    tijdstip: datetime
    wie: str
    wat: str


@dataclass(frozen=True, slots=True)
class Tijdlijn:
    """Everything around one winkelmandje, without personal data."""

    winkelmandje: str
    status: str
    totaal_cent: int
    onderdelen: tuple[Regel, ...]
    momenten: tuple[Moment, ...]


def timeline(session: Session, kenmerk: str) -> Tijdlijn:
    """The timeline of the winkelmandje that has this kenmerk or holds the betaalopdracht that has it. NotFound otherwise."""
    mandje = session.scalar(select(WinkelmandjeRow).where(WinkelmandjeRow.kenmerk == kenmerk))
    if mandje is None:
        found = session.scalar(select(BetaalopdrachtRow).where(BetaalopdrachtRow.kenmerk == kenmerk))
        if found is None:
            raise NotFound("Er is geen betaling met dit kenmerk.")
        mandje = session.get_one(WinkelmandjeRow, found.winkelmandje_id)
    opdrachten = queries.opdrachten_of(session, mandje.id)
    ids = [row.id for row in opdrachten]
    return Tijdlijn(
        winkelmandje=mandje.kenmerk,
        status=mandje.status,
        totaal_cent=mandje.totaal_cent,
        onderdelen=_onderdelen(session, mandje, ids),
        momenten=_momenten(session, mandje.id, ids),
    )


def _onderdelen(session: Session, mandje: WinkelmandjeRow, ids: list[int]) -> tuple[Regel, ...]:
    lines = [
        Regel(
            "betaalopdracht",
            row.kenmerk,
            row.status,
            row.totaal_cent,
            f"{naam}, versie {row.versie_gewenst} (ontvangen: {row.versie_bevestigd}), "
            f"leverbaar: {'ja' if row.leverbaar else 'nee'}",
        )
        for row, naam in session.execute(
            select(BetaalopdrachtRow, ZenderRow.naam)
            .join(ZenderRow, ZenderRow.id == BetaalopdrachtRow.zender_id)
            .where(BetaalopdrachtRow.id.in_(ids))
            .order_by(BetaalopdrachtRow.id)
        )
    ]
    lines += [
        Regel("betaling", row.psp_referentie, row.status, row.bedrag_cent, row.methode)
        for row in queries.betalingen_of(session, mandje.id)
    ]
    lines += [
        Regel("terugbetaling", row.nummer, row.status, row.bedrag_cent, row.reden or "")
        for row in terugbetaling_queries.around(session, mandje.id, ids)
    ]
    lines += [
        Regel("terugboeking", row.psp_id, row.status, row.bedrag_cent, "")
        for row in session.scalars(
            select(TerugboekingRow)
            .where(TerugboekingRow.betaling_id.in_(row.id for row in queries.betalingen_of(session, mandje.id)))
            .order_by(TerugboekingRow.id)
        )
    ]
    lines += [
        Regel("journaalpost", row.nummer, row.status, None, row.boekstuknummer or row.reden or "")
        for row in session.scalars(
            select(JournaalpostRow).where(JournaalpostRow.betaalopdracht_id.in_(ids)).order_by(JournaalpostRow.id)
        )
    ]
    lines += [
        Regel("uitval", str(row.id), row.status, None, row.soort)
        for row in session.scalars(select(UitvalRow).where(UitvalRow.betaalopdracht_id.in_(ids)).order_by(UitvalRow.id))
    ]
    return tuple(lines)


def _momenten(session: Session, mandje_id: int, ids: list[int]) -> tuple[Moment, ...]:
    rows = session.scalars(
        select(GebeurtenisRow)
        .where(or_(GebeurtenisRow.winkelmandje_id == mandje_id, GebeurtenisRow.betaalopdracht_id.in_(ids)))
        .order_by(GebeurtenisRow.tijdstip, GebeurtenisRow.id)
        .limit(500)
    )
    return tuple(Moment(row.tijdstip, row.wie, in_words(row)) for row in rows)


def in_words(row: GebeurtenisRow) -> str:
    """What happened, from what to what, and why."""
    step = f" {row.van or '-'} → {row.naar}" if row.naar else ""
    reden = f" ({row.reden})" if row.reden else ""
    return f"{row.soort.lower().replace('_', ' ')}{step}{reden}"
