"""Column types that mean the same on SQLite, PostgreSQL and Oracle (docs/register.md)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from sqlalchemy import TIMESTAMP, BigInteger, ColumnOperators, Dialect, Integer, SmallInteger, String, Text
from sqlalchemy.sql.operators import eq, ne
from sqlalchemy.types import TypeDecorator, TypeEngine

from betaalhub.errors import BetaalhubError

BIG = BigInteger().with_variant(Integer(), "sqlite")  # a BIGINT key is no rowid on SQLite: inserts would fail

Cent = Annotated[int, "cents"]
Verwijzing = Annotated[int, "reference"]


class UtcMicros(TypeDecorator[datetime]):
    """A moment: aware in Python, naive UTC with microseconds in the register. A naive datetime is refused."""

    impl = TIMESTAMP
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To naive UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise BetaalhubError("A moment without a time zone cannot be stored")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To aware UTC."""
        return None if value is None else value.replace(tzinfo=UTC)


class Flag(TypeDecorator[bool]):
    """Yes or no as 1 or 0: Oracle has no BOOLEAN before 23ai. Every table checks it with `yes_or_no`."""

    impl = SmallInteger
    cache_ok = True

    class Comparator(TypeDecorator.Comparator[bool]):
        """`flag.is_(True)` compares with `=`: a number IS nothing but NULL, on PostgreSQL and Oracle."""

        def is_(self, other: Any) -> ColumnOperators:
            """Is the flag so?"""
            return super().is_(other) if other is None else self.operate(eq, other)

        def is_not(self, other: Any) -> ColumnOperators:
            """Is the flag otherwise?"""
            return super().is_not(other) if other is None else self.operate(ne, other)

    comparator_factory = Comparator

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> int | None:
        """To 1 or 0."""
        return None if value is None else int(bool(value))

    def process_result_value(self, value: int | None, dialect: Dialect) -> bool | None:
        """To a bool."""
        return None if value is None else bool(value)


class Cents(TypeDecorator[int]):
    """Money in whole cents; anything but an int is refused, since SQLite would store a fraction without a word."""

    impl = BIG
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:
        """The same int."""
        if value is not None and type(value) is not int:
            raise BetaalhubError(f"Money is an int of cents, not {type(value).__name__}")
        return value

    def process_result_value(self, value: int | None, dialect: Dialect) -> int | None:
        """An int, also where the driver gives a Decimal."""
        return None if value is None else int(value)


def _storable(value: str | None) -> str | None:
    """The text as every database can hold it: U+0000, which PostgreSQL refuses, as the sign for what can not be shown."""
    return str(value).replace("\0", "\ufffd") if value else None


class Tekst(TypeDecorator[str]):
    """Text of at most `length` characters. Empty becomes NULL, as Oracle does; too long is refused, as SQLite does not; and
    U+0000 becomes U+FFFD."""

    impl = String
    cache_ok = True

    def __init__(self, length: int) -> None:
        """At most 1000 characters: an Oracle VARCHAR2 holds 4000 bytes."""
        super().__init__(length)
        self.length = length

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Plain str of a fitting length, or None for an empty one."""
        if value is not None and len(value) > self.length:
            raise BetaalhubError(f"A text of {len(value)} characters does not fit in {self.length}")
        return _storable(value)


class Zoektekst(Tekst):
    """Text that is searched by how it begins: compared sign by sign, whatever the language of the database."""

    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        """SQLite and Oracle (NLS_SORT=BINARY) compare so by themselves."""
        return dialect.type_descriptor(String(self.length, collation="C" if dialect.name == "postgresql" else None))


class LangeTekst(TypeDecorator[str]):
    """Text without a bound (CLOB on Oracle): never compared, sorted or made unique. Empty and U+0000 as in `Tekst`."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """The text, or None for an empty one."""
        return _storable(value)
