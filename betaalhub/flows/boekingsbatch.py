"""Gathers journaalposten into batches for the ERP and writes down its answer per journaalpost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from betaalhub.domain.statuses import BoekingStatus
from betaalhub.domain.uitval import UitvalSoort
from betaalhub.domain.werk import OutboxSoort
from betaalhub.errors import LeaseLost
from betaalhub.flows.change_status import change_boeking
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.keys import Keys
from betaalhub.flows.uitval import close_by_itself, open_about_post
from betaalhub.ports import BoekingsbatchBericht, BoekingsregelBericht, Boekingsresultaat, JournaalpostBericht
from betaalhub.storage import outbox, queries
from betaalhub.storage.database import lock
from betaalhub.storage.tables import AdministratieRow, BoekingsbatchRow, BoekingsregelRow, JournaalpostRow, UitvalRow

BATCH_SIZE = 100
_WITH_ERP = (BoekingStatus.IN_BATCH, BoekingStatus.VERZONDEN)
BATCH_MADE, BATCH_SENT, BATCH_ANSWERED = "GEMAAKT", "VERZONDEN", "BEANTWOORD"


def has_unbatched(session: Session) -> bool:
    """Is there a journaalpost that may go into a batch now?"""
    return session.scalar(select(JournaalpostRow.id).where(*_may_go()).limit(1)) is not None


def _may_go() -> tuple[ColumnElement[bool], ...]:
    """It waits, and no earlier one of its betaalopdracht is with the ERP: the ERP gets those of one betaalopdracht in order.

    One that the ERP leaves unanswered holds up the others only until a person is told of it (BOEKING_ONBEANTWOORD).
    """
    earlier = aliased(JournaalpostRow)
    told = select(UitvalRow.id).where(
        UitvalRow.journaalpost_id == earlier.id, UitvalRow.soort == UitvalSoort.BOEKING_ONBEANTWOORD
    )
    with_erp = (
        select(earlier.id)
        .where(earlier.betaalopdracht_id == JournaalpostRow.betaalopdracht_id, earlier.status.in_(_WITH_ERP))
        .where(~told.exists())
        .exists()
    )
    return JournaalpostRow.status == BoekingStatus.TE_BOEKEN, ~with_erp


def collect_batches(session: Session, *, keys: Keys, now: datetime) -> int:
    """Gather what waits to be booked into one batch per administratie, queued for the ERP; the number of journaalposten.

    A journaalpost waits until every earlier one of its betaalopdracht is answered, or a person knows that it is not; within a
    batch they stand in order.
    """
    ids = session.execute(
        select(JournaalpostRow.id, JournaalpostRow.administratie_id)
        .where(*_may_go())
        .order_by(JournaalpostRow.id)
        .limit(BATCH_SIZE)
    ).all()
    gathered = 0
    for administratie_id in sorted({row.administratie_id for row in ids}):
        mine = lock(session, JournaalpostRow, [row.id for row in ids if row.administratie_id == administratie_id])
        waiting = _still_may_go(session, [row.id for row in mine])
        if waiting:
            _make_batch(session, administratie_id, waiting, keys=keys, now=now)
            gathered += len(waiting)
    return gathered


def _still_may_go(session: Session, ids: list[int]) -> list[JournaalpostRow]:
    """Those that may, now that they are locked: another worker may have taken them, or an earlier one, just before."""
    return list(
        session.scalars(
            select(JournaalpostRow).where(JournaalpostRow.id.in_(ids), *_may_go()).order_by(JournaalpostRow.id)
        )
    )


def _make_batch(
    session: Session, administratie_id: int, posts: list[JournaalpostRow], *, keys: Keys, now: datetime
) -> None:
    batch = BoekingsbatchRow(
        administratie_id=administratie_id, nummer=keys.number(), status=BATCH_MADE, aangemaakt_op=now
    )
    session.add(batch)
    session.flush()
    for post in posts:
        change_boeking(session, post, BoekingStatus.IN_BATCH, Door("worker", now))
        post.batch_id = batch.id
    administratie = session.get_one(AdministratieRow, administratie_id)
    outbox.enqueue_first(
        session, OutboxSoort.BOEKINGSBATCH, batch.id, ontvanger=f"erp:{administratie.code}", due_at=now, now=now
    )


def batch_bericht(session: Session, batch_id: int) -> tuple[BoekingsbatchBericht, str]:
    """The content of a batch as it goes to the ERP, and the batch's status."""
    batch = session.get_one(BoekingsbatchRow, batch_id)
    administratie = session.get_one(AdministratieRow, batch.administratie_id)
    posts = _posts_of(session, batch_id)
    regels = queries.boekingsregels_of(session, [post.id for post in posts])
    kenmerken = queries.kenmerken_of(session, {post.betaalopdracht_id for post in posts if post.betaalopdracht_id})
    bericht = BoekingsbatchBericht(
        batch.nummer,
        administratie.code,
        tuple(
            JournaalpostBericht(
                post.nummer,
                post.soort,
                post.boekdatum,
                post.omschrijving,
                kenmerken.get(post.betaalopdracht_id or 0),
                tuple(_regel(regel) for regel in regels if regel.journaalpost_id == post.id),
            )
            for post in posts
        ),
    )
    return bericht, batch.status


def _posts_of(session: Session, batch_id: int) -> Sequence[JournaalpostRow]:
    return session.scalars(
        select(JournaalpostRow).where(JournaalpostRow.batch_id == batch_id).order_by(JournaalpostRow.id)
    ).all()


def _regel(row: BoekingsregelRow) -> BoekingsregelBericht:
    return BoekingsregelBericht(
        row.volgnummer,
        row.grootboekrekening,
        row.kostenplaats,
        row.project,
        row.btw,
        row.debet_cent,
        row.credit_cent,
        row.omschrijving,
    )


def mark_sent(session: Session, batch_id: int, door: Door) -> bool:
    """The batch is about to leave: from now on its outcome is asked, never assumed. True when it never left before; LeaseLost
    when another worker brought it meanwhile and has its answer."""
    (batch,) = lock(session, BoekingsbatchRow, [batch_id])
    if batch.status == BATCH_ANSWERED:
        raise LeaseLost(f"Boekingsbatch {batch.nummer} is answered already")
    first = batch.status == BATCH_MADE
    batch.status = BATCH_SENT
    for post in _posts_of(session, batch_id):
        if post.status == BoekingStatus.IN_BATCH:
            change_boeking(session, post, BoekingStatus.VERZONDEN, door)
    return first


def record_boeking(session: Session, batch_id: int, results: Sequence[Boekingsresultaat], door: Door) -> bool:
    """Write the ERP's answer per journaalpost; True when every journaalpost of the batch is answered.

    One rejected never stops the rest: it opens BOEKING_AFGEKEURD for its own betaalopdracht.
    """
    (batch,) = lock(session, BoekingsbatchRow, [batch_id])
    posts = {post.nummer: post for post in _posts_of(session, batch_id)}
    for result in results:
        post = posts.get(result.journaalpostnummer)
        if post is not None and post.status == BoekingStatus.VERZONDEN:
            _record_one(session, post, result, door)
    done = all(post.status in (BoekingStatus.GEBOEKT, BoekingStatus.AFGEKEURD) for post in posts.values())
    if done:
        batch.status = BATCH_ANSWERED
    return done


def _record_one(session: Session, post: JournaalpostRow, result: Boekingsresultaat, door: Door) -> None:
    to = BoekingStatus.GEBOEKT if result.geboekt else BoekingStatus.AFGEKEURD
    post.boekstuknummer = result.boekstuknummer
    change_boeking(session, post, to, door, reden=result.reden[:200] if result.reden else None)
    close_by_itself(session, door, {UitvalSoort.BOEKING_ONBEANTWOORD}, journaalpost_id=post.id)
    if not result.geboekt:
        open_about_post(session, door, UitvalSoort.BOEKING_AFGEKEURD, post)
