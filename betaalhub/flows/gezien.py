"""Remembers what must not come twice (a nonce, a signed message), in every process, until it is too old to be taken anyway."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from betaalhub.storage.database import IN_LIST
from betaalhub.storage.tables import GezienRow

_LOOKS = 3  # a row may fall away between the insert that collides and the look at it


def first_time(session: Session, sleutel: str, tot: datetime, now: datetime) -> bool:
    """Is this the first time? Remembers it until `tot` (UTC) when it is. `sleutel` is a SHA-256 in hex.

    Of several at the same moment, in whatever process, one hears yes; the others wait for its transaction to end.
    """
    for _ in range(_LOOKS):
        try:
            with session.begin_nested():
                session.execute(insert(GezienRow).values(sleutel=sleutel, tot=tot))
            return True
        except IntegrityError:
            row = session.scalar(
                select(GezienRow).where(GezienRow.sleutel == sleutel).with_for_update(key_share=True),
                execution_options={"populate_existing": True},
            )
        if row is not None:
            if row.tot > now:
                return False
            row.tot = tot
            session.flush()
            return True
    return False


def forget_seen(session: Session, now: datetime, *, most: int = 500) -> int:
    """Take away what need not be remembered any more, the oldest first and `most` at once; gives how many."""
    past = session.scalars(
        select(GezienRow.sleutel).where(GezienRow.tot <= now).order_by(GezienRow.tot, GezienRow.sleutel).limit(most)
    ).all()
    for start in range(0, len(past), IN_LIST):
        part = sorted(past[start : start + IN_LIST])
        session.execute(delete(GezienRow).where(GezienRow.sleutel.in_(part), GezienRow.tot <= now))
    return len(past)
