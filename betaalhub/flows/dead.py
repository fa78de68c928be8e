"""At the end of the retry ladder stands a person: the uitval that a dead piece of work opens."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from betaalhub.domain.uitval import UitvalSoort
from betaalhub.domain.werk import OutboxSoort
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.herbereken import herbereken
from betaalhub.flows.locks import lock_around
from betaalhub.flows.uitval import open_uitval
from betaalhub.storage import queries
from betaalhub.storage.database import lock
from betaalhub.storage.tables import BetaalopdrachtRow, JournaalpostRow, WinkelmandjeRow


def give_up(session: Session, soort: OutboxSoort, object_id: int, *, now: datetime) -> None:
    """Open the uitval that belongs to this kind of work."""
    door = Door("worker", now)
    match soort:
        case OutboxSoort.STATUSBERICHT:
            _statusbericht(session, object_id, door)
        case OutboxSoort.VRAAG_PSP:
            _vraag_psp(session, object_id, door)
        case OutboxSoort.BOEKINGSBATCH:
            _boekingsbatch(session, object_id, door)
        case OutboxSoort.VERVAL:
            _verval(session, object_id, door)


def _statusbericht(session: Session, betaalopdracht_id: int, door: Door) -> None:
    row = _locked_opdracht(session, betaalopdracht_id)
    open_uitval(
        session,
        door,
        UitvalSoort.BERICHT_DOOD,
        f"betaalopdracht:{row.id}",
        administratie_id=row.administratie_id,
        betaalopdracht_id=row.id,
        winkelmandje_id=row.winkelmandje_id,
    )


def _verval(session: Session, betaalopdracht_id: int, door: Door) -> None:
    row = _locked_opdracht(session, betaalopdracht_id)
    open_uitval(
        session,
        door,
        UitvalSoort.TE_OUD,
        f"verval:{row.id}",
        administratie_id=row.administratie_id,
        betaalopdracht_id=row.id,
        winkelmandje_id=row.winkelmandje_id,
    )


def _locked_opdracht(session: Session, betaalopdracht_id: int) -> BetaalopdrachtRow:
    seen = session.get_one(BetaalopdrachtRow, betaalopdracht_id)
    lock(session, WinkelmandjeRow, [seen.winkelmandje_id])
    (row,) = lock(session, BetaalopdrachtRow, [betaalopdracht_id])
    return row


def _vraag_psp(session: Session, betaling_id: int, door: Door) -> None:
    locked = lock_around(session, betaling_id)
    ids = queries.opdracht_ids_of_betaling(session, betaling_id)
    for row in locked.opdrachten:
        if row.id in ids:
            open_uitval(
                session,
                door,
                UitvalSoort.ONBEKEND_TE_LANG,
                f"betaling:{betaling_id}:{row.id}",
                administratie_id=row.administratie_id,
                betaalopdracht_id=row.id,
                winkelmandje_id=locked.mandje.id,
                betaling_id=betaling_id,
            )
    for mandje in locked.mandjes:
        herbereken(session, mandje, door)


def _boekingsbatch(session: Session, batch_id: int, door: Door) -> None:
    posts = session.scalars(select(JournaalpostRow).where(JournaalpostRow.batch_id == batch_id)).all()
    for post in posts:
        if post.status not in ("GEBOEKT", "AFGEKEURD"):
            open_uitval(
                session,
                door,
                UitvalSoort.BOEKING_ONBEANTWOORD,
                f"journaalpost:{post.id}",
                administratie_id=post.administratie_id,
                betaalopdracht_id=post.betaalopdracht_id,
                betaling_id=post.betaling_id,
                journaalpost_id=post.id,
            )
