"""The PSP that had money and has it no longer: one uitval with its newest figure, which closes when the money is there again."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from betaalhub.domain.fold import Verdict
from betaalhub.domain.statuses import TAKEN, BetalingStatus, UitvalStatus
from betaalhub.domain.uitval import UitvalSoort
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.locks import Locked
from betaalhub.flows.terugboeking import BY_HAND, won_by_hand
from betaalhub.flows.uitval import AUTOMATISCH, close_by_itself, evidence_of, open_about
from betaalhub.storage.tables import TerugboekingRow, UitvalRow

_SOORT = UitvalSoort.PSP_SPREEKT_ZICH_TEGEN


def tell_contradiction(session: Session, locked: Locked, verdict: Verdict, door: Door) -> None:
    """Open PSP_SPREEKT_ZICH_TEGEN when a betaling that is BETAALD has less at the PSP than it had, in whole or of what came in
    too much; an older one with another figure closes by itself, for nobody may decide by what is not true any more.

    What a person resolved stays so until the PSP says something else. The caller recomputes afterwards.
    """
    betaling = locked.betaling
    if betaling.status != BetalingStatus.BETAALD:
        return
    received = verdict.received_cents
    contradicts = _SOORT in verdict.uitval or received < betaling.ontvangen_cent
    for row in _open(session, betaling.id):
        if not contradicts or _figure(row) != received:
            cause = row.sleutel.partition(":")[2]
            close_by_itself(session, door, {_SOORT}, betaling_id=betaling.id, cause=cause)
    if not contradicts:
        return
    evidence = str(received)
    if betaling.ontvangen_cent - received != _written_off(session, betaling.id):
        evidence += "." * _changes(session, betaling.id)  # each time that it changes its mind anew
    open_about(session, door, _SOORT, locked, evidence=evidence, again=False)


def _figure(row: UitvalRow) -> int:
    return int((evidence_of(row) or "0").partition("-")[0].rstrip("."))


def _open(session: Session, betaling_id: int) -> Sequence[UitvalRow]:
    return session.scalars(
        select(UitvalRow)
        .where(UitvalRow.soort == _SOORT, UitvalRow.betaling_id == betaling_id)
        .where(UitvalRow.status != UitvalStatus.OPGELOST)
        .order_by(UitvalRow.id)
    ).all()


def _written_off(session: Session, betaling_id: int) -> int:
    """What persons accepted as gone."""
    cents = select(func.sum(TerugboekingRow.bedrag_cent)).where(
        TerugboekingRow.betaling_id == betaling_id,
        TerugboekingRow.psp_id.startswith(BY_HAND),
        TerugboekingRow.status.in_(sorted(TAKEN)),
    )
    return int(session.scalar(cents) or 0)


def _changes(session: Session, betaling_id: int) -> int:
    """How often what the PSP said of this betaling was overtaken by what it said later."""
    overtaken = select(func.count(UitvalRow.id)).where(
        UitvalRow.soort == _SOORT, UitvalRow.betaling_id == betaling_id, UitvalRow.oplossing == AUTOMATISCH
    )
    return int(session.scalar(overtaken) or 0) + won_by_hand(session, betaling_id)
