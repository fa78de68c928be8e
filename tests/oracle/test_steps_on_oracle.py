"""A migration on Oracle that breaks halfway is finished by doing it again; needs BETAALHUB_TEST_ORACLE_URL, or the stand-in.

Every step is final there, so a process may die before a step, during it, or after it and before it could write that down.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine, event, inspect
from sqlalchemy.exc import DBAPIError

from betaalhub.storage.database import make_engine, migrate, pending
from betaalhub.storage.tables import METADATA
from tests.storage.registers import drop, why_not

URL = os.environ.get("BETAALHUB_TEST_ORACLE_URL")
pytestmark = pytest.mark.skipif(URL is None, reason="BETAALHUB_TEST_ORACLE_URL is not set")


class Died(BaseException):
    """The process is gone at this point."""


@pytest.fixture
def engine() -> Iterator[Engine]:
    """A schema with nothing in it."""
    engine = make_engine(str(URL))
    assert not why_not(engine)
    drop(engine)
    yield engine
    engine.dispose()
    drop(engine)
    migrate(engine)
    engine.dispose()


def dies(engine: Engine, when: str, *, at: int) -> Callable[[], None]:
    """Let the process that migrates die `before` or `after` the execution of this DDL statement; gives what calls it off."""
    count = 0

    def step(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        nonlocal count
        ours = statement.lstrip().startswith(("CREATE", "ALTER TABLE")) and "betaalhub_migratie" not in statement
        count += ours
        if ours and count == at:
            raise Died

    name = f"{when}_cursor_execute"
    event.listen(engine, name, step)
    return lambda: event.remove(engine, name, step)


def steps_left(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(
            connection.exec_driver_sql("SELECT COUNT(*) FROM betaalhub_migratie WHERE stap <> 'SLOT'").scalar_one()
        )


def goes_on(engine: Engine) -> None:
    """Migrating again makes the whole register and leaves no step behind."""
    migrate(engine)
    assert not pending(engine)
    assert set(METADATA.tables) <= set(inspect(engine).get_table_names())
    assert steps_left(engine) == 0


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("at", [1, 2, 40, 77, 95, 110])
def test_who_dies_at_a_step_leaves_a_register_that_the_next_one_finishes(engine: Engine, when: str, at: int) -> None:
    called_off = dies(engine, when, at=at)
    with pytest.raises(Died):
        migrate(engine)
    called_off()
    goes_on(engine)


def test_who_dies_again_and_again_comes_through_at_last(engine: Engine) -> None:
    for number in range(5):
        called_off = dies(engine, "after" if number % 2 else "before", at=17)
        with pytest.raises(Died):
            migrate(engine)
        called_off()
    goes_on(engine)


def test_a_table_of_somebody_else_is_never_taken_for_ours(engine: Engine) -> None:
    """Refused the first time and every time after, until it is gone; nothing of ours is lost meanwhile."""
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE circuit (van_een_ander VARCHAR2(10))")
    for _ in range(2):
        with pytest.raises(DBAPIError, match="ORA-00955"):
            migrate(engine)
        assert pending(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE circuit")
    goes_on(engine)


def test_two_that_migrate_at_once_take_turns(engine: Engine) -> None:
    said: list[BaseException] = []

    def work() -> None:
        try:
            migrate(engine)
        except DBAPIError as error:
            said.append(error)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not said
    goes_on(engine)


def test_a_register_is_known_by_the_revision_that_its_owner_made(engine: Engine) -> None:
    assert pending(engine)
    goes_on(engine)
    with engine.begin() as connection:
        connection.execute(sa.table("alembic_version", sa.column("version_num")).update().values(version_num="0001"))
    assert pending(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE alembic_version")
    assert pending(engine)
