"""The only file that knows databases apart: engines, sessions, locks, retries and the state of the schema."""

from __future__ import annotations

import io
import random
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Delete, Engine, Update, create_engine, event, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from betaalhub.errors import BetaalhubError, ConfigurationError, Moved
from betaalhub.storage.tables import GebeurtenisRow, NumberedRow

T = TypeVar("T")
KeyT = TypeVar("KeyT", int, str)
RowT = TypeVar("RowT", bound=NumberedRow)

IN_LIST = 500  # values in one IN: Oracle takes 1000
_READ = "betaalhub_read"
_LOCK_WAIT = 5  # seconds that one statement waits for another's lock
_TRIES = 4
_MIGRATION_LOCK = 4827_1093  # any number, the same in every process
_SCHEMES = ("sqlite", "postgresql", "oracle")

_SQLITE_AGAIN = frozenset({5, 6})  # SQLITE_BUSY, SQLITE_LOCKED
_SQLITE_TAKEN = frozenset({1555, 2067})  # a primary key, a unique key
_POSTGRES_TAKEN, _ORACLE_TAKEN = "23505", 1
_POSTGRES_AGAIN = frozenset({"40001", "40P01", "55P03"})  # serialisation, deadlock, lock not available
_ORACLE_AGAIN = frozenset({54, 60, 8177, 30006})  # busy (NOWAIT, WAIT), deadlock, serialisation
_ORACLE_GONE = frozenset({1012, 1089, 12170, 12571, 25408})  # lost sessions that SQLAlchemy does not know


def make_engine(url: str) -> Engine:
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
        engine = _sqlite(parsed) if name == "sqlite" else _server(parsed)
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
        reads = connection.get_execution_options().get(_READ)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


def _server(url: URL) -> Engine:
    # READ COMMITTED with row locks, on both; a stale connection is noticed before it is used.
    engine = create_engine(
        url,
        isolation_level="READ COMMITTED",
        hide_parameters=True,  # no value of a statement reaches the text of an error
        pool_size=10,
        max_overflow=10,
        pool_pre_ping=True,
        pool_recycle=1800,
    )
    if url.get_backend_name() == "postgresql":
        event.listen(engine, "connect", _connect_postgres)
    else:
        event.listen(engine, "connect", _connect_oracle)
        event.listen(engine, "handle_error", _lost_oracle_session)
    return engine


def _connect_postgres(connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{_LOCK_WAIT}s'")
        cursor.execute("SET timezone = 'UTC'")
    connection.commit()


def _connect_oracle(connection: Any, _record: object) -> None:
    connection.call_timeout = 1000 * 6 * _LOCK_WAIT  # Oracle knows no lock timeout for DML: the whole call is bounded
    with connection.cursor() as cursor:
        cursor.execute("ALTER SESSION SET TIME_ZONE = 'UTC'")


def _lost_oracle_session(context: Any) -> None:
    if _oracle_code(context.original_exception) in _ORACLE_GONE:
        context.is_disconnect = True


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
        session.connection(execution_options={**options, _READ: True})
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
    return getattr(cause, "sqlstate", None) in _POSTGRES_AGAIN or _oracle_code(cause) in _ORACLE_AGAIN


def key_was_taken(error: DBAPIError) -> bool:
    """Is there a row with this primary or unique key already?"""
    cause = error.orig
    if (code := getattr(cause, "sqlite_errorcode", None)) is not None:
        return code in _SQLITE_TAKEN
    return getattr(cause, "sqlstate", None) == _POSTGRES_TAKEN or _oracle_code(cause) == _ORACLE_TAKEN


def _oracle_code(error: BaseException | None) -> int | None:
    """The number of an ORA- error, which both drivers carry in their first argument."""
    code = getattr(error.args[0], "code", None) if error is not None and error.args else None
    return code if isinstance(code, int) else None


def lock(session: Session, row_class: type[RowT], ids: Collection[int]) -> list[RowT]:
    """Lock these rows, ascending, and read them afresh; rows that are not there are left out.

    On SQLite the transaction itself (BEGIN IMMEDIATE) is the lock. On PostgreSQL the lock leaves the key alone, so that a row
    that only refers to this one (a gebeurtenis, an uitval) is added without waiting for it.
    """
    found: list[RowT] = []
    for part in chunks(ids):
        query = select(row_class).where(row_class.id.in_(part)).order_by(row_class.id)
        query = query.with_for_update(key_share=True)
        found += session.scalars(query, execution_options={"populate_existing": True})
    return found


def chunks(ids: Collection[KeyT]) -> Iterator[list[KeyT]]:
    """The ids (or codes) ascending, without doubles, in parts that fit in one IN list."""
    ordered = sorted(set(ids))
    for start in range(0, len(ordered), IN_LIST):
        yield ordered[start : start + IN_LIST]


def migrate(engine: Engine) -> None:
    """Bring the schema up to date; safe when several processes do it at once (on Oracle let one do it)."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _MIGRATION_LOCK})
        config = _alembic()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def pending(engine: Engine) -> bool:
    """Does the schema lack a migration, or is there none yet?"""
    with engine.connect().execution_options(**{_READ: True}) as connection:
        return _is_behind(connection)


def _is_behind(connection: Connection) -> bool:
    return set(MigrationContext.configure(connection).get_current_heads()) != _heads()


def register_ready(sessions: sessionmaker[Session]) -> bool:
    """Is the register reachable and up to date? Raises SQLAlchemyError when it cannot be reached."""
    with reading(sessions) as session:
        return not _is_behind(session.connection())


def migration_sql(dialect: str, *, since: str = "base") -> str:
    """The schema as a script for a database administrator; `dialect` is sqlite, postgresql or oracle.

    `since` is the revision that the register has (`SELECT version_num FROM alembic_version`); by default there is none yet.
    """
    config = _alembic()
    config.attributes["dialect"] = dialect
    config.output_buffer = io.StringIO()
    command.upgrade(config, f"{since}:head", sql=True)
    script = config.output_buffer.getvalue()
    if (
        dialect == "oracle"
    ):  # a bound variable has no place in a script, and its DDL is committed but its last INSERT not
        script = script.replace(" RETURNING alembic_version.version_num INTO :ret_0", "") + "COMMIT\n\n/\n"
    return script


def _alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("betaalhub.storage") / "migrations").replace("%", "%%"))
    return config


@cache
def _heads() -> frozenset[str]:
    return frozenset(ScriptDirectory.from_config(_alembic()).get_heads())
