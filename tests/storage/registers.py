"""Registers for the tests: emptied between two tests, described in a report, and looked at before anything in them is dropped."""

from __future__ import annotations

import sqlite3
from importlib.metadata import version

import sqlalchemy as sa
from sqlalchemy import Engine, inspect

from betaalhub.storage.tables import METADATA

# Ours, though no row class tells of them: how far a register was migrated, and the steps of a migration that is under way.
BOOKKEEPING = ("alembic_version", "betaalhub_migratie")
_CHILDREN_FIRST = tuple(reversed(METADATA.sorted_tables))


def clean(engine: Engine) -> None:
    """Remove every row, also from what is guarded: as an administrator would, not as the hub can."""
    emptying = [f"DELETE FROM {table.name}" for table in _CHILDREN_FIRST]
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":  # one round trip; as a replica would, without triggers and keys
            connection.exec_driver_sql(";".join(["SET LOCAL session_replication_role = replica", *emptying]))
            return
        connection.exec_driver_sql("TRUNCATE TABLE gebeurtenis")  # no trigger fires, and nothing refers to it
        for statement in emptying:
            connection.exec_driver_sql(statement)


def why_not(engine: Engine, *, may_lose_rows: str = "") -> str:
    """Why this schema is not for tests, which drop what is in it, in Dutch for its administrator; empty when it is.

    `may_lose_rows` is the name of the user whose register may be lost, so that nobody gives another's by mistake.
    """
    found, user = set(inspect(engine).get_table_names()), str(engine.url.username)
    foreign = sorted(found - METADATA.tables.keys() - set(BOOKKEEPING))
    if foreign:
        return (
            f"in het schema van {user} staan tabellen die niet van het register zijn ({', '.join(foreign[:5])}). "
            "Geef een gebruiker met een leeg schema."
        )
    with engine.connect() as connection:
        filled = [
            table.name
            for table in METADATA.sorted_tables
            if table.name in found and connection.scalar(sa.select(sa.literal(1)).select_from(table).limit(1))
        ]
    if not filled or user.lower() == may_lose_rows.lower():
        return ""
    return (
        f"in het schema van {user} staat een register met gegevens ({', '.join(filled[:5])}); de proef zou het wissen. "
        f"Geef een gebruiker met een leeg schema. Mogen deze gegevens weg: zet BETAALHUB_TEST_ORACLE_WIPE={user}."
    )


def drop(engine: Engine) -> None:
    """Drop the tables of the register, and those that say how far it was migrated."""
    METADATA.drop_all(engine)
    for name in BOOKKEEPING:
        sa.Table(name, sa.MetaData()).drop(engine, checkfirst=True)
    if engine.dialect.name == "postgresql":  # what a table there does not take with it
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP FUNCTION IF EXISTS gebeurtenis_guard")


def describe(engine: Engine) -> str:
    """The database and its driver with their versions, and the settings that tell databases of one version apart."""
    module = engine.dialect.dbapi
    driver = getattr(module, "__name__", engine.dialect.driver)
    if engine.dialect.name == "sqlite":
        return f"SQLite {sqlite3.sqlite_version}"
    told = f"{driver} {version(driver)}"
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            server = connection.exec_driver_sql("SHOW server_version").scalar()
            return f"PostgreSQL {str(server).split()[0]}, {told}"
        banner = connection.exec_driver_sql("SELECT banner FROM v$version WHERE ROWNUM = 1").scalar()
        characters = connection.exec_driver_sql(
            "SELECT value FROM nls_database_parameters WHERE parameter = 'NLS_CHARACTERSET'"
        ).scalar()
        return f"{banner}, {characters}, {told}"
