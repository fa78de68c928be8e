"""What the worker does beside the work that waits: numbers the feed, gathers bookings, tries PSP accounts again, looks for what
waits too long and forgets what need not be remembered."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import structlog

from betaalhub.flows.ageing import Looked, find_too_old
from betaalhub.flows.boekingsbatch import collect_batches, has_unbatched
from betaalhub.flows.gezien import forget_seen
from betaalhub.flows.limieten import forget_limits
from betaalhub.flows.wijzigingen import NUMBER_AT_ONCE, number_wijzigingen, zenders_behind
from betaalhub.hub import Hub
from betaalhub.steps.probe_psp import probe_psp
from betaalhub.storage import circuits, outbox
from betaalhub.storage.database import reading, with_retries
from betaalhub.storage.database_clock import CLOCK_DIFFERS, clock_difference

log = structlog.get_logger(__name__)

# Does one small part and gives what it gives; None when it failed, so that the others are still done.
Guarded = Callable[[Callable[[], int]], int | None]

_AGEING_ROUND = 200  # at most in one round
_FORGET_ROUNDS = 40  # at most in one round, of 500 each: what is left waits for the next


def keep_house(hub: Hub, guarded: Guarded) -> int:
    """Number and gather what there is now; gives how much of that asks for another round at once. Each zender goes through
    `guarded`, and the batches too."""
    with reading(hub.sessions) as session:
        waiting, behind = has_unbatched(session), zenders_behind(session)
    full = sum(guarded(partial(_number, hub, zender_id)) == NUMBER_AT_ONCE for zender_id in behind)
    if waiting:
        guarded(lambda: with_retries(hub.sessions, lambda s: collect_batches(s, keys=hub.keys, now=hub.clock())))
    return full


def _number(hub: Hub, zender_id: int) -> int:
    return with_retries(hub.sessions, lambda session: number_wijzigingen(session, zender_id))


def probe_spared(hub: Hub, guarded: Guarded) -> int:
    """Ask the PSP accounts that were spared whether they work again, each through `guarded`; gives how many were asked."""
    with reading(hub.sessions) as session:
        spared = circuits.circuits_to_probe(session, hub.clock())
    return sum(guarded(partial(probe_psp, hub, ontvanger.removeprefix(outbox.PSP))) or 0 for ontvanger in spared)


def look_after(hub: Hub, guarded: Guarded) -> None:
    """Tell persons of what waits too long, forget what is past, and say when this node's clock is wrong. Each small transaction
    goes through `guarded`, so that one that fails does not end the round of the others."""
    _find_all_too_old(hub, guarded)
    steps = (
        (_FORGET_ROUNDS, lambda: with_retries(hub.sessions, lambda s: forget_seen(s, hub.clock()))),
        (_FORGET_ROUNDS, lambda: with_retries(hub.sessions, lambda s: forget_limits(s, hub.clock()))),
        (_FORGET_ROUNDS, lambda: with_retries(hub.sessions, outbox.forget_done)),
    )
    for rounds, step in steps:
        for _ in range(rounds):
            if not guarded(step):
                break
    difference = clock_difference(hub.sessions, hub.clock)
    if difference is not None and abs(difference) > CLOCK_DIFFERS:
        log.warning("clock_differs", seconds=round(difference.total_seconds(), 1))


def _find_all_too_old(hub: Hub, guarded: Guarded) -> None:
    """One that fails does not keep the others from a person."""
    looked = Looked()
    for _ in range(_AGEING_ROUND):
        before = looked.at
        guarded(lambda: with_retries(hub.sessions, lambda s: find_too_old(s, hub.clock(), looked)))
        if looked.at == before:  # there was no other, or the register is away
            return
