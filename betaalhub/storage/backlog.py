"""What waits, per receiver and kind of work: read by `betaalhub queue` and by whoever watches the hub."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from betaalhub.storage.outbox import DEAD, LEASED, READY
from betaalhub.storage.tables import OutboxRow


@dataclass(frozen=True, slots=True)
class Backlog:
    """Numbers of one kind of work for one receiver. `nu` of what waits is due, `oudste` since when (UTC, None: nothing is).

    `bezig` is held by a worker, `verlopen` of that longer than its lease; `geprobeerd` of what waits has failed before; `dood`
    waits for a person.
    """

    ontvanger: str
    soort: str
    wacht: int
    nu: int
    oudste: datetime | None
    bezig: int
    verlopen: int
    geprobeerd: int
    dood: int


def backlog(session: Session, now: datetime) -> tuple[Backlog, ...]:
    """Everything that is not done, in one statement, which reads all of it: for a person or a monitor, not for a claim."""
    row = OutboxRow
    waits, held, due = row.state == READY, row.state == LEASED, row.due_at <= now
    rows = session.execute(
        select(
            row.ontvanger,
            row.soort,
            _count(waits),
            _count(and_(waits, due)),
            func.min(case((and_(waits, due), row.due_at))),
            _count(held),
            _count(and_(held, due)),
            _count(and_(waits, row.attempts > 0)),
            _count(row.state == DEAD),
        )
        .where(row.state.in_((READY, LEASED, DEAD)))
        .group_by(row.ontvanger, row.soort)
        .order_by(row.ontvanger, row.soort)
    )
    return tuple(
        Backlog(ontvanger, soort, int(wacht), int(nu), oudste, *map(int, more))
        for ontvanger, soort, wacht, nu, oudste, *more in rows
    )


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))
