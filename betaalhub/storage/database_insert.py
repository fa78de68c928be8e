"""Inserts rows of several tables that refer to each other, in as few round trips as the database allows.

PostgreSQL does it in one statement, whatever the number of rows; the others in one per table. What is stored is the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table, literal_column
from sqlalchemy.orm import Session

from betaalhub.storage.rows import Row


def _itself(number: Any) -> Any:
    return number


@dataclass(frozen=True, slots=True)
class IdOf:
    """In a value: the id of a row that is inserted in the same go, or what a function of the module level makes of it with
    plain arithmetic."""

    name: str
    through: Callable[[Any], Any] = _itself


@dataclass(frozen=True, slots=True)
class Insert:
    """Rows for one table; all give the same columns. A single row may have a `name`, by which later ones use its id."""

    row_class: type[Row]
    rows: Sequence[Mapping[str, Any]]
    name: str | None = None


def insert_together(session: Session, *inserts: Insert) -> dict[str, int]:
    """Insert all of this in the session's transaction, in this order where it matters; gives the ids by their names.

    IntegrityError when a key is taken: the transaction is lost then (`with_retries` does it again).
    """
    session.flush()
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        return _in_one(connection, inserts)
    return _one_by_one(connection, inserts)


def _one_by_one(connection: Connection, inserts: Sequence[Insert]) -> dict[str, int]:
    ids: dict[str, int] = {}
    for one in inserts:
        rows = [{name: _filled(value, ids) for name, value in row.items()} for row in one.rows]
        if one.name is None:
            connection.execute(_table(one).insert(), rows)
        else:
            ids[one.name] = _key(connection.execute(_table(one).insert(), rows[0]).inserted_primary_key)
    return ids


def _filled(value: Any, ids: Mapping[str, int]) -> Any:
    return value.through(ids[value.name]) if isinstance(value, IdOf) else value


def _key(row: Any) -> int:
    return int(row[0])


def _table(one: Insert) -> Table:
    table = one.row_class.__table__
    assert isinstance(table, Table)
    return table


# PostgreSQL: one statement with a WITH part per table. A foreign key is looked at when all of them are done. The rows of a
# part are one JSON array, which PostgreSQL reads as rows of that table: so the statement is the same for any number of rows,
# is prepared once per connection, and the driver turns few values into its own.


@dataclass(frozen=True, slots=True)
class _Shape:
    """An insert without its values: the table, and per column what it holds of another row."""

    table: Table
    columns: tuple[tuple[str, IdOf | None], ...]
    name: str | None


def _in_one(connection: Connection, inserts: Sequence[Insert]) -> dict[str, int]:
    dialect = connection.dialect
    sql = _statement(tuple(_shape(one) for one in inserts), dialect)
    row = connection.exec_driver_sql(sql, tuple(_rows(one, dialect) for one in inserts)).one()
    return {name: int(row[place]) for place, name in enumerate(one.name for one in inserts if one.name)}


def _shape(one: Insert) -> _Shape:
    columns = tuple((name, value if isinstance(value, IdOf) else None) for name, value in one.rows[0].items())
    return _Shape(_table(one), columns, one.name)


def _rows(one: Insert, dialect: Dialect) -> str:
    binds = _binds(_table(one), dialect)
    rows = [
        {
            name: bind(value) if (bind := binds[name]) else value
            for name, value in row.items()
            if not isinstance(value, IdOf)
        }
        for row in one.rows
    ]
    return json.dumps(rows, default=str, ensure_ascii=False)  # a moment or day as text: ISO 8601


@cache
def _binds(table: Table, dialect: Dialect) -> Mapping[str, Callable[[Any], Any] | None]:
    """Per column what makes a value the driver's, and refuses one that does not fit."""
    return {column.key: column.type.dialect_impl(dialect).bind_processor(dialect) for column in table.c}


@cache
def _statement(shapes: tuple[_Shape, ...], dialect: Dialect) -> str:
    names = [shape.name or f"part_{place}" for place, shape in enumerate(shapes)]
    parts = [f"{name} AS ({_insert(shape, dialect)})" for name, shape in zip(names, shapes, strict=True)]
    found = [f"(SELECT id FROM {shape.name})" for shape in shapes if shape.name]
    return f"WITH {', '.join(parts)} SELECT {', '.join(found) or '1'}"


def _insert(shape: _Shape, dialect: Dialect) -> str:
    table, others = shape.table.name, dict.fromkeys(of.name for _, of in shape.columns if of is not None)
    chosen = [f"given.{name}" if of is None else _expression(of, dialect) for name, of in shape.columns]
    sources = [*others, f"json_populate_recordset(NULL::{table}, %s::json) AS given"]
    columns = ", ".join(name for name, _ in shape.columns)
    returning = " RETURNING id" if shape.name else ""
    return f"INSERT INTO {table} ({columns}) SELECT {', '.join(chosen)} FROM {', '.join(sources)}{returning}"


def _expression(of: IdOf, dialect: Dialect) -> str:
    made = of.through(literal_column(f"{of.name}.id"))
    return str(made.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
