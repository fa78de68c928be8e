"""Counts how often something is tried, in the register, so that all processes and nodes share one count."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Update, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from betaalhub.storage.database import IN_LIST
from betaalhub.storage.outbox import changed
from betaalhub.storage.tables import LimietRow

_LOOKS = 4  # a row may be made, begin anew or fall away between two looks at it


class LimietSoort(StrEnum):
    """What is counted; the same key under another of these has a count of its own."""

    TOEVOEGEN = "TOEVOEGEN"  # a kenmerk and amount that is not there, put into a winkelmandje
    ZOEKEN = "ZOEKEN"  # a kenmerk and amount that is not there, asked at "waar is mijn betaling"
    RIT = "RIT"  # the page that goes to the PSP by itself
    MAIL = "MAIL"  # a mail to one address


def take(session: Session, soort: LimietSoort, sleutel: str, *, limit: int, window: timedelta, now: datetime) -> bool:
    """Count one try of this key; False when there were `limit` already, and then it is not counted.

    The window starts with the first try and lasts `window`; after it the count starts anew. Of several at the same moment, in
    whatever process, no more than `limit` hear yes. Only a SHA-256 of the key is stored: give one that can not be guessed (signed
    with our secret) where the key is a person's.
    """
    row = _row_key(soort, sleutel)
    for _ in range(_LOOKS):
        if _changed(session, _of(row).where(LimietRow.tot > now, LimietRow.aantal < limit), LimietRow.aantal + 1):
            return True
        if changed(session, _of(row).where(LimietRow.tot <= now).values(aantal=1, tot=now + window)):
            return True
        found = session.execute(select(LimietRow.tot, LimietRow.aantal).where(LimietRow.sleutel == row)).first()
        if found is not None:
            if found.tot > now and found.aantal >= limit:
                return False
            continue  # another began the new window between our two looks: there is room in it
        try:
            with session.begin_nested():
                session.execute(insert(LimietRow).values(sleutel=row, aantal=1, tot=now + window))
            return True
        except IntegrityError:
            continue  # another was first: count behind it
    return False


def give_back(session: Session, soort: LimietSoort, sleutel: str) -> None:
    """The last try was a hit: it does not count."""
    _changed(session, _of(_row_key(soort, sleutel)).where(LimietRow.aantal > 0), LimietRow.aantal - 1)


def forget_limits(session: Session, now: datetime, *, most: int = 500) -> int:
    """Take away the counts of which the window is over, the oldest first and `most` at once; gives how many."""
    past = session.scalars(
        select(LimietRow.sleutel).where(LimietRow.tot <= now).order_by(LimietRow.tot, LimietRow.sleutel).limit(most)
    ).all()
    for start in range(0, len(past), IN_LIST):
        part = sorted(past[start : start + IN_LIST])
        session.execute(delete(LimietRow).where(LimietRow.sleutel.in_(part), LimietRow.tot <= now))
    return len(past)


def _row_key(soort: LimietSoort, sleutel: str) -> str:
    return hashlib.sha256(f"{soort}:{sleutel}".encode()).hexdigest()


def _of(row: str) -> Update:
    return update(LimietRow).where(LimietRow.sleutel == row)


def _changed(session: Session, statement: Update, aantal: object) -> bool:
    return changed(session, statement.values(aantal=aantal))
