"""What the database itself refuses: every NOT NULL, CHECK, UNIQUE and foreign key of every table, read from the tables.

One transaction serves them all: each test undoes what it did.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection, ForeignKeyConstraint, PrimaryKeyConstraint, Table, UniqueConstraint
from sqlalchemy.exc import DBAPIError, IntegrityError

from betaalhub.storage.tables import METADATA
from betaalhub.storage.types import Tekst
from tests.storage.specimens import Specimens, checks, codes, is_numbered, plant

TABLES = METADATA.sorted_tables
APPEND_ONLY = {"gebeurtenis"}  # its rows can not be changed, so wrong ones are added
SIMPLE = re.compile(r"^(\w+) (IN \(0, 1\)|IN|>=|>)")
NEEDS = re.compile(r"^(\w+) IS NULL OR (\w+) IS NOT NULL$")
# Of each CHECK over more than one value: rows that it must refuse.
COMBINED: dict[str, list[dict[str, Any]]] = {
    "ck_betaling_gereserveerd": [{"gereserveerd_cent": -1, "meer_gereserveerd_cent": -1}, {"ontvangen_cent": 1}],
    "ck_betaling_meer": [{"meer_gereserveerd_cent": -1}, {"gereserveerd_cent": 1, "meer_gereserveerd_cent": 2}],
    "ck_bewijs_geheim": [{"soort": "WACHTWOORD", "geheim": None}, {"soort": "OIN", "geheim": "x"},
                         {"soort": "USERNAMETOKEN", "geheim": None}, {"soort": "CERTIFICAAT", "geheim": "x"}],
    "ck_boekregel_debet_of_credit": [{"debet_cent": 1, "credit_cent": 1}, {"debet_cent": 0, "credit_cent": 0},
                                     {"debet_cent": -1, "credit_cent": 0}, {"debet_cent": 0, "credit_cent": -1}],
    "ck_opdracht_versie": [{"versie_bevestigd": 2, "versie_gewenst": 1}],
    "ck_toewijzing_gereserveerd": [{"gereserveerd_cent": -1}, {"gereserveerd_cent": 2, "bedrag_cent": 1}],
    "ck_wijziging_nummer": [{"nummer": 0}],
    "ck_wijziging_versie": [{"versie": 0}, {"versie": 1_000_000}],
}  # fmt: skip


def all_tables(tables: list[Table] = TABLES) -> Any:
    return pytest.mark.parametrize("table", tables, ids=lambda table: table.name)


@pytest.fixture(scope="module")
def rows(ground: Connection) -> list[Specimens]:
    """Two rows of every table."""
    return [plant(ground, number) for number in (1, 2)]


@contextmanager
def undone(ground: Connection) -> Iterator[None]:
    with ground.begin_nested() as savepoint:
        yield
        savepoint.rollback()


def raw(table: Table, values: dict[str, Any]) -> dict[str, Any]:
    """The values as the database gets them, without what our own types would say of them."""

    plain = {str: sa.String(), int: sa.BigInteger()}
    return {
        name: sa.null() if value is None else sa.literal(value, plain.get(type(value), table.c[name].type))
        for name, value in values.items()
    }


def spoil(ground: Connection, rows: list[Specimens], table: Table, values: dict[str, Any]) -> None:
    """Change the second row of this table in this way."""
    row, wrong = rows[1][table.name], raw(table, values)
    if table.name in APPEND_ONLY:
        kept = {name: value for name, value in row.items() if not is_numbered(table.c[name])}
        ground.execute(sa.insert(table).values({**kept, **wrong}))
        return
    this = [column == row[column.name] for column in table.primary_key]
    assert ground.execute(sa.update(table).where(*this).values(wrong)).rowcount == 1


def refusal(ground: Connection, rows: list[Specimens], table: Table, values: dict[str, Any]) -> str:
    """What the database says of it, in lower case."""
    with pytest.raises(IntegrityError) as caught, undone(ground):
        spoil(ground, rows, table, values)
    return str(caught.value.orig).lower()


@all_tables()
def test_what_is_put_in_a_table_comes_back(ground: Connection, rows: list[Specimens], table: Table) -> None:
    for planted in rows:
        row = planted[table.name]
        this = [column == row[column.name] for column in table.primary_key]
        assert ground.execute(sa.select(table).where(*this)).mappings().one() == row


@all_tables()
def test_an_obliged_column_is_never_empty(ground: Connection, rows: list[Specimens], table: Table) -> None:
    for column in table.columns:
        if not column.nullable and not is_numbered(column):
            told = refusal(ground, rows, table, {column.name: None})
            assert column.name in told or (told == "datatype mismatch" and column.primary_key), (
                told
            )  # SQLite, of a rowid


@all_tables()
def test_a_column_that_may_stay_empty_may(ground: Connection, rows: list[Specimens], table: Table) -> None:
    for column in table.columns:
        asked_for = any(f"{column.name} IS NOT NULL" in condition for _, condition in checks(table))
        if column.nullable and not asked_for:  # by another column, as the CHECK's own test proves
            with undone(ground):
                spoil(ground, rows, table, {column.name: None})


def wrong_values(table: Table, name: str, condition: str) -> list[dict[str, Any]]:
    """Rows that this CHECK must refuse. A CHECK that is not understood here needs a line in COMBINED."""
    if name in COMBINED:
        return COMBINED[name]
    if needs := NEEDS.match(condition):
        return [{needs[1]: "x", needs[2]: None}]
    assert (simple := SIMPLE.match(condition)), f"{name} is not understood: give COMBINED rows that it must refuse"
    column, operator = simple.groups()
    if operator == "IN":
        return [{column: "ZOMAAR"[: table.c[column].type.length]}]  # type: ignore[attr-defined]
    return [{column: value} for value in {"IN (0, 1)": (-1, 2), ">=": (-1,), ">": (0, -1)}[operator]]


@all_tables([table for table in TABLES if any(checks(table))])
def test_every_check_refuses_what_it_must(ground: Connection, rows: list[Specimens], table: Table) -> None:
    conditions = dict(checks(table))
    for name, condition in conditions.items():
        for wrong in wrong_values(table, name, condition):
            told = refusal(ground, rows, table, wrong)
            # another CHECK over the same column may be the first to say no
            assert [one for one in conditions if one in told and any(column in conditions[one] for column in wrong)], (
                told
            )


def test_no_line_of_combined_is_left_over() -> None:
    assert COMBINED.keys() <= {name for table in TABLES for name, _ in checks(table)}


@all_tables([table for table in TABLES if codes(table)])
def test_every_code_of_the_domain_is_taken(ground: Connection, rows: list[Specimens], table: Table) -> None:
    for column, allowed in codes(table).items():
        for code in allowed:
            more = {"geheim": None} if code in ("OIN", "CERTIFICAAT", "HANDTEKENING") else {}
            with undone(ground):
                spoil(ground, rows, table, {column: code, **more})


def unique_keys(table: Table) -> Iterator[tuple[str, list[str]]]:
    for constraint in table.constraints:
        if isinstance(constraint, (PrimaryKeyConstraint, UniqueConstraint)):
            yield str(constraint.name), constraint.columns.keys()
    for index in table.indexes:
        if index.unique:
            yield str(index.name), index.columns.keys()


@all_tables([table for table in TABLES if table.name not in APPEND_ONLY])
def test_what_is_unique_comes_once(ground: Connection, rows: list[Specimens], table: Table) -> None:
    for name, columns in unique_keys(table):
        told = refusal(ground, rows, table, {column: rows[0][table.name][column] for column in columns})
        assert name in told or all(f"{table.name}.{column}" in told for column in columns), told


@all_tables([table for table in TABLES if table.foreign_keys])
def test_every_reference_leads_somewhere(ground: Connection, rows: list[Specimens], table: Table) -> None:
    for constraint in table.constraints:
        if isinstance(constraint, ForeignKeyConstraint):
            (column,) = constraint.columns
            nowhere = "nergens" if isinstance(column.type, Tekst) else 999_999_999
            told = refusal(ground, rows, table, {column.name: nowhere})
            assert str(constraint.name) in told or "foreign key constraint failed" in told, told


@all_tables([t for t in TABLES if any(t in {key.column.table for key in other.foreign_keys} for other in TABLES)])
def test_what_is_referred_to_stays(ground: Connection, rows: list[Specimens], table: Table) -> None:
    row = rows[0][table.name]
    with pytest.raises(IntegrityError), undone(ground):
        ground.execute(sa.delete(table).where(*[column == row[column.name] for column in table.primary_key]))


@all_tables()
def test_a_text_fits_by_its_characters_and_not_its_bytes(
    ground: Connection, rows: list[Specimens], table: Table
) -> None:
    lengths = {c.name: c.type.length for c in table.columns if isinstance(c.type, Tekst) and not c.foreign_keys}
    for column, length in lengths.items():
        if column not in codes(table) and table.name != "kenmerk":  # others refer to it
            with undone(ground):
                spoil(ground, rows, table, {column: "𝄞" * length})  # four bytes each
        if ground.dialect.name != "sqlite":  # which counts nothing: there our own type does
            with pytest.raises(DBAPIError), undone(ground):
                spoil(ground, rows, table, {column: "x" * (length + 1)})
