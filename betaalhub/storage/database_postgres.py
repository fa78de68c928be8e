"""The engine for PostgreSQL (a part of database.py), with a pool that asks only a connection that rested whether it lives."""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import InvalidatePoolError

_REST = 0.5  # seconds after which a connection may have been lost without a word; HikariCP takes the same
_USED = "betaalhub_used"
_PREPARED = (
    500  # statements that a connection keeps prepared: more than the hub has, so that none is put out for another
)


def make_postgres(url: URL, *, lock_wait: int, **options: Any) -> Engine:
    """An engine of which no statement waits longer than `lock_wait` seconds for another's lock."""
    engine = create_engine(url, **{**options, "pool_pre_ping": False})
    ping_after_rest(engine)

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        connection.prepared_max = _PREPARED
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{lock_wait}s'")
            cursor.execute("SET timezone = 'UTC'")
            cursor.execute("SET jit = off")  # compiling a statement takes longer than any of ours runs
        connection.commit()

    return engine


def ping_after_rest(engine: Engine, rest: float = _REST) -> None:
    """What `pool_pre_ping` does, but not for a connection that was used just now: under load that saves a round trip in every
    transaction. When one turns out to be lost, all that rest in the pool are."""

    @event.listens_for(engine, "checkin")
    def _used(_connection: Any, record: Any) -> None:
        record.info[_USED] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _alive(connection: Any, record: Any, _proxy: object) -> None:
        used = record.info.pop(_USED, None)
        if used is None or time.monotonic() - used < rest:
            return
        dialect = engine.dialect
        try:
            alive = dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error:
            alive = False
        if not alive:
            raise InvalidatePoolError("This connection was lost while it rested")
