"""Answers "waar is mijn betaling?": how a betaling stands, for who knows a kenmerk and the exact amount, and nothing more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from betaalhub.domain.statuses import BetalingStatus
from betaalhub.flows.paginastatus import Paginastatus, choose, page_of, read_beeld, read_betalingen
from betaalhub.storage import queries
from betaalhub.storage.tables import BetaalopdrachtRow, BetalingRow, WinkelmandjeRow


@dataclass(frozen=True, slots=True)
class Gevonden:
    """How it stands, and when it was paid (UTC; None: it is not). No name, no product, no token: who asks may be anybody."""

    paginastatus: Paginastatus
    betaald_op: datetime | None


def find_betaling(session: Session, *, kenmerk: str, bedrag_cent: int) -> Gevonden | None:
    """By the kenmerk of a winkelmandje and what it costs or what was paid for it, or by the kenmerk of one betaalopdracht and its
    total. None: unknown, or another amount; who asks is not told which. At most eight statements."""
    mandje = session.scalar(select(WinkelmandjeRow).where(WinkelmandjeRow.kenmerk == kenmerk))
    if mandje is not None:
        opdrachten = queries.opdrachten_of(session, mandje.id)
        betalingen = read_betalingen(session, mandje, opdrachten)
        amounts = {row.bedrag_cent for row in betalingen} | {sum(row.totaal_cent for row in opdrachten)}
        return _found(session, mandje, opdrachten, betalingen) if bedrag_cent in amounts else None
    opdracht = session.scalar(select(BetaalopdrachtRow).where(BetaalopdrachtRow.kenmerk == kenmerk))
    if opdracht is None or opdracht.totaal_cent != bedrag_cent:
        return None
    mandje = session.get_one(WinkelmandjeRow, opdracht.winkelmandje_id)
    return _found(session, mandje, [opdracht], read_betalingen(session, mandje, [opdracht]))


def _found(
    session: Session,
    mandje: WinkelmandjeRow,
    opdrachten: Sequence[BetaalopdrachtRow],
    betalingen: Sequence[BetalingRow],
) -> Gevonden:
    chosen = choose(betalingen)
    paid_on = chosen.status_op if chosen is not None and chosen.status == BetalingStatus.BETAALD else None
    return Gevonden(page_of(read_beeld(session, mandje, opdrachten, chosen)), paid_on)
