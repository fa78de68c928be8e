"""Nothing stays in a non-final status past its maximum age without a person knowing (domain.md, section 2.5)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from betaalhub.domain.statuses import MAX_AGE, BetalingStatus, BoekingStatus, UitvalStatus
from betaalhub.domain.uitval import UitvalSoort
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.herbereken import herbereken
from betaalhub.flows.locks import lock_around
from betaalhub.flows.uitval import open_uitval
from betaalhub.storage import queries
from betaalhub.storage.tables import BetalingRow, JournaalpostRow, UitvalRow

_ROUND = 200  # rows looked at in one round


def find_too_old(session: Session, now: datetime) -> int:
    """Open ONBEKEND_TE_LANG, TE_OUD or BOEKING_ONBEANTWOORD for what waits too long; gives how many were opened."""
    return _betalingen(session, now) + _boekingen(session, now)


def _betalingen(session: Session, now: datetime) -> int:
    opened = 0
    for status, age in MAX_AGE[BetalingStatus].items():
        soort = UitvalSoort.ONBEKEND_TE_LANG if status == BetalingStatus.ONBEKEND else UitvalSoort.TE_OUD
        rows = session.scalars(
            select(BetalingRow.id)
            .where(BetalingRow.status == status, BetalingRow.status_op < now - age)
            .where(~_known(soort, now - age).where(UitvalRow.betaling_id == BetalingRow.id).exists())
            .order_by(BetalingRow.id)
            .limit(_ROUND)
        ).all()
        for betaling_id in rows:
            _open(session, betaling_id, soort, now)
        opened += len(rows)
    return opened


def _open(session: Session, betaling_id: int, soort: UitvalSoort, now: datetime) -> None:
    locked, door = lock_around(session, betaling_id), Door("klok", now)
    ids = queries.opdracht_ids_of_betaling(session, betaling_id)
    for opdracht in locked.opdrachten:
        if opdracht.id in ids:
            open_uitval(
                session,
                door,
                soort,
                f"betaling:{betaling_id}:{opdracht.id}",
                administratie_id=opdracht.administratie_id,
                betaalopdracht_id=opdracht.id,
                winkelmandje_id=locked.mandje.id,
                betaling_id=betaling_id,
            )
    for mandje in locked.mandjes:
        herbereken(session, mandje, door)


def _boekingen(session: Session, now: datetime) -> int:
    soort = UitvalSoort.BOEKING_ONBEANTWOORD
    limits = {BoekingStatus.VERZONDEN: MAX_AGE[BoekingStatus][BoekingStatus.VERZONDEN]}
    opened = 0
    for status, age in limits.items():
        rows = session.scalars(
            select(JournaalpostRow)
            .where(JournaalpostRow.status == status, JournaalpostRow.aangemaakt_op < now - age)
            .where(~_known(soort, now - age).where(UitvalRow.journaalpost_id == JournaalpostRow.id).exists())
            .order_by(JournaalpostRow.id)
            .limit(_ROUND)
        ).all()
        for post in rows:
            open_uitval(
                session,
                Door("klok", now),
                soort,
                f"journaalpost:{post.id}",
                administratie_id=post.administratie_id,
                betaalopdracht_id=post.betaalopdracht_id,
                betaling_id=post.betaling_id,
                journaalpost_id=post.id,
            )
        opened += len(rows)
    return opened


def _known(soort: UitvalSoort, since: datetime) -> Select[int]:
    """An uitval of this kind that is open, or that a person looked at since: it is not opened every round."""
    recent = or_(UitvalRow.status != UitvalStatus.OPGELOST, UitvalRow.gewijzigd_op > since)
    return select(UitvalRow.id).where(UitvalRow.soort == soort, recent)
