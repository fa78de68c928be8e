"""Takes the locks in the order of domain.md 2.10: winkelmandjes, betaalopdrachten, betaling; each ascending."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_
from sqlalchemy.orm import Session

from betaalhub.errors import Moved
from betaalhub.storage import queries
from betaalhub.storage.database import lock, lock_where
from betaalhub.storage.tables import BetaalopdrachtRow, BetalingRow, WinkelmandjeRow


@dataclass(frozen=True, slots=True)
class Locked:
    """A betaling with the winkelmandjes and betaalopdrachten around it, all locked."""

    mandje: WinkelmandjeRow
    mandjes: tuple[WinkelmandjeRow, ...]  # its own, and those in which a betaalopdracht that it pays lies since
    opdrachten: tuple[BetaalopdrachtRow, ...]
    betaald: tuple[BetaalopdrachtRow, ...]  # of those, the ones that this betaling pays
    betaling: BetalingRow


def lock_around(session: Session, betaling_id: int) -> Locked:
    """Lock a betaling, the betaalopdrachten that it pays or that lie beside them, and their winkelmandjes.

    A betaalopdracht that was moved or expired after a failed betaling lies in another winkelmandje by now; Moved when it went
    there just before its lock was ours.
    """
    own_id, paid = queries.places_of_betaling(session, betaling_id)
    mandjes = lock(session, WinkelmandjeRow, {*paid.values(), own_id})
    lies_here = BetaalopdrachtRow.winkelmandje_id.in_([mandje.id for mandje in mandjes])
    opdrachten = lock_where(session, BetaalopdrachtRow, or_(lies_here, BetaalopdrachtRow.id.in_(sorted(paid))))
    if not {row.winkelmandje_id for row in opdrachten} <= {mandje.id for mandje in mandjes}:
        raise Moved("A betaalopdracht of this betaling was moved meanwhile")
    (betaling,) = lock(session, BetalingRow, [betaling_id])
    own = next(mandje for mandje in mandjes if mandje.id == own_id)
    betaald = tuple(row for row in opdrachten if row.id in paid)
    return Locked(own, tuple(mandjes), tuple(opdrachten), betaald, betaling)


def lock_opdracht(session: Session, betaalopdracht_id: int) -> tuple[WinkelmandjeRow, BetaalopdrachtRow]:
    """Lock a betaalopdracht and the winkelmandje in which it lies; Moved when it went elsewhere just before."""
    seen = session.get_one(BetaalopdrachtRow, betaalopdracht_id)
    (mandje,) = lock(session, WinkelmandjeRow, [seen.winkelmandje_id])
    (row,) = lock(session, BetaalopdrachtRow, [betaalopdracht_id])
    if row.winkelmandje_id != mandje.id:
        raise Moved("This betaalopdracht was moved meanwhile")
    return mandje, row
