"""The one door through which the status of a betaling changes: table, row, gebeurtenis, consequences, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from betaalhub.domain.statuses import LIVE, BetalingStatus, Kanaal, check_transition, is_correction
from betaalhub.flows.gebeurtenissen import Door, record
from betaalhub.storage import queries
from betaalhub.storage.database import lock
from betaalhub.storage.tables import BetaalopdrachtRow, BetalingRow, WinkelmandjeRow


@dataclass(frozen=True, slots=True)
class Locked:
    """A betaling with the winkelmandje and betaalopdrachten around it, locked in the order of domain.md 2.10."""

    mandje: WinkelmandjeRow
    mandjes: tuple[WinkelmandjeRow, ...]  # its own, and those in which a betaalopdracht that it pays lies since
    opdrachten: tuple[BetaalopdrachtRow, ...]
    betaling: BetalingRow


def lock_around(session: Session, betaling_id: int) -> Locked:
    """Lock the winkelmandjes ascending, then the betaalopdrachten that the betaling pays or that lie beside them, then the
    betaling itself. A betaalopdracht that expired after a failed betaling lies in another winkelmandje by now."""
    seen = session.get_one(BetalingRow, betaling_id)
    paid = queries.opdracht_ids_of_betaling(session, betaling_id)
    places = set(session.scalars(select(BetaalopdrachtRow.winkelmandje_id).where(BetaalopdrachtRow.id.in_(paid))))
    mandjes = lock(session, WinkelmandjeRow, places | {seen.winkelmandje_id})
    beside = {row.id for mandje in mandjes for row in queries.opdrachten_of(session, mandje.id)}
    opdrachten = lock(session, BetaalopdrachtRow, paid | beside)
    (betaling,) = lock(session, BetalingRow, [betaling_id])
    own = next(mandje for mandje in mandjes if mandje.id == seen.winkelmandje_id)
    return Locked(own, tuple(mandjes), tuple(opdrachten), betaling)


def change_betaling(
    session: Session, betaling: BetalingRow, to: BetalingStatus, door: Door, *, reden: str | None = None
) -> None:
    """Give a betaling another status; IllegalTransition when the table does not hold that step.

    The caller holds the locks and calls `herbereken` afterwards.
    """
    van = BetalingStatus(betaling.status)
    check_transition(van, to, kanaal=Kanaal(betaling.kanaal))
    betaling.status = to
    betaling.status_op = door.now
    betaling.reden = reden
    betaling.levend_sleutel = str(betaling.winkelmandje_id) if to in LIVE else None
    record(
        session,
        door,
        "BETALING_GECORRIGEERD" if is_correction(van, to) else "BETALING_STATUS",
        onderwerp="BETALING",
        onderwerp_id=betaling.id,
        winkelmandje_id=betaling.winkelmandje_id,
        van=van,
        naar=to,
        reden=reden,
        gegevens={"referentie": betaling.psp_referentie},
    )
