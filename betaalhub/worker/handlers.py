"""Per kind of work: do it, and say when it is due again. The worker loop does the claiming and the finishing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from betaalhub.domain.statuses import BetalingStatus
from betaalhub.domain.werk import OutboxSoort
from betaalhub.flows.ask import next_ask_of
from betaalhub.flows.verval import expire
from betaalhub.hub import Hub
from betaalhub.steps.ask_psp import ask_psp
from betaalhub.steps.deliver import deliver_batch, deliver_statusbericht
from betaalhub.steps.refund import refund
from betaalhub.storage.database import reading, with_retries

Handler = Callable[[Hub, int], datetime | None]

_SOON = timedelta(seconds=5)  # a start that is under way elsewhere is looked at again
_BATCH_AGAIN = timedelta(minutes=5)  # an ERP that answered only a part is asked for the rest


def _ask(hub: Hub, betaling_id: int) -> datetime | None:
    status = ask_psp(hub, betaling_id, wie="worker")
    now = hub.clock()
    if status == BetalingStatus.STARTEN:
        return now + _SOON
    with reading(hub.sessions) as session:
        return next_ask_of(session, betaling_id, now)


def _statusbericht(hub: Hub, betaalopdracht_id: int) -> datetime | None:
    deliver_statusbericht(hub, betaalopdracht_id)
    return None


def _batch(hub: Hub, batch_id: int) -> datetime | None:
    return None if deliver_batch(hub, batch_id) else hub.clock() + _BATCH_AGAIN


def _verval(hub: Hub, betaalopdracht_id: int) -> datetime | None:
    return with_retries(
        hub.sessions, lambda session: expire(session, betaalopdracht_id, keys=hub.keys, now=hub.clock())
    )


def _terugbetaling(hub: Hub, terugbetaling_id: int) -> datetime | None:
    return refund(hub, terugbetaling_id, wie="worker")


HANDLERS: Mapping[OutboxSoort, Handler] = {
    OutboxSoort.VRAAG_PSP: _ask,
    OutboxSoort.STATUSBERICHT: _statusbericht,
    OutboxSoort.BOEKINGSBATCH: _batch,
    OutboxSoort.VERVAL: _verval,
    OutboxSoort.TERUGBETALING: _terugbetaling,
}
if HANDLERS.keys() != set(OutboxSoort):
    raise AssertionError("Every kind of work needs its handler")
