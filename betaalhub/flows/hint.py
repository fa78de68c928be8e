"""A PSP's notification becomes the wish to ask now; where the sender gives each event an identity, once."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from betaalhub.flows import ask
from betaalhub.flows.gezien import first_time
from betaalhub.ports import Notification
from betaalhub.storage.tables import BetalingRow, PspAccountRow

REMEMBERED = timedelta(days=30)  # longer than any PSP repeats a notification; a later one only makes us ask once more
_MOST = 100


def take_hint(session: Session, psp_account: str, notification: Notification, *, now: datetime) -> int:
    """Queue asking about the betalingen that a notification points at. Gives how many are ours and were not hinted at by this
    very event before; one that is not ours (yet) is no error, and its event is not remembered (E3)."""
    references = tuple(dict.fromkeys((*notification.references, *_by_key(session, psp_account, notification.psp_keys))))
    if notification.event_id is None:
        return ask.hint(session, psp_account, references, now=now) if references else 0
    if not references or not _ours(session, psp_account, references):
        return 0
    # With the account in it: two accounts may use the same number (E20).
    identity = hashlib.sha256(f"psp\n{psp_account}\n{notification.event_id}".encode()).hexdigest()
    if not first_time(session, identity, now + REMEMBERED, now):
        return 0
    return ask.hint(session, psp_account, references, now=now)


def account_of(session: Session, betaling_id: int) -> str | None:
    """The code of the PSP account of a betaling; None for one at the counter."""
    return session.scalar(
        select(PspAccountRow.code)
        .join(BetalingRow, BetalingRow.psp_account_id == PspAccountRow.id)
        .where(BetalingRow.id == betaling_id)
    )


def _by_key(session: Session, psp_account: str, psp_keys: tuple[str, ...]) -> list[str]:
    """The references of the betalingen with these keys at the PSP."""
    if not psp_keys:
        return []
    return list(
        session.scalars(
            select(BetalingRow.psp_referentie)
            .join(PspAccountRow, PspAccountRow.id == BetalingRow.psp_account_id)
            .where(BetalingRow.psp_sleutel.in_(psp_keys[:_MOST]), PspAccountRow.code == psp_account)
            .order_by(BetalingRow.id)
        )
    )


def _ours(session: Session, psp_account: str, references: tuple[str, ...]) -> bool:
    found = session.scalar(
        select(BetalingRow.id)
        .join(PspAccountRow, PspAccountRow.id == BetalingRow.psp_account_id)
        .where(BetalingRow.psp_referentie.in_(references[:_MOST]), PspAccountRow.code == psp_account)
        .limit(1)
    )
    return found is not None
