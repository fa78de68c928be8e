"""Before the suite drops anything it looks whose it is; between two tests nothing stays, not even what is guarded."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Engine, inspect

from betaalhub.storage.database import migrate
from betaalhub.storage.tables import METADATA
from tests.storage.registers import clean, describe, drop, why_not
from tests.storage.specimens import plant


def test_an_empty_register_and_an_empty_schema_are_for_tests(server: Engine) -> None:
    assert why_not(server) == ""


def test_a_schema_with_tables_of_somebody_else_is_never_touched(server: Engine) -> None:
    with server.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE salaris (bedrag INTEGER)")
    try:
        told = why_not(server, may_lose_rows=str(server.url.username))
    finally:
        sa.Table("salaris", sa.MetaData()).drop(server)
    assert "(salaris)" in told


def test_a_register_with_rows_is_only_lost_by_its_name(server: Engine) -> None:
    with server.begin() as connection:
        plant(connection, 1)
    user = str(server.url.username)
    assert f"BETAALHUB_TEST_ORACLE_WIPE={user}" in why_not(server)
    assert why_not(server, may_lose_rows="another")
    assert why_not(server, may_lose_rows=user.upper()) == ""


def test_a_filled_register_is_emptied(server: Engine) -> None:
    with server.begin() as connection:
        plant(connection, 1)
    clean(server)
    with server.connect() as connection:
        assert not [
            t.name for t in METADATA.sorted_tables if connection.scalar(sa.select(sa.func.count()).select_from(t))
        ]


def test_a_register_is_dropped_and_made_again(server: Engine) -> None:
    drop(server)
    assert inspect(server).get_table_names() == []
    migrate(server)
    assert set(inspect(server).get_table_names()) >= METADATA.tables.keys()


def test_a_database_is_told_with_its_version_and_without_its_password(engine: Engine) -> None:
    told = describe(engine)
    assert told.split()[0] in ("SQLite", "PostgreSQL", "Oracle")
    assert any(sign.isdigit() for sign in told)
    assert str(engine.url.password) not in told
