"""The engine for PostgreSQL (a part of database.py), in few round trips: BEGIN travels with the first statement, and only a
connection that rested is asked whether it lives."""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import InvalidatePoolError

_REST = 0.5  # seconds after which a connection may have been lost without a word; HikariCP takes the same
_USED = "betaalhub_used"


def make_postgres(url: URL, *, lock_wait: int, **options: Any) -> Engine:
    """An engine of which no statement waits longer than `lock_wait` seconds for another's lock."""
    arguments = {**options, "pool_pre_ping": False, "connect_args": begin_with_first_statement()}
    engine = create_engine(url, **arguments)
    ping_after_rest(engine)

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{lock_wait}s'")
            cursor.execute("SET timezone = 'UTC'")
        connection.commit()

    return engine


def ping_after_rest(engine: Engine) -> None:
    """What `pool_pre_ping` does, but not for a connection that was used just now: under load that saves a round trip in every
    transaction. When one turns out to be lost, all that rest in the pool are."""

    @event.listens_for(engine, "checkin")
    def _used(_connection: Any, record: Any) -> None:
        record.info[_USED] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _alive(connection: Any, record: Any, _proxy: object) -> None:
        used = record.info.pop(_USED, None)
        if used is None or time.monotonic() - used < _REST:
            return
        dialect = engine.dialect
        try:
            alive = dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error:
            alive = False
        if not alive:
            raise InvalidatePoolError("This connection was lost while it rested")


def begin_with_first_statement() -> dict[str, Any]:
    """What `psycopg.connect` is given so that BEGIN does not wait for an answer of its own; nothing where libpq can not."""
    import psycopg  # only PostgreSQL's engine comes here

    if not psycopg.capabilities.has_pipeline():
        return {}

    class Cursor(psycopg.Cursor[Any]):
        """Sends the BEGIN that psycopg would wait for in one go with the statement that needs it."""

        def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
            """As psycopg's own. A statement without values may be several, which a pipeline does not take."""
            connection = self.connection
            idle = connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
            if not params or connection.autocommit or not idle:
                return super().execute(query, params, **options)
            with connection.pipeline():
                return super().execute(query, params, **options)

    return {"cursor_factory": Cursor}
