"""Two who want the same row, on every database that locks rows: who waits, who passes over, and what is done again.

SQLite has one lock for a whole register: test_database.py.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from betaalhub.storage.database import lock, make_sessions, reading, with_retries, worth_another_try
from betaalhub.storage.tables import BetaalopdrachtRow, CircuitRow, WinkelmandjeRow
from tests.storage.building import NOW, Register, make_mandje, make_opdracht, make_register, put

WAIT = 20  # seconds in which every thread of a test must be done


@pytest.fixture
def desk(server: Engine) -> sessionmaker[Session]:
    return make_sessions(server)


@pytest.fixture
def demostad(desk: sessionmaker[Session]) -> Register:
    with desk.begin() as session:
        return make_register(session)


@pytest.fixture
def mandjes(desk: sessionmaker[Session], demostad: Register) -> list[int]:
    """Two committed winkelmandjes."""
    with desk.begin() as session:
        return [make_mandje(session, demostad).id for _ in range(2)]


def versies(desk: sessionmaker[Session]) -> list[int]:
    with reading(desk) as session:
        return list(session.scalars(select(WinkelmandjeRow.versie).order_by(WinkelmandjeRow.id)))


def side_by_side(*work: Callable[[], object]) -> None:
    """Each in a thread of its own, until all are done; what one raises is raised here."""
    told: list[BaseException] = []

    def run(one: Callable[[], object]) -> None:
        try:
            one()
        except BaseException as error:  # brought to the test's own thread below
            told.append(error)

    threads = [threading.Thread(target=run, args=(one,), daemon=True) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
    assert not [thread for thread in threads if thread.is_alive()]
    if told:
        raise told[0]


def test_a_row_that_somebody_holds_is_passed_over(desk: sessionmaker[Session], mandjes: list[int]) -> None:
    free = select(WinkelmandjeRow.id).where(WinkelmandjeRow.id.in_(mandjes)).with_for_update(skip_locked=True)
    with desk.begin() as holder, desk.begin() as other:
        lock(holder, WinkelmandjeRow, mandjes[:1])
        assert other.scalars(free).all() == mandjes[1:]


def test_a_lock_that_stays_taken_is_tried_again(desk: sessionmaker[Session], mandjes: list[int]) -> None:
    at_once = select(WinkelmandjeRow).where(WinkelmandjeRow.id == mandjes[0]).with_for_update(nowait=True)
    tries, holder = [], desk()
    lock(holder, WinkelmandjeRow, mandjes)

    def work(session: Session) -> str:
        tries.append("try")
        if len(tries) == 3:
            holder.rollback()
        session.scalars(at_once).one().versie = 3
        return "done"

    assert with_retries(desk, work) == "done"
    assert (len(tries), versies(desk)) == (3, [3, 0])


def test_who_waits_too_long_is_told_so_and_may_try_again(desk: sessionmaker[Session], mandjes: list[int]) -> None:
    if desk.kw["bind"].dialect.name != "postgresql":
        pytest.skip("only PostgreSQL bounds the wait for a lock; Oracle the whole call, by the driver")
    with desk.begin() as holder, pytest.raises(DBAPIError) as caught:
        lock(holder, WinkelmandjeRow, mandjes)
        with desk.begin() as other:
            assert other.scalar(text("SHOW lock_timeout")) == "5s"
            other.execute(text("SET LOCAL lock_timeout = '20ms'"))
            lock(other, WinkelmandjeRow, mandjes)
    assert worth_another_try(caught.value)


def test_what_only_refers_to_a_row_does_not_wait_for_it(
    desk: sessionmaker[Session], demostad: Register, mandjes: list[int]
) -> None:
    with desk.begin() as holder:
        lock(holder, WinkelmandjeRow, mandjes)[0].versie = 1
        holder.flush()
        with desk.begin() as other:  # with the wait of the engine it would fail here
            make_opdracht(other, demostad, other.get_one(WinkelmandjeRow, mandjes[0]))
    with reading(desk) as session:
        assert session.scalars(select(BetaalopdrachtRow.winkelmandje_id)).all() == mandjes[:1]


def test_who_locks_the_same_rows_in_any_order_never_stands_in_the_others_way(
    desk: sessionmaker[Session], mandjes: list[int]
) -> None:
    def raises(ids: list[int]) -> None:
        for _ in range(15):
            with desk.begin() as session:  # without a second try: a deadlock would be seen
                for row in lock(session, WinkelmandjeRow, ids):
                    row.versie += 1

    side_by_side(lambda: raises(mandjes), lambda: raises(mandjes[::-1]), lambda: raises(mandjes[1:]))
    assert versies(desk) == [30, 45]


def test_who_gets_the_lock_reads_the_row_afresh(desk: sessionmaker[Session], mandjes: list[int]) -> None:
    with desk.begin() as session:
        before = session.get_one(WinkelmandjeRow, mandjes[0])
        assert before.versie == 0
        with desk.begin() as other:
            lock(other, WinkelmandjeRow, mandjes)[0].versie = 7
        lock(session, WinkelmandjeRow, mandjes)
        assert before.versie == 7


def test_a_second_look_sees_what_was_committed_in_between(desk: sessionmaker[Session], mandjes: list[int]) -> None:
    look = select(WinkelmandjeRow.versie).where(WinkelmandjeRow.id == mandjes[0])
    with reading(desk) as session:
        assert session.scalar(look) == 0
        with desk.begin() as other:
            other.execute(update(WinkelmandjeRow).values(versie=1))
            assert session.scalar(look) == 0
        assert session.scalar(look) == 1


def test_a_deadlock_ends_well_for_both(desk: sessionmaker[Session]) -> None:
    both_hold_one = threading.Barrier(2)
    with desk.begin() as session:
        put(session, *(CircuitRow(ontvanger=name, fouten=0, open_tot=NOW) for name in "ab"))

    def raises(first: str, second: str) -> Callable[[], None]:
        tries: list[str] = []

        def work(session: Session) -> None:
            tries.append("try")
            session.get_one(CircuitRow, first, with_for_update=True).fouten += 1
            session.flush()
            if len(tries) == 1:
                both_hold_one.wait(WAIT)
            session.get_one(CircuitRow, second, with_for_update=True).fouten += 1

        return lambda: with_retries(desk, work)

    side_by_side(raises("a", "b"), raises("b", "a"))
    with reading(desk) as session:
        assert session.scalars(select(CircuitRow.fouten)).all() == [2, 2]


def test_a_connection_that_was_lost_costs_one_transaction_at_most(
    server: Engine, server_url: str, desk: sessionmaker[Session], administrators: Callable[[str], Engine]
) -> None:
    if server.dialect.name != "postgresql":
        pytest.skip("an administrator's right is needed to end a session")
    with reading(desk) as session:
        lost = session.scalar(text("SELECT pg_backend_pid()"))
    with administrators(server_url).connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid, 10000)"), {"pid": lost})
    try:
        with desk.begin() as session:  # a pool may trust a connection that was used just now
            session.scalar(text("SELECT 1"))
    except DBAPIError as error:
        assert error.connection_invalidated
    with desk.begin() as session:
        assert session.scalar(text("SELECT pg_backend_pid()")) != lost
