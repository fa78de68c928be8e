"""What a check of the whole register is: a rule that must hold, walked over in spans so that memory stays flat."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Integer, String, cast, func, literal, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute, Session

STEP = 20_000  # numbers in one span


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Where a rule does not hold (a kenmerk where there is one), and what is seen there; Dutch, nothing personal."""

    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Span:
    """The rows whose number lies between these two, both included."""

    first: int
    last: int

    def of(self, column: InstrumentedAttribute[int] | InstrumentedAttribute[int | None]) -> ColumnElement[bool]:
        """The condition that this column lies in the span."""
        return column.between(self.first, self.last)


Look = Callable[[Session, Span], Iterator[Mismatch]]


@dataclass(frozen=True, slots=True)
class Check:
    """One rule. `sentence` says what must hold and `advice` what to do when it does not (Dutch, for an administrator).

    `over` is the column of numbers that it walks; checks under one code are told as one.
    """

    code: str
    sentence: str
    advice: str
    over: InstrumentedAttribute[int]
    look: Look
    step: int = STEP


def bounds(session: Session, column: InstrumentedAttribute[int]) -> Span | None:
    """The lowest and the highest number in this column; None when there is none."""
    first, last = session.execute(select(func.min(column), func.max(column))).one()
    return None if first is None else Span(int(first), int(last))


def spans(check: Check, found: Span | None) -> list[Span]:
    """The spans that cover every row of what a check walks over."""
    if found is None:
        return []
    return [Span(start, start + check.step - 1) for start in range(found.first, found.last + 1, check.step)]


def text_of(*parts: Any) -> ColumnElement[str]:
    """The parts behind each other as one text, computed by the database; a column of numbers as its digits."""
    texts = [literal(part, String(200)) if isinstance(part, str) else _as_text(part) for part in parts]
    whole: ColumnElement[str] = texts[0]
    for text in texts[1:]:
        whole = whole.concat(text)
    return whole


def _as_text(column: Any) -> ColumnElement[str]:
    digits = isinstance(column.type, Integer) or isinstance(getattr(column.type, "impl", None), Integer)
    return cast(column, String(40)) if digits else type_coerce(column, String(200))


def whole(column: Any) -> ColumnElement[int]:
    """The sum of a column, 0 where there is nothing."""
    return func.coalesce(func.sum(column), 0)
