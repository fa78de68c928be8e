"""The only place that knows databases apart: engines, sessions, locks and retries.

Beside it: database_schema.py (migrations and the state of the schema) and the database_oracle….py files, for Oracle alone.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Delete, Engine, Update, create_engine, event, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from betaalhub.errors import BetaalhubError, ConfigurationError, Moved
from betaalhub.storage.database_oracle import (
    DatabaseOptions,
    code_of,
    make_oracle,
    reason_of,
    worth_another_try_on_oracle,
)
from betaalhub.storage.database_oracle_ddl import oracle_scripts
from betaalhub.storage.database_postgres import make_postgres
from betaalhub.storage.database_schema import READ_OPTION, is_behind, migrate, migration_sql, pending
from betaalhub.storage.database_schema import alembic_config as _alembic
from betaalhub.storage.tables import GebeurtenisRow, NumberedRow

__all__ = [
    "IN_LIST",
    "DatabaseOptions",
    "_alembic",
    "chunks",
    "key_was_taken",
    "lock",
    "make_engine",
    "make_sessions",
    "migrate",
    "migration_sql",
    "oracle_scripts",
    "pending",
    "reading",
    "reason_of",
    "register_ready",
    "with_retries",
    "worth_another_try",
]

T = TypeVar("T")
KeyT = TypeVar("KeyT", int, str)
RowT = TypeVar("RowT", bound=NumberedRow)

IN_LIST = 500  # values in one IN: Oracle takes 1000
_LOCK_WAIT = 5  # seconds that one statement waits for another's lock
_TRIES = 4
_SCHEMES = ("sqlite", "postgresql", "oracle")

_SQLITE_AGAIN = frozenset({5, 6})  # SQLITE_BUSY, SQLITE_LOCKED
_SQLITE_TAKEN = frozenset({1555, 2067})  # a primary key, a unique key
_POSTGRES_TAKEN, _ORACLE_TAKEN = "23505", "ORA-00001"
_POSTGRES_AGAIN = frozenset({"40001", "40P01", "55P03"})  # serialisation, deadlock, lock not available


def make_engine(url: str, options: DatabaseOptions = DatabaseOptions()) -> Engine:
    """The engine for `sqlite:///…`, `postgresql+psycopg://…`, `oracle+oracledb://…` or `oracle+cx_oracle://…`.

    Nothing is connected yet. ConfigurationError when the URL is not one of these or its driver is not installed.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ConfigurationError("BETAALHUB_DATABASE_URL: geen geldige database-URL") from None
    name = parsed.get_backend_name()
    if name not in _SCHEMES:
        raise ConfigurationError(f"BETAALHUB_DATABASE_URL: {name} kan niet; kies sqlite, postgresql of oracle")
    try:
        engine = _sqlite(parsed) if name == "sqlite" else _server(parsed, options)
    except ImportError as missing:
        raise ConfigurationError(
            f"BETAALHUB_DATABASE_URL: het stuurprogramma {missing.name} is niet geïnstalleerd"
        ) from None
    event.listen(engine, "before_execute", _refuse_changed_history)
    return engine


def _sqlite(url: URL) -> Engine:
    if url.database in (None, "", ":memory:"):
        raise ConfigurationError("BETAALHUB_DATABASE_URL: een register in het geheugen gaat verloren; noem een bestand")
    Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
    waits = {} if "timeout" in url.query else {"timeout": _LOCK_WAIT}
    engine = create_engine(url, connect_args=waits, pool_size=10, max_overflow=20, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver must not begin by itself: BEGIN is ours
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        reads = connection.get_execution_options().get(READ_OPTION)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


def _server(url: URL, options: DatabaseOptions) -> Engine:
    # READ COMMITTED with row locks, on both; a stale connection is noticed before it is used.
    common: dict[str, Any] = {
        "isolation_level": "READ COMMITTED",
        "hide_parameters": True,  # no value of a statement reaches the text of an error
        "pool_size": (options.pool + 1) // 2,
        "max_overflow": options.pool // 2,
        "pool_pre_ping": True,
        "pool_recycle": 1800,
    }
    if url.get_backend_name() == "oracle":
        return make_oracle(url, options, **common)
    return make_postgres(url, lock_wait=_LOCK_WAIT, **common)


def _refuse_changed_history(_connection: Connection, statement: object, *_: object) -> None:
    """Gebeurtenissen are only added: whatever would change or remove one is stopped here, and by triggers below it."""
    if isinstance(statement, (Update, Delete)) and _name_of(statement) == GebeurtenisRow.__tablename__:
        raise BetaalhubError("A gebeurtenis is never changed or removed")


def _name_of(statement: Update | Delete) -> str | None:
    return getattr(statement.table, "name", None)


def make_sessions(engine: Engine) -> sessionmaker[Session]:
    """Sessions on this engine; `with sessions.begin() as session:` is one writing transaction.

    Rows stay readable after the transaction, so that values may be copied out.
    """
    return sessionmaker(engine, expire_on_commit=False)


@contextmanager
def reading(sessions: sessionmaker[Session], **options: Any) -> Iterator[Session]:
    """A session that only reads: it waits for no writer on SQLite, and what it would write is refused.

    `options`: further execution options of its connection.
    """
    with sessions() as session:
        event.listen(session, "before_flush", _refuse_write)
        session.connection(execution_options={**options, READ_OPTION: True})
        yield session


def _refuse_write(session: Session, *_: object) -> None:
    if session.new or session.dirty or session.deleted:
        raise BetaalhubError("This session only reads")


def with_retries(sessions: sessionmaker[Session], work: Callable[[Session], T]) -> T:
    """Do `work` in one transaction of its own; again, a moment later, when the database asks for that.

    That is: a deadlock, a serialisation failure, a lock that stayed taken too long, or `Moved`; four times at most. And at once
    when a unique key was taken by somebody who was first: whoever looks again finds what that one made.
    """
    for attempt in range(1, _TRIES):
        try:
            with sessions.begin() as session:
                return work(session)
        except DBAPIError as error:
            if key_was_taken(error):
                continue
            if not worth_another_try(error):
                raise
        except Moved:
            pass
        time.sleep(random.uniform(0.01, 0.05) * 2**attempt)
    with sessions.begin() as session:
        return work(session)


def worth_another_try(error: DBAPIError) -> bool:
    """Did the database undo the transaction only because another one stood in its way?"""
    cause = error.orig
    code = getattr(cause, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in _SQLITE_AGAIN
    return getattr(cause, "sqlstate", None) in _POSTGRES_AGAIN or worth_another_try_on_oracle(error)


def key_was_taken(error: DBAPIError) -> bool:
    """Is there a row with this primary or unique key already?"""
    cause = error.orig
    if (code := getattr(cause, "sqlite_errorcode", None)) is not None:
        return code in _SQLITE_TAKEN
    return getattr(cause, "sqlstate", None) == _POSTGRES_TAKEN or code_of(cause) == _ORACLE_TAKEN


def lock(session: Session, row_class: type[RowT], ids: Collection[int]) -> list[RowT]:
    """Lock these rows, ascending, and read them afresh; rows that are not there are left out.

    On SQLite the transaction itself (BEGIN IMMEDIATE) is the lock. On PostgreSQL the lock leaves the key alone, so that a row
    that only refers to this one (a gebeurtenis, an uitval) is added without waiting for it.
    """
    return [row for part in chunks(ids) for row in lock_where(session, row_class, row_class.id.in_(part))]


def lock_where(session: Session, row_class: type[RowT], condition: ColumnElement[bool]) -> list[RowT]:
    """The same for the rows that meet a condition, which is looked at again after a wait for somebody else's lock."""
    query = select(row_class).where(condition).order_by(row_class.id).with_for_update(key_share=True)
    return list(session.scalars(query, execution_options={"populate_existing": True}))


def chunks(ids: Collection[KeyT]) -> Iterator[list[KeyT]]:
    """The ids (or codes) ascending, without doubles, in parts that fit in one IN list."""
    ordered = sorted(set(ids))
    for start in range(0, len(ordered), IN_LIST):
        yield ordered[start : start + IN_LIST]


def register_ready(sessions: sessionmaker[Session]) -> bool:
    """Is the register reachable and up to date? Raises SQLAlchemyError when it cannot be reached."""
    with reading(sessions) as session:
        return not is_behind(session.connection())
