"""Inserts rows of several tables that refer to each other, in as few round trips as the database allows.

PostgreSQL does it in one statement, whatever the number of rows; the others in one per table. What is stored is the same.
"""

from __future__ import annotations

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


# PostgreSQL: one statement of a WITH part per table. A foreign key is looked at when all of them are done.


@dataclass(frozen=True, slots=True)
class _Shape:
    """An insert without its values: the table, and per column what it holds of another row."""

    table: Table
    columns: tuple[tuple[str, IdOf | None], ...]
    name: str | None
    many: bool


_Bind = tuple[str, Callable[[Any], Any] | None]


def _in_one(connection: Connection, inserts: Sequence[Insert]) -> dict[str, int]:
    shapes = tuple(_shape(one) for one in inserts)
    sql, parts = _statement(shapes, connection.dialect)
    values: list[Any] = []
    for one, binds in zip(inserts, parts, strict=True):
        for column, bind in binds:
            found = [row[column] if bind is None else bind(row[column]) for row in one.rows]
            values.append(found if len(found) > 1 or one.name is None else found[0])
    row = connection.exec_driver_sql(sql, tuple(values)).one()
    return {name: int(row[place]) for place, name in enumerate(one.name for one in inserts if one.name)}


def _shape(one: Insert) -> _Shape:
    columns = tuple((name, value if isinstance(value, IdOf) else None) for name, value in one.rows[0].items())
    return _Shape(_table(one), columns, one.name, many=one.name is None)


@cache
def _statement(shapes: tuple[_Shape, ...], dialect: Dialect) -> tuple[str, tuple[tuple[_Bind, ...], ...]]:
    """The statement for inserts of these shapes, and per insert which values it wants, each with what makes it the driver's."""
    parts, binds = [], []
    for place, shape in enumerate(shapes):
        parts.append(f"{shape.name or f'part_{place}'} AS ({_insert(shape, dialect)})")
        binds.append(tuple(_bind(shape.table, name, dialect) for name, of in shape.columns if of is None))
    named = [f"(SELECT id FROM {shape.name})" for shape in shapes if shape.name]
    return f"WITH {', '.join(parts)} SELECT {', '.join(named) or '1'}", tuple(binds)


def _bind(table: Table, name: str, dialect: Dialect) -> _Bind:
    return name, table.c[name].type.dialect_impl(dialect).bind_processor(dialect)


def _insert(shape: _Shape, dialect: Dialect) -> str:
    """Values that come in numbers are sent as one array per column, so that the statement is the same for any number."""
    chosen, arrays, sources = [], [], dict[str, None]()
    for name, of in shape.columns:
        # without a length: a cast would cut off what is too long, where the column refuses it
        type_ = shape.table.c[name].type.compile(dialect).partition("(")[0]
        if of is not None:
            sources[of.name] = None
            chosen.append(_expression(of, dialect))
        elif shape.many:
            arrays.append(f"%s::{type_}[]")
            chosen.append(f"given.v{len(arrays)}")
        else:
            chosen.append(f"%s::{type_}")
    froms = list(sources)
    if arrays:
        froms.append(f"unnest({', '.join(arrays)}) AS given({', '.join(f'v{n + 1}' for n in range(len(arrays)))})")
    columns = ", ".join(name for name, _ in shape.columns)
    source = f" FROM {', '.join(froms)}" if froms else ""
    returning = " RETURNING id" if shape.name else ""
    return f"INSERT INTO {shape.table.name} ({columns}) SELECT {', '.join(chosen)}{source}{returning}"


def _expression(of: IdOf, dialect: Dialect) -> str:
    made = of.through(literal_column(f"{of.name}.id"))
    return str(made.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
