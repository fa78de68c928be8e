"""Does one piece of work and writes down what came of it."""

from __future__ import annotations

from collections.abc import Mapping

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from betaalhub.domain.schedule import circuit_delay, retry_delay
from betaalhub.domain.werk import OutboxSoort
from betaalhub.errors import MISCONFIGURED, LeaseLost, NeighbourError, Outcome
from betaalhub.flows.ask import next_ask_of
from betaalhub.flows.dead import give_up
from betaalhub.hub import Hub
from betaalhub.steps.hold import Hold
from betaalhub.storage import circuits, outbox
from betaalhub.storage.away import is_gone
from betaalhub.storage.database import with_retries
from betaalhub.worker.handlers import HANDLERS

log = structlog.get_logger(__name__)


def do(hub: Hub, hold: Hold) -> bool:
    """Do it; False when its receiver gave no answer or does not know us. The only error that comes out is that of a register
    that is away (SQLAlchemyError): then what came of it could not be written. Whatever else goes wrong, the work is kept."""
    job = hold.job
    ids = {"soort": job.soort, "object_id": job.object_id, "ontvanger": job.ontvanger}
    try:
        return _tried(hub, hold, ids)
    except (
        Exception
    ) as error:  # the worker's edge: not even its failure could be written; it is due again after its lease
        if isinstance(error, SQLAlchemyError) and is_gone(error):
            raise
        log.exception("work_not_written", error=type(error).__name__, attempts=job.attempts, **ids)
        return True


def _tried(hub: Hub, hold: Hold, ids: Mapping[str, object]) -> bool:
    try:
        HANDLERS[hold.soort](hub, hold)
    except LeaseLost:
        log.warning("lease_lost", **ids)
    except NeighbourError as error:
        log.warning("neighbour_failed", outcome=error.outcome, code=error.code, attempts=hold.job.attempts, **ids)
        # A receiver that refuses one message is not down: it is spared only when it gives no answer, or knows us not.
        spares = error.outcome != Outcome.REFUSED or error.code == MISCONFIGURED
        _fail(hub, hold, error.code, spares=spares)
        return not spares
    except Exception as error:  # whatever it is, the work is tried again, and at last a person is told
        if isinstance(error, SQLAlchemyError) and is_gone(error):
            raise
        log.exception("work_failed", error=type(error).__name__, attempts=hold.job.attempts, **ids)
        _fail(hub, hold, type(error).__name__, spares=False)
    else:
        log.info("work_done", **ids)
    return True


def _fail(hub: Hub, hold: Hold, fout: str, *, spares: bool) -> None:
    """Try again later along the ladder; at its end stands a person (uitval). `spares`: the receiver's circuit counts along."""
    job = hold.job

    def write(session: Session) -> None:
        now = hub.clock()
        delay = retry_delay(job.attempts, draw=hub.keys.draw)
        next_due = now + delay if delay else None
        if delay is None:  # before the outbox row: winkelmandjes are locked first (domain.md 2.10)
            give_up(session, hold.soort, job.object_id, now=now)
            if job.soort == OutboxSoort.VRAAG_PSP:  # a person knows, and it is asked on, as long as its schedule lasts
                next_due = next_ask_of(session, job.object_id, now)
        outbox.fail(session, job, now=now, next_due=next_due, fout=fout)
        if hold.is_psp:
            return
        if spares:
            failures = circuits.circuit_failure(session, job.ontvanger, now=now)
            if failures >= circuits.CIRCUIT_THRESHOLD or fout == MISCONFIGURED:
                circuits.circuit_open(session, job.ontvanger, until=now + circuit_delay(failures))
        elif job.probe:
            circuits.circuit_let_go(session, [job.ontvanger], now=now)

    try:
        with_retries(hub.sessions, write)
    except LeaseLost:
        log.warning("lease_lost", soort=job.soort, object_id=job.object_id, ontvanger=job.ontvanger)
