"""Brings what happened to the neighbours: statusberichten to product systems, boekingsbatches to the ERP."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from betaalhub.errors import MISCONFIGURED, NeighbourError, Outcome
from betaalhub.flows.boekingsbatch import BATCH_ANSWERED, BATCH_SENT, batch_bericht, mark_sent, record_boeking
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.stand import read_statusbericht, record_statusbericht
from betaalhub.hub import Hub
from betaalhub.ports import BoekingsbatchBericht, Boekingsresultaat, Verwerking
from betaalhub.steps.hold import Hold
from betaalhub.storage.database import reading, with_retries

_BATCH_AGAIN = timedelta(minutes=5)  # an ERP that answered only a part is asked for the rest


def deliver_statusbericht(hub: Hub, betaalopdracht_id: int, hold: Hold) -> bool:
    """Tell the product system how its betaalopdracht stands now, and finish the work together with writing down its answer.

    The content is read when sent, and not sent when the work may be somebody else's by then: so old news never follows new.
    True when it took it or there was nothing to tell; False when it refused. Raises NeighbourError otherwise.
    """
    with reading(hub.sessions) as session:
        wanted = read_statusbericht(session, betaalopdracht_id)
    if wanted is None:
        with_retries(hub.sessions, lambda session: hold.finish(session, now=hub.clock(), next_due=None, answered=False))
        return True
    stand, address = wanted
    productsysteem = hub.productsysteem(address)
    hold.check()
    ontvangst = productsysteem.meld_betaalstatus(
        stand, referentienummer=f"{stand.betaalkenmerk}-{stand.versie}", now=hub.clock()
    )

    def write(session: Session) -> None:
        now = hub.clock()
        record_statusbericht(session, betaalopdracht_id, stand.versie, ontvangst, Door("worker", now))
        hold.finish(session, now=now, next_due=None)

    with_retries(hub.sessions, write)
    return ontvangst.verwerking == Verwerking.VERWERKT


def deliver_batch(hub: Hub, batch_id: int, hold: Hold) -> None:
    """Bring a batch to the ERP, or ask what became of it: a batch that may have left is asked about by its number first. The
    work is finished together with writing down the answer; of a batch that was answered in part the rest is asked later.

    Raises NeighbourError when the ERP gave no answer, LeaseLost when this may be somebody else's work by now.
    """
    with reading(hub.sessions) as session:
        bericht, status = batch_bericht(session, batch_id)
    if status == BATCH_ANSWERED:
        with_retries(hub.sessions, lambda session: hold.finish(session, now=hub.clock(), next_due=None, answered=False))
        return
    results: Sequence[Boekingsresultaat] | None = None
    if status == BATCH_SENT:
        hold.check()
        results = hub.erp.vraag_boekingsbatch(bericht.batchnummer, now=hub.clock())
    final = tuple(_send(hub, batch_id, bericht, hold) if results is None else results)

    def write(session: Session) -> None:
        now = hub.clock()
        done = record_boeking(session, batch_id, final, Door("worker", now))
        hold.finish(session, now=now, next_due=None if done else now + _BATCH_AGAIN)

    with_retries(hub.sessions, write)


def _send(hub: Hub, batch_id: int, bericht: BoekingsbatchBericht, hold: Hold) -> Sequence[Boekingsresultaat]:
    """Commit that it leaves, then let it leave. A refusal of the whole message is the answer for each of its journaalposten;
    an ERP that does not know us refused nothing, and a refusal of a second call says nothing of the first."""
    hold.check()
    first = with_retries(hub.sessions, lambda session: mark_sent(session, batch_id, Door("worker", hub.clock())))
    hold.check()
    try:
        return hub.erp.verwerk_boekingsbatch(bericht, now=hub.clock())
    except NeighbourError as error:
        if not first or error.outcome != Outcome.REFUSED or error.code == MISCONFIGURED:
            raise
        return [
            Boekingsresultaat(post.journaalpostnummer, False, None, f"Batch geweigerd: {error.code}")
            for post in bericht.journaalposten
        ]
