"""Opens an uitval: an exception that waits for a person, once per cause and again when the cause fires again; or closes it."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from betaalhub.domain.statuses import UitvalStatus
from betaalhub.domain.uitval import UITVAL, UitvalSoort
from betaalhub.flows.gebeurtenissen import Door, record
from betaalhub.flows.locks import Locked
from betaalhub.storage.tables import JournaalpostRow, UitvalRow

AUTOMATISCH = "AUTOMATISCH"  # the oplossing of what closed by itself


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
    terugbetaling_id: int | None = None,
    terugboeking_id: int | None = None,
    omschrijving: str | None = None,
    again: bool = True,
) -> UitvalRow:
    """Open an uitval for this cause, or open it again; `sleutel` names the cause and is unique together with the kind.

    `again` False: the key holds the evidence itself, so what a person resolved stays resolved until there is other evidence.
    The caller recomputes the betaalopdracht afterwards: an open uitval may take Leverbaar away.
    """
    cause = f"{soort}:{sleutel}"
    row = _by_cause(session, cause)
    if row is None:
        row = UitvalRow(
            administratie_id=administratie_id,
            soort=soort,
            status=UitvalStatus.OPGELOST,  # opened below, like one that was there before
            sleutel=cause,
            betaalopdracht_id=betaalopdracht_id,
            betaling_id=betaling_id,
            journaalpost_id=journaalpost_id,
            terugbetaling_id=terugbetaling_id,
            terugboeking_id=terugboeking_id,
            omschrijving=UITVAL[soort].omschrijving,
            geopend_op=door.now,
            gewijzigd_op=door.now,
            keer=0,
        )
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:  # somebody else met the same cause just now
            row = _by_cause(session, cause)
            if row is None:
                raise
    if row.status != UitvalStatus.OPGELOST or (row.keer and not again):
        return row
    van = row.status if row.keer else None
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


def open_about(
    session: Session,
    door: Door,
    soort: UitvalSoort,
    locked: Locked,
    *,
    only: Collection[int] | None = None,
    evidence: str | None = None,
    again: bool = True,
) -> None:
    """Open an uitval about a betaling on each betaalopdracht that it pays, or on those of them whose ids are in `only`;
    `evidence` (figures) makes part of the cause."""
    for opdracht in (row for row in locked.betaald if only is None or row.id in only):
        cause = f"betaling:{locked.betaling.id}:{opdracht.id}"
        open_uitval(
            session,
            door,
            soort,
            cause if evidence is None else f"{cause}:{evidence}",
            administratie_id=opdracht.administratie_id,
            betaalopdracht_id=opdracht.id,
            winkelmandje_id=opdracht.winkelmandje_id,
            betaling_id=locked.betaling.id,
            again=again,
        )


def evidence_of(row: UitvalRow) -> str | None:
    """The figures that `open_about` made part of the cause; None when there were none."""
    parts = row.sleutel.split(":")
    return parts[4] if len(parts) == 5 and parts[1] == "betaling" else None


def open_about_post(
    session: Session, door: Door, soort: UitvalSoort, post: JournaalpostRow, *, omschrijving: str | None = None
) -> None:
    """Open an uitval about one journaalpost; `omschrijving`: what is read instead of what its kind says."""
    open_uitval(
        session,
        door,
        soort,
        f"journaalpost:{post.id}",
        administratie_id=post.administratie_id,
        betaalopdracht_id=post.betaalopdracht_id,
        betaling_id=post.betaling_id,
        journaalpost_id=post.id,
        omschrijving=omschrijving,
    )


def close_by_itself(
    session: Session,
    door: Door,
    soorten: Collection[UitvalSoort],
    *,
    betaling_id: int | None = None,
    betaalopdracht_id: int | None = None,
    journaalpost_id: int | None = None,
    terugbetaling_id: int | None = None,
    terugboeking_id: int | None = None,
    cause: str | None = None,
) -> None:
    """The cause is gone: close what is open of these kinds about one betaling, betaalopdracht, journaalpost, terugbetaling or
    terugboeking, or with one `cause` (AUTOMATISCH).

    The caller recomputes the betaalopdracht afterwards.
    """
    about = {
        "betaling_id": betaling_id,
        "betaalopdracht_id": betaalopdracht_id,
        "journaalpost_id": journaalpost_id,
        "terugbetaling_id": terugbetaling_id,
        "terugboeking_id": terugboeking_id,
    }
    query = select(UitvalRow).where(UitvalRow.soort.in_(sorted(soorten)), UitvalRow.status != UitvalStatus.OPGELOST)
    for name, value in about.items():
        if value is not None:
            query = query.where(getattr(UitvalRow, name) == value)
    if cause is not None:
        query = query.where(UitvalRow.sleutel.in_([f"{soort}:{cause}" for soort in sorted(soorten)]))
    for row in session.scalars(query.order_by(UitvalRow.id)).all():
        van, row.status, row.gewijzigd_op = row.status, UitvalStatus.OPGELOST, door.now
        if van == UitvalStatus.OPEN:  # of what a person has in hand, she chose the way
            row.opgelost_door, row.oplossing = door.wie, AUTOMATISCH
        record(
            session,
            door,
            "UITVAL_OPGELOST",
            onderwerp="UITVAL",
            onderwerp_id=row.id,
            betaalopdracht_id=row.betaalopdracht_id,
            van=van,
            naar=row.status,
        )


def _by_cause(session: Session, cause: str) -> UitvalRow | None:
    """The uitval of this cause, read afresh and locked: the last of the locks."""
    return session.scalar(
        select(UitvalRow).where(UitvalRow.sleutel == cause).with_for_update(key_share=True),
        execution_options={"populate_existing": True},
    )
