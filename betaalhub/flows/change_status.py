"""The one door through which the status of a betaling changes: table, row, gebeurtenis, consequences, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass

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
    opdrachten: tuple[BetaalopdrachtRow, ...]
    betaling: BetalingRow


def lock_around(session: Session, betaling_id: int) -> Locked:
    """Lock winkelmandje, then the betaalopdrachten that the betaling pays or that lie beside it, then the betaling itself."""
    seen = session.get_one(BetalingRow, betaling_id)
    (mandje,) = lock(session, WinkelmandjeRow, [seen.winkelmandje_id])
    ids = queries.opdracht_ids_of_betaling(session, betaling_id) | {
        row.id for row in queries.opdrachten_of(session, mandje.id)
    }
    opdrachten = lock(session, BetaalopdrachtRow, sorted(ids))
    (betaling,) = lock(session, BetalingRow, [betaling_id])
    return Locked(mandje, tuple(opdrachten), betaling)


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
