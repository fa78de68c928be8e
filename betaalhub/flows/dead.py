"""At the end of the retry ladder stands a person: the uitval that a dead piece of work opens."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from betaalhub.domain.statuses import LIVE, UNDER_WAY, BetalingStatus, BoekingStatus, TerugbetalingStatus
from betaalhub.domain.uitval import UitvalSoort
from betaalhub.domain.werk import OutboxSoort
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.herbereken import herbereken
from betaalhub.flows.locks import lock_around, lock_opdracht
from betaalhub.flows.mail import give_up_mail
from betaalhub.flows.terugbetaling_send import lock_terugbetaling, recompute
from betaalhub.flows.uitval import open_about, open_about_post, open_uitval
from betaalhub.storage.tables import JournaalpostRow


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
        case OutboxSoort.TERUGBETALING:
            _terugbetaling(session, object_id, door)
        case OutboxSoort.MAIL:
            give_up_mail(session, object_id, door)  # no uitval: the same stands on her page


def _statusbericht(session: Session, betaalopdracht_id: int, door: Door) -> None:
    _about_opdracht(session, betaalopdracht_id, UitvalSoort.BERICHT_DOOD, f"betaalopdracht:{betaalopdracht_id}", door)


def _verval(session: Session, betaalopdracht_id: int, door: Door) -> None:
    _about_opdracht(session, betaalopdracht_id, UitvalSoort.TE_OUD, f"verval:{betaalopdracht_id}", door)


def _about_opdracht(session: Session, betaalopdracht_id: int, soort: UitvalSoort, cause: str, door: Door) -> None:
    mandje, row = lock_opdracht(session, betaalopdracht_id)
    open_uitval(
        session,
        door,
        soort,
        cause,
        administratie_id=row.administratie_id,
        betaalopdracht_id=row.id,
        winkelmandje_id=mandje.id,
    )
    herbereken(session, mandje, door)


def _vraag_psp(session: Session, betaling_id: int, door: Door) -> None:
    """A betaling that may still be paid has an unknown outcome. Of one that has ended only the PSP's silence is told: what is
    known of its money stands, and Leverbaar with it."""
    locked = lock_around(session, betaling_id)
    betaling = locked.betaling
    if BetalingStatus(betaling.status) in LIVE:
        open_about(session, door, UitvalSoort.ONBEKEND_TE_LANG, locked)
    else:
        open_uitval(
            session,
            door,
            UitvalSoort.PSP_STORING,
            f"betaling:{betaling.id}",
            administratie_id=locked.mandje.administratie_id,
            winkelmandje_id=locked.mandje.id,
            betaling_id=betaling.id,
        )
    for mandje in locked.mandjes:
        herbereken(session, mandje, door)


def _terugbetaling(session: Session, terugbetaling_id: int, door: Door) -> None:
    """The PSP does not answer about it: nobody knows where it stands, or it could not even be sent."""
    locked, row = lock_terugbetaling(session, terugbetaling_id)
    if row.status in UNDER_WAY:
        unknown = row.status == TerugbetalingStatus.ONBEKEND
        open_uitval(
            session,
            door,
            UitvalSoort.ONBEKEND_TE_LANG if unknown else UitvalSoort.TE_OUD,
            f"terugbetaling:{row.id}",
            administratie_id=row.administratie_id,
            betaalopdracht_id=row.betaalopdracht_id,
            winkelmandje_id=locked.mandje.id,
            terugbetaling_id=row.id,
            omschrijving=f"Een terugbetaling staat al te lang op {row.status}.",
        )
        recompute(session, locked, door)


def _boekingsbatch(session: Session, batch_id: int, door: Door) -> None:
    posts = session.scalars(
        select(JournaalpostRow).where(JournaalpostRow.batch_id == batch_id).order_by(JournaalpostRow.id)
    ).all()
    for post in posts:
        if post.status not in (BoekingStatus.GEBOEKT, BoekingStatus.AFGEKEURD):
            open_about_post(session, door, UitvalSoort.BOEKING_ONBEANTWOORD, post)
