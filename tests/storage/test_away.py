"""When a door says `later`: the register is away or too busy; and when not: we made a mistake."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import QueuePool, create_engine
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from betaalhub.storage.away import is_away, is_gone


def test_a_register_that_is_not_there_is_away() -> None:
    engine = create_engine("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    with pytest.raises(OperationalError) as raised, engine.connect():
        pass
    assert is_away(raised.value)


def test_a_process_without_a_free_connection_is_too_busy() -> None:
    engine = create_engine("sqlite://", poolclass=QueuePool, pool_size=1, max_overflow=0, pool_timeout=0.01)
    with engine.connect(), pytest.raises(PoolTimeout) as raised:
        engine.connect()
    assert is_away(raised.value)


def test_what_was_cut_off_halfway_is_away_whatever_the_driver_calls_it() -> None:
    cut = ProgrammingError("SELECT 1", {}, Exception(), connection_invalidated=True)
    assert is_away(cut)


def test_our_own_mistake_is_not() -> None:
    with create_engine("sqlite://").connect() as connection:
        connection.exec_driver_sql("CREATE TABLE t (a INTEGER PRIMARY KEY)")
        connection.exec_driver_sql("INSERT INTO t VALUES (1)")
        with pytest.raises(IntegrityError) as raised:
            connection.exec_driver_sql("INSERT INTO t VALUES (1)")
    assert not is_away(raised.value) and not is_away(SQLAlchemyError())


def test_one_that_is_busy_is_away_for_a_caller_and_not_gone_for_a_worker(tmp_path: Path) -> None:
    one, other = (create_engine(f"sqlite:///{tmp_path}/r", connect_args={"timeout": 0}) for _ in range(2))
    with one.connect() as writer, other.connect() as waits:
        writer.exec_driver_sql("CREATE TABLE t (a INTEGER)")
        writer.commit()
        writer.exec_driver_sql("INSERT INTO t VALUES (1)")
        with pytest.raises(OperationalError) as raised:
            waits.exec_driver_sql("INSERT INTO t VALUES (2)")
    assert is_away(raised.value) and not is_gone(raised.value)
