"""Takes the locks in the order of domain.md 2.10: winkelmandjes, betaalopdrachten, betaling; each ascending."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from betaalhub.errors import Moved
from betaalhub.storage import queries
from betaalhub.storage.database import lock
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
    seen = session.get_one(BetalingRow, betaling_id)
    paid = queries.opdracht_ids_of_betaling(session, betaling_id)
    places = set(session.scalars(select(BetaalopdrachtRow.winkelmandje_id).where(BetaalopdrachtRow.id.in_(paid))))
    mandjes = lock(session, WinkelmandjeRow, places | {seen.winkelmandje_id})
    beside = {row.id for mandje in mandjes for row in queries.opdrachten_of(session, mandje.id)}
    opdrachten = lock(session, BetaalopdrachtRow, paid | beside)
    if not {row.winkelmandje_id for row in opdrachten} <= {mandje.id for mandje in mandjes}:
        raise Moved("A betaalopdracht of this betaling was moved meanwhile")
    (betaling,) = lock(session, BetalingRow, [betaling_id])
    own = next(mandje for mandje in mandjes if mandje.id == seen.winkelmandje_id)
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
