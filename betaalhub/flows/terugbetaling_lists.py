"""Which terugbetalingen there are, and everything about one of them, as a person reads it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from betaalhub.domain.statuses import UNDER_WAY, Kanaal, TerugbetalingStatus
from betaalhub.flows.terugbetaling_besluit import find_nummer
from betaalhub.storage import queries, terugbetaling_queries
from betaalhub.storage.tables import (
    BetaalopdrachtRow,
    BetalingRow,
    GebeurtenisRow,
    PspAccountRow,
    TerugbetalingRow,
    UitvalRow,
    WinkelmandjeRow,
)

_WAITS = UNDER_WAY | {TerugbetalingStatus.EXTERN}


@dataclass(frozen=True, slots=True)
class TerugbetalingWeergave:
    """One terugbetaling as a person reads it; the kenmerk of the winkelmandje when it is not about one betaalopdracht. Cents, UTC."""

    nummer: str
    status: str
    bedrag_cent: int
    betaalkenmerk: str
    aangevraagd_op: datetime
    aangevraagd_door: str
    reden: str | None


def list_terugbetalingen(
    session: Session, *, everything: bool = False, limit: int = 200
) -> Sequence[TerugbetalingWeergave]:
    """What was asked for or found and is not done yet, oldest first; with `everything` also what came to an end."""
    query = (
        select(TerugbetalingRow, BetaalopdrachtRow.kenmerk, WinkelmandjeRow.kenmerk)
        .outerjoin(BetaalopdrachtRow, BetaalopdrachtRow.id == TerugbetalingRow.betaalopdracht_id)
        .join(BetalingRow, BetalingRow.id == TerugbetalingRow.betaling_id)
        .join(WinkelmandjeRow, WinkelmandjeRow.id == BetalingRow.winkelmandje_id)
    )
    if not everything:
        query = query.where(TerugbetalingRow.status.in_(sorted(_WAITS)))
    rows = session.execute(query.order_by(TerugbetalingRow.aangevraagd_op, TerugbetalingRow.id).limit(limit))
    return [_weergave(row, own or mandje) for row, own, mandje in rows]


def _weergave(row: TerugbetalingRow, kenmerk: str) -> TerugbetalingWeergave:
    return TerugbetalingWeergave(
        row.nummer,
        row.status,
        row.bedrag_cent,
        kenmerk,
        row.aangevraagd_op,
        row.aangevraagd_door,
        row.reden,
    )


@dataclass(frozen=True, slots=True)
class RegelWeergave:
    """From which productregel how many cents go back."""

    betaalkenmerk: str
    regelnummer: int
    omschrijving: str
    bedrag_cent: int


@dataclass(frozen=True, slots=True)
class Stap:
    """Something that happened to a terugbetaling: when (UTC), who, to which status, why."""

    tijdstip: datetime
    wie: str
    naar: str | None
    reden: str | None


@dataclass(frozen=True, slots=True)
class TerugbetalingDetail:
    """Everything about one terugbetaling. `bij_psp`: the account, and the reference of the order there."""

    kop: TerugbetalingWeergave
    regels: tuple[RegelWeergave, ...]
    is_balie: bool
    bij_psp: str | None
    poging: str | None
    beslist_door: str | None
    bewijs: str | None
    uitval: tuple[int, ...]
    stappen: tuple[Stap, ...]


def show_terugbetaling(session: Session, nummer: str) -> TerugbetalingDetail:
    """One terugbetaling by its number or the beginning of it. NotFound, or Refusal when more begin so."""
    row = session.get_one(TerugbetalingRow, find_nummer(session, nummer))
    betaling = session.get_one(BetalingRow, row.betaling_id)
    account = session.get(PspAccountRow, betaling.psp_account_id) if betaling.psp_account_id else None
    kenmerk = (
        session.get_one(BetaalopdrachtRow, row.betaalopdracht_id).kenmerk
        if row.betaalopdracht_id
        else session.get_one(WinkelmandjeRow, betaling.winkelmandje_id).kenmerk
    )
    regels = terugbetaling_queries.regels_of(session, row.id)
    kenmerken = queries.kenmerken_of(session, {regel.betaalopdracht_id for _, regel in regels})
    open_uitval = select(UitvalRow.id).where(UitvalRow.terugbetaling_id == row.id, UitvalRow.status != "OPGELOST")
    return TerugbetalingDetail(
        kop=_weergave(row, kenmerk),
        regels=tuple(
            RegelWeergave(kenmerken[on.betaalopdracht_id], on.regelnummer, on.omschrijving, regel.bedrag_cent)
            for regel, on in regels
        ),
        is_balie=betaling.kanaal == Kanaal.BALIE,
        bij_psp=f"{account.code}, {betaling.psp_referentie}" if account else None,
        poging=row.poging_id,
        beslist_door=row.beslist_door,
        bewijs=row.uitbetaald_bewijs,
        uitval=tuple(session.scalars(open_uitval.order_by(UitvalRow.id))),
        stappen=tuple(_stappen(session, row.id)),
    )


def _stappen(session: Session, terugbetaling_id: int) -> list[Stap]:
    rows = session.scalars(
        select(GebeurtenisRow)
        .where(GebeurtenisRow.onderwerp == "TERUGBETALING", GebeurtenisRow.onderwerp_id == terugbetaling_id)
        .order_by(GebeurtenisRow.tijdstip, GebeurtenisRow.id)
    )
    return [Stap(row.tijdstip, row.wie, row.naar, row.reden) for row in rows]
