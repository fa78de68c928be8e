"""Gives money back at the PSP, or asks what became of it; whatever happens, one terugbetaling is never two refunds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from betaalhub.domain.evidence import PspRapport
from betaalhub.errors import MISCONFIGURED, NeighbourError, Outcome
from betaalhub.flows.circuit import note_psp
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.process_psp_status import process_psp_status
from betaalhub.flows.terugbetaling_send import (
    RefundView,
    begin_refund,
    begin_send,
    next_refund_ask_of,
    note_absent,
    record_send,
)
from betaalhub.hub import Hub
from betaalhub.ports import Capabilities, RefundCommand
from betaalhub.steps.ask_psp import DEFAULT_TIMEOUT
from betaalhub.steps.hold import no_lease
from betaalhub.steps.psp import ask_status, psp_of
from betaalhub.storage.database import reading, with_retries


def refund(hub: Hub, terugbetaling_id: int, *, wie: str, check: Callable[[], None] = no_lease) -> datetime | None:
    """Send what is approved, ask about what was sent; gives when there is something to do again. Raises NeighbourError when the
    PSP gave no answer, or when the refund surely did not arrive: then the same is tried later.

    `check` raises LeaseLost when this may be somebody else's work by now: then nothing is sent. Looked at before it is written
    down that it leaves, and again before it does: what stood still between the two is ONBEKEND, and asked about.
    """
    view = with_retries(hub.sessions, lambda session: begin_refund(session, terugbetaling_id, Door(wie, hub.clock())))
    if view is None:
        return None
    account, betaling_id = view.psp_account, view.betaling_id
    psp = psp_of(hub, account, betaling_id=betaling_id, wie=wie)
    if view.command is not None and _may_repeat(view, psp.capabilities):
        _call(hub, view, view.command, wie, check)
    else:
        rapport = ask_status(hub, account, view.psp_sleutel, betaling_id=betaling_id, wie=wie, timeout=DEFAULT_TIMEOUT)
        check()
        command = with_retries(hub.sessions, lambda session: _judge(hub, session, view, rapport, wie))
        if command is not None:
            _call(hub, view, command, wie, check)
    with reading(hub.sessions) as session:
        return next_refund_ask_of(session, terugbetaling_id, hub.clock())


def _may_repeat(view: RefundView, capabilities: Capabilities) -> bool:
    """Is the same call again the way to ask? Only at a PSP that does one reference once, and within its time."""
    if view.may_repeat is None or not capabilities.idempotent_refund or capabilities.repeat_hours is None:
        return False
    return view.may_repeat < timedelta(hours=capabilities.repeat_hours)


def _judge(hub: Hub, session: Session, view: RefundView, rapport: PspRapport, wie: str) -> RefundCommand | None:
    """Write down what a fresh report says; and when it is to be sent, that it leaves now."""
    door = Door(wie, hub.clock())
    process_psp_status(session, view.betaling_id, rapport, door=door, keys=hub.keys)
    note_psp(session, view.psp_account, None, betaling_id=view.betaling_id, door=door)
    if view.to_send:
        return begin_send(session, view.terugbetaling_id, rapport, door)
    note_absent(session, view.terugbetaling_id, rapport, door)
    return None


def _call(hub: Hub, view: RefundView, command: RefundCommand, wie: str, check: Callable[[], None]) -> None:
    """Call the PSP with nothing open and record what came of it."""
    error: NeighbourError | None = None
    check()
    try:
        hub.psp(view.psp_account).refund(command)
    except NeighbourError as failed:
        error = failed
    with_retries(hub.sessions, lambda session: _record_call(hub, session, view, error, wie))
    if error is not None and (error.outcome == Outcome.NOT_DONE or error.code == MISCONFIGURED):
        raise error


def _record_call(hub: Hub, session: Session, view: RefundView, error: NeighbourError | None, wie: str) -> None:
    door = Door(wie, hub.clock())
    record_send(session, view.terugbetaling_id, error, door)
    note_psp(session, view.psp_account, error, betaling_id=view.betaling_id, door=door)
