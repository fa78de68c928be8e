"""How far the clock of this node is from that of the database, which every node can ask."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session, sessionmaker

from betaalhub.storage.database import reading

CLOCK_DIFFERS = timedelta(seconds=5)  # that much is no longer the network or chance

# The moment of the question itself, in UTC without a zone. SQLite runs on this very machine.
_NOW = {
    "postgresql": "SELECT clock_timestamp() AT TIME ZONE 'UTC'",
    "oracle": "SELECT CAST(SYS_EXTRACT_UTC(SYSTIMESTAMP) AS TIMESTAMP) FROM dual",
}


def clock_difference(sessions: sessionmaker[Session], clock: Callable[[], datetime]) -> timedelta | None:
    """How far `clock` is ahead of the database's (negative: behind), give or take half the time that the question took; None
    where the database has no clock of its own."""
    with reading(sessions) as session:
        connection = session.connection()
        question = _NOW.get(connection.dialect.name)
        if question is None:
            return None
        before = clock()
        theirs: datetime = connection.exec_driver_sql(question).scalar_one()
        after = clock()
    return before + (after - before) / 2 - theirs.replace(tzinfo=UTC)
