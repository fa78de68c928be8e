"""Named reads about terugbetalingen: their regels, their thresholds, and how they stand per betaalopdracht."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from betaalhub.domain.statuses import TAKEN
from betaalhub.storage.database import chunks
from betaalhub.storage.tables import (
    BetalingRow,
    ProductgroepRow,
    ProductregelRow,
    ProductRow,
    TerugbetalingRegelRow,
    TerugbetalingRow,
    TerugboekingRow,
    ToewijzingRow,
)


def regels_of(session: Session, terugbetaling_id: int) -> list[tuple[TerugbetalingRegelRow, ProductregelRow]]:
    """The regels of a terugbetaling, each with its productregel, per betaalopdracht by regelnummer."""
    rows = session.execute(
        select(TerugbetalingRegelRow, ProductregelRow)
        .join(ToewijzingRow, ToewijzingRow.id == TerugbetalingRegelRow.toewijzing_id)
        .join(ProductregelRow, ProductregelRow.id == ToewijzingRow.productregel_id)
        .where(TerugbetalingRegelRow.terugbetaling_id == terugbetaling_id)
        .order_by(ProductregelRow.betaalopdracht_id, ProductregelRow.regelnummer)
    )
    return list(rows)


def of_betaling(session: Session, betaling_id: int) -> Sequence[TerugbetalingRow]:
    """Every terugbetaling of a betaling, the oldest first."""
    return session.scalars(
        select(TerugbetalingRow).where(TerugbetalingRow.betaling_id == betaling_id).order_by(TerugbetalingRow.id)
    ).all()


def taken_of_betaling(session: Session, betaling_id: int) -> Sequence[TerugboekingRow]:
    """The terugboekingen of a betaling of which the money is gone, the oldest first."""
    return session.scalars(
        select(TerugboekingRow)
        .where(TerugboekingRow.betaling_id == betaling_id, TerugboekingRow.status.in_(sorted(TAKEN)))
        .order_by(TerugboekingRow.id)
    ).all()


def per_status(session: Session, betaalopdracht_ids: Collection[int]) -> list[tuple[int, str, int]]:
    """Per betaalopdracht and status of the terugbetalingen that take from its productregels: the cents that they take."""
    return [
        (opdracht_id, status, int(cents))  # a sum comes back as a Decimal from some databases
        for part in chunks(betaalopdracht_ids)
        for opdracht_id, status, cents in session.execute(
            select(
                ProductregelRow.betaalopdracht_id,
                TerugbetalingRow.status,
                func.sum(TerugbetalingRegelRow.bedrag_cent),
            )
            .join(ToewijzingRow, ToewijzingRow.productregel_id == ProductregelRow.id)
            .join(TerugbetalingRegelRow, TerugbetalingRegelRow.toewijzing_id == ToewijzingRow.id)
            .join(TerugbetalingRow, TerugbetalingRow.id == TerugbetalingRegelRow.terugbetaling_id)
            .where(ProductregelRow.betaalopdracht_id.in_(part))
            .group_by(ProductregelRow.betaalopdracht_id, TerugbetalingRow.status)
        )
    ]


def of_opdrachten(session: Session, betaalopdracht_ids: Collection[int]) -> list[tuple[TerugbetalingRow, int]]:
    """The terugbetalingen that take from these betaalopdrachten, the oldest first, each with the cents that it takes from them:
    of one over several betaalopdrachten only what is theirs."""
    found: list[tuple[TerugbetalingRow, int]] = []
    for part in chunks(betaalopdracht_ids):
        taken = (
            select(TerugbetalingRegelRow.terugbetaling_id, func.sum(TerugbetalingRegelRow.bedrag_cent).label("cents"))
            .join(ToewijzingRow, ToewijzingRow.id == TerugbetalingRegelRow.toewijzing_id)
            .join(ProductregelRow, ProductregelRow.id == ToewijzingRow.productregel_id)
            .where(ProductregelRow.betaalopdracht_id.in_(part))
            .group_by(TerugbetalingRegelRow.terugbetaling_id)
            .subquery()
        )
        rows = session.execute(
            select(TerugbetalingRow, taken.c.cents).join(taken, taken.c.terugbetaling_id == TerugbetalingRow.id)
        )
        found += [(row, int(cents)) for row, cents in rows]
    return sorted(found, key=lambda pair: pair[0].id)


def around(session: Session, winkelmandje_id: int, betaalopdracht_ids: Collection[int]) -> Sequence[TerugbetalingRow]:
    """The terugbetalingen of the betalingen of a winkelmandje, and those that take from these betaalopdrachten; oldest first."""
    of_mandje = select(BetalingRow.id).where(BetalingRow.winkelmandje_id == winkelmandje_id)
    rows = {row.id: row for row, _ in of_opdrachten(session, betaalopdracht_ids)}
    more = session.scalars(select(TerugbetalingRow).where(TerugbetalingRow.betaling_id.in_(of_mandje)))
    rows.update({row.id: row for row in more})
    return [rows[key] for key in sorted(rows)]


def promised(
    session: Session, betaling_id: int, betaalopdracht_id: int, productcodes: Collection[str]
) -> dict[str, int]:
    """Per product the cents that this betaling promised of this betaalopdracht, or that were taken of it, over all productregels."""
    rows = session.execute(
        select(ProductregelRow.productcode, func.sum(ToewijzingRow.gereserveerd_cent))
        .join(ToewijzingRow, ToewijzingRow.productregel_id == ProductregelRow.id)
        .where(ToewijzingRow.betaling_id == betaling_id, ProductregelRow.betaalopdracht_id == betaalopdracht_id)
        .where(ProductregelRow.productcode.in_(sorted(productcodes)))
        .group_by(ProductregelRow.productcode)
    )
    return {code: int(cents) for code, cents in rows}  # a sum comes back as a Decimal from some databases


def thresholds(
    session: Session, administratie_id: int, productcodes: Collection[str], on: date
) -> dict[str, tuple[int | None, int | None]]:
    """Per product its four-eyes threshold and that of its productgroep (cents), in the version valid on that date or else in
    its newest; a product that is not in the catalogue is not in it."""
    rows = session.execute(
        select(ProductRow, ProductgroepRow.vier_ogen_cent)
        .join(ProductgroepRow, ProductgroepRow.id == ProductRow.productgroep_id)
        .where(ProductRow.administratie_id == administratie_id, ProductRow.code.in_(sorted(productcodes)))
        .order_by(ProductRow.geldig_van, ProductRow.id)
    ).all()
    found: dict[str, tuple[int | None, int | None]] = {row.code: (row.vier_ogen_cent, group) for row, group in rows}
    for row, group in rows:
        if row.geldig_van <= on and (row.geldig_tot is None or on <= row.geldig_tot):
            found[row.code] = (row.vier_ogen_cent, group)
    return found
