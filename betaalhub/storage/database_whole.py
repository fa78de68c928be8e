"""The register as a whole: one view of it that does not move, whoever writes meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.orm import Session, sessionmaker

from betaalhub.storage.database import reading

# What keeps the view still. On SQLite every reading transaction does.
_STILL: dict[str, dict[str, Any]] = {
    "sqlite": {},
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
    "oracle": {"isolation_level": "SERIALIZABLE"},
}


@contextmanager
def snapshot(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """A session that reads the register as it stood at one moment, however long that takes. It waits for no writer and no
    writer waits for it."""
    options = _STILL[sessions.kw["bind"].dialect.name]
    with reading(sessions, **options) as session:
        yield session
