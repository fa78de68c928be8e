"""Fills what is only stored to be searched, for rows from before it was: in small steps that may be cut off and done again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, func, select, update
from sqlalchemy.orm import Session, sessionmaker

from betaalhub.domain.statuses import BetalerSoort
from betaalhub.domain.zoeknaam import search_name
from betaalhub.storage.database import reading, with_retries
from betaalhub.storage.register import NOT_FILLED
from betaalhub.storage.tables import BetaalopdrachtRow, ProductregelRow

STEP = 5_000  # rows per transaction


def fill_search_fields(
    sessions: sessionmaker[Session],
    *,
    told: Callable[[int, int], object] = lambda done, of: None,
    step: int = STEP,
) -> None:
    """Give every productregel the time of its betaalopdracht, and every name its search name; `told` hears how far it is.

    Safe beside a hub that works.
    """
    regel, row = ProductregelRow, BetaalopdrachtRow
    bare_name = and_(row.betaler_naam.is_not(None), row.zoeknaam.is_(None))
    regels, names = _span(sessions, regel.id, regel.aangemaakt_op == NOT_FILLED), _span(sessions, row.id, bare_name)
    of = len(regels) + len(names)
    for fill, span, before in ((_fill_regels, regels, 0), (_fill_names, names, len(regels))):
        for start in span[::step]:
            part = range(start, min(start + step, span.stop))
            with_retries(sessions, partial(fill, part=part))
            told(before + part.stop - span.start, of)


def _span(sessions: sessionmaker[Session], number: SQLColumnExpression[int], bare: ColumnElement[bool]) -> range:
    """From the first to the last number of what is to be filled."""
    with reading(sessions) as session:
        first, last = session.execute(select(func.min(number), func.max(number)).where(bare)).one()
    return range(0) if first is None else range(first, last + 1)


def _fill_regels(session: Session, part: range) -> None:
    regel, of = ProductregelRow, BetaalopdrachtRow
    made = select(of.aangemaakt_op).where(of.id == regel.betaalopdracht_id).scalar_subquery()
    mine = (regel.id >= part.start, regel.id < part.stop, regel.aangemaakt_op == NOT_FILLED)
    fill = update(regel).where(*mine).values(aangemaakt_op=made)
    session.execute(fill.execution_options(synchronize_session=False))


def _fill_names(session: Session, part: range) -> None:
    """A name of which nothing can be searched keeps none, and is looked at again the next time."""
    row = BetaalopdrachtRow
    mine = (row.id >= part.start, row.id < part.stop, row.betaler_naam.is_not(None), row.zoeknaam.is_(None))
    found = session.execute(select(row.id, row.betaler_naam, row.betaler_soort).where(*mine).order_by(row.id))
    names = [
        {"id": id_, "zoeknaam": searched}
        for id_, naam, soort in found
        if (searched := search_name(naam, BetalerSoort(soort) if soort else None))
    ]
    if names:
        session.execute(update(row), names)
