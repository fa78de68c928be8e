"""Which betaalopdracht a writing message is about: exactly one, and the zender's own."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from betaalhub.errors import Refusal
from betaalhub.storage import queries
from betaalhub.storage.tables import BetaalopdrachtRow, WinkelmandjeRow


def find_opdracht(session: Session, zender_id: int, betaalkenmerk: str | None, kenmerk: str | None) -> int:
    """The id of the betaalopdracht of this zender with this betaalkenmerk, or with this own Kenmerk (the newest).

    The kenmerk of a winkelmandje points at the zender's only betaalopdracht in it; where there are more, none is meant.
    Refusal ZOEKVRAAG_ONJUIST unless exactly one is given, BETAALOPDRACHT_ONBEKEND when there is none of this zender.
    """
    if (betaalkenmerk is None) == (kenmerk is None):
        raise Refusal("ZOEKVRAAG_ONJUIST", "Geef Betaalkenmerk of Kenmerk, en niet allebei.")
    found = (
        _by_own(session, zender_id, kenmerk) if kenmerk else _by_betaalkenmerk(session, zender_id, betaalkenmerk or "")
    )
    if found is None:
        raise Refusal("BETAALOPDRACHT_ONBEKEND", "Deze betaalopdracht is niet bekend bij deze zender.")
    return found


def _by_own(session: Session, zender_id: int, kenmerk: str) -> int | None:
    return session.scalars(
        select(BetaalopdrachtRow.id)
        .where(BetaalopdrachtRow.zender_id == zender_id, BetaalopdrachtRow.eigen_kenmerk == kenmerk)
        .order_by(BetaalopdrachtRow.aangemaakt_op.desc(), BetaalopdrachtRow.id.desc())
        .limit(1)
    ).first()


def _by_betaalkenmerk(session: Session, zender_id: int, betaalkenmerk: str) -> int | None:
    row = queries.betaalopdracht_by_kenmerk(session, zender_id, betaalkenmerk)
    if row is not None:
        return row.id
    inside = session.scalars(
        select(BetaalopdrachtRow.id)
        .join(WinkelmandjeRow, WinkelmandjeRow.id == BetaalopdrachtRow.winkelmandje_id)
        .where(BetaalopdrachtRow.zender_id == zender_id, WinkelmandjeRow.kenmerk == betaalkenmerk)
        .limit(2)
    ).all()
    return inside[0] if len(inside) == 1 else None
