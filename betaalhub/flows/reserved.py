"""Holds of a betaling what its movements took or were promised beyond its toewijzingen: never more than it has, never less."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from betaalhub.domain.statuses import GIVEN_BACK, TAKEN, UNDER_WAY
from betaalhub.storage.tables import (
    BetalingRow,
    TerugbetalingRegelRow,
    TerugbetalingRow,
    TerugboekingRegelRow,
    TerugboekingRow,
    ToewijzingRow,
)


def hold_loose(session: Session, betaling: BetalingRow) -> None:
    """Bring what is reserved on no toewijzing up to date, after cents came free or more money came in.

    A movement that nobody here asked for may have taken more than there was left; what comes free is gone already then, and is
    promised to nobody. The caller holds the lock on the betaling, and brought its toewijzingen up to date.
    """
    session.flush()
    on_regels, movements = _sums(session, betaling.id)
    loose = min(movements, betaling.ontvangen_cent - on_regels)
    betaling.meer_gereserveerd_cent = max(0, loose)
    betaling.gereserveerd_cent = on_regels + betaling.meer_gereserveerd_cent


def _sums(session: Session, betaling_id: int) -> tuple[int, int]:
    """The cents of this betaling that are reserved on its toewijzingen, and those that movements took or were promised and that
    lie on none, beyond what there is too. One statement."""
    taken = (TerugboekingRow.betaling_id == betaling_id, TerugboekingRow.status.in_(sorted(TAKEN)))
    given = (TerugbetalingRow.betaling_id == betaling_id, TerugbetalingRow.status.in_(sorted(UNDER_WAY | GIVEN_BACK)))
    of_taken = select(func.sum(TerugboekingRegelRow.bedrag_cent)).join(
        TerugboekingRow, TerugboekingRow.id == TerugboekingRegelRow.terugboeking_id
    )
    of_given = select(func.sum(TerugbetalingRegelRow.bedrag_cent)).join(
        TerugbetalingRow, TerugbetalingRow.id == TerugbetalingRegelRow.terugbetaling_id
    )
    sums = (
        select(func.sum(ToewijzingRow.gereserveerd_cent)).where(ToewijzingRow.betaling_id == betaling_id),
        select(func.sum(TerugboekingRow.bedrag_cent)).where(*taken),
        select(func.sum(TerugbetalingRow.bedrag_cent)).where(*given),
        of_taken.where(*taken),
        of_given.where(*given),
    )
    row = session.execute(select(*(one.scalar_subquery() for one in sums))).one()
    # a sum comes back as a Decimal from some databases, and as None when there is nothing
    on_regels, whole_taken, whole_given, regels_taken, regels_given = (int(cents or 0) for cents in row)
    return on_regels, whole_taken + whole_given - regels_taken - regels_given
