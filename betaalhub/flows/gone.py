"""How much of what a betaling paid per productregel went back or was taken back: what its bookings follow from."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from betaalhub.domain.statuses import GIVEN_BACK, TAKEN
from betaalhub.storage.tables import (
    TerugbetalingRegelRow,
    TerugbetalingRow,
    TerugboekingRegelRow,
    TerugboekingRow,
)


def gone(
    session: Session, betaling_id: int, *, but_terugbetaling: int | None = None, but_terugboeking: int | None = None
) -> dict[int, int]:
    """The cents of each toewijzing (by id) that were given back or taken back, without the movement that is named.

    The btw of a movement is the btw of what is gone after it minus the btw of what was gone before it: so the btw of all
    movements together is that of the whole, in whichever order they come. Two statements.
    """
    found: dict[int, int] = defaultdict(int)
    back = (
        select(TerugbetalingRegelRow.toewijzing_id, TerugbetalingRegelRow.bedrag_cent)
        .join(TerugbetalingRow, TerugbetalingRow.id == TerugbetalingRegelRow.terugbetaling_id)
        .where(TerugbetalingRow.betaling_id == betaling_id, TerugbetalingRow.status.in_(sorted(GIVEN_BACK)))
    )
    taken = (
        select(TerugboekingRegelRow.toewijzing_id, TerugboekingRegelRow.bedrag_cent)
        .join(TerugboekingRow, TerugboekingRow.id == TerugboekingRegelRow.terugboeking_id)
        .where(TerugboekingRow.betaling_id == betaling_id, TerugboekingRow.status.in_(sorted(TAKEN)))
    )
    if but_terugbetaling is not None:
        back = back.where(TerugbetalingRow.id != but_terugbetaling)
    if but_terugboeking is not None:
        taken = taken.where(TerugboekingRow.id != but_terugboeking)
    for query in (back, taken):
        for toewijzing_id, cents in session.execute(query):
            found[toewijzing_id] += cents
    return dict(found)
