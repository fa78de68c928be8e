"""What follows when a terugbetaling ends: it is booked, or its cents are free again and a person is told."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from betaalhub.domain.statuses import TerugbetalingStatus
from betaalhub.domain.uitval import UitvalSoort
from betaalhub.flows.boeking_terug import book_given_back
from betaalhub.flows.change_status import change_terugbetaling
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.keys import Keys
from betaalhub.flows.levering import open_niet_leverbaar
from betaalhub.flows.locks import Locked
from betaalhub.flows.mail import wish_terugbetaling
from betaalhub.flows.reserved import hold_loose
from betaalhub.flows.uitval import close_by_itself, open_uitval
from betaalhub.storage import terugbetaling_queries
from betaalhub.storage.database import lock
from betaalhub.storage.tables import TerugbetalingRow, ToewijzingRow

_S = TerugbetalingStatus
# The steps between, where the table asks for them: what the PSP shows has been sent and accepted, whoever was there to see it.
_WAYS: Mapping[tuple[TerugbetalingStatus, TerugbetalingStatus], tuple[TerugbetalingStatus, ...]] = {
    (_S.GOEDGEKEURD, _S.INGEDIEND): (_S.VERZENDEN,),
    (_S.GOEDGEKEURD, _S.MISLUKT): (_S.VERZENDEN,),
    (_S.GOEDGEKEURD, _S.VOLTOOID): (_S.VERZENDEN, _S.INGEDIEND),
    (_S.VERZENDEN, _S.VOLTOOID): (_S.INGEDIEND,),
}


def advance(
    session: Session, row: TerugbetalingRow, to: TerugbetalingStatus, door: Door, *, reden: str | None = None
) -> None:
    """Give it this status by the steps that the table has."""
    for between in _WAYS.get((_S(row.status), to), ()):
        change_terugbetaling(session, row, between, door)
    change_terugbetaling(session, row, to, door, reden=reden)


def complete(
    session: Session, locked: Locked, row: TerugbetalingRow, to: TerugbetalingStatus, door: Door, *, keys: Keys
) -> None:
    """The money went back (VOLTOOID, or HANDMATIG at the counter): booked. One that had failed takes its cents again, at most what
    is left; what it took beyond that lies on no productregel and waits for a person. The caller recomputes afterwards."""
    short = _reserve_again(session, locked, row) if row.status == _S.MISLUKT else 0
    advance(session, row, to, door)
    session.flush()
    book_given_back(session, row, door, keys=keys)
    if to == _S.VOLTOOID:
        wish_terugbetaling(session, locked, row.nummer, door, keys=keys)
    close_by_itself(session, door, {UitvalSoort.TERUGBETALING_MISLUKT}, terugbetaling_id=row.id)
    if short:
        tell_failed(
            session,
            locked,
            row,
            door,
            omschrijving="Een mislukte terugbetaling is toch uitbetaald, en er was al op een andere manier terugbetaald.",
        )


def fail(session: Session, locked: Locked, row: TerugbetalingRow, door: Door, *, reden: str) -> None:
    """The PSP will not give it back: its cents are free again, and a person decides what now. The caller recomputes."""
    advance(session, row, _S.MISLUKT, door, reden=reden)
    release(session, locked, row, door)
    tell_failed(session, locked, row, door)


def tell_failed(
    session: Session,
    locked: Locked,
    row: TerugbetalingRow,
    door: Door,
    *,
    omschrijving: str | None = None,
    again: bool = True,
) -> None:
    """Open TERUGBETALING_MISLUKT about it: on its betaalopdracht, or on each that its betaling pays when it has none."""
    for opdracht in locked.betaald:
        if row.betaalopdracht_id in (None, opdracht.id):
            open_uitval(
                session,
                door,
                UitvalSoort.TERUGBETALING_MISLUKT,
                f"terugbetaling:{row.id}:{opdracht.id}",
                administratie_id=opdracht.administratie_id,
                betaalopdracht_id=opdracht.id,
                winkelmandje_id=opdracht.winkelmandje_id,
                betaling_id=locked.betaling.id,
                terugbetaling_id=row.id,
                omschrijving=omschrijving,
                again=again,
            )


def release(session: Session, locked: Locked, row: TerugbetalingRow, door: Door) -> None:
    """Its cents are not promised any more; what can not be delivered and was to be given back waits for a person again."""
    regels = [regel for regel, _ in terugbetaling_queries.regels_of(session, row.id)]
    toewijzingen = {one.id: one for one in lock(session, ToewijzingRow, [regel.toewijzing_id for regel in regels])}
    for regel in regels:
        toewijzingen[regel.toewijzing_id].gereserveerd_cent -= regel.bedrag_cent
    hold_loose(session, locked.betaling)
    open_niet_leverbaar(session, locked.betaald, door)


def _reserve_again(session: Session, locked: Locked, row: TerugbetalingRow) -> int:
    """Promise the cents of a failed terugbetaling again, on its productregels as far as they have them; the cents that fit on
    none of them although they were to."""
    regels = [regel for regel, _ in terugbetaling_queries.regels_of(session, row.id)]
    toewijzingen = {one.id: one for one in lock(session, ToewijzingRow, [regel.toewijzing_id for regel in regels])}
    loose = row.bedrag_cent - sum(regel.bedrag_cent for regel in regels)
    betaling, short = locked.betaling, 0
    for regel in regels:
        toewijzing = toewijzingen[regel.toewijzing_id]
        whole_left = betaling.ontvangen_cent - betaling.gereserveerd_cent
        fits = min(regel.bedrag_cent, toewijzing.bedrag_cent - toewijzing.gereserveerd_cent, whole_left)
        short += regel.bedrag_cent - fits
        toewijzing.gereserveerd_cent += fits
        betaling.gereserveerd_cent += fits
        regel.bedrag_cent = fits
        if not fits:
            session.delete(regel)
    rest = min(loose + short, betaling.ontvangen_cent - betaling.gereserveerd_cent)
    betaling.gereserveerd_cent += rest
    betaling.meer_gereserveerd_cent += rest
    return short
