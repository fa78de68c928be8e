"""Searching betaalopdrachten: the conditions that the indexes carry, pages by key, and counts that stop (docs/register.md)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select
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


def matching(vraag: Zoekvraag) -> Iterator[ColumnElement[bool]]:
    """Everything in the question but its Betaalkenmerk, which `with_kenmerk` finds; as conditions on a betaalopdracht."""
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
        yield _is(Row.klant_kenmerk, vraag.klant_kenmerk)
    if vraag.productcode is not None:
        yield _with_product(vraag.productcode, vraag.period)
    if vraag.zaaknummer is not None:
        mine = select(ProductregelRow.id).where(ProductregelRow.betaalopdracht_id == Row.id)
        yield mine.where(_is(ProductregelRow.zaaknummer, vraag.zaaknummer)).exists()


def _is(column: InstrumentedAttribute[Any], value: str) -> ColumnElement[bool]:
    """Equal; what is longer than the register keeps is equal to nothing."""
    found: ColumnElement[bool] = column == value
    return found if len(value) <= column.type.length else false()


def _with_product(productcode: str, period: tuple[datetime, datetime] | None) -> ColumnElement[bool]:
    """With a productregel of this product: looked for along the time too, so that an old product is no long look."""
    regel = ProductregelRow
    mine = select(regel.id).where(regel.betaalopdracht_id == Row.id, _is(regel.productcode, productcode))
    if period is not None:
        mine = mine.where(regel.aangemaakt_op >= period[0], regel.aangemaakt_op < period[1])
    return mine.exists()


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
        select(Row.id).where(_is(Row.kenmerk, reference)),
        select(Row.id).where(Row.zender_id.in_(zenders), _is(Row.eigen_kenmerk, reference)),
        select(TerugbetalingRow.betaalopdracht_id).where(_is(TerugbetalingRow.nummer, reference)),
    )
    mandjes = (
        select(WinkelmandjeRow.id).where(_is(WinkelmandjeRow.kenmerk, reference)),
        select(BetalingRow.winkelmandje_id).where(_is(BetalingRow.psp_referentie, reference)),
    )
    found = {one for query in direct for one in session.scalars(query.limit(_MOST)) if one is not None}
    for mandje_id in {one for query in mandjes for one in session.scalars(query)}:
        found.update(session.scalars(select(Row.id).where(Row.winkelmandje_id == mandje_id).limit(_MOST)))
    return Row.id.in_(sorted(found)[:_MOST])


def older_than(moment: datetime, number: int) -> ColumnElement[bool]:
    """What comes after a betaalopdracht when the newest come first."""
    return and_(Row.aangemaakt_op <= moment, or_(Row.aangemaakt_op < moment, Row.id < number))


NEWEST_FIRST = (Row.aangemaakt_op.desc(), Row.id.desc())


def capped_count(session: Session, conditions: Sequence[ColumnElement[bool]], cap: int) -> int:
    """How many there are, counted no further than `cap`.

    In the order of the page, and so along the same index: without an order PostgreSQL may read the table from its beginning,
    years away from the period that is asked for.
    """
    found = select(Row.id).where(*conditions).order_by(*NEWEST_FIRST).limit(cap).subquery()
    return session.scalar(select(func.count()).select_from(found)) or 0
