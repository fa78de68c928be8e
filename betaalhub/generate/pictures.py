"""Tells every story for the zenders of a catalogue and takes its pictures: the templates, each with its weight and its ages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Table, delete, func, select
from sqlalchemy.orm import Session

from betaalhub.domain.producten import Product
from betaalhub.generate.course import Course
from betaalhub.generate.scratch import CONFIGURED, Scratch, Seller
from betaalhub.generate.stories import SHARES, STORIES, Story, paid
from betaalhub.generate.template import Template, make_template
from betaalhub.storage.database import reading
from betaalhub.storage.database_fill import CellFormat
from betaalhub.storage.tables import METADATA, OutboxRow

_SKEW = 1.2  # the n-th zender, and the n-th product of a zender, comes 1/n^1.2 times as often as the first
_ROUNDS = 2  # of the stories that are not told for every product
_LEFT_OUT = frozenset({"circuit", "gezien", "limiet", "wijziging_teller", *(row.__tablename__ for row in CONFIGURED)})
TABLES = tuple(table for table in METADATA.sorted_tables if table.name not in _LEFT_OUT)

Rows = Mapping[Table, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Weighted:
    """A template, how often it comes, and between which ages a register may hold it."""

    template: Template
    weight: float
    youngest: timedelta
    oldest: timedelta


def take_pictures(
    scratch: Scratch, *, fmt: CellFormat, told: Callable[[int, int], object] = lambda done, of: None
) -> list[Weighted]:
    """Tell the story of a paid betaalopdracht for every product of every zender, and all others twice; `told` counts them."""
    plan = list(_plan(scratch))
    raw: list[Weighted] = []
    for done, (story, seller, product, weight) in enumerate(plan, 1):
        raw.extend(_tell(scratch, story, seller, product, weight=weight, fmt=fmt))
        told(done, len(plan))
    return raw


def _plan(scratch: Scratch) -> Iterator[tuple[Story, Seller, Product, float]]:
    """Which stories are told of which zender and product, and their weight among their kind."""
    sellers = scratch.sellers
    shares = _shares(len(sellers))
    for share, seller in zip(shares, sellers, strict=True):
        for part, product in zip(_shares(len(seller.producten)), seller.producten, strict=True):
            yield paid, seller, product, share * part
    for story in STORIES:
        if story is not paid:
            for seller in scratch.rng.choices(sellers, shares, k=_ROUNDS):
                yield story, seller, scratch.rng.choice(seller.producten), 1 / _ROUNDS


def _shares(count: int) -> list[float]:
    parts = [1 / place**_SKEW for place in range(1, count + 1)]
    return [part / sum(parts) for part in parts]


def _tell(
    scratch: Scratch, story: Story, seller: Seller, product: Product, *, weight: float, fmt: CellFormat
) -> Iterator[Weighted]:
    course = Course(scratch, seller, product, scratch.began)
    with reading(scratch.hub.sessions) as session:
        before = _marks(session)
    for picture in story(course):
        with reading(scratch.hub.sessions) as session:
            rows = _rows_since(session, before)
        template = make_template(picture.kind, rows, began=scratch.began, fmt=fmt)
        yield Weighted(template, weight * SHARES[picture.kind], course.age, picture.until)
    with scratch.hub.sessions.begin() as session:  # or the worker would go on with it in the next story
        session.execute(delete(OutboxRow).where(OutboxRow.state.in_(("R", "L", "D", "X"))))


def _marks(session: Session) -> Mapping[str, Any]:
    """The highest number per table; of tables without numbers the keys that are there."""
    return {
        table.name: session.scalar(select(func.max(table.c.id)))
        if "id" in table.c
        else {tuple(row) for row in session.execute(select(*table.primary_key.columns))}
        for table in TABLES
    }


def _rows_since(session: Session, before: Mapping[str, Any]) -> Rows:
    """What was added since."""
    found: dict[Table, Sequence[Mapping[str, Any]]] = {}
    for table in TABLES:
        if "id" in table.c:
            newer = select(table).where(table.c.id > before[table.name]).order_by(table.c.id)
            found[table] = [dict(row) for row in session.execute(newer).mappings()]
        else:
            keys = [column.name for column in table.primary_key.columns]
            rows = [dict(row) for row in session.execute(select(table).order_by(*keys)).mappings()]
            found[table] = [row for row in rows if tuple(row[key] for key in keys) not in before[table.name]]
    return found
