"""Claiming work: every receiver in its turn, so that one with a long backlog never holds up another.

First a look without a lock, which jumps from receiver to receiver along one index; then the lease, with its guard in the
UPDATE itself. That is right on every database, also where rows can not be skipped that somebody else has locked.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import ColumnElement, CursorResult, Select, and_, select, update
from sqlalchemy.orm import Session, sessionmaker

from betaalhub.errors import Moved
from betaalhub.storage.circuits import Circuit, circuit_take, circuits
from betaalhub.storage.database import reading, with_retries
from betaalhub.storage.outbox import LEASED, READY, Job, plain
from betaalhub.storage.tables import OutboxRow

_LOOKS = 3  # when others were faster, look again
_RECEIVERS = 8  # so many in one look at least, when as many have work


@dataclass(frozen=True, slots=True)
class _Place:
    """What may be taken for one receiver: the ids that are due, the oldest first, and how many of them at most."""

    ontvanger: str
    ids: list[int]
    most: int


def claim(
    sessions: sessionmaker[Session],
    *,
    now: datetime,
    n: int,
    lease: timedelta,
    token: str,
    room: Callable[[str], int] | None = None,
    after: str = "",
) -> list[Job]:
    """Lease at most `n` pieces of work that are due, in a transaction of its own, shared between the receivers.

    `token` is fresh for every claim (at most 32 characters). `room` says how many more a receiver may have here; the look
    begins behind the receiver `after`. A lease that ran out is due again. A receiver that is spared gets nothing, and one that
    was spared until now gets a single piece of work, from whichever node comes first, until that has ended or its lease has.
    """
    for _ in range(_LOOKS):
        with reading(sessions) as session:
            failing = circuits(session, now)
            places = _look(session, failing, now=now, n=n, room=room or (lambda _: n), after=after)
        chosen = _share(places, n)
        if not chosen:
            return []
        take = partial(_lease, chosen=chosen, failing=failing, now=now, until=now + lease, token=token)
        if jobs := with_retries(sessions, take):
            return jobs
    return []


def _look(
    session: Session,
    failing: dict[str, Circuit],
    *,
    now: datetime,
    n: int,
    room: Callable[[str], int],
    after: str,
) -> list[_Place]:
    found: dict[str, _Place] = {}
    open_places = 0
    for ontvanger, id_ in _due(session, now=now, after=after, limit=4 * n):
        if ontvanger not in found:
            if open_places >= max(n, _RECEIVERS):
                break
            found[ontvanger] = _Place(ontvanger, [], _most(failing.get(ontvanger), room(ontvanger), n))
            open_places += found[ontvanger].most > 0
        found[ontvanger].ids.append(id_)
    return [place for place in found.values() if place.most > 0]


def _most(circuit: Circuit | None, room: int, n: int) -> int:
    if circuit is not None and circuit.spared:
        return 0
    return min(room, n, 1 if circuit is not None and circuit.half_open else n)


def _due(session: Session, *, now: datetime, after: str, limit: int) -> Iterator[tuple[str, int]]:
    """(receiver, id) of what is due: first what somebody held too long, then receiver by receiver, each the oldest first."""
    row = OutboxRow
    over = select(row.ontvanger, row.id).where(row.state == LEASED, row.due_at <= now)
    yield from ((ontvanger, id_) for ontvanger, id_ in session.execute(over.order_by(row.due_at, row.id).limit(limit)))
    parts: list[tuple[str, str]] = [(after, ""), ("", after)] if after else [("", "")]
    for begin, end in parts:
        place = begin
        while rows := session.execute(_next_receivers(place, end, limit)).all():
            yield from ((ontvanger, id_) for ontvanger, id_, due_at in rows if due_at <= now)
            place = rows[-1].ontvanger


def _next_receivers(place: str, end: str, limit: int) -> Select[str, int, datetime]:
    """What waits for the first receivers behind `place`, up to and with `end`; both are empty where there is no bound.

    Read along the index, and judged afterwards: so that it jumps over whatever waits for later.
    """
    row = OutboxRow
    query = select(row.ontvanger, row.id, row.due_at).where(row.state == READY)
    if place:
        query = query.where(row.ontvanger > place)
    if end:
        query = query.where(row.ontvanger <= end)
    return query.order_by(row.ontvanger, row.due_at, row.id).limit(limit)


def _share(places: Sequence[_Place], n: int) -> dict[str, list[int]]:
    """The receivers in turn until there are `n`; of each some of the oldest, by chance, so that not all workers want the same."""
    wanted = {place.ontvanger: _some(place) for place in places}
    order = random.sample(list(wanted), len(wanted))
    chosen: dict[str, list[int]] = {}
    left = n
    while left and any(wanted.values()):
        for ontvanger in order:
            if left and wanted[ontvanger]:
                chosen.setdefault(ontvanger, []).append(wanted[ontvanger].pop())
                left -= 1
    return chosen


def _some(place: _Place) -> list[int]:
    oldest = place.ids[: 4 * place.most]
    return random.sample(oldest, min(place.most, len(oldest)))


def _lease(
    session: Session,
    *,
    chosen: dict[str, list[int]],
    failing: dict[str, Circuit],
    now: datetime,
    until: datetime,
    token: str,
) -> list[Job]:
    row, wanted = OutboxRow, sorted(id_ for ids in chosen.values() for id_ in ids)
    can = and_(row.state.in_((READY, LEASED)), row.due_at <= now)
    free = select(
        row.id, row.soort, row.object_id, row.ontvanger, row.attempts, row.gevraagd, row.due_at
    ).where(row.id.in_(wanted), can)  # fmt: skip
    rows = session.execute(free.order_by(row.id).with_for_update(skip_locked=True)).all()
    lost = {
        ontvanger for ontvanger in {one.ontvanger for one in rows} if _is_lost(session, failing, ontvanger, now, until)
    }
    mine = [one for one in rows if one.ontvanger not in lost]
    if mine:
        _take(session, [one.id for one in mine], can, until=until, token=token)
    return [
        Job(
            one.id, one.soort, one.object_id, one.ontvanger, token, one.attempts + 1, one.gevraagd, one.due_at,
            failed_before=one.ontvanger in failing,
            probe=one.ontvanger in failing and failing[one.ontvanger].half_open,
        )
        for one in mine
    ]  # fmt: skip


def _is_lost(session: Session, failing: dict[str, Circuit], ontvanger: str, now: datetime, until: datetime) -> bool:
    """Was this receiver spared until now, and is somebody else trying it already?"""
    circuit = failing.get(ontvanger)
    return circuit is not None and circuit.half_open and not circuit_take(session, ontvanger, now=now, until=until)


def _take(session: Session, ids: list[int], can: ColumnElement[bool], *, until: datetime, token: str) -> None:
    row = OutboxRow
    taken = session.execute(
        plain(update(row).where(row.id.in_(ids), can)).values(
            state=LEASED, token=token, due_at=until, attempts=row.attempts + 1
        )
    )
    if isinstance(taken, CursorResult) and taken.rowcount != len(ids):  # a database without row locks: look again
        raise Moved("Outbox rows were claimed by somebody else just now")
