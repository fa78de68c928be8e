"""Which betaalopdracht a writing message is about: exactly one, and the zender's own."""

from __future__ import annotations

from sqlalchemy.orm import Session

from betaalhub.errors import Refusal
from betaalhub.storage import queries
from betaalhub.storage.tables import BetaalopdrachtRow


def find_opdracht(session: Session, zender_id: int, betaalkenmerk: str | None, kenmerk: str | None) -> int:
    """The id of the betaalopdracht of this zender with this betaalkenmerk, or with this own Kenmerk (the newest).

    The kenmerk of a winkelmandje points at the zender's only betaalopdracht in it; where there are more, none is meant.
    Refusal ZOEKVRAAG_ONJUIST unless exactly one is given, BETAALOPDRACHT_ONBEKEND when there is none of this zender.
    """
    if (betaalkenmerk is None) == (kenmerk is None):
        raise Refusal("ZOEKVRAAG_ONJUIST", "Geef Betaalkenmerk of Kenmerk, en niet allebei.")
    found = (
        queries.newest_by_own_kenmerk(session, zender_id, kenmerk)
        if kenmerk
        else _by_betaalkenmerk(session, zender_id, betaalkenmerk or "")
    )
    if found is None:
        raise Refusal("BETAALOPDRACHT_ONBEKEND", "Deze betaalopdracht is niet bekend bij deze zender.")
    return found.id


def _by_betaalkenmerk(session: Session, zender_id: int, betaalkenmerk: str) -> BetaalopdrachtRow | None:
    own = queries.betaalopdracht_by_kenmerk(session, zender_id, betaalkenmerk)
    if own is not None:
        return own
    inside = queries.own_in_mandje(session, zender_id, betaalkenmerk, limit=2)
    return inside[0] if len(inside) == 1 else None
