"""Migrations on Oracle, where every step is final by itself: one process at a time, and what broke halfway goes on there.

The table betaalhub_migratie holds the steps of a migration under way: BEGONNEN before a step is executed, KLAAR once the
database said that it was done. Doing it again skips what is KLAAR. Of a step that is still BEGONNEN nobody heard the end: it
is executed again, and there, and nowhere else, "this exists already" means that it was done. A finished migration leaves none.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic.ddl.oracle import OracleImpl
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    MetaData,
    String,
    Table,
    column,
    delete,
    insert,
    select,
    table,
    update,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateTable, ExecutableDDLElement

from betaalhub.errors import BetaalhubError
from betaalhub.storage.database_oracle import code_of

_SLOT, _BEGUN, _DONE = "SLOT", "BEGONNEN", "KLAAR"
_STEPS = Table(
    "betaalhub_migratie",
    MetaData(),
    Column("stap", String(64), primary_key=True),  # SHA-256 of revision and statement, or SLOT
    Column("staat", String(10), nullable=False),
)
VERSION = table(
    "alembic_version", column("version_num")
).c.version_num  # Alembic's own: the revision that a register has
_TAKEN = frozenset({"ORA-00955"})  # a name that is there
_BUSY = frozenset({"ORA-00054", "ORA-30006"})
# A name, index, column, key, constraint, reference or trigger that is there; and a column, table, index or constraint that is gone.
_THERE = _TAKEN | {"ORA-01408", "ORA-01430", "ORA-02260", "ORA-02261", "ORA-02264", "ORA-02275", "ORA-04081"}
_GONE = frozenset({"ORA-00904", "ORA-00942", "ORA-01418", "ORA-02443", "ORA-04080"})
_WAIT, _LOOK = 600.0, 0.5  # seconds: for another process that migrates, and between two looks


class SteppingOracle(OracleImpl):
    """Alembic's way with Oracle, one recorded step at a time; Alembic finds it by its dialect."""

    __dialect__ = "oracle"

    def _exec(self, construct: Any, *args: Any, **kwargs: Any) -> Any:
        book: Connection | None = self.context_opts.get("steps")
        if book is None or self.connection is None or not isinstance(construct, ExecutableDDLElement):
            return super()._exec(construct, *args, **kwargs)
        statement = str(construct.compile(dialect=self.dialect))
        step = _name(self.connection, statement)
        before = book.scalar(select(_STEPS.c.staat).where(_STEPS.c.stap == step))
        if before == _DONE:
            return None
        if before is None:
            book.execute(insert(_STEPS).values(stap=step, staat=_BEGUN))
        try:
            super()._exec(construct, *args, **kwargs)
        except DBAPIError as error:
            if before is None and not error.connection_invalidated:  # a plain no: it was not done
                book.execute(delete(_STEPS).where(_STEPS.c.stap == step))
            if before is None or not _was_done(statement, error):
                raise
        book.execute(update(_STEPS).where(_STEPS.c.stap == step).values(staat=_DONE))
        return None


def _name(connection: Connection, statement: str) -> str:
    """The same statement may come back in a later revision, so the revision that is left belongs to its name."""
    revision = connection.scalar(select(VERSION)) or ""
    return hashlib.sha256(f"{revision}:{statement}".encode()).hexdigest()


def _was_done(statement: str, error: DBAPIError) -> bool:
    return code_of(error.orig) in (_GONE if " DROP " in f" {statement} " else _THERE)


@contextmanager
def one_at_a_time(engine: Engine) -> Iterator[tuple[Connection, Connection]]:
    """The connection to migrate on and the one that keeps the book of it, while no other process migrates this register.

    The lock is a row held by a third connection: a step's own commit does not end it, and a process that dies lets it go.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as book:
        _make_book(book)
        with engine.begin() as slot:
            _take(slot)
            with engine.begin() as connection, _without_bound(connection):
                connection.exec_driver_sql(
                    "ALTER SESSION SET DDL_LOCK_TIMEOUT = 60"
                )  # wait for a reader, do not give up
                yield connection, book
            book.execute(delete(_STEPS).where(_STEPS.c.stap != _SLOT))


def _make_book(book: Connection) -> None:
    """The table and its one row that is a lock; whoever comes second finds them there."""
    for statement, taken in (
        (CreateTable(_STEPS), _TAKEN),
        (insert(_STEPS).values(stap=_SLOT, staat=_DONE), {"ORA-00001"}),
    ):
        try:
            book.execute(statement)
        except DBAPIError as error:
            if code_of(error.orig) not in taken:
                raise


def _take(slot: Connection) -> None:
    until = time.monotonic() + _WAIT
    while True:
        try:
            slot.execute(select(_STEPS.c.stap).where(_STEPS.c.stap == _SLOT).with_for_update(nowait=True))
        except DBAPIError as error:
            if code_of(error.orig) not in _BUSY:
                raise
            if time.monotonic() > until:
                raise BetaalhubError("Een ander proces werkt de tabellen al tien minuten bij") from error
            time.sleep(_LOOK)
        else:
            return


@contextmanager
def _without_bound(connection: Connection) -> Iterator[None]:
    """An index on a large table takes as long as it takes."""
    driver = connection.connection.driver_connection
    bound = getattr(driver, "call_timeout", 0)
    if bound:
        driver.call_timeout = 0  # type: ignore[union-attr]
    try:
        yield
    finally:
        if bound and not connection.invalidated:
            driver.call_timeout = bound  # type: ignore[union-attr]
