"""What the worker does beside the work that waits: numbers the feed, gathers bookings, tries PSP accounts again, looks for what
waits too long and forgets what need not be remembered."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from betaalhub.flows.ageing import find_too_old
from betaalhub.flows.boekingsbatch import collect_batches, has_unbatched
from betaalhub.flows.gezien import forget_seen
from betaalhub.flows.wijzigingen import NUMBER_AT_ONCE, number_wijzigingen, zenders_behind
from betaalhub.hub import Hub
from betaalhub.steps.probe_psp import probe_psp
from betaalhub.storage import circuits, outbox
from betaalhub.storage.database import reading, with_retries
from betaalhub.storage.database_clock import CLOCK_DIFFERS, clock_difference

log = structlog.get_logger(__name__)

_AGEING_ROUND = 200  # at most in one round
_FORGET_ROUNDS = 40  # at most in one round, of 500 each: what is left waits for the next


def keep_house(hub: Hub) -> int:
    """Number, gather and probe what there is now; gives how much of that asks for another round at once."""
    with reading(hub.sessions) as session:
        waiting, behind = has_unbatched(session), zenders_behind(session)
        spared = circuits.circuits_to_probe(session, hub.clock())
    full = sum(_number(hub, zender_id) == NUMBER_AT_ONCE for zender_id in behind)
    if waiting:
        with_retries(hub.sessions, lambda session: collect_batches(session, keys=hub.keys, now=hub.clock()))
    return full + sum(probe_psp(hub, ontvanger.removeprefix(outbox.PSP)) for ontvanger in spared)


def _number(hub: Hub, zender_id: int) -> int:
    return with_retries(hub.sessions, lambda session: number_wijzigingen(session, zender_id))


def look_after(hub: Hub, guarded: Callable[[Callable[[], int]], int | None]) -> None:
    """Tell persons of what waits too long, forget what is past, and say when this node's clock is wrong. Each small transaction
    goes through `guarded`, so that one that fails does not end the round of the others."""
    steps = (
        (_AGEING_ROUND, lambda: with_retries(hub.sessions, lambda s: find_too_old(s, hub.clock()))),
        (_FORGET_ROUNDS, lambda: with_retries(hub.sessions, lambda s: forget_seen(s, hub.clock()))),
        (_FORGET_ROUNDS, lambda: with_retries(hub.sessions, outbox.forget_done)),
    )
    for rounds, step in steps:
        for _ in range(rounds):
            if not guarded(step):
                break
    difference = clock_difference(hub.sessions, hub.clock)
    if difference is not None and abs(difference) > CLOCK_DIFFERS:
        log.warning("clock_differs", seconds=round(difference.total_seconds(), 1))
