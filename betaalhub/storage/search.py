"""Searching betaalopdrachten: the conditions that the indexes carry, pages by key, and counts that stop (docs/register.md)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVarTuple

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy import Row as SqlRow
from sqlalchemy.orm import InstrumentedAttribute, Session

from betaalhub.domain.zoeknaam import NameRange
from betaalhub.domain.zoekvraag import Zoekvraag
from betaalhub.storage.tables import (
    BetaalopdrachtRow,
    BetalingRow,
    ProductregelRow,
    TerugbetalingRow,
    WinkelmandjeRow,
    ZenderRow,
)

_MOST = 200  # betaalopdrachten under one reference: a winkelmandje never holds so many

Row = BetaalopdrachtRow
Ts = TypeVarTuple("Ts")

NEWEST_FIRST = (Row.aangemaakt_op.desc(), Row.id.desc())
_REGELS = 5_000  # productregels of a product that are looked at before the rest of the question leads
_Way = Select[datetime, int]  # times and numbers of betaalopdrachten, the newest first, as an index has them


@dataclass(frozen=True, slots=True)
class Place:
    """A betaalopdracht in the order of a search; what comes after it is older."""

    moment: datetime
    number: int


@dataclass(frozen=True, slots=True)
class _Zender:
    """Whose betaalopdrachten are looked for; `only`: all that is asked of them besides is the period and the product, which the
    indexes tell without reading a betaalopdracht."""

    number: int
    only: bool


def find_page(
    session: Session,
    query: Select[*Ts],
    vraag: Zoekvraag,
    conditions: Sequence[ColumnElement[bool]] = (),
    *,
    limit: int,
    after: Place | None = None,
    zender_id: int | None = None,
    far: int = _REGELS,
) -> list[SqlRow[*Ts]]:
    """The first rows of `query`, which selects from betaalopdracht, that fit the question and the conditions; the newest first.

    `conditions` hold the Betaalkenmerk of the question (`with_kenmerk`), whose it may be, and what else the caller knows;
    with `zender_id` only those of this zender. `far`: so many of a product are walked along; no other number gives other rows.
    """
    query = query.where(*conditions, *_matching(vraag)).order_by(*NEWEST_FIRST)
    if zender_id is not None:
        query = query.where(Row.zender_id == zender_id)
    if after is not None:
        query = query.where(older_than(after))
    if vraag.productcode is None:
        return list(session.execute(query.limit(limit)))
    if vraag.period is None:  # then something else in it is rare
        return list(session.execute(query.where(_sells(vraag.productcode)).limit(limit)))
    asked = Zoekvraag(vanaf=vraag.vanaf, tot_en_met=vraag.tot_en_met, productcode=vraag.productcode)
    whose = None if zender_id is None else _Zender(zender_id, only=vraag == asked and not conditions)
    return _along_product(
        session, query, vraag.productcode, vraag.period, limit=limit, after=after, zender=whose, far=far
    )


def capped_count(session: Session, vraag: Zoekvraag, conditions: Sequence[ColumnElement[bool]], cap: int) -> int:
    """How many there are, counted no further than `cap`: along the index of the page, for without an order PostgreSQL may read
    the table from its beginning, years away from the period that is asked for."""
    return len(find_page(session, select(Row.id), vraag, conditions, limit=cap))


def _along_product(
    session: Session,
    query: Select[*Ts],
    productcode: str,
    period: tuple[datetime, datetime],
    *,
    limit: int,
    after: Place | None,
    zender: _Zender | None,
    far: int,
) -> list[SqlRow[*Ts]]:
    """Along the productregels of the product, at first a few times as many as are wanted; and when few of them fit, along the
    betaalopdrachten: at once when those of the zender lie further apart than the productregels, most of which are others'.

    Not as one join: a database that believes that product and zender have nothing to do with each other takes all of a month
    together to sort it, instead of the first fifty.
    """
    rest, regels = query, _regels_of(productcode, period, after)
    found = _among(session, rest, regels, 4 * limit, limit)
    last = _place_at(session, regels, 4 * limit) if len(found) < limit else None
    if last is None:
        return found
    rest, regels = query.where(older_than(last)), _regels_of(productcode, period, last)
    end, sells = _place_at(session, regels, far), _sells(productcode, in_period=True)
    mine = None if zender is None else _of_zender(zender.number, period, last)
    if mine is None or not _further(_place_at(session, mine, far), end):
        found += _among(session, rest, regels, far, limit - len(found))
        if len(found) == limit or end is None:
            return found
        rest = query.where(older_than(end))
    elif zender is not None and zender.only:
        return [*found, *_among(session, rest, mine.where(sells), limit - len(found), limit - len(found))]
    return [*found, *session.execute(rest.where(sells).limit(limit - len(found)))]


def _among(session: Session, query: Select[*Ts], way: _Way, size: int, limit: int) -> list[SqlRow[*Ts]]:
    """What the query finds among the first so many on the way."""
    these = way.limit(size).subquery()
    return list(session.execute(query.where(Row.id.in_(select(these.c[1]))).limit(limit)))


def _place_at(session: Session, way: _Way, size: int) -> Place | None:
    """How far back so many go; None when there are fewer."""
    found = session.execute(way.offset(size - 1).limit(1)).one_or_none()
    return None if found is None else Place(*found)


def _further(one: Place | None, other: Place | None) -> bool:
    """Does the one go at least as far back? None is the end."""
    return one is None or (other is not None and one.moment <= other.moment)


def _regels_of(productcode: str, period: tuple[datetime, datetime], after: Place | None) -> _Way:
    """The productregels of a product that come after this place."""
    regel = ProductregelRow
    query = select(regel.aangemaakt_op, regel.betaalopdracht_id).where(
        equals(regel.productcode, productcode), regel.aangemaakt_op >= period[0], regel.aangemaakt_op < period[1]
    )
    if after is not None:
        same = and_(regel.aangemaakt_op == after.moment, regel.betaalopdracht_id < after.number)
        query = query.where(regel.aangemaakt_op <= after.moment, or_(regel.aangemaakt_op < after.moment, same))
    return query.order_by(regel.aangemaakt_op.desc(), regel.betaalopdracht_id.desc())


def _of_zender(zender_id: int, period: tuple[datetime, datetime], after: Place) -> _Way:
    """The betaalopdrachten of a zender that come after this place."""
    mine = select(Row.aangemaakt_op, Row.id).where(Row.zender_id == zender_id, Row.aangemaakt_op >= period[0])
    return mine.where(older_than(after)).order_by(*NEWEST_FIRST)


def _sells(productcode: str, *, in_period: bool = False) -> ColumnElement[bool]:
    """Has a productregel of this product; a value and no EXISTS, so that it is looked up where the rest of the question leads.

    Within a period by its time too, as `_regels_of` has it: then the index of the product tells it, and no productregel is read.
    """
    regel = ProductregelRow
    mine = select(func.min(regel.betaalopdracht_id)).where(
        regel.betaalopdracht_id == Row.id, equals(regel.productcode, productcode)
    )
    if in_period:
        mine = mine.where(regel.aangemaakt_op == Row.aangemaakt_op)
    return mine.scalar_subquery().is_not(None)


def _matching(vraag: Zoekvraag) -> Iterator[ColumnElement[bool]]:
    """Everything in the question but its Betaalkenmerk and its product, as conditions on a betaalopdracht."""
    if vraag.period is not None:
        first, after = vraag.period
        yield Row.aangemaakt_op >= first
        yield Row.aangemaakt_op < after
    if vraag.statussen:
        yield Row.status.in_(sorted(vraag.statussen))
    if vraag.vanaf_cent is not None and vraag.vanaf_cent == vraag.tot_en_met_cent:
        yield Row.totaal_cent == vraag.vanaf_cent  # not as a range: only then the index gives them in order of time
    else:
        if vraag.vanaf_cent is not None:
            yield Row.totaal_cent >= vraag.vanaf_cent
        if vraag.tot_en_met_cent is not None:
            yield Row.totaal_cent <= vraag.tot_en_met_cent
    if vraag.klant_kenmerk is not None:
        yield equals(Row.klant_kenmerk, vraag.klant_kenmerk)
    if vraag.zaaknummer is not None:
        mine = select(ProductregelRow.id).where(ProductregelRow.betaalopdracht_id == Row.id)
        yield mine.where(equals(ProductregelRow.zaaknummer, vraag.zaaknummer)).exists()


def equals(column: InstrumentedAttribute[Any], value: str) -> ColumnElement[bool]:
    """Equal; what is longer than the register keeps is equal to nothing."""
    found: ColumnElement[bool] = column == value
    return found if len(value) <= column.type.length else false()


def with_name(ranges: Sequence[NameRange]) -> ColumnElement[bool]:
    """Whose betaler is called so."""
    return or_(*(and_(*_in_range(one)) for one in ranges))


def _in_range(one: NameRange) -> Iterator[ColumnElement[bool]]:
    yield Row.zoeknaam >= one.first
    yield Row.zoeknaam < one.after
    yield from (Row.zoeknaam.like(f"% {word}%") for word in one.words)  # words are letters and digits only


def with_kenmerk(session: Session, kenmerk: str) -> ColumnElement[bool]:
    """A kenmerk is that of a winkelmandje or of a betaalopdracht, never of both: so that each finds its index."""
    mandje_id = session.scalar(select(WinkelmandjeRow.id).where(WinkelmandjeRow.kenmerk == kenmerk))
    return Row.kenmerk == kenmerk if mandje_id is None else Row.winkelmandje_id == mandje_id


def with_reference(session: Session, reference: str, administratie_id: int) -> ColumnElement[bool]:
    """What a person may read to us from a screen or a letter: a kenmerk of ours, the zender's own Kenmerk, the reference of a
    betaling at the PSP, or the number of a terugbetaling. Each finds its index, so nothing needs a period."""
    zenders = session.scalars(select(ZenderRow.id).where(ZenderRow.administratie_id == administratie_id)).all()
    direct = (
        select(Row.id).where(equals(Row.kenmerk, reference)),
        select(Row.id).where(Row.zender_id.in_(zenders), equals(Row.eigen_kenmerk, reference)),
        select(TerugbetalingRow.betaalopdracht_id).where(equals(TerugbetalingRow.nummer, reference)),
    )
    mandjes = (
        select(WinkelmandjeRow.id).where(equals(WinkelmandjeRow.kenmerk, reference)),
        select(BetalingRow.winkelmandje_id).where(equals(BetalingRow.psp_referentie, reference)),
    )
    found = {one for query in direct for one in session.scalars(query.limit(_MOST)) if one is not None}
    for mandje_id in {one for query in mandjes for one in session.scalars(query)}:
        found.update(session.scalars(select(Row.id).where(Row.winkelmandje_id == mandje_id).limit(_MOST)))
    return Row.id.in_(sorted(found)[:_MOST])


def older_than(place: Place) -> ColumnElement[bool]:
    """What comes after it when the newest come first."""
    return and_(Row.aangemaakt_op <= place.moment, or_(Row.aangemaakt_op < place.moment, Row.id < place.number))


def place_of(session: Session, kenmerk: str) -> Place | None:
    """Where the betaalopdracht with this kenmerk stands; None when there is none."""
    found = session.execute(select(Row.aangemaakt_op, Row.id).where(Row.kenmerk == kenmerk)).one_or_none()
    return None if found is None else Place(found.aangemaakt_op, found.id)
