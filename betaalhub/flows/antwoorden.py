"""Idempotency: the answer to a writing operation, stored in the transaction of its effect and rendered again (contract.md)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from betaalhub.errors import Refusal
from betaalhub.storage.tables import AntwoordRow

_PENDING = "-"


def claim_referentie(
    session: Session, *, zender_id: int, referentienummer: str, operatie: str, inhoud_hash: str, now: datetime
) -> AntwoordRow:
    """Take (zender, referentienummer) for this message, or find the answer that it got before.

    A fresh row has `is_fresh(row)`; the caller fills `inhoud` before its transaction ends. A parallel call with the same key
    waits here for the winner and finds its answer. Refusal REFERENTIENUMMER_NIET_UNIEK: used for something else.
    """
    key = (zender_id, referentienummer)
    row = session.get(AntwoordRow, key)
    if row is None:
        row = AntwoordRow(
            zender_id=zender_id,
            referentienummer=referentienummer,
            operatie=operatie,
            inhoud_hash=inhoud_hash,
            inhoud=_PENDING,
            tijdstip=now,
        )
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:
            row = session.get_one(AntwoordRow, key)
    if row.operatie != operatie or row.inhoud_hash != inhoud_hash:
        raise Refusal("REFERENTIENUMMER_NIET_UNIEK", "Dit referentienummer is al gebruikt voor een ander bericht.")
    return row


def is_fresh(row: AntwoordRow) -> bool:
    """True while no answer is stored: the effect is still to be made."""
    return row.inhoud == _PENDING
