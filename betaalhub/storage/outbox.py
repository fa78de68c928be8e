"""Work that waits in the register: one row per kind and object, claimed with a lease and finished under its token.

Effects in the register happen exactly once; calls to neighbours at least once, since a worker may die between its call and
its finish. Work that is done leaves no row: what happened is in the gebeurtenissen. How it is claimed: `storage/claim.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Delete,
    Select,
    Update,
    and_,
    case,
    delete,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from betaalhub.domain.werk import OutboxSoort
from betaalhub.errors import LeaseLost
from betaalhub.storage.tables import OutboxRow

READY, LEASED, DEAD = "R", "L", "X"
DONE = "D"  # written until version 0.3; nobody does so any more, and the worker takes them away
PSP = "psp:"  # before the code of a PSP account: the receiver of what is asked there
_FOUT_LENGTH = 200
_FORGET_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work that this worker holds until its lease ends. `attempts` counts this one; `gevraagd` the wishes seen.

    `due_at` is when it was due, UTC. `failed_before`: its receiver failed lately. `probe`: it is the one that finds out whether
    its receiver works again.
    """

    id: int
    soort: str
    object_id: int
    ontvanger: str
    token: str
    attempts: int
    gevraagd: int
    due_at: datetime
    failed_before: bool = False
    probe: bool = False


def enqueue(
    session: Session, soort: OutboxSoort, object_id: int, *, ontvanger: str, due_at: datetime, now: datetime
) -> None:
    """Wish for this work in the caller's transaction: a fresh row, or one more wish on the row that is there.

    Work that waits already is done at the earlier of the two times. Work that a worker holds right now is done again after it.
    IntegrityError when somebody else's first wish was committed just now: `with_retries` does the transaction again.
    """
    if _wish_again(session, soort, object_id, ontvanger=ontvanger, due_at=due_at, now=now):
        return
    first = fresh(soort, ontvanger=ontvanger, due_at=due_at, now=now)
    session.execute(insert(OutboxRow).values(object_id=object_id, **first))


def enqueue_first(
    session: Session, soort: OutboxSoort, object_id: int, *, ontvanger: str, due_at: datetime, now: datetime
) -> None:
    """The first wish for an object that was made in this very transaction, so that nobody can have wished before."""
    session.add(OutboxRow(object_id=object_id, **fresh(soort, ontvanger=ontvanger, due_at=due_at, now=now)))


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


def _wish_again(
    session: Session, soort: OutboxSoort, object_id: int, *, ontvanger: str, due_at: datetime, now: datetime
) -> bool:
    """One statement, which also waits for whoever holds the row: it judges the state that is committed then."""
    row = OutboxRow
    held, lives = row.state == LEASED, row.state.in_((READY, LEASED))
    keeps_time = or_(held, and_(row.state == READY, row.due_at <= due_at))
    again = {
        "gevraagd": row.gevraagd + 1,
        "ontvanger": ontvanger,
        "due_at": case((keeps_time, row.due_at), else_=literal(due_at, row.due_at.type)),
        "attempts": case((lives, row.attempts), else_=0),
        "tijdstip": case((lives, row.tijdstip), else_=literal(now, row.tijdstip.type)),
        "state": case((held, LEASED), else_=READY),
    }
    return changed(session, update(row).where(row.soort == soort, row.object_id == object_id).values(again))


def finish(session: Session, job: Job, *, now: datetime, next_due: datetime | None) -> None:
    """The work is done: gone for good, or due again at `next_due`; due at once when it was wished for in the meantime.

    LeaseLost when another worker took over: the caller's transaction, and its effects with it, must not be committed.
    """
    again = {"state": READY, "due_at": now, "token": None, "attempts": 0, "laatste_fout": None}
    alone = delete(OutboxRow) if next_due is None else update(OutboxRow).values({**again, "due_at": next_due})
    _settle(session, job, alone, again)


def fail(session: Session, job: Job, *, now: datetime, next_due: datetime | None, fout: str) -> None:
    """The work failed: to be tried at `next_due`, or dead (None) until somebody wishes for it again.

    `fout` is a code, never a text from a message. A wish that came in meanwhile is tried at once. LeaseLost as in `finish`.
    """
    state = DEAD if next_due is None else READY
    failed = {"state": state, "due_at": next_due or now, "token": None, "laatste_fout": fout[:_FOUT_LENGTH]}
    attempts = 0 if next_due is None else job.attempts
    again = {**failed, "state": READY, "due_at": now, "attempts": attempts}
    _settle(session, job, update(OutboxRow).values(failed), again)


def _settle(session: Session, job: Job, alone: Update | Delete, wished: dict[str, Any]) -> None:
    """Do `alone` when no wish came in since the claim, else write `wished`; both only under this worker's own token."""
    if changed(session, alone.where(_mine(job), OutboxRow.gevraagd == job.gevraagd)):
        return
    if not changed(session, update(OutboxRow).where(_mine(job)).values(wished)):
        raise LeaseLost(f"Outbox {job.id} ({job.soort}) was taken over")


def give_back(session: Session, jobs: Sequence[Job]) -> list[Job]:
    """Nothing was done for these: each is due as it was, as if it was never claimed; gives those that were still ours."""
    given = []
    for job in sorted(jobs, key=lambda job: job.id):
        as_it_was = {"state": READY, "due_at": job.due_at, "token": None, "attempts": job.attempts - 1}
        if changed(session, update(OutboxRow).where(_mine(job)).values(as_it_was)):
            given.append(job)
    return given


def _mine(job: Job) -> ColumnElement[bool]:
    return and_(OutboxRow.id == job.id, OutboxRow.token == job.token, OutboxRow.state == LEASED)


def bring_forward(session: Session, soort: OutboxSoort, objects: Select[int], *, ontvanger: str, now: datetime) -> None:
    """Work of this kind about these objects that waits for later is due now."""
    waiting = (
        OutboxRow.soort == soort,
        OutboxRow.ontvanger == ontvanger,
        OutboxRow.state == READY,
        OutboxRow.due_at > now,
    )
    session.execute(plain(update(OutboxRow).where(*waiting, OutboxRow.object_id.in_(objects)).values(due_at=now)))


def forget_done(session: Session) -> int:
    """Take away some of the rows that older versions left behind for work that is done; gives how many."""
    ids = session.scalars(select(OutboxRow.id).where(OutboxRow.state == DONE).limit(_FORGET_AT_ONCE)).all()
    if ids:
        gone = delete(OutboxRow).where(OutboxRow.id.in_(ids), OutboxRow.state == DONE)
        session.execute(gone.execution_options(synchronize_session=False))
    return len(ids)


def changed(session: Session, statement: Update | Delete) -> bool:
    """Execute it; did it change its one row?"""
    result = session.execute(plain(statement))
    return isinstance(result, CursorResult) and result.rowcount == 1


def plain(statement: Any) -> Any:
    """As it is, without a search through the session for rows that it touches: those are read afresh where they are used."""
    return statement.execution_options(synchronize_session=False)
