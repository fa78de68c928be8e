"""Asks the PSP how a betaling stands: after a return, a notification, a timer or a person; always the same step."""

from __future__ import annotations

from datetime import datetime

from betaalhub.domain.evidence import PspRapport
from betaalhub.domain.fold import fold
from betaalhub.domain.statuses import BetalingStatus
from betaalhub.errors import NeighbourError, Outcome
from betaalhub.flows.ask import AskView, begin_ask
from betaalhub.flows.closing import begin_closing, is_closing
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.process_psp_status import process_psp_status
from betaalhub.hub import Hub
from betaalhub.steps.pay import command_for, start_at_psp
from betaalhub.storage.database import reading, with_retries

DEFAULT_TIMEOUT = 10.0  # seconds


def ask_psp(
    hub: Hub, betaling_id: int, *, wie: str, timeout: float = DEFAULT_TIMEOUT, only_ask: bool = False
) -> BetalingStatus:
    """Ask, fold and record; gives the status after it. Raises NeighbourError when the PSP gave no answer to judge.

    `timeout` is in seconds for one question. An attempt whose time is over is cancelled at the PSP and asked about again
    before it is called VERLOPEN, and one whose start was never answered is started again with the same reference;
    `only_ask` leaves both to the worker, for a citizen who waits for her page.
    """
    view = with_retries(hub.sessions, lambda session: begin_ask(session, betaling_id, wie=wie, now=hub.clock()))
    if view.settled:
        return view.status
    if view.psp_sleutel is None:
        return view.status if only_ask else _create_again(hub, view, wie)
    psp = hub.psps[view.psp_account]
    rapport = psp.status(view.psp_sleutel, now=hub.clock(), timeout=timeout)
    closed = not only_ask and _is_over(view, rapport, hub.clock()) and _close(hub, view, Door(wie, hub.clock()))
    if closed:
        rapport = psp.status(view.psp_sleutel, now=hub.clock(), timeout=timeout)
    else:
        closed = _was_closed(hub, view, rapport)
    return with_retries(
        hub.sessions,
        lambda session: process_psp_status(
            session, betaling_id, rapport, door=Door(wie, hub.clock()), keys=hub.keys, closed_by_us=closed
        ),
    )


def _create_again(hub: Hub, view: AskView, wie: str) -> BetalingStatus:
    """At a PSP without look-up by reference, creating again with the same reference is the ask (domain.md, section 3)."""
    command = command_for(hub, view.intent)
    return start_at_psp(hub, view.betaling_id, command, view.psp_account, wie=wie)


def _is_over(view: AskView, rapport: PspRapport, now: datetime) -> bool:
    """Is the time of this attempt over while nothing moves? A bank that is still thinking is left alone."""
    if now < view.verloopt_op or view.status not in (BetalingStatus.GESTART, BetalingStatus.ONBEKEND):
        return False
    verdict = fold(rapport, expected_cents=view.intent.bedrag_cent, current=view.status)
    return verdict.status in (None, BetalingStatus.GESTART)


def _close(hub: Hub, view: AskView, door: Door) -> bool:
    """Write down that we close it, then cancel at the PSP. False when it refused or the betaling moved meanwhile: then it is
    asked about later."""
    if not with_retries(hub.sessions, lambda session: begin_closing(session, view.betaling_id, door)):
        return False
    try:
        hub.psps[view.psp_account].cancel(view.psp_sleutel or "")
    except NeighbourError as error:
        if error.outcome == Outcome.REFUSED:
            return False
        raise
    return True


def _was_closed(hub: Hub, view: AskView, rapport: PspRapport) -> bool:
    """Is it cancelled because we closed it, and was that cut short before its end could be written down?"""
    verdict = fold(rapport, expected_cents=view.intent.bedrag_cent, current=view.status)
    if verdict.status != BetalingStatus.GEANNULEERD:
        return False
    with reading(hub.sessions) as session:
        return is_closing(session, view.betaling_id)
