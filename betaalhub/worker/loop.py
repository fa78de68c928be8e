"""Runs the worker: once, or until it is told to stop; several threads, any number of processes, on any number of nodes."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Sequence
from typing import TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from betaalhub.hub import Hub
from betaalhub.steps.hold import Hold
from betaalhub.storage import circuits, outbox
from betaalhub.storage.away import is_gone
from betaalhub.storage.claim import claim
from betaalhub.storage.database import with_retries
from betaalhub.storage.outbox import Job
from betaalhub.worker.desk import Desk
from betaalhub.worker.keeping import keep_house, look_after, probe_spared
from betaalhub.worker.work import do

T = TypeVar("T")
log = structlog.get_logger(__name__)

_WATCH_EVERY = 300.0  # seconds
_TELL_EVERY = 60.0
_REGISTER_AWAY = 2.0
_LOOK_UP = 1.0


def run_once(hub: Hub, *, batch: int = 10) -> int:
    """Number the feed, gather journaalposten and probe PSP accounts that were spared, then claim and do what is due now, one
    after another; gives the pieces of work done or tried.

    A feed of which more than one round waits counts as work: the worker goes on at once. What goes wrong here is raised.
    """
    kept = keep_house(hub, _unguarded) + probe_spared(hub, _unguarded)
    holds = _claim(hub, n=batch)
    for hold in holds:
        do(hub, hold)
    return len(holds) + kept


def run_until_idle(hub: Hub, *, rounds: int = 100) -> None:
    """Work until nothing is due now; for the demo and the tests."""
    for _ in range(rounds):
        if run_once(hub) == 0:
            return


def _unguarded(work: Callable[[], T]) -> T | None:
    return work()


def _claim(hub: Hub, *, n: int, room: Callable[[str], int] | None = None, after: str = "") -> list[Hold]:
    since = Hold.clock()  # before the claim: a process that is frozen meanwhile holds less than it thinks
    jobs = claim(
        hub.sessions, now=hub.clock(), n=n, lease=hub.lease, token=uuid.uuid4().hex, room=room, after=after
    )  # fmt: skip
    return [Hold(job, hub.lease, since) for job in jobs]


class Worker:
    """Threads that work until `stop`; what is under way is finished first, and what was claimed and not begun is given back.

    One thread claims for all of them, another keeps house, a third probes PSP accounts, a fourth looks after what waits too long.
    """

    def __init__(self, hub: Hub, *, concurrency: int, poll_seconds: float) -> None:
        """`concurrency` pieces of work at the same time; looks for work every `poll_seconds`."""
        self._hub = hub
        self._poll = poll_seconds
        self._desk = Desk(concurrency)
        self._register = _Register()
        self._after = ""  # the receiver behind which the next claim begins
        parts = {"claims": self._claims, "keeper": self._keeper, "probes": self._probes, "watch": self._watch}
        self._threads = [threading.Thread(target=self._work, name=f"worker-{n}") for n in range(concurrency)]
        self._threads += [threading.Thread(target=part, name=f"worker-{name}") for name, part in parts.items()]

    def start(self) -> None:
        """Start the threads."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Begin nothing more."""
        self._desk.close()

    def join(self) -> None:
        """Wait until every thread has finished its work.

        It looks up each second: a signal that the kernel gives to another thread does not wake this one, and Python runs its
        handler only here. (Seen with a process that was stopped, continued and told to end at once.)
        """
        for thread in self._threads:
            while thread.is_alive():
                thread.join(_LOOK_UP)

    def _work(self) -> None:
        while (hold := self._desk.next()) is not None:
            try:
                answered = do(self._hub, hold)
            except SQLAlchemyError as error:
                self._register.is_away(error)
                self._desk.end_unwritten(hold)
                self._desk.pause(_REGISTER_AWAY)
            else:
                self._desk.end(hold, answered=answered)

    def _claims(self) -> None:
        while not self._desk.closed:
            claimed = self._guarded(self._claim_more) or []
            self._desk.add(claimed)
            if claimed:
                self._after = claimed[-1].job.ontvanger
                self._desk.wait_until_low(self._poll)
            else:
                self._desk.pause(self._poll)
        self._guarded(self._give_back)

    def _claim_more(self) -> list[Hold]:
        self._give_back()
        wanted = self._desk.wanted()
        return _claim(self._hub, n=wanted, room=self._desk.room, after=self._after) if wanted else []

    def _give_back(self) -> None:
        back = self._desk.to_give_back()
        if not back:
            return
        jobs = [hold.job for hold in back]
        try:
            given = with_retries(self._hub.sessions, lambda session: self._not_done(session, jobs))
        except Exception:
            self._desk.keep_back(back)
            raise
        log.info("work_given_back", aantal=given)

    def _not_done(self, session: Session, jobs: Sequence[Job]) -> int:
        """Give back what is still ours; a receiver that one of them was to try may be tried by another at once."""
        given = outbox.give_back(session, jobs)
        circuits.circuit_let_go(session, {job.ontvanger for job in given if job.probe}, now=self._hub.clock())
        return len(given)

    def _keeper(self) -> None:
        told = time.monotonic()
        while not self._desk.closed:
            if not self._guarded(lambda: keep_house(self._hub, self._guarded)):
                self._desk.pause(self._poll)
            if time.monotonic() >= told + _TELL_EVERY:
                told = time.monotonic()
                self._tell()
        self._tell()

    def _probes(self) -> None:
        """In a thread of its own: a PSP that hangs holds up neither feed nor batches."""
        while not self._desk.closed:
            if not self._guarded(lambda: probe_spared(self._hub, self._guarded)):
                self._desk.pause(self._poll)

    def _tell(self) -> None:
        tally, busy, waiting = self._desk.counts()
        if tally.done or tally.failed:
            log.info("worker_did", done=dict(tally.done), failed=dict(tally.failed), busy=busy, claimed=waiting)

    def _watch(self) -> None:
        while not self._desk.closed:
            self._guarded(lambda: look_after(self._hub, self._guarded))
            self._desk.pause(_WATCH_EVERY)

    def _guarded(self, work: Callable[[], T]) -> T | None:
        """Neither a register that is away, which is waited for, nor our own mistake ends a thread of the worker: None."""
        began = time.monotonic()
        try:
            found = work()
        except Exception as error:  # the edge of the threads beside the work: they come back to it
            if isinstance(error, SQLAlchemyError) and is_gone(error):
                self._register.is_away(error)
                self._desk.pause(_REGISTER_AWAY)
            else:
                log.exception("worker_waits", error=type(error).__name__)
            return None
        self._register.is_there(began)
        return found


class _Register:
    """Says once that the register does not answer, and once that it does again, whatever the number of threads that notice."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._away_since: float | None = None
        self._failed_at = 0.0

    def is_away(self, error: SQLAlchemyError) -> None:
        """It failed us just now."""
        with self._lock:
            self._failed_at = time.monotonic()
            if self._away_since is None:
                self._away_since = time.monotonic()
                log.error("register_away", error=type(error).__name__, exc_info=error)

    def is_there(self, since: float) -> None:
        """It answered what began then (monotonic); when it failed somebody in the meantime, that says nothing."""
        with self._lock:
            if self._away_since is not None and since >= self._failed_at:
                log.warning("register_back", seconds=round(time.monotonic() - self._away_since, 1))
                self._away_since = None
