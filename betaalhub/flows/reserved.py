"""Holds of a betaling what its movements took or were promised beyond its toewijzingen: never more than it has, never less."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select
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
    on_regels = _sum(
        session, select(func.sum(ToewijzingRow.gereserveerd_cent)).where(ToewijzingRow.betaling_id == betaling.id)
    )
    loose = min(_loose_cents(session, betaling.id), betaling.ontvangen_cent - on_regels)
    betaling.meer_gereserveerd_cent = max(0, loose)
    betaling.gereserveerd_cent = on_regels + betaling.meer_gereserveerd_cent


def _loose_cents(session: Session, betaling_id: int) -> int:
    """The cents of this betaling that movements took or were promised, and that lie on no toewijzing; beyond what there is too."""
    taken = (TerugboekingRow.betaling_id == betaling_id, TerugboekingRow.status.in_(sorted(TAKEN)))
    given = (TerugbetalingRow.betaling_id == betaling_id, TerugbetalingRow.status.in_(sorted(UNDER_WAY | GIVEN_BACK)))
    of_taken = select(func.sum(TerugboekingRegelRow.bedrag_cent)).join(
        TerugboekingRow, TerugboekingRow.id == TerugboekingRegelRow.terugboeking_id
    )
    of_given = select(func.sum(TerugbetalingRegelRow.bedrag_cent)).join(
        TerugbetalingRow, TerugbetalingRow.id == TerugbetalingRegelRow.terugbetaling_id
    )
    whole = _sum(session, select(func.sum(TerugboekingRow.bedrag_cent)).where(*taken))
    whole += _sum(session, select(func.sum(TerugbetalingRow.bedrag_cent)).where(*given))
    return whole - _sum(session, of_taken.where(*taken)) - _sum(session, of_given.where(*given))


def _sum(session: Session, query: Select[Any]) -> int:
    """A sum comes back as a Decimal from some databases, and as None when there is nothing."""
    return int(session.scalar(query) or 0)
