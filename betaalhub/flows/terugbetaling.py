"""Promises cents of a paid betaling to a terugbetaling, never more than it has left; and tells which terugbetalingen there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from betaalhub.domain.statuses import UNDER_WAY, TerugbetalingStatus
from betaalhub.flows.gebeurtenissen import Door, record
from betaalhub.flows.keys import Keys
from betaalhub.storage.database import lock
from betaalhub.storage.tables import (
    BetaalopdrachtRow,
    BetalingRow,
    ProductregelRow,
    TerugbetalingRegelRow,
    TerugbetalingRow,
    ToewijzingRow,
)


@dataclass(frozen=True, slots=True)
class Deel:
    """What a locked betaling pays of one productregel, and how much of it is not promised to a terugbetaling. Cents."""

    regel: ProductregelRow
    toewijzing: ToewijzingRow

    @property
    def left_cent(self) -> int:
        """What may still be asked back."""
        return self.toewijzing.bedrag_cent - self.toewijzing.gereserveerd_cent


def lock_delen(session: Session, betaling_id: int, betaalopdracht_id: int) -> tuple[BetalingRow, dict[int, Deel]]:
    """Lock the betaling and its toewijzingen on this betaalopdracht; what it pays by regelnummer.

    The caller holds the locks on the winkelmandje and the betaalopdracht (domain.md, section 2.10).
    """
    (betaling,) = lock(session, BetalingRow, [betaling_id])
    rows = session.execute(
        select(ToewijzingRow.id, ProductregelRow)
        .join(ProductregelRow, ProductregelRow.id == ToewijzingRow.productregel_id)
        .where(ToewijzingRow.betaling_id == betaling_id, ProductregelRow.betaalopdracht_id == betaalopdracht_id)
    ).all()
    toewijzingen = {row.id: row for row in lock(session, ToewijzingRow, [row.id for row in rows])}
    return betaling, {regel.regelnummer: Deel(regel, toewijzingen[toewijzing_id]) for toewijzing_id, regel in rows}


def request(
    session: Session,
    betaling: BetalingRow,
    opdracht: BetaalopdrachtRow,
    cents: Mapping[Deel, int],
    *,
    door: Door,
    keys: Keys,
    reden: str,
) -> TerugbetalingRow:
    """Record a terugbetaling AANGEVRAAGD and reserve its cents, which the caller has compared with what is left.

    The database refuses more too (a CHECK on toewijzing and on betaling). `reden` holds no personal numbers any more.
    """
    total = sum(cents.values())
    row = TerugbetalingRow(
        administratie_id=opdracht.administratie_id,
        betaling_id=betaling.id,
        betaalopdracht_id=opdracht.id,
        nummer=keys.number(),
        status=TerugbetalingStatus.AANGEVRAAGD,
        status_op=door.now,
        bedrag_cent=total,
        reden=reden,
        aangevraagd_door=door.wie,
        aangevraagd_op=door.now,
    )
    session.add(row)
    session.flush()
    betaling.gereserveerd_cent += total
    for deel, bedrag_cent in cents.items():
        deel.toewijzing.gereserveerd_cent += bedrag_cent
        session.add(
            TerugbetalingRegelRow(terugbetaling_id=row.id, toewijzing_id=deel.toewijzing.id, bedrag_cent=bedrag_cent)
        )
    record(
        session,
        door,
        "TERUGBETALING_AANGEVRAAGD",
        onderwerp="TERUGBETALING",
        onderwerp_id=row.id,
        winkelmandje_id=opdracht.winkelmandje_id,
        betaalopdracht_id=opdracht.id,
        naar=row.status,
        reden=reden,
        gegevens={"nummer": row.nummer, "bedrag_cent": total, "regels": len(cents), "betaling": betaling.id},
    )
    return row


@dataclass(frozen=True, slots=True)
class TerugbetalingWeergave:
    """One terugbetaling as a person reads it. Cents, UTC."""

    nummer: str
    status: str
    bedrag_cent: int
    betaalkenmerk: str | None
    aangevraagd_op: datetime
    aangevraagd_door: str
    reden: str | None


def list_terugbetalingen(
    session: Session, *, everything: bool = False, limit: int = 200
) -> Sequence[TerugbetalingWeergave]:
    """What was asked for and is not done yet, oldest first; with `everything` also what came to an end."""
    query = select(TerugbetalingRow, BetaalopdrachtRow.kenmerk).outerjoin(
        BetaalopdrachtRow, BetaalopdrachtRow.id == TerugbetalingRow.betaalopdracht_id
    )
    if not everything:
        query = query.where(TerugbetalingRow.status.in_(sorted(UNDER_WAY)))
    rows = session.execute(query.order_by(TerugbetalingRow.aangevraagd_op, TerugbetalingRow.id).limit(limit))
    return [
        TerugbetalingWeergave(
            row.nummer,
            row.status,
            row.bedrag_cent,
            kenmerk,
            row.aangevraagd_op,
            row.aangevraagd_door,
            row.reden,
        )
        for row, kenmerk in rows
    ]
