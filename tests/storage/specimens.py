"""A row of every table, made from the tables themselves: whoever adds a table or a column gets its specimen without asking."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Column, Connection, Table

from betaalhub.storage.tables import METADATA
from betaalhub.storage.types import Cents, Flag, LangeTekst, Tekst, UtcMicros
from tests.storage.building import NOW

Specimens = dict[str, dict[str, Any]]  # by table: each column of one row

# What can not be told from the type of a column alone.
VALUES: dict[str, Any] = {"boekingsregel.credit_cent": 0}
_CODES = re.compile(r"^(\w+) IN \('(.*)'\)$")


def checks(table: Table) -> Iterator[tuple[str, str]]:
    """The CHECKs of a table: name and condition."""
    return ((str(c.name), str(c.sqltext)) for c in table.constraints if isinstance(c, CheckConstraint))


def codes(table: Table) -> dict[str, list[str]]:
    """By column the codes that its CHECK allows."""
    found = (_CODES.match(condition) for _, condition in checks(table))
    return {match[1]: match[2].split("', '") for match in found if match}


def plant(connection: Connection, number: int) -> Specimens:
    """Put one row in every table, each referring to the others of this number; gives what must be read back."""
    made: Specimens = {}
    for table in METADATA.sorted_tables:
        row = {column.name: _value(column, number, made) for column in table.columns if not is_numbered(column)}
        found = connection.execute(sa.insert(table).values(row)).inserted_primary_key
        keys = dict(zip(table.primary_key.columns.keys(), found or (), strict=True))
        made[table.name] = {**row, **keys}
    return made


def is_numbered(column: Column[Any]) -> bool:
    """Does the database give this column its value?"""
    return column.identity is not None


def _value(column: Column[Any], number: int, made: Specimens) -> Any:
    for key in column.foreign_keys:
        return made[key.column.table.name][key.column.name]
    if str(column) in VALUES:
        return VALUES[str(column)]
    if allowed := codes(column.table).get(column.name):
        return allowed[0]
    return _of_type(column, number)


def _of_type(column: Column[Any], number: int) -> Any:
    kind = column.type
    if isinstance(kind, LangeTekst):
        return f"{column.name} {number}: " + "€" * 5000  # longer than what an Oracle VARCHAR2 holds
    if isinstance(kind, Tekst):
        return f"{column.name}-{number}"[-kind.length :]
    if isinstance(kind, UtcMicros):
        return NOW + timedelta(microseconds=number)
    if isinstance(kind, sa.Date):
        return date(2026, 11, 24) + timedelta(days=number)
    if isinstance(kind, Flag):
        return True
    if isinstance(kind, Cents):
        return 123_456_789_012_345
    return number
