"""A person has the hub do something again: ask a neighbour, send a message, book, or call a PSP that was spared."""

from __future__ import annotations

from sqlalchemy.orm import Session

from betaalhub.domain.statuses import BetalingStatus, BoekingStatus, Kanaal, TerugbetalingStatus
from betaalhub.domain.uitval import UitvalSoort
from betaalhub.domain.werk import OutboxSoort
from betaalhub.flows.boeking import book_paid
from betaalhub.flows.boeking_terug import catch_up
from betaalhub.flows.book_again import book_again
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.resolve_uitval_terugbetaling import ask_terugbetaling, send_terugbetaling
from betaalhub.flows.resolve_uitval_zaak import Keuze, Zaak, betaling_of, not_possible
from betaalhub.storage import circuits, outbox
from betaalhub.storage.database import lock
from betaalhub.storage.tables import (
    AdministratieRow,
    BetaalopdrachtRow,
    BetalingRow,
    JournaalpostRow,
    PspAccountRow,
    TerugbetalingRow,
    UitvalRow,
    ZenderRow,
)

_AT_PSP = frozenset(
    {
        TerugbetalingStatus.GOEDGEKEURD,
        TerugbetalingStatus.VERZENDEN,
        TerugbetalingStatus.INGEDIEND,
        TerugbetalingStatus.ONBEKEND,
    }
)


def can_ask(session: Session, row: UitvalRow) -> bool:
    """Is there a neighbour that can say more, or does the hub itself have to look?"""
    if row.journaalpost_id is not None:
        return session.get_one(JournaalpostRow, row.journaalpost_id).batch_id is not None
    betaling_id = betaling_of(session, row)
    if betaling_id is None:
        return _is_about_expiry(row)
    if session.get_one(BetalingRow, betaling_id).kanaal == Kanaal.BALIE:
        return False
    if row.terugbetaling_id is None:
        return True
    return TerugbetalingStatus(session.get_one(TerugbetalingRow, row.terugbetaling_id).status) in _AT_PSP


def _is_about_expiry(row: UitvalRow) -> bool:
    """Did looking whether its time to pay is over end in nothing but our own errors? Then the hub can look again."""
    return row.soort == UitvalSoort.TE_OUD and row.betaalopdracht_id is not None


def can_send(session: Session, row: UitvalRow) -> bool:
    """Is there a message that may go again as it is?"""
    if row.terugbetaling_id is not None:
        return session.get_one(TerugbetalingRow, row.terugbetaling_id).status == TerugbetalingStatus.ONBEKEND
    return row.betaling_id is None and row.betaalopdracht_id is not None


def ask_again(session: Session, zaak: Zaak, keuze: Keuze) -> None:
    """The ERP about its batch, the PSP about the betaling or terugbetaling, or ourselves whether a betaalopdracht expired: now."""
    row, door = zaak.row, keuze.door
    if row.journaalpost_id is not None:
        post = session.get_one(JournaalpostRow, row.journaalpost_id)
        administratie = session.get_one(AdministratieRow, post.administratie_id)
        again(session, OutboxSoort.BOEKINGSBATCH, post.batch_id or 0, f"erp:{administratie.code}", door)
    elif row.terugbetaling_id is not None:
        ask_terugbetaling(session, zaak, keuze)
    elif zaak.around is None and zaak.opdracht is not None:
        again(session, OutboxSoort.VERVAL, zaak.opdracht.id, "hub", door)
    else:
        betaling = zaak.locked.betaling
        account = session.get_one(PspAccountRow, betaling.psp_account_id)
        again(session, OutboxSoort.VRAAG_PSP, betaling.id, f"psp:{account.code}", door)


def send_again(session: Session, zaak: Zaak, keuze: Keuze) -> None:
    """The terugbetaling of which nobody knows whether it arrived, or the statusbericht that was refused or did not."""
    if zaak.row.terugbetaling_id is not None:
        send_terugbetaling(session, zaak, keuze)
        return
    opdracht = session.get_one(BetaalopdrachtRow, zaak.row.betaalopdracht_id)
    zender = session.get_one(ZenderRow, opdracht.zender_id)
    again(session, OutboxSoort.STATUSBERICHT, opdracht.id, f"zender:{zender.code}", keuze.door)


def again(session: Session, soort: OutboxSoort, object_id: int, ontvanger: str, door: Door) -> None:
    """This work is due now, and whoever gets it is not spared any more."""
    outbox.enqueue(session, soort, object_id, ontvanger=ontvanger, due_at=door.now, now=door.now)
    circuits.circuit_success(session, ontvanger)


def book_once_more(session: Session, zaak: Zaak, keuze: Keuze) -> None:
    """After the catalogue was mended: a rejected journaalpost is made again, a missing one is made, with what followed it."""
    row, door, booked = zaak.row, keuze.door, True
    if row.journaalpost_id is not None:
        (post,) = lock(session, JournaalpostRow, [row.journaalpost_id])
        booked = post.status != BoekingStatus.AFGEKEURD or book_again(session, post, door)
    elif zaak.around is not None and zaak.opdracht is not None:
        betaling = zaak.around.betaling
        if betaling.status == BetalingStatus.BETAALD:
            booked = book_paid(session, betaling, zaak.opdracht, door, keys=zaak.keys, aside=False)
            catch_up(session, betaling, zaak.opdracht, door, keys=zaak.keys)
    if not booked:
        raise not_possible("Er is nog geen geldige boekingssleutel. Herstel eerst de catalogus.")


def close_circuit(session: Session, zaak: Zaak, keuze: Keuze) -> None:
    """The PSP is called again."""
    betaling = zaak.around.betaling if zaak.around is not None else None
    account = session.get(PspAccountRow, betaling.psp_account_id) if betaling and betaling.psp_account_id else None
    if account is not None:
        circuits.circuit_success(session, f"psp:{account.code}")
