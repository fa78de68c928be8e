"""A productregel that is paid and can not be delivered waits for a person, with the proposal to give the money back."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from betaalhub.domain.statuses import BetalingStatus, LeveringStatus
from betaalhub.domain.uitval import UitvalSoort
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.terugbetaling import Deel
from betaalhub.flows.uitval import close_by_itself, open_uitval
from betaalhub.storage.tables import BetaalopdrachtRow, BetalingRow, ProductregelRow, ToewijzingRow


def open_niet_leverbaar(session: Session, opdrachten: Collection[BetaalopdrachtRow], door: Door) -> None:
    """Open NIET_LEVERBAAR on those of these betaalopdrachten that have a paid productregel which can not be delivered and of
    which not all money is promised back. Called when it is told and when it becomes paid; the caller recomputes."""
    waiting = set(
        session.scalars(
            select(ProductregelRow.betaalopdracht_id)
            .join(ToewijzingRow, ToewijzingRow.productregel_id == ProductregelRow.id)
            .join(BetalingRow, BetalingRow.id == ToewijzingRow.betaling_id)
            .where(
                ProductregelRow.betaalopdracht_id.in_(sorted(row.id for row in opdrachten)),
                ProductregelRow.levering == LeveringStatus.NIET_LEVERBAAR,
                BetalingRow.status == BetalingStatus.BETAALD,
                ToewijzingRow.gereserveerd_cent < ToewijzingRow.bedrag_cent,
            )
            .distinct()
        )
    )
    for opdracht in (row for row in opdrachten if row.id in waiting):
        open_uitval(
            session,
            door,
            UitvalSoort.NIET_LEVERBAAR,
            f"levering:{opdracht.id}",
            administratie_id=opdracht.administratie_id,
            betaalopdracht_id=opdracht.id,
            winkelmandje_id=opdracht.winkelmandje_id,
        )


def close_niet_leverbaar(session: Session, betaalopdracht_id: int, delen: Iterable[Deel], door: Door) -> None:
    """The money of everything that can not be delivered is promised back: its uitval closes by itself."""
    undelivered = [deel for deel in delen if deel.regel.levering == LeveringStatus.NIET_LEVERBAAR]
    if undelivered and not any(deel.left_cent for deel in undelivered):
        close_by_itself(session, door, {UitvalSoort.NIET_LEVERBAAR}, betaalopdracht_id=betaalopdracht_id)
