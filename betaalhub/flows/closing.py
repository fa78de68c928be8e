"""The intent to close an attempt at the PSP because its time is over, written down before the PSP is called."""

from __future__ import annotations

from sqlalchemy.orm import Session

from betaalhub.domain.statuses import BetalingStatus
from betaalhub.flows.gebeurtenissen import Door, record
from betaalhub.flows.locks import lock_around
from betaalhub.storage.tables import BetalingRow

TIME_IS_OVER = "TIJD_OM"  # the reden of a living betaling that the hub is closing; its next status takes it away


def begin_closing(session: Session, betaling_id: int, door: Door) -> bool:
    """The hub is about to cancel this attempt at the PSP: whoever reads its cancelled order later knows that it was us.

    False when somebody else saw it move meanwhile (money, a bank that thinks, an end): then it must not be cancelled.
    """
    betaling = lock_around(session, betaling_id).betaling
    if betaling.status not in (BetalingStatus.GESTART, BetalingStatus.ONBEKEND):
        return False
    if betaling.reden == TIME_IS_OVER:
        return True
    betaling.reden = TIME_IS_OVER
    record(
        session,
        door,
        "SLUITEN_BIJ_PSP",
        onderwerp="BETALING",
        onderwerp_id=betaling.id,
        winkelmandje_id=betaling.winkelmandje_id,
        reden=TIME_IS_OVER,
    )
    return True


def is_closing(session: Session, betaling_id: int) -> bool:
    """Did the hub begin to close this attempt, and has it no other status since?"""
    return session.get_one(BetalingRow, betaling_id).reden == TIME_IS_OVER
