"""What came of opening a betaling at the PSP, written down: done, surely not done, or unknown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from betaalhub.domain.statuses import BetalingStatus
from betaalhub.domain.uitval import UitvalSoort
from betaalhub.domain.werk import OutboxSoort
from betaalhub.errors import MISCONFIGURED, NeighbourError, Outcome
from betaalhub.flows.change_status import change_betaling
from betaalhub.flows.gebeurtenissen import Door, record
from betaalhub.flows.herbereken import herbereken
from betaalhub.flows.locks import lock_around
from betaalhub.flows.uitval import open_uitval
from betaalhub.storage import outbox
from betaalhub.storage.tables import BetalingRow, PspAccountRow

REFERENCE_NOT_UNIQUE = "REFERENCE_NOT_UNIQUE"
ORPHANED = "VERWEESD"  # it landed at the PSP, but its key is lost: nobody can ever pay it
_STARTING = frozenset({BetalingStatus.STARTEN, BetalingStatus.ONBEKEND})


@dataclass(frozen=True, slots=True)
class Started:
    """The PSP's key of the order and the address for the browser."""

    psp_sleutel: str
    doorstuur_url: str


def record_start(
    session: Session, betaling_id: int, result: Started | NeighbourError, *, wie: str, now: datetime
) -> BetalingStatus:
    """Write the outcome of a start in a transaction of its own; gives the status that the betaling has after it.

    A betaling that left STARTEN meanwhile (a second asker was faster) keeps its status; a key that still comes is kept, so
    that the order is asked about for ever.
    """
    door = Door(wie, now)
    locked = lock_around(session, betaling_id)
    betaling = locked.betaling
    if isinstance(result, Started) and betaling.psp_sleutel is None:
        betaling.psp_sleutel, betaling.doorstuur_url = result.psp_sleutel, result.doorstuur_url
    if BetalingStatus(betaling.status) not in _STARTING:
        record(
            session,
            door,
            "START_TE_LAAT",
            onderwerp="BETALING",
            onderwerp_id=betaling.id,
            winkelmandje_id=betaling.winkelmandje_id,
            van=betaling.status,
        )
        if isinstance(result, Started):
            _ask_now(session, betaling, now)
        return BetalingStatus(betaling.status)
    if isinstance(result, Started):
        change_betaling(session, betaling, BetalingStatus.GESTART, door)
    else:
        _record_failure(session, betaling, result, door, locked.mandje.administratie_id)
    herbereken(session, locked.mandje, door)
    return BetalingStatus(betaling.status)


def _ask_now(session: Session, betaling: BetalingRow, now: datetime) -> None:
    """A betaling that ended without a key had left the asking schedule; with one it is asked about again."""
    account = session.get_one(PspAccountRow, betaling.psp_account_id)
    outbox.enqueue(session, OutboxSoort.VRAAG_PSP, betaling.id, ontvanger=f"psp:{account.code}", due_at=now, now=now)


def _record_failure(
    session: Session, betaling: BetalingRow, error: NeighbourError, door: Door, administratie_id: int
) -> None:
    if error.outcome == Outcome.UNKNOWN:
        if betaling.status != BetalingStatus.ONBEKEND:
            change_betaling(session, betaling, BetalingStatus.ONBEKEND, door, reden=error.code[:40])
        return
    # Not done the first time is surely not done; a repeat that did not arrive says nothing of the first try.
    if error.outcome == Outcome.NOT_DONE and betaling.status == BetalingStatus.ONBEKEND:
        return
    reden = ORPHANED if error.code == REFERENCE_NOT_UNIQUE else error.code[:40]
    if error.code == MISCONFIGURED:
        open_uitval(
            session,
            door,
            UitvalSoort.PSP_STORING,
            f"account:{betaling.psp_account_id}",
            administratie_id=administratie_id,
            betaling_id=betaling.id,
            winkelmandje_id=betaling.winkelmandje_id,
        )
        if betaling.status == BetalingStatus.ONBEKEND:
            return
    change_betaling(session, betaling, BetalingStatus.MISLUKT, door, reden=reden)
