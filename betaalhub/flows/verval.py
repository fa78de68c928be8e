"""A betaalopdracht that nobody paid in time: VERLOPEN, out of the winkelmandje it shared; the others stay."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from betaalhub.domain.statuses import BetaalopdrachtStatus
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.herbereken import herbereken
from betaalhub.flows.keys import Keys
from betaalhub.flows.locks import lock_opdracht
from betaalhub.flows.winkelmandje import move_apart
from betaalhub.storage import queries

_LATER = timedelta(hours=1)  # while a betaling lives, nothing expires: the PSP's answer comes first


def expire(session: Session, betaalopdracht_id: int, *, keys: Keys, now: datetime) -> datetime | None:
    """Expire one betaalopdracht when it is due and open; gives the time to look again, or None when it is done."""
    mandje, row = lock_opdracht(session, betaalopdracht_id)
    if row.status == BetaalopdrachtStatus.IN_BETALING:
        return now + _LATER
    if row.status != BetaalopdrachtStatus.OPEN:
        return None
    if row.vervalt_op > now:
        return row.vervalt_op
    door = Door("klok", now)
    row.verlopen_op = now
    shared = len(queries.opdrachten_of(session, mandje.id)) > 1
    if shared:
        apart = move_apart(session, row, mandje, keys=keys, door=door, soort="BETAALOPDRACHT_VERLOPEN")
        herbereken(session, apart, door)
    herbereken(session, mandje, door)
    return None
