"""What every table shares: the base classes, the naming of keys and checks, and the checks made from the domain's codes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Constraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedColumn, mapped_column

from betaalhub.storage.types import BIG, Cent, Cents, Flag, UtcMicros, Verwijzing

# Names of keys, checks and indexes stay within 30 bytes (Oracle before 12.2), so long nouns go by a short name in them.
_SHORT: Mapping[str, str] = MappingProxyType(
    {
        "administratie": "adm",
        "aansluiting_zender": "aansl_zender",
        "betaalopdracht": "opdracht",
        "boekingsregel": "boekregel",
        "productregel": "regel",
        "psp_account": "account",
        "terugbetaling": "terugbet",
        "terugbetaling_regel": "terugbet_regel",
        "terugboeking": "terugboek",
        "terugboeking_regel": "terugboek_regel",
        "terugkeer_adres": "terugkeer",
        "winkelmandje": "mandje",
    }
)


def _table(constraint: Constraint | Index, table: Table) -> str:
    return _SHORT.get(table.name, table.name)


def _columns(constraint: Any, table: Table) -> str:
    names = constraint.column_keys if isinstance(constraint, ForeignKeyConstraint) else constraint.columns.keys()
    stems = (name.removesuffix("_id") for name in names)
    return "_".join(_SHORT.get(stem, stem) for stem in stems)


_NAMING: dict[str, Any] = {
    "tabel": _table,
    "kolommen": _columns,
    "pk": "pk_%(tabel)s",
    "fk": "fk_%(tabel)s_%(kolommen)s",
    "uq": "uq_%(tabel)s_%(kolommen)s",
    "ix": "ix_%(tabel)s_%(kolommen)s",
    "ck": "ck_%(tabel)s_%(constraint_name)s",
}


class Row(DeclarativeBase):
    """The base of all rows: they hold state and no rules."""

    metadata = MetaData(naming_convention=_NAMING)
    type_annotation_map = {
        int: Integer(),
        Verwijzing: BIG,
        Cent: Cents(),
        bool: Flag(),
        date: Date(),
        datetime: UtcMicros(),
    }


class NumberedRow(Row):
    """A row with a number of its own, given by the database; it has gaps, and is never shown as a reference."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(BIG, Identity(start=1), primary_key=True, sort_order=-1)


def reference(table: str, *, index: bool = True, primary_key: bool = False) -> MappedColumn[Any]:
    """A foreign key to a numbered row. Indexed, since Oracle locks the table otherwise; not where a key starts with it."""
    return mapped_column(BIG, ForeignKey(f"{table}.id"), index=index or None, primary_key=primary_key)


def one_of(column: str, codes: type[StrEnum] | tuple[str, ...]) -> CheckConstraint:
    """The check that a column holds one of these codes."""
    listed = ", ".join(f"'{code}'" for code in codes)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def yes_or_no(column: str) -> CheckConstraint:
    """The check that every Flag needs."""
    return CheckConstraint(f"{column} IN (0, 1)", name=column)


def positive(column: str) -> CheckConstraint:
    """More than zero cents."""
    return CheckConstraint(f"{column} > 0", name=column)


def not_negative(column: str) -> CheckConstraint:
    """Zero cents or more."""
    return CheckConstraint(f"{column} >= 0", name=column)
