"""Tells in time which aansluitingen can soon not prove themselves any more, and which can not already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from betaalhub.domain.bewijs import BewijsSoort
from betaalhub.storage.tables import AansluitingRow, BewijsRow

SOON = timedelta(days=30)

_WORDS = {
    BewijsSoort.WACHTWOORD: "het wachtwoord",
    BewijsSoort.OIN: "het certificaat",
    BewijsSoort.CERTIFICAAT: "het certificaat",
    BewijsSoort.HANDTEKENING: "het certificaat voor handtekeningen",
    BewijsSoort.USERNAMETOKEN: "het geheim voor UsernameTokens",
}  # of what is the same to the caller, one may take the place of another


@dataclass(frozen=True, slots=True)
class Einde:
    """Something of an aansluiting that ends (UTC), or has ended (`over`), with nothing in its place. `wat` is Dutch."""

    aansluiting_id: int
    aansluiting: str
    wat: str
    tot: datetime
    over: bool


def find_endings(session: Session, now: datetime, *, aansluiting_id: int | None = None) -> Sequence[Einde]:
    """What has ended or ends within 30 days and has no successor, by aansluiting; of one aansluiting when it is named.

    What was revoked was meant to end; so was an aansluiting that is switched off.
    """
    query = select(AansluitingRow).order_by(AansluitingRow.naam)
    if aansluiting_id is not None:
        query = query.where(AansluitingRow.id == aansluiting_id)
    found: list[Einde] = []
    for row in session.scalars(query).all():
        if not row.actief:
            continue
        if row.geldig_tot is not None and row.geldig_tot <= now + SOON:
            found.append(Einde(row.id, row.naam, "de aansluiting zelf", row.geldig_tot, row.geldig_tot <= now))
        found += _of_bewijzen(session, row, now)
    return found


def _of_bewijzen(session: Session, row: AansluitingRow, now: datetime) -> list[Einde]:
    """Per kind the last end counts: an old password beside a new one warns nobody."""
    last: dict[str, datetime | None] = {}
    query = select(BewijsRow).where(BewijsRow.aansluiting_id == row.id, BewijsRow.ingetrokken_op.is_(None))
    for bewijs in session.scalars(query.order_by(BewijsRow.id)).all():
        wat = _WORDS[BewijsSoort(bewijs.soort)]
        end, known = bewijs.geldig_tot, last.get(wat, bewijs.geldig_tot)
        last[wat] = None if end is None or known is None else max(end, known)
    return [
        Einde(row.id, row.naam, wat, end, end <= now)
        for wat, end in last.items()
        if end is not None and end <= now + SOON
    ]
