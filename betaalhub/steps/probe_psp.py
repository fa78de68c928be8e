"""Asks a PSP account that was spared whether it works again, so that no citizen has to find out."""

from __future__ import annotations

from datetime import timedelta

from betaalhub.errors import NeighbourError
from betaalhub.flows.circuit import note_psp
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.hub import Hub
from betaalhub.storage import circuits, outbox
from betaalhub.storage.database import with_retries

_TURN = timedelta(minutes=1)  # a probe of which nothing was heard after this is somebody else's


def probe_psp(hub: Hub, account: str) -> bool:
    """Probe this account (its code), one worker at a time; False when somebody else does, or this process has no settings
    for it. A good answer closes its circuit, anything else keeps it open for longer."""
    ontvanger, now = outbox.PSP + account, hub.clock()
    if account not in hub.psps or not with_retries(
        hub.sessions, lambda session: circuits.circuit_take(session, ontvanger, now=now, until=now + _TURN)
    ):
        return False
    failed: NeighbourError | None = None
    try:
        hub.psp(account).health()
    except NeighbourError as error:
        failed = error
    door = Door("worker", hub.clock())
    with_retries(hub.sessions, lambda session: note_psp(session, account, failed, betaling_id=None, door=door))
    return True
