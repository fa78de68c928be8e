"""Reaching a PSP account from a step: whatever goes wrong counts for its circuit before it is raised."""

from __future__ import annotations

from betaalhub.domain.evidence import PspRapport
from betaalhub.errors import NeighbourError
from betaalhub.flows.circuit import note_psp
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.hub import Hub
from betaalhub.ports import PspPort
from betaalhub.storage.database import with_retries


def psp_of(hub: Hub, account: str, *, betaling_id: int, wie: str) -> PspPort:
    """The PSP account with this code; NeighbourError when this process has no settings for it, and a person is told."""
    try:
        return hub.psp(account)
    except NeighbourError as error:
        note_failure(hub, account, error, betaling_id=betaling_id, wie=wie)
        raise


def ask_status(hub: Hub, account: str, psp_sleutel: str, *, betaling_id: int, wie: str, timeout: float) -> PspRapport:
    """What the PSP knows of an order; raises NeighbourError. `timeout` in seconds. A good answer is noted by who records it."""
    psp = psp_of(hub, account, betaling_id=betaling_id, wie=wie)
    try:
        return psp.status(psp_sleutel, now=hub.clock(), timeout=timeout)
    except NeighbourError as error:
        note_failure(hub, account, error, betaling_id=betaling_id, wie=wie)
        raise


def note_failure(hub: Hub, account: str, error: NeighbourError, *, betaling_id: int, wie: str) -> None:
    """Count a call that failed, in a transaction of its own."""
    door = Door(wie, hub.clock())
    with_retries(hub.sessions, lambda session: note_psp(session, account, error, betaling_id=betaling_id, door=door))
