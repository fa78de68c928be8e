"""Asks the PSP how a betaling stands: after a return, a notification, a timer or a person; always the same step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from betaalhub.domain.evidence import PspRapport
from betaalhub.domain.fold import fold
from betaalhub.domain.statuses import BetalingStatus
from betaalhub.errors import MISCONFIGURED, NeighbourError, Outcome
from betaalhub.flows.ask import AskView, begin_ask
from betaalhub.flows.circuit import note_psp
from betaalhub.flows.closing import begin_closing, is_closing
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.process_psp_status import process_psp_status
from betaalhub.hub import Hub
from betaalhub.steps.hold import no_lease
from betaalhub.steps.psp import ask_status, note_failure
from betaalhub.steps.resolve_start import resolve_start
from betaalhub.storage.database import reading, with_retries

DEFAULT_TIMEOUT = 10.0  # seconds


def ask_psp(
    hub: Hub,
    betaling_id: int,
    *,
    wie: str,
    timeout: float = DEFAULT_TIMEOUT,
    only_ask: bool = False,
    check: Callable[[], None] = no_lease,
) -> BetalingStatus:
    """Ask, fold and record; gives the status after it. Raises NeighbourError when the PSP gave no answer to judge.

    `timeout` is in seconds for one question. An attempt whose time is over is cancelled at the PSP, where it can be, and asked
    about again before it is called VERLOPEN; what became of one whose start was never answered is found out by what the PSP
    can do. `only_ask` leaves both to the worker, for a citizen who waits for her page. `check` raises LeaseLost when this may be
    somebody else's work by now: then nothing is cancelled or created.
    """
    view = with_retries(hub.sessions, lambda session: begin_ask(session, betaling_id, wie=wie, now=hub.clock()))
    if view.settled:
        return view.status
    if view.psp_sleutel is None:
        return view.status if only_ask else resolve_start(hub, view, wie=wie, timeout=timeout, check=check)
    rapport = _status(hub, view, wie, timeout)
    closed = False
    closing = not only_ask and _is_over(view, rapport, hub.clock()) and _begin_closing(hub, view, wie)
    if closing and hub.psp(view.psp_account).capabilities.cancel:
        check()
        accepted = _cancel(hub, view, wie)
        rapport = _status(hub, view, wie, timeout)
        closed = accepted and rapport.closed is not False  # a PSP that says it is open must not be contradicted
    closed = closed or _was_closed(hub, view, rapport)
    return with_retries(hub.sessions, lambda session: _record(hub, session, view, rapport, wie=wie, closed=closed))


def _status(hub: Hub, view: AskView, wie: str, timeout: float) -> PspRapport:
    return ask_status(
        hub, view.psp_account, view.psp_sleutel or "", betaling_id=view.betaling_id, wie=wie, timeout=timeout
    )


def _record(
    hub: Hub, session: Session, view: AskView, rapport: PspRapport, *, wie: str, closed: bool
) -> BetalingStatus:
    door = Door(wie, hub.clock())
    status = process_psp_status(session, view.betaling_id, rapport, door=door, keys=hub.keys, closed_by_us=closed)
    note_psp(session, view.psp_account, None, betaling_id=view.betaling_id, door=door)
    return status


def _is_over(view: AskView, rapport: PspRapport, now: datetime) -> bool:
    """Is the time of this attempt over while nothing moves? A bank that is still thinking is left alone."""
    if now < view.verloopt_op or view.status not in (BetalingStatus.GESTART, BetalingStatus.ONBEKEND):
        return False
    verdict = fold(rapport, expected_cents=view.intent.bedrag_cent, current=view.status)
    return verdict.status in (None, BetalingStatus.GESTART)


def _begin_closing(hub: Hub, view: AskView, wie: str) -> bool:
    door = Door(wie, hub.clock())
    return with_retries(hub.sessions, lambda session: begin_closing(session, view.betaling_id, door))


def _cancel(hub: Hub, view: AskView, wie: str) -> bool:
    """Cancel at the PSP, after it was written down that we do. False when the PSP refuses: something moves there, and what it
    says next decides; the attempt is closed at a later ask."""
    try:
        hub.psp(view.psp_account).cancel(view.psp_sleutel or "")
    except NeighbourError as error:
        note_failure(hub, view.psp_account, error, betaling_id=view.betaling_id, wie=wie)
        if error.outcome == Outcome.REFUSED and error.code != MISCONFIGURED:
            return False
        raise
    return True


def _was_closed(hub: Hub, view: AskView, rapport: PspRapport) -> bool:
    """Is it cancelled while we were closing it, now or when that was cut short before its end could be written down?"""
    verdict = fold(rapport, expected_cents=view.intent.bedrag_cent, current=view.status)
    if verdict.status != BetalingStatus.GEANNULEERD:
        return False
    with reading(hub.sessions) as session:
        return is_closing(session, view.betaling_id)
