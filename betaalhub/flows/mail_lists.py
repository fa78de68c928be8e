"""The mails about a betaling for who helps a citizen: what went, when, and one of them again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from betaalhub.domain.mail import MailStatus, masked_address
from betaalhub.errors import NotFound, Refusal
from betaalhub.flows.gebeurtenissen import Door, record
from betaalhub.flows.mail import address_of, wish_again
from betaalhub.storage.tables import (
    BetaalopdrachtRow,
    BetalingRow,
    MailRow,
    ProductregelRow,
    ToewijzingRow,
    WinkelmandjeRow,
)


@dataclass(frozen=True, slots=True)
class MailRegister:
    """One mail as a person at the helpdesk sees it. UTC. `naar` is masked; None when there is no address (any more)."""

    nummer: int
    soort: str
    status: str
    status_op: datetime
    keer: int
    reden: str | None
    kenmerk: str
    naar: str | None


def list_mails(session: Session, kenmerk: str) -> tuple[MailRegister, ...]:
    """The mails about the betalingen of this winkelmandje, or that pay this betaalopdracht, the oldest first."""
    paying = (
        select(ToewijzingRow.betaling_id)
        .join(ProductregelRow, ProductregelRow.id == ToewijzingRow.productregel_id)
        .join(BetaalopdrachtRow, BetaalopdrachtRow.id == ProductregelRow.betaalopdracht_id)
        .where(BetaalopdrachtRow.kenmerk == kenmerk)
    )
    rows = session.scalars(
        select(MailRow)
        .join(BetalingRow, BetalingRow.id == MailRow.betaling_id)
        .join(WinkelmandjeRow, WinkelmandjeRow.id == BetalingRow.winkelmandje_id)
        .where(or_(WinkelmandjeRow.kenmerk == kenmerk, BetalingRow.id.in_(paying)))
        .order_by(MailRow.id)
    )
    return tuple(_seen(session, row) for row in rows)


def resend_mail(session: Session, mail_id: int, *, door: Door) -> MailRegister:
    """A person wants it sent again, to the same address; it leaves by the worker. NotFound: no such mail. Refusal: it is on its
    way just now, or there is no address any more."""
    row = session.get(MailRow, mail_id)
    if row is None:
        raise NotFound("Er is geen mail met dit nummer.")
    seen = _seen(session, row)
    if row.status == MailStatus.VERZENDEN:
        raise Refusal("MAIL_ONDERWEG", "Deze mail wordt net verstuurd. Kijk over een paar minuten opnieuw.")
    if seen.naar is None:
        raise Refusal("MAIL_ZONDER_ADRES", "Bij deze betaling is geen e-mailadres meer bekend.")
    wish_again(session, mail_id, door)
    betaling = session.get_one(BetalingRow, row.betaling_id)
    record(
        session,
        door,
        "MAIL_OPNIEUW_GEVRAAGD",
        onderwerp="BETALING",
        onderwerp_id=betaling.id,
        winkelmandje_id=betaling.winkelmandje_id,
        gegevens={"mail": row.id, "soort": row.soort},
    )
    return seen


def _seen(session: Session, row: MailRow) -> MailRegister:
    betaling = session.get_one(BetalingRow, row.betaling_id)
    address = address_of(session, betaling)
    return MailRegister(
        nummer=row.id,
        soort=row.soort,
        status=row.status,
        status_op=row.status_op,
        keer=row.keer,
        reden=row.reden,
        kenmerk=session.get_one(WinkelmandjeRow, betaling.winkelmandje_id).kenmerk,
        naar=masked_address(address) if address else None,
    )
