"""Keeps a paid winkelmandje whole: what joined it after the betaling that now turns out paid gets one of its own."""

from __future__ import annotations

from sqlalchemy.orm import Session

from betaalhub.domain.statuses import LIVE, BetaalopdrachtStatus, BetalingStatus
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.herbereken import herbereken
from betaalhub.flows.keys import Keys
from betaalhub.flows.winkelmandje import move_apart
from betaalhub.storage import queries
from betaalhub.storage.tables import WinkelmandjeRow


def part_unpaid(session: Session, mandje: WinkelmandjeRow, *, keys: Keys, door: Door) -> None:
    """Move what is still open out of a winkelmandje in which something is paid, unless a betaling is under way for it.

    It happens when a betaling that ended unpaid is corrected to BETAALD after another betaalopdracht joined: the page of this
    winkelmandje says "paid" from then on, and the other one must stay payable. The caller holds the winkelmandje's lock, and
    recomputed it.
    """
    opdrachten = queries.opdrachten_of(session, mandje.id)
    still_open = [row for row in opdrachten if row.status == BetaalopdrachtStatus.OPEN]
    if not still_open:
        return
    betalingen = {BetalingStatus(row.status) for row in queries.betalingen_of(session, mandje.id)}
    paid = BetalingStatus.BETAALD in betalingen or any(row.status == BetaalopdrachtStatus.BETAALD for row in opdrachten)
    if not paid or betalingen & LIVE:
        return
    for row in still_open:
        apart = move_apart(session, row, mandje, keys=keys, door=door, soort="BETAALOPDRACHT_APART")
        herbereken(session, apart, door)
    herbereken(session, mandje, door)
