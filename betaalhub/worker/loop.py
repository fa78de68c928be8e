"""Runs the worker: once, or until it is told to stop; several threads, any number of processes, on any number of nodes."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from betaalhub.domain.schedule import circuit_delay, retry_delay
from betaalhub.domain.werk import OutboxSoort
from betaalhub.errors import MISCONFIGURED, BetaalhubError, LeaseLost, NeighbourError, Outcome
from betaalhub.flows.ageing import find_too_old
from betaalhub.flows.ask import next_ask_of
from betaalhub.flows.boekingsbatch import collect_batches, has_unbatched
from betaalhub.flows.dead import give_up
from betaalhub.flows.gezien import forget_seen
from betaalhub.flows.wijzigingen import NUMBER_AT_ONCE, number_wijzigingen, zenders_behind
from betaalhub.hub import Hub
from betaalhub.steps.probe_psp import probe_psp
from betaalhub.storage import outbox
from betaalhub.storage.database import reading, with_retries
from betaalhub.storage.outbox import Job
from betaalhub.worker.handlers import HANDLERS

log = structlog.get_logger(__name__)

_AGEING_EVERY = timedelta(minutes=5)
_AGEING_ROUND = 200  # at most in one round
_FORGET_ROUNDS = 40  # at most in one round, of 500 each: what is left waits for the next
_REGISTER_AWAY = 5.0  # seconds


def run_once(hub: Hub, *, batch: int = 10) -> int:
    """Number the feed, gather journaalposten and probe PSP accounts that were spared, then claim and do what is due now; gives
    the pieces of work done or tried.

    A feed of which more than one round waits counts as work: the worker goes on at once.
    """
    with reading(hub.sessions) as session:
        waiting, behind = has_unbatched(session), zenders_behind(session)
        spared = outbox.circuits_to_probe(session, hub.clock())
    full = sum(_number(hub, zender_id) == NUMBER_AT_ONCE for zender_id in behind)
    if waiting:
        with_retries(hub.sessions, lambda session: collect_batches(session, keys=hub.keys, now=hub.clock()))
    probed = sum(probe_psp(hub, ontvanger.removeprefix(outbox.PSP)) for ontvanger in spared)
    jobs = outbox.claim(hub.sessions, now=hub.clock(), n=batch, lease=hub.lease, token=uuid.uuid4().hex)
    for job in jobs:
        do(hub, job)
    return len(jobs) + full + probed


def _number(hub: Hub, zender_id: int) -> int:
    return with_retries(hub.sessions, lambda session: number_wijzigingen(session, zender_id))


def run_until_idle(hub: Hub, *, rounds: int = 100) -> None:
    """Work until nothing is due now; for the demo and the tests."""
    for _ in range(rounds):
        if run_once(hub) == 0:
            return


def do(hub: Hub, job: Job) -> None:
    """Do one piece of work and write down what came of it; an error never ends the worker."""
    ids = {"soort": job.soort, "object_id": job.object_id, "ontvanger": job.ontvanger}
    try:
        next_due = HANDLERS[OutboxSoort(job.soort)](hub, job.object_id)
        _finish(hub, job, next_due)
    except LeaseLost:
        log.warning("lease_lost", **ids)
    except NeighbourError as error:
        log.warning("neighbour_failed", outcome=error.outcome, code=error.code, attempts=job.attempts, **ids)
        # A receiver that refuses one message is not down: it is spared only when it gives no answer, or knows us not.
        _fail(hub, job, error.code, spares=error.outcome != Outcome.REFUSED or error.code == MISCONFIGURED)
    except Exception as error:  # the worker's edge: whatever it is, the work is kept and tried again
        log.exception("work_failed", error=type(error).__name__, attempts=job.attempts, **ids)
        _fail(hub, job, type(error).__name__, spares=False)


def _finish(hub: Hub, job: Job, next_due: datetime | None) -> None:
    def write(session: Session) -> None:
        outbox.finish(session, job, now=hub.clock(), next_due=next_due)
        if not _is_psp(job):
            outbox.circuit_success(session, job.ontvanger)

    with_retries(hub.sessions, write)
    log.info("work_done", soort=job.soort, object_id=job.object_id, ontvanger=job.ontvanger)


def _fail(hub: Hub, job: Job, fout: str, *, spares: bool) -> None:
    """Try again later along the ladder; at its end stands a person (uitval). `spares`: the receiver's circuit counts along."""

    def write(session: Session) -> None:
        now = hub.clock()
        delay = retry_delay(job.attempts, draw=hub.keys.draw)
        next_due = now + delay if delay else None
        if delay is None:  # before the outbox row: winkelmandjes are locked first (domain.md 2.10)
            give_up(session, OutboxSoort(job.soort), job.object_id, now=now)
            if job.soort == OutboxSoort.VRAAG_PSP:  # a person knows, and it is asked on, as long as its schedule lasts
                next_due = next_ask_of(session, job.object_id, now)
        outbox.fail(session, job, now=now, next_due=next_due, fout=fout)
        if spares and not _is_psp(job):
            failures = outbox.circuit_failure(session, job.ontvanger, now=now)
            if failures >= outbox.CIRCUIT_THRESHOLD or fout == MISCONFIGURED:
                outbox.circuit_open(session, job.ontvanger, until=now + circuit_delay(failures))

    try:
        with_retries(hub.sessions, write)
    except LeaseLost:
        log.warning("lease_lost", soort=job.soort, object_id=job.object_id, ontvanger=job.ontvanger)


def _is_psp(job: Job) -> bool:
    """Of a PSP account the step that calls counts what came of it: citizens call it too (flows/circuit.py)."""
    return job.ontvanger.startswith(outbox.PSP)


class Worker:
    """Threads that work until `stop` is set; what is under way is finished first."""

    def __init__(self, hub: Hub, *, concurrency: int, poll_seconds: float) -> None:
        """`concurrency` pieces of work at the same time; looks for work every `poll_seconds`."""
        self._hub = hub
        self._poll = poll_seconds
        self.stop = threading.Event()
        self._threads = [threading.Thread(target=self._work, name=f"worker-{n}") for n in range(concurrency)]
        self._threads.append(threading.Thread(target=self._watch, name="worker-watch"))

    def start(self) -> None:
        """Start the threads."""
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        """Wait until every thread has finished its work."""
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while not self.stop.is_set():
            if not self._guarded(lambda: run_once(self._hub, batch=1)):
                self.stop.wait(self._poll)

    def _watch(self) -> None:
        while not self.stop.is_set():
            for _ in range(_AGEING_ROUND):
                if not self._guarded(
                    lambda: with_retries(self._hub.sessions, lambda s: find_too_old(s, self._hub.clock()))
                ):
                    break
            for _ in range(_FORGET_ROUNDS):
                if not self._guarded(
                    lambda: with_retries(self._hub.sessions, lambda s: forget_seen(s, self._hub.clock()))
                ):
                    break
            self.stop.wait(_AGEING_EVERY.total_seconds())

    def _guarded(self, work: Callable[[], int]) -> int:
        try:
            return work()
        except (
            SQLAlchemyError,
            BetaalhubError,
        ) as error:  # neither a register that is away nor our own mistake ends it
            log.exception("worker_waits", error=type(error).__name__)
            self.stop.wait(_REGISTER_AWAY)
            return 0
