"""From nothing to today, a step at a time: the migrations make the tables, and none of them can stop halfway."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.script import Script
from sqlalchemy import Engine, event, inspect, text
from sqlalchemy.schema import CheckConstraint

from betaalhub.errors import NoWayBack
from betaalhub.storage.database import make_engine, make_sessions, migrate, migration_sql, pending, register_ready
from betaalhub.storage.database_schema import _MIGRATION_LOCK
from betaalhub.storage.tables import METADATA
from tests.storage.revisions import asked, differences, downgrade, faults, revisions, script_of, upgrade
from tests.storage.specimens import plant

OF_THE_HOUR = {"limiet"}  # what a way back may lose: it is past within the hour
OLD = 6  # revisions from before the rules of one step and of a way back
RULED = revisions()[OLD:]
BEFORE = revisions()[OLD - 1]
DIALECTS = ("sqlite", "postgresql")
every_ruled = pytest.mark.parametrize("revision", RULED, ids=lambda one: one.revision)


def test_the_migrated_schema_is_the_schema_of_the_tables(engine: Engine) -> None:
    assert differences(engine) == []


def test_the_migrated_checks_have_the_names_of_the_tables(engine: Engine) -> None:
    for table in METADATA.sorted_tables:
        made = {str(check["name"]).lower() for check in inspect(engine).get_check_constraints(table.name)}
        assert made == {c.name for c in table.constraints if isinstance(c, CheckConstraint)}


def test_the_migrated_checks_are_the_checks_of_the_tables(sqlite_engine: Engine) -> None:
    for table in METADATA.sorted_tables:
        made = {(check["name"], check["sqltext"]) for check in inspect(sqlite_engine).get_check_constraints(table.name)}
        assert made == {(c.name, str(c.sqltext)) for c in table.constraints if isinstance(c, CheckConstraint)}


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql", "oracle"])
def test_the_whole_schema_can_be_written_as_a_script(dialect: str) -> None:
    script = migration_sql(dialect)
    assert not [name for name in METADATA.tables if f"CREATE TABLE {name} " not in script]


def test_an_empty_register_is_not_ready_and_a_migrated_one_is(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/new/folder/register.sqlite3")
    assert pending(engine)
    assert not register_ready(make_sessions(engine))
    migrate(engine)
    assert not pending(engine)
    assert register_ready(make_sessions(engine))
    engine.dispose()


@pytest.mark.parametrize("kind", DIALECTS)
def test_several_may_migrate_at_once(new_database: Callable[[str], str], kind: str) -> None:
    engine, told = make_engine(new_database(kind)), list[BaseException]()

    def node() -> None:
        try:
            migrate(engine)
        except BaseException as error:  # brought to the test's own thread below
            told.append(error)

    threads = [threading.Thread(target=node) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not told
    assert not pending(engine)
    engine.dispose()


def test_a_node_waits_for_another_that_migrates_as_long_as_that_takes(new_database: Callable[[str], str]) -> None:
    url = new_database("postgresql")
    engine, other, told = make_engine(url), make_engine(url), list[BaseException]()
    hasty = "SET lock_timeout = '20ms'"  # in place of the seconds that it has
    event.listen(engine, "connect", lambda connection, _: (connection.execute(hasty), connection.commit()))

    def node() -> None:
        try:
            migrate(engine)
        except BaseException as error:  # brought to the test's own thread below
            told.append(error)

    thread, until = threading.Thread(target=node), time.monotonic() + 20
    waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'advisory' AND now() - query_start > '100ms'"
    with other.begin() as holder, other.connect() as looker:
        holder.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _MIGRATION_LOCK})
        thread.start()
        while thread.is_alive() and time.monotonic() < until and not looker.scalar(text(waits)):
            looker.rollback()
    thread.join()
    assert not told
    assert not pending(engine)
    engine.dispose()
    other.dispose()


def test_the_rule_of_one_step_sees_what_breaks_it() -> None:
    assert faults(["CREATE TABLE a (x)", "CREATE INDEX b ON a (x)", "UPDATE alembic_version SET x"])
    assert faults(["CREATE TABLE a (x)", "INSERT INTO a VALUES (1)"])
    assert not faults(["CREATE TABLE a (x)", "SELECT 1", "UPDATE alembic_version SET version_num='1'"])
    assert not faults(["UPDATE a SET x=1", "UPDATE a SET x=2"])


@pytest.mark.parametrize("kind", DIALECTS)
def test_each_migration_is_one_step(new_database: Callable[[str], str], kind: str) -> None:
    engine = make_engine(new_database(kind))
    upgrade(engine, BEFORE.revision)
    for revision in RULED:
        with asked(engine) as statements:
            upgrade(engine, revision.revision)
        assert faults(statements) == [], revision.revision
    assert not pending(engine)
    engine.dispose()


@every_ruled
def test_each_migration_is_one_step_on_oracle(revision: Script) -> None:
    assert faults(script_of("oracle", revision)) == []


@every_ruled
def test_each_migration_says_how_it_is_undone(revision: Script) -> None:
    assert callable(getattr(revision.module, "downgrade", None)), (
        "give it a downgrade() that works, or that says why not"
    )


@pytest.mark.parametrize("kind", DIALECTS)
def test_a_filled_register_goes_back_and_comes_again(new_database: Callable[[str], str], kind: str) -> None:
    engine = make_engine(new_database(kind))
    migrate(engine)
    with engine.begin() as connection:
        plant(connection, 1)
    for revision in reversed(RULED):
        try:
            downgrade(engine, str(revision.down_revision))
        except NoWayBack as reason:  # what would be lost
            assert len(str(reason)) >= 20, f"{revision.revision} does not say why it can not be undone"
            break
    migrate(engine)
    assert differences(engine) == []
    with engine.connect() as connection:
        rows = {t.name: connection.scalar(sa.select(sa.func.count()).select_from(t)) for t in METADATA.sorted_tables}
        assert {name: count for name, count in rows.items() if name not in OF_THE_HOUR} == dict.fromkeys(
            rows.keys() - OF_THE_HOUR, 1
        )
    engine.dispose()
