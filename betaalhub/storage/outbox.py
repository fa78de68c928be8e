"""Work that waits in the register: one row per kind and object, claimed with a lease and finished under its token.

Effects in the register happen exactly once; calls to neighbours at least once, since a worker may die between its call and
its finish. The claim is right on every database, also without SKIP LOCKED: the guard stands in the UPDATE itself.
"""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, Select, Update, and_, case, delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from betaalhub.domain.werk import OutboxSoort
from betaalhub.errors import LeaseLost
from betaalhub.storage.database import reading, with_retries
from betaalhub.storage.tables import CircuitRow, OutboxRow

READY, LEASED, DONE, DEAD = "R", "L", "D", "X"
CIRCUIT_THRESHOLD = 3  # failures in a row after which a receiver is spared
PSP = "psp:"  # before the code of a PSP account: the receiver of what is asked there
_FOUT_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work that this worker holds until its lease ends. `attempts` counts this one; `gevraagd` the wishes seen."""

    id: int
    soort: str
    object_id: int
    ontvanger: str
    token: str
    attempts: int
    gevraagd: int


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much of one kind is in one state, and since when the oldest is due (UTC)."""

    soort: str
    state: str
    aantal: int
    oldest_due: datetime


def enqueue(
    session: Session, soort: OutboxSoort, object_id: int, *, ontvanger: str, due_at: datetime, now: datetime
) -> None:
    """Wish for this work in the caller's transaction: a fresh row, or one more wish on the row that is there.

    Work that waits already is done at the earlier of the two times. Work that a worker holds right now is done again after it.
    """
    if _wish_again(session, soort, object_id, ontvanger=ontvanger, due_at=due_at, now=now):
        return
    try:
        with session.begin_nested():
            session.add(_fresh(soort, object_id, ontvanger=ontvanger, due_at=due_at, now=now))
    except IntegrityError:  # somebody else's wish was first
        _wish_again(session, soort, object_id, ontvanger=ontvanger, due_at=due_at, now=now)


def enqueue_first(
    session: Session, soort: OutboxSoort, object_id: int, *, ontvanger: str, due_at: datetime, now: datetime
) -> None:
    """The first wish for an object that was made in this very transaction, so that nobody can have wished before."""
    session.add(_fresh(soort, object_id, ontvanger=ontvanger, due_at=due_at, now=now))


def fresh(soort: OutboxSoort, *, ontvanger: str, due_at: datetime, now: datetime) -> dict[str, Any]:
    """The values of a first wish but for its object, for a row that is inserted in one go with it."""
    return {
        "soort": soort,
        "ontvanger": ontvanger,
        "state": READY,
        "due_at": due_at,
        "attempts": 0,
        "gevraagd": 1,
        "tijdstip": now,
    }


def _fresh(soort: OutboxSoort, object_id: int, *, ontvanger: str, due_at: datetime, now: datetime) -> OutboxRow:
    return OutboxRow(object_id=object_id, **fresh(soort, ontvanger=ontvanger, due_at=due_at, now=now))


def _wish_again(
    session: Session, soort: OutboxSoort, object_id: int, *, ontvanger: str, due_at: datetime, now: datetime
) -> bool:
    row = session.scalars(
        select(OutboxRow).where(OutboxRow.soort == soort, OutboxRow.object_id == object_id).with_for_update(),
        execution_options={"populate_existing": True},
    ).one_or_none()
    if row is None:
        return False
    row.gevraagd += 1
    row.ontvanger = ontvanger
    if row.state == READY:
        row.due_at = min(row.due_at, due_at)
    elif row.state != LEASED:
        row.state, row.due_at, row.attempts, row.tijdstip = READY, due_at, 0, now
    session.flush()
    return True


def claim(
    sessions: sessionmaker[Session],
    *,
    now: datetime,
    n: int,
    lease: timedelta,
    token: str,
    soorten: Collection[OutboxSoort] | None = None,
) -> list[Job]:
    """Lease at most `n` pieces of work that are due, in a transaction of its own; receivers with an open circuit are spared.

    `token` is fresh for every claim (at most 32 characters). A lease that ran out is due again.
    """
    with reading(sessions) as session:
        ids = list(session.scalars(_candidates(now, n * 4, soorten)))
    if not ids:
        return []
    chosen = sorted(random.sample(ids, min(n, len(ids))))  # not all workers the same ones
    return with_retries(sessions, lambda session: _lease(session, chosen, now=now, until=now + lease, token=token))


def _due(now: datetime) -> ColumnElement[bool]:
    return and_(OutboxRow.state.in_((READY, LEASED)), OutboxRow.due_at <= now)


def _candidates(now: datetime, limit: int, soorten: Collection[OutboxSoort] | None) -> Select[int]:
    spared = select(CircuitRow.ontvanger).where(CircuitRow.ontvanger == OutboxRow.ontvanger, _is_spared(now))
    query = select(OutboxRow.id).where(_due(now), ~spared.exists())
    if soorten is not None:
        query = query.where(OutboxRow.soort.in_(sorted(soorten)))
    return query.order_by(OutboxRow.due_at, OutboxRow.id).limit(limit)


def _lease(session: Session, ids: list[int], *, now: datetime, until: datetime, token: str) -> list[Job]:
    free = select(OutboxRow.id).where(OutboxRow.id.in_(ids), _due(now)).order_by(OutboxRow.id)
    got = list(session.scalars(free.with_for_update(skip_locked=True)))
    if not got:
        return []
    session.execute(
        _plain(update(OutboxRow).where(OutboxRow.id.in_(got), _due(now))).values(
            state=LEASED, token=token, due_at=until, attempts=OutboxRow.attempts + 1
        )
    )
    rows = session.execute(
        select(
            OutboxRow.id,
            OutboxRow.soort,
            OutboxRow.object_id,
            OutboxRow.ontvanger,
            OutboxRow.attempts,
            OutboxRow.gevraagd,
        )
        .where(OutboxRow.id.in_(got), OutboxRow.token == token)
        .order_by(OutboxRow.id)
    )
    return [Job(id_, soort, object_id, ontvanger, token, *counts) for id_, soort, object_id, ontvanger, *counts in rows]


def finish(session: Session, job: Job, *, now: datetime, next_due: datetime | None) -> None:
    """The work is done: done for good, or due again at `next_due`; due at once when it was wished for in the meantime.

    LeaseLost when another worker took over: the caller's transaction, and its effects with it, must not be committed.
    """
    state = DONE if next_due is None else READY
    done = {"state": state, "due_at": next_due or now, "token": None, "attempts": 0, "laatste_fout": None}
    again = {"state": READY, "due_at": now, "token": None, "attempts": 0, "laatste_fout": None}
    _settle(session, job, done, again)


def fail(session: Session, job: Job, *, now: datetime, next_due: datetime | None, fout: str) -> None:
    """The work failed: to be tried at `next_due`, or dead (None) until somebody wishes for it again.

    `fout` is a code, never a text from a message. A wish that came in meanwhile is tried at once. LeaseLost as in `finish`.
    """
    state = DEAD if next_due is None else READY
    fout = fout[:_FOUT_LENGTH]
    failed = {"state": state, "due_at": next_due or now, "token": None, "laatste_fout": fout}
    attempts = 0 if next_due is None else job.attempts
    again = {"state": READY, "due_at": now, "token": None, "attempts": attempts, "laatste_fout": fout}
    _settle(session, job, failed, again)


def _settle(session: Session, job: Job, alone: dict[str, Any], wished: dict[str, Any]) -> None:
    """Write `alone` when no wish came in since the claim, else `wished`; both only under this worker's own token."""
    mine = (OutboxRow.id == job.id, OutboxRow.token == job.token, OutboxRow.state == LEASED)
    if _changed(session, update(OutboxRow).where(*mine, OutboxRow.gevraagd == job.gevraagd).values(**alone)):
        return
    if not _changed(session, update(OutboxRow).where(*mine).values(**wished)):
        raise LeaseLost(f"Outbox {job.id} ({job.soort}) was taken over")


def _changed(session: Session, statement: Update) -> bool:
    result = session.execute(_plain(statement))
    return isinstance(result, CursorResult) and result.rowcount == 1


def _plain(statement: Update) -> Update:
    """As it is, without a search through the session for rows that it touches: those are read afresh where they are used."""
    return statement.execution_options(synchronize_session=False)


def circuit_failure(session: Session, ontvanger: str, *, now: datetime) -> int:
    """Count a failure of this receiver; gives how many there were in a row."""
    more = update(CircuitRow).where(CircuitRow.ontvanger == ontvanger).values(fouten=CircuitRow.fouten + 1)
    if not _changed(session, more):
        try:
            with session.begin_nested():
                session.add(CircuitRow(ontvanger=ontvanger, fouten=1, open_tot=now))
        except IntegrityError:
            _changed(session, more)
    # a success elsewhere may have removed the row just now
    return session.scalar(select(CircuitRow.fouten).where(CircuitRow.ontvanger == ontvanger)) or 1


def circuit_open(session: Session, ontvanger: str, *, until: datetime, failures: int = 0) -> None:
    """Spare this receiver, which failed before, until that time, as after at least so many failures in a row."""
    counted = case((CircuitRow.fouten < failures, failures), else_=CircuitRow.fouten)
    session.execute(
        _plain(update(CircuitRow).where(CircuitRow.ontvanger == ontvanger).values(open_tot=until, fouten=counted))
    )


def circuit_success(session: Session, ontvanger: str) -> None:
    """This receiver works, or is to be tried again now: forget its failures."""
    session.execute(
        delete(CircuitRow).where(CircuitRow.ontvanger == ontvanger).execution_options(synchronize_session=False)
    )


def circuits_open(session: Session, now: datetime) -> frozenset[str]:
    """The receivers that are spared now."""
    return frozenset(session.scalars(select(CircuitRow.ontvanger).where(_is_spared(now))))


def circuits_to_probe(session: Session, now: datetime) -> list[str]:
    """The PSP accounts, as receivers, of which the circuit is open and that may be tried again now."""
    due = select(CircuitRow.ontvanger).where(_waits_for_probe(), CircuitRow.open_tot <= now)
    return list(session.scalars(due.order_by(CircuitRow.ontvanger)))


def circuit_take(session: Session, ontvanger: str, *, now: datetime, until: datetime) -> bool:
    """Is the probe of this PSP account ours? One at a time: nobody else gets it before `until`."""
    mine = update(CircuitRow).where(CircuitRow.ontvanger == ontvanger, _waits_for_probe(), CircuitRow.open_tot <= now)
    return _changed(session, mine.values(open_tot=until))


def _waits_for_probe() -> ColumnElement[bool]:
    """A PSP account that failed too often: citizens stand before it, so a probe and not the next work finds out."""
    return and_(CircuitRow.ontvanger.startswith(PSP, autoescape=True), CircuitRow.fouten >= CIRCUIT_THRESHOLD)


def _is_spared(now: datetime) -> ColumnElement[bool]:
    return or_(CircuitRow.open_tot > now, _waits_for_probe())


def bring_forward(session: Session, soort: OutboxSoort, objects: Select[int], *, ontvanger: str, now: datetime) -> None:
    """Work of this kind about these objects that waits for later is due now."""
    waiting = (
        OutboxRow.soort == soort,
        OutboxRow.ontvanger == ontvanger,
        OutboxRow.state == READY,
        OutboxRow.due_at > now,
    )
    session.execute(_plain(update(OutboxRow).where(*waiting, OutboxRow.object_id.in_(objects)).values(due_at=now)))


def backlog(session: Session) -> tuple[Backlog, ...]:
    """What waits, is under way or is dead, per kind; done work is left out."""
    rows = session.execute(
        select(OutboxRow.soort, OutboxRow.state, func.count(), func.min(OutboxRow.due_at))
        .where(OutboxRow.state != DONE)
        .group_by(OutboxRow.soort, OutboxRow.state)
        .order_by(OutboxRow.soort, OutboxRow.state)
    )
    return tuple(Backlog(soort, state, aantal, oldest) for soort, state, aantal, oldest in rows)
