"""The one door through which a stored status changes: table, row and gebeurtenis together."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from betaalhub.domain.mail import MailStatus, check_mail_step
from betaalhub.domain.statuses import (
    GIVEN_BACK,
    LIVE,
    BetalingStatus,
    BoekingStatus,
    Kanaal,
    LeveringStatus,
    TerugbetalingStatus,
    TerugboekingStatus,
    check_transition,
    is_correction,
)
from betaalhub.domain.uitval import UitvalSoort
from betaalhub.flows.gebeurtenissen import Door, record
from betaalhub.flows.uitval import close_by_itself
from betaalhub.storage.tables import (
    BetalingRow,
    JournaalpostRow,
    MailRow,
    ProductregelRow,
    TerugbetalingRow,
    TerugboekingRow,
)

_ASKED_BACK = frozenset(
    {
        UitvalSoort.LAAT_BETAALD,
        UitvalSoort.DUBBEL_BETAALD,
        UitvalSoort.BEDRAG_AFWIJKEND,
        UitvalSoort.TERUGBETALING_MISLUKT,
        UitvalSoort.NIET_LEVERBAAR,
    }
)
_WAITED = frozenset({UitvalSoort.ONBEKEND_TE_LANG, UitvalSoort.TE_OUD})  # answered by any step


def change_betaling(
    session: Session,
    betaling: BetalingRow,
    to: BetalingStatus,
    door: Door,
    *,
    reden: str | None = None,
    seen_at: datetime | None = None,
) -> None:
    """Give a betaling another status; IllegalTransition when the table does not hold that step.

    `seen_at` (UTC): when the PSP was asked, so that answers are compared by their own time and not by that of writing.
    What waited for this step (an uitval about its age) closes by itself, and so does BEDRAG_AFWIJKEND when the whole amount
    is there after all, or nothing of it any more. The caller holds the locks and calls `herbereken` afterwards.
    """
    van = BetalingStatus(betaling.status)
    check_transition(van, to, kanaal=Kanaal(betaling.kanaal))
    betaling.status = to
    betaling.status_op = seen_at or door.now
    betaling.reden = reden
    betaling.levend_sleutel = str(betaling.winkelmandje_id) if to in LIVE else None
    record(
        session,
        door,
        "BETALING_GECORRIGEERD" if is_correction(van, to) else "BETALING_STATUS",
        onderwerp="BETALING",
        onderwerp_id=betaling.id,
        winkelmandje_id=betaling.winkelmandje_id,
        van=van,
        naar=to,
        reden=reden,
        gegevens={"referentie": betaling.psp_referentie},
    )
    answered = _WAITED if to in LIVE else _WAITED | {UitvalSoort.BEDRAG_AFWIJKEND}
    close_by_itself(session, door, answered, betaling_id=betaling.id)


def change_terugbetaling(
    session: Session, row: TerugbetalingRow, to: TerugbetalingStatus, door: Door, *, reden: str | None = None
) -> None:
    """Give a terugbetaling another status; IllegalTransition when the table does not hold that step.

    The caller holds the lock on its betaling and calls `herbereken` afterwards.
    """
    van = TerugbetalingStatus(row.status)
    check_transition(van, to)
    row.status, row.status_op = to, door.now
    record(
        session,
        door,
        "TERUGBETALING_STATUS",
        onderwerp="TERUGBETALING",
        onderwerp_id=row.id,
        betaalopdracht_id=row.betaalopdracht_id,
        van=van,
        naar=to,
        reden=reden,
    )
    close_by_itself(session, door, _WAITED, terugbetaling_id=row.id)
    if to in GIVEN_BACK:
        _given_back(session, row, door)


def _given_back(session: Session, row: TerugbetalingRow, door: Door) -> None:
    """The money went: the uitval that asked for it closes, and a betaling with another amount that gave all of it back ends."""
    close_by_itself(session, door, _ASKED_BACK, terugbetaling_id=row.id)
    session.flush()
    end_when_gone(session, session.get_one(BetalingRow, row.betaling_id), door, reden="BEDRAG_TERUGBETAALD")


def end_when_gone(session: Session, betaling: BetalingRow, door: Door, *, reden: str) -> None:
    """A betaling with another amount, all of which went back or was taken, ends: the citizen may pay again."""
    live = BetalingStatus(betaling.status) == BetalingStatus.IN_BEHANDELING
    if live and betaling.gereserveerd_cent == betaling.ontvangen_cent > 0:
        change_betaling(session, betaling, BetalingStatus.GEANNULEERD, door, reden=reden)


def change_terugboeking(
    session: Session,
    row: TerugboekingRow,
    to: TerugboekingStatus,
    door: Door,
    *,
    winkelmandje_id: int | None,
    reden: str | None = None,
    seen_at: datetime | None = None,
) -> None:
    """Give a terugboeking another status; IllegalTransition when the table does not hold that step.

    `seen_at` (UTC): when the PSP was asked. What waited about it closes by itself: its age at any step, the terugboeking
    itself when the money came back. The caller holds the lock on its betaling and calls `herbereken` afterwards.
    """
    van = TerugboekingStatus(row.status)
    check_transition(van, to)
    row.status, row.status_op = to, seen_at or door.now
    record(
        session,
        door,
        "TERUGBOEKING_STATUS",
        onderwerp="TERUGBOEKING",
        onderwerp_id=row.id,
        winkelmandje_id=winkelmandje_id,
        van=van,
        naar=to,
        reden=reden,
        gegevens={"bedrag_cent": row.bedrag_cent, "betaling": row.betaling_id},
    )
    answered = _WAITED | {UitvalSoort.TERUGBOEKING} if to == TerugboekingStatus.GEWONNEN else _WAITED
    close_by_itself(session, door, answered, terugboeking_id=row.id)


def change_levering(
    session: Session, regel: ProductregelRow, to: LeveringStatus, door: Door, *, reden: str | None, leverbaar: bool
) -> None:
    """Write down how far the levering of a productregel is; IllegalTransition when the table does not hold that step.

    `leverbaar`: might it be delivered at that moment? A person who looks back wants to know.
    """
    van = LeveringStatus(regel.levering)
    check_transition(van, to)
    regel.levering = to
    record(
        session,
        door,
        "LEVERING_GEMELD",
        onderwerp="PRODUCTREGEL",
        onderwerp_id=regel.id,
        betaalopdracht_id=regel.betaalopdracht_id,
        van=van,
        naar=to,
        reden=reden,
        gegevens={"regelnummer": regel.regelnummer, "leverbaar": "ja" if leverbaar else "nee"},
    )


def change_boeking(
    session: Session, post: JournaalpostRow, to: BoekingStatus, door: Door, *, reden: str | None = None
) -> None:
    """Give a journaalpost another status; IllegalTransition when the table does not hold that step."""
    van = BoekingStatus(post.status)
    check_transition(van, to)
    post.status, post.reden = to, reden
    record(
        session,
        door,
        "BOEKING_STATUS",
        onderwerp="JOURNAALPOST",
        onderwerp_id=post.id,
        betaalopdracht_id=post.betaalopdracht_id,
        van=van,
        naar=to,
        gegevens={"boekstuknummer": post.boekstuknummer} if post.boekstuknummer else None,
    )


def change_mail(
    session: Session, row: MailRow, to: MailStatus, door: Door, *, winkelmandje_id: int, reden: str | None = None
) -> None:
    """Give a mail another status; IllegalTransition when the table does not hold that step. Only where it ends makes a
    gebeurtenis, of its betaling. `reden` is a code. The caller holds the lock on the mail.
    """
    van = MailStatus(row.status)
    check_mail_step(van, to)
    row.status, row.status_op, row.reden = to, door.now, reden
    if to in (MailStatus.VERZENDEN, MailStatus.TE_VERZENDEN):
        return
    record(
        session,
        door,
        f"MAIL_{to}",
        onderwerp="BETALING",
        onderwerp_id=row.betaling_id,
        winkelmandje_id=winkelmandje_id,
        reden=reden,
        gegevens={"mail": row.id, "soort": row.soort, "keer": row.keer},
    )
