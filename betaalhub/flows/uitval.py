"""Opens an uitval: an exception that waits for a person, once per cause and again when the cause fires again."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from betaalhub.domain.statuses import UitvalStatus
from betaalhub.domain.uitval import UITVAL, UitvalSoort
from betaalhub.flows.gebeurtenissen import Door, record
from betaalhub.storage.tables import UitvalRow


def open_uitval(
    session: Session,
    door: Door,
    soort: UitvalSoort,
    sleutel: str,
    *,
    administratie_id: int,
    betaalopdracht_id: int | None = None,
    winkelmandje_id: int | None = None,
    betaling_id: int | None = None,
    journaalpost_id: int | None = None,
    omschrijving: str | None = None,
    again: bool = True,
) -> UitvalRow:
    """Open an uitval for this cause, or open it again; `sleutel` names the cause and is unique together with the kind.

    `again` False: the key holds the evidence itself, so what a person resolved stays resolved until there is other evidence.
    The caller recomputes the betaalopdracht afterwards: an open uitval may take Leverbaar away.
    """
    cause = f"{soort}:{sleutel}"
    row = session.scalar(select(UitvalRow).where(UitvalRow.sleutel == cause))
    if row is not None and (row.status != UitvalStatus.OPGELOST or not again):
        return row
    van = row.status if row is not None else None
    if row is None:
        row = UitvalRow(
            administratie_id=administratie_id,
            soort=soort,
            sleutel=cause,
            betaalopdracht_id=betaalopdracht_id,
            betaling_id=betaling_id,
            journaalpost_id=journaalpost_id,
            geopend_op=door.now,
            keer=0,
        )
        session.add(row)
    row.status = UitvalStatus.OPEN
    row.omschrijving = omschrijving or UITVAL[soort].omschrijving
    row.gewijzigd_op = door.now
    row.keer += 1
    session.flush()
    record(
        session,
        door,
        "UITVAL_GEOPEND",
        onderwerp="UITVAL",
        onderwerp_id=row.id,
        winkelmandje_id=winkelmandje_id,
        betaalopdracht_id=betaalopdracht_id,
        van=van,
        naar=UitvalStatus.OPEN,
        gegevens={"soort": soort, "betaling": betaling_id},
    )
    return row
