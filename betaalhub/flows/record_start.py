"""What came of opening a betaling at the PSP, written down: done, surely not done, or unknown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from betaalhub.domain.statuses import BetalingStatus
from betaalhub.domain.werk import OutboxSoort
from betaalhub.errors import MISCONFIGURED, NeighbourError, Outcome
from betaalhub.flows.change_status import change_betaling
from betaalhub.flows.circuit import note_psp
from betaalhub.flows.gebeurtenissen import Door, record
from betaalhub.flows.herbereken import herbereken
from betaalhub.flows.locks import lock_around
from betaalhub.storage import outbox
from betaalhub.storage.tables import BetalingRow, PspAccountRow

REFERENCE_NOT_UNIQUE = "REFERENCE_NOT_UNIQUE"
ORPHANED = "VERWEESD"  # it landed at the PSP, or may have, but its key is lost: nobody can ever pay it
UNFOUND = "NIET_GEVONDEN"  # the PSP was asked by our reference and has no such order
_STARTING = frozenset({BetalingStatus.STARTEN, BetalingStatus.ONBEKEND})


@dataclass(frozen=True, slots=True)
class Started:
    """The PSP's key of the order and the address for the browser."""

    psp_sleutel: str
    doorstuur_url: str


def record_start(
    session: Session, betaling_id: int, result: Started | NeighbourError, *, wie: str, now: datetime
) -> BetalingStatus:
    """Write the outcome of a start in a transaction of its own; gives the status that the betaling has after it. What it says
    of the PSP account counts for its circuit.

    A betaling that left STARTEN meanwhile (a second asker was faster) keeps its status; a key that still comes is kept, so
    that the order is asked about for ever.
    """
    door = Door(wie, now)
    locked = lock_around(session, betaling_id)
    betaling = locked.betaling
    account = session.get_one(PspAccountRow, betaling.psp_account_id).code
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
        if isinstance(
            result, Started
        ):  # it ended without a key and left the asking schedule; with one it is asked about
            outbox.enqueue(
                session, OutboxSoort.VRAAG_PSP, betaling.id, ontvanger=outbox.PSP + account, due_at=now, now=now
            )
    else:
        if isinstance(result, Started):
            change_betaling(session, betaling, BetalingStatus.GESTART, door)
        else:
            _record_failure(session, betaling, result, door)
        herbereken(session, locked.mandje, door)
    error = None if isinstance(result, Started) else result
    note_psp(session, account, error, betaling_id=betaling.id, door=door)
    return BetalingStatus(betaling.status)


def end_unfound(session: Session, betaling_id: int, *, reden: str, door: Door) -> BetalingStatus:
    """End an attempt of which nobody ever got the address at the PSP, so that nobody can pay it: a create that may not be
    repeated any more (VERWEESD), or that the PSP does not know (NIET_GEVONDEN). The next attempt has a reference of its own."""
    locked = lock_around(session, betaling_id)
    betaling = locked.betaling
    if betaling.psp_sleutel is None and betaling.status == BetalingStatus.ONBEKEND:
        change_betaling(session, betaling, BetalingStatus.MISLUKT, door, reden=reden)
        herbereken(session, locked.mandje, door)
    return BetalingStatus(betaling.status)


def _record_failure(session: Session, betaling: BetalingRow, error: NeighbourError, door: Door) -> None:
    if error.outcome == Outcome.UNKNOWN:
        if betaling.status != BetalingStatus.ONBEKEND:
            change_betaling(session, betaling, BetalingStatus.ONBEKEND, door, reden=error.code[:40])
        return
    # Not done the first time is surely not done; a repeat that did not arrive says nothing of the first try.
    if error.outcome == Outcome.NOT_DONE and betaling.status == BetalingStatus.ONBEKEND:
        return
    if error.code == MISCONFIGURED and betaling.status == BetalingStatus.ONBEKEND:
        return  # it says nothing of the first try either
    reden = ORPHANED if error.code == REFERENCE_NOT_UNIQUE else error.code[:40]
    change_betaling(session, betaling, BetalingStatus.MISLUKT, door, reden=reden)
