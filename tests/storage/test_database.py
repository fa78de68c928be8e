"""Transactions: writers wait for each other, readers for nobody, and what the database undoes is done again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from betaalhub.errors import BetaalhubError, ConfigurationError
from betaalhub.storage.database import chunks, lock, make_engine, make_sessions, reading, with_retries
from betaalhub.storage.tables import CircuitRow, WinkelmandjeRow
from tests.storage.building import NOW, Register, make_mandje, put


@pytest.fixture
def mandjes(sessions: sessionmaker[Session], register: Register) -> list[int]:
    """Two committed winkelmandjes."""
    with sessions.begin() as session:
        return [make_mandje(session, register).id for _ in range(2)]


@pytest.fixture
def hasty(sqlite_url: str) -> Iterator[Engine]:
    """The same SQLite register, but nobody waits more than a moment for a lock."""
    engine = make_engine(f"{sqlite_url}?timeout=0.01")
    yield engine
    engine.dispose()


@pytest.mark.parametrize(
    ("url", "told"),
    [("nonsense", "geen geldige"), ("mysql://localhost/x", "mysql kan niet"), ("sqlite://", "geheugen"),
     ("sqlite:///:memory:", "geheugen"), ("postgresql+asyncpg://localhost/x", "asyncpg")],
)  # fmt: skip
def test_a_database_that_can_not_be_used_is_told_in_words(url: str, told: str) -> None:
    with pytest.raises(ConfigurationError, match=told):
        make_engine(url)


def test_the_folder_of_a_register_is_made(tmp_path: Path) -> None:
    make_engine(f"sqlite:///{tmp_path}/var/lib/register.sqlite3").dispose()
    assert (tmp_path / "var/lib").is_dir()


def test_nothing_of_a_failed_transaction_stays(sessions: sessionmaker[Session], register: Register) -> None:
    with pytest.raises(ConfigurationError), sessions.begin() as session:
        make_mandje(session, register)
        raise ConfigurationError("stop")
    with reading(sessions) as session:
        assert session.scalars(select(WinkelmandjeRow.id)).all() == []


def test_rows_stay_readable_after_their_transaction(sessions: sessionmaker[Session], register: Register) -> None:
    with sessions.begin() as session:
        mandje = make_mandje(session, register)
    assert (mandje.status, mandje.aangemaakt_op) == ("OPEN", NOW)


def test_a_failed_insert_in_a_savepoint_leaves_the_rest(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        put(session, CircuitRow(ontvanger="psp:psp", fouten=1, open_tot=NOW))
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(CircuitRow.__table__.insert().values(ontvanger="psp:psp", fouten=2, open_tot=NOW))
        put(session, CircuitRow(ontvanger="erp:demostad", fouten=1, open_tot=NOW))
    with reading(sessions) as session:
        assert len(session.scalars(select(CircuitRow)).all()) == 2


def test_a_reader_does_not_wait_for_a_writer(sessions: sessionmaker[Session], mandjes: list[int]) -> None:
    with sessions.begin() as writer:
        lock(writer, WinkelmandjeRow, mandjes)[0].versie = 7
        writer.flush()
        with reading(sessions) as session:
            assert session.get_one(WinkelmandjeRow, mandjes[0]).versie == 0


def test_a_reader_sees_one_moment_on_sqlite(sqlite_url: str) -> None:
    engine = make_engine(sqlite_url)
    sessions = make_sessions(engine)
    with reading(sessions) as session:
        before = session.scalars(select(CircuitRow.ontvanger)).all()
        with sessions.begin() as writer:
            put(writer, CircuitRow(ontvanger="psp:psp", fouten=1, open_tot=NOW))
        assert session.scalars(select(CircuitRow.ontvanger)).all() == before
    engine.dispose()


def test_a_reader_that_writes_is_stopped(sessions: sessionmaker[Session], mandjes: list[int]) -> None:
    with pytest.raises(BetaalhubError, match="only reads"), reading(sessions) as session:
        session.get_one(WinkelmandjeRow, mandjes[0]).versie = 7
        session.flush()


def test_lock_gives_the_rows_ascending_and_leaves_out_what_is_not_there(
    sessions: sessionmaker[Session], mandjes: list[int]
) -> None:
    with sessions.begin() as session:
        found = lock(session, WinkelmandjeRow, [mandjes[1], 999_999, mandjes[0], mandjes[1]])
        assert [row.id for row in found] == mandjes
        assert lock(session, WinkelmandjeRow, []) == []


def test_who_gets_the_lock_sees_what_the_one_before_did(sessions: sessionmaker[Session], mandjes: list[int]) -> None:
    def add_one() -> None:
        with sessions.begin() as session:
            if session.get_bind().dialect.name != "sqlite":
                session.get_one(WinkelmandjeRow, mandjes[0])  # an older look, which the lock makes fresh
            lock(session, WinkelmandjeRow, [mandjes[0]])[0].versie += 1

    threads = [threading.Thread(target=add_one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reading(sessions) as session:
        assert session.get_one(WinkelmandjeRow, mandjes[0]).versie == 8


def test_a_busy_register_is_tried_again(hasty: Engine) -> None:
    sessions, tries = make_sessions(hasty), []
    holder = sessions()
    holder.connection()

    def work(session: Session) -> str:
        tries.append("try")
        if len(tries) == 3:
            holder.close()
        put(session, CircuitRow(ontvanger="psp:psp", fouten=1, open_tot=NOW))
        return "done"

    assert with_retries(sessions, work) == "done"
    assert len(tries) == 3


def test_a_register_that_stays_busy_is_told_at_last(hasty: Engine) -> None:
    sessions = make_sessions(hasty)
    with sessions() as holder:
        holder.connection()
        with pytest.raises(DBAPIError, match="locked"):
            with_retries(sessions, lambda session: put(session, CircuitRow(ontvanger="x", fouten=1, open_tot=NOW)))


def test_a_mistake_of_our_own_is_not_tried_again(sessions: sessionmaker[Session]) -> None:
    tries = []

    def work(session: Session) -> None:
        tries.append("try")
        put(session, CircuitRow(ontvanger="", fouten=1, open_tot=NOW))

    with pytest.raises(IntegrityError):
        with_retries(sessions, work)
    assert len(tries) == 1


def test_ids_come_in_parts_that_fit_in_one_list() -> None:
    assert [len(part) for part in chunks(range(1201))] == [500, 500, 201]
    assert list(chunks([3, 1, 3])) == [[1, 3]]


def test_no_value_of_a_statement_reaches_the_text_of_an_error(sessions: sessionmaker[Session]) -> None:
    with pytest.raises(IntegrityError) as caught, sessions.begin() as session:
        put(session, CircuitRow(ontvanger="j.jansen@example.nl", fouten=None, open_tot=NOW))  # type: ignore[arg-type]
    assert "jansen" not in str(caught.value).split("DETAIL")[0]
