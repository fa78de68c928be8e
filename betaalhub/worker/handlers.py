"""Per kind of work: do it, and finish it with the time when it is due again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from betaalhub.domain.statuses import BetalingStatus
from betaalhub.domain.werk import OutboxSoort
from betaalhub.flows.ask import next_ask_of
from betaalhub.flows.verval import expire
from betaalhub.hub import Hub
from betaalhub.steps.ask_psp import ask_psp
from betaalhub.steps.deliver import deliver_batch, deliver_statusbericht
from betaalhub.steps.hold import Hold
from betaalhub.steps.refund import refund
from betaalhub.steps.send_mail import send_mail
from betaalhub.storage.database import reading, with_retries

Handler = Callable[[Hub, Hold], None]

_SOON = timedelta(seconds=5)  # a start that is under way elsewhere is looked at again


def _ask(hub: Hub, hold: Hold) -> None:
    betaling_id = hold.job.object_id
    status = ask_psp(hub, betaling_id, wie="worker", check=hold.check)
    now = hub.clock()
    if status == BetalingStatus.STARTEN:
        _finish(hub, hold, now + _SOON)
        return
    with reading(hub.sessions) as session:
        next_due = next_ask_of(session, betaling_id, now)
    _finish(hub, hold, next_due)


def _statusbericht(hub: Hub, hold: Hold) -> None:
    deliver_statusbericht(hub, hold.job.object_id, hold)


def _batch(hub: Hub, hold: Hold) -> None:
    deliver_batch(hub, hold.job.object_id, hold)


def _verval(hub: Hub, hold: Hold) -> None:
    def write(session: Session) -> None:
        now = hub.clock()
        next_due = expire(session, hold.job.object_id, keys=hub.keys, now=now)
        hold.finish(session, now=now, next_due=next_due)

    with_retries(hub.sessions, write)


def _terugbetaling(hub: Hub, hold: Hold) -> None:
    _finish(hub, hold, refund(hub, hold.job.object_id, wie="worker", check=hold.check))


def _mail(hub: Hub, hold: Hold) -> None:
    send_mail(hub, hold.job.object_id, hold)


def _finish(hub: Hub, hold: Hold, next_due: datetime | None) -> None:
    with_retries(hub.sessions, lambda session: hold.finish(session, now=hub.clock(), next_due=next_due))


HANDLERS: Mapping[OutboxSoort, Handler] = {
    OutboxSoort.VRAAG_PSP: _ask,
    OutboxSoort.STATUSBERICHT: _statusbericht,
    OutboxSoort.BOEKINGSBATCH: _batch,
    OutboxSoort.VERVAL: _verval,
    OutboxSoort.TERUGBETALING: _terugbetaling,
    OutboxSoort.MAIL: _mail,
}
if HANDLERS.keys() != set(OutboxSoort):
    raise AssertionError("Every kind of work needs its handler")
