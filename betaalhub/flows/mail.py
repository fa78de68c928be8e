"""Mails to who paid: wished for in the transaction of the fact, sent by the worker, each at most once by itself."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from betaalhub.domain.mail import ONTVANGST, MailSoort, MailStatus, common_address
from betaalhub.domain.statuses import Kanaal
from betaalhub.domain.werk import OutboxSoort
from betaalhub.flows.change_status import change_mail
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.keys import Keys
from betaalhub.flows.limieten import LimietSoort, give_back, take
from betaalhub.flows.locks import Locked
from betaalhub.storage import outbox, queries
from betaalhub.storage.database import lock
from betaalhub.storage.tables import BetalingRow, MailRow

ONTVANGER = "mail"  # all mails go by one mail server: it has one circuit
_HOUR = timedelta(hours=1)


def wish_ontvangst(session: Session, locked: Locked, door: Door, *, keys: Keys, alsnog: bool = False) -> None:
    """A betaling became BETAALD: she is to have her betaalbewijs. `alsnog`: it had ended unpaid before, as she was told."""
    soort = MailSoort.ALSNOG_BETAALD if alsnog else MailSoort.BETAALBEWIJS
    _wish(session, locked, soort, ONTVANGST, door, keys=keys)


def wish_terugbetaling(session: Session, locked: Locked, nummer: str, door: Door, *, keys: Keys) -> None:
    """The terugbetaling with this nummer became VOLTOOID: she is to know that money went back."""
    _wish(session, locked, MailSoort.TERUGBETALING, nummer, door, keys=keys)


def _wish(session: Session, locked: Locked, soort: MailSoort, zaak: str, door: Door, *, keys: Keys) -> None:
    """Once for each fact, and only where there is an address; at the counter she got her betaalbewijs in her hand."""
    betaling = locked.betaling
    given = tuple(row.betaler_email for row in locked.betaald)
    if not keys.mails or betaling.kanaal != Kanaal.PSP or common_address(betaling.email, given) is None:
        return
    there = select(MailRow.id).where(MailRow.betaling_id == betaling.id, MailRow.zaak == zaak)
    if session.scalar(there) is not None:  # nobody else can add one: the betaling is locked
        return
    row = MailRow(
        betaling_id=betaling.id,
        zaak=zaak,
        soort=soort,
        status=MailStatus.TE_VERZENDEN,
        status_op=door.now,
        gewenst_op=door.now,
        keer=1,
    )
    session.add(row)
    session.flush()
    outbox.enqueue_first(session, OutboxSoort.MAIL, row.id, ontvanger=ONTVANGER, due_at=door.now, now=door.now)


def address_of(session: Session, betaling: BetalingRow) -> str | None:
    """Where mails about this betaling go now; None when nobody gave an address, or it fell away since."""
    if betaling.email:
        return betaling.email
    return common_address(None, tuple(row.betaler_email for row in queries.opdrachten_paid_by(session, betaling.id)))


class Begin(StrEnum):
    """May it leave now?"""

    NOW = "NOW"
    NOT = "NOT"  # it did already, or somebody else is at it
    LATER = "LATER"  # this address got as many within the hour as one may


def begin_mail(session: Session, mail_id: int, door: Door, *, address_key: str, per_hour: int) -> Begin:
    """Write down that it leaves now, and count it for its address. `address_key` stands for the address and tells nothing of it."""
    row, betaling = _locked(session, mail_id)
    if row.status != MailStatus.TE_VERZENDEN:
        return Begin.NOT
    if not take(session, LimietSoort.MAIL, address_key, limit=per_hour, window=_HOUR, now=door.now):
        return Begin.LATER
    change_mail(session, row, MailStatus.VERZENDEN, door, winkelmandje_id=betaling.winkelmandje_id)
    return Begin.NOW


def mail_not_gone(session: Session, mail_id: int, door: Door, *, address_key: str, reden: str) -> None:
    """It surely was not taken: it waits again, and does not count for its address."""
    end_mail(session, mail_id, MailStatus.TE_VERZENDEN, door, reden=reden)
    give_back(session, LimietSoort.MAIL, address_key)


def end_mail(session: Session, mail_id: int, to: MailStatus, door: Door, *, reden: str | None = None) -> None:
    """Write down what became of it; one that stands so already stays as it is."""
    row, betaling = _locked(session, mail_id)
    if row.status != to:
        change_mail(session, row, to, door, winkelmandje_id=betaling.winkelmandje_id, reden=reden)


def give_up_mail(session: Session, mail_id: int, door: Door) -> None:
    """The worker tried as long as it does: it is not sent any more."""
    row, _ = _locked(session, mail_id)
    if row.status == MailStatus.VERZENDEN:
        end_mail(session, mail_id, MailStatus.ONBEKEND, door, reden="OPGEGEVEN")
    elif row.status == MailStatus.TE_VERZENDEN:
        end_mail(session, mail_id, MailStatus.VERVALLEN, door, reden="OPGEGEVEN")


def wish_again(session: Session, mail_id: int, door: Door) -> None:
    """A person wants it sent again; what is on its way is left alone."""
    row, betaling = _locked(session, mail_id)
    if row.status == MailStatus.VERZENDEN:
        return
    if row.status != MailStatus.TE_VERZENDEN:
        change_mail(session, row, MailStatus.TE_VERZENDEN, door, winkelmandje_id=betaling.winkelmandje_id)
        row.keer += 1
    row.gewenst_op = door.now
    outbox.enqueue(session, OutboxSoort.MAIL, row.id, ontvanger=ONTVANGER, due_at=door.now, now=door.now)


def _locked(session: Session, mail_id: int) -> tuple[MailRow, BetalingRow]:
    (row,) = lock(session, MailRow, [mail_id])
    return row, session.get_one(BetalingRow, row.betaling_id)
