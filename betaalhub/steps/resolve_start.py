"""Finds out what became of a create without an answer, by what its PSP can do (domain.md, section 3; psp.md 5.4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from betaalhub.domain.statuses import BetalingStatus
from betaalhub.errors import NeighbourError
from betaalhub.flows.ask import AskView
from betaalhub.flows.checkout import START_GRACE
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.record_start import ORPHANED, UNFOUND, Started, end_unfound, record_start
from betaalhub.hub import Hub
from betaalhub.ports import Capabilities, LookupPort
from betaalhub.steps.pay import command_for, start_at_psp
from betaalhub.steps.psp import note_failure, psp_of
from betaalhub.storage.database import with_retries


def resolve_start(hub: Hub, view: AskView, *, wie: str, timeout: float, check: Callable[[], None]) -> BetalingStatus:
    """Look the order up by our reference where the PSP can; else create it again with the same reference, which is the ask,
    as long as the PSP takes that for the same order. After that the attempt is given up: nobody ever got its address.

    Raises NeighbourError when a look-up gave no answer. `timeout` in seconds, for a look-up. `check`: as in `ask_psp`.
    """
    psp = psp_of(hub, view.psp_account, betaling_id=view.betaling_id, wie=wie)
    if psp.capabilities.lookup_by_reference and isinstance(psp, LookupPort):
        return _look_up(hub, view, psp, wie=wie, timeout=timeout)
    if _may_repeat(psp.capabilities, view, hub):
        check()
        return start_at_psp(hub, view.betaling_id, command_for(hub, view.intent), view.psp_account, wie=wie)
    return _give_up(hub, view, ORPHANED, wie)


def _may_repeat(capabilities: Capabilities, view: AskView, hub: Hub) -> bool:
    """Counted from the first try, less a margin for the call itself. Where a reference is unique for ever there is no end."""
    hours = capabilities.repeat_hours
    return hours is None or hub.clock() < view.aangemaakt_op + timedelta(hours=hours) - START_GRACE


def _look_up(hub: Hub, view: AskView, psp: LookupPort, *, wie: str, timeout: float) -> BetalingStatus:
    try:
        found = psp.find(command_for(hub, view.intent), timeout=timeout)
    except NeighbourError as error:
        note_failure(hub, view.psp_account, error, betaling_id=view.betaling_id, wie=wie)
        raise
    if found is None:
        return _give_up(hub, view, UNFOUND, wie)
    started = Started(found.psp_key, found.handover.url)
    return with_retries(
        hub.sessions, lambda session: record_start(session, view.betaling_id, started, wie=wie, now=hub.clock())
    )


def _give_up(hub: Hub, view: AskView, reden: str, wie: str) -> BetalingStatus:
    door = Door(wie, hub.clock())
    return with_retries(hub.sessions, lambda session: end_unfound(session, view.betaling_id, reden=reden, door=door))
