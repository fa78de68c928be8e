"""Brings a terugbetaling to the PSP: the intent first, the outcome after it, and never a second time by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from betaalhub.domain.evidence import PspRapport
from betaalhub.domain.statuses import TerugbetalingStatus
from betaalhub.domain.terugbetaling import ACCEPTED_AND_GONE, choose_poging, next_ended_refund_ask, next_refund_ask
from betaalhub.errors import MISCONFIGURED, NeighbourError, Outcome
from betaalhub.flows.change_status import change_terugbetaling
from betaalhub.flows.gebeurtenissen import Door, record
from betaalhub.flows.herbereken import herbereken
from betaalhub.flows.locks import Locked, lock_around
from betaalhub.flows.terugbetaling_outcome import fail
from betaalhub.ports import RefundCommand
from betaalhub.storage import terugbetaling_queries
from betaalhub.storage.database import lock
from betaalhub.storage.tables import PspAccountRow, TerugbetalingRow

_S = TerugbetalingStatus
_ASKABLE = frozenset({_S.INGEDIEND, _S.ONBEKEND})
_ENDED = frozenset({_S.VOLTOOID, _S.MISLUKT, _S.HANDMATIG})


@dataclass(frozen=True, slots=True)
class RefundView:
    """One terugbetaling as the step needs it. `command` is what was sent, or None when nothing may have left."""

    terugbetaling_id: int
    betaling_id: int
    psp_account: str
    psp_sleutel: str
    to_send: bool  # surely not at the PSP: it may be sent
    may_repeat: timedelta | None  # unknown whether it is there: how long ago it was decided to send it
    command: RefundCommand | None


def lock_terugbetaling(session: Session, terugbetaling_id: int) -> tuple[Locked, TerugbetalingRow]:
    """Lock a terugbetaling and everything around its betaling, in the order of domain.md 2.10."""
    seen = session.get_one(TerugbetalingRow, terugbetaling_id)
    locked = lock_around(session, seen.betaling_id)
    (row,) = lock(session, TerugbetalingRow, [terugbetaling_id])
    return locked, row


def begin_refund(session: Session, terugbetaling_id: int, door: Door) -> RefundView | None:
    """What there is to do about a terugbetaling; None: nothing any more.

    One that was left VERZENDEN with its attempt chosen may have left before a crash: it becomes ONBEKEND, so it is asked about.
    """
    locked, row = lock_terugbetaling(session, terugbetaling_id)
    if row.status == _S.VERZENDEN and row.poging_id is not None:
        change_terugbetaling(session, row, _S.ONBEKEND, door, reden="ONDERBROKEN")
        recompute(session, locked, door)
    to_send = row.status in (_S.GOEDGEKEURD, _S.VERZENDEN)
    if not (to_send or row.status in _ASKABLE or _ended(row)) or locked.betaling.psp_account_id is None:
        return None
    return _view(session, locked, row, door, to_send=to_send)


def _view(session: Session, locked: Locked, row: TerugbetalingRow, door: Door, *, to_send: bool) -> RefundView:
    account = session.get_one(PspAccountRow, locked.betaling.psp_account_id)
    decided = row.beslist_op or row.aangevraagd_op
    return RefundView(
        row.id,
        row.betaling_id,
        account.code,
        locked.betaling.psp_sleutel or "",
        to_send,
        door.now - decided if row.status == _S.ONBEKEND else None,
        _command(locked, row) if row.poging_id is not None else None,
    )


def _command(locked: Locked, row: TerugbetalingRow) -> RefundCommand:
    """The same values every time, so that a repeat is the same refund."""
    return RefundCommand(
        psp_key=locked.betaling.psp_sleutel or "",
        poging_id=row.poging_id or "",
        reference=row.nummer,
        amount_cents=row.bedrag_cent,
        currency="EUR",
        description=f"Terugbetaling {locked.betaling.psp_referentie}",
    )


def begin_send(session: Session, terugbetaling_id: int, rapport: PspRapport, door: Door) -> RefundCommand | None:
    """Write down that it leaves now, and over which attempt; None when there is nothing to send: the fresh report, which the
    caller has processed in this transaction, showed it, or no attempt has so much left (MISLUKT)."""
    locked, row = lock_terugbetaling(session, terugbetaling_id)
    if row.status not in (_S.GOEDGEKEURD, _S.VERZENDEN) or row.poging_id is not None:
        return None
    if row.status == _S.GOEDGEKEURD:
        change_terugbetaling(session, row, _S.VERZENDEN, door)
    on_surplus = not terugbetaling_queries.regels_of(session, row.id)
    row.poging_id = choose_poging(rapport, row.bedrag_cent, newest=on_surplus)
    if row.poging_id is None:
        fail(session, locked, row, door, reden="GEEN_POGING")
        recompute(session, locked, door)
        return None
    return _command(locked, row)


def record_send(session: Session, terugbetaling_id: int, error: NeighbourError | None, door: Door) -> None:
    """Write down what came of the call: accepted, refused, surely not arrived, or unknown.

    Surely not arrived, or a PSP that does not know us: nothing happened, it stays VERZENDEN without an attempt and may be sent
    again. A refusal of a second call says nothing of the first.
    """
    locked, row = lock_terugbetaling(session, terugbetaling_id)
    if row.status not in (_S.VERZENDEN, _S.ONBEKEND):
        return  # somebody saw it at the PSP meanwhile
    if error is None:
        change_terugbetaling(session, row, _S.INGEDIEND, door)
    elif error.outcome == Outcome.NOT_DONE or error.code == MISCONFIGURED:
        _not_arrived(session, row, error, door)
    elif error.outcome == Outcome.REFUSED and not _may_be_there(row):
        fail(session, locked, row, door, reden=error.code)
    elif row.status != _S.ONBEKEND:
        change_terugbetaling(session, row, _S.ONBEKEND, door, reden=error.code)
    recompute(session, locked, door)


def _may_be_there(row: TerugbetalingRow) -> bool:
    """Was it sent before this call? Then it is ONBEKEND and was repeated, or a person had it sent again."""
    return row.status == _S.ONBEKEND or row.gezocht > 0


def _not_arrived(session: Session, row: TerugbetalingRow, error: NeighbourError, door: Door) -> None:
    """Of one that may be there already nothing is known more than before."""
    if row.status != _S.VERZENDEN:
        return
    row.poging_id = None
    record(
        session,
        door,
        "TERUGBETALING_NIET_VERZONDEN",
        onderwerp="TERUGBETALING",
        onderwerp_id=row.id,
        betaalopdracht_id=row.betaalopdracht_id,
        reden=error.code,
    )


def note_absent(session: Session, terugbetaling_id: int, rapport: PspRapport, door: Door) -> None:
    """Count a report that was asked for after it may have left and did not show it. One that the PSP accepted and does not show
    a day later is ONBEKEND after all."""
    locked, row = lock_terugbetaling(session, terugbetaling_id)
    if row.status not in _ASKABLE or rapport.observed_at <= row.status_op or row.psp_id is not None:
        return
    row.gezocht += 1
    if row.status == _S.INGEDIEND and rapport.observed_at >= row.status_op + ACCEPTED_AND_GONE:
        change_terugbetaling(session, row, _S.ONBEKEND, door, reden="NIET_GEVONDEN")
        recompute(session, locked, door)


def next_refund_ask_of(session: Session, terugbetaling_id: int, now: datetime) -> datetime | None:
    """When the PSP is asked about it again; None: never by itself."""
    row = session.get_one(TerugbetalingRow, terugbetaling_id)
    if _ended(row):
        return next_ended_refund_ask(row.status_op, now)
    return next_refund_ask(row.status_op, now) if row.status in _ASKABLE else None


def _ended(row: TerugbetalingRow) -> bool:
    """Has it ended after it had left for the PSP? Then what the PSP says of it may still change."""
    return row.status in _ENDED and row.poging_id is not None


def recompute(session: Session, locked: Locked, door: Door) -> None:
    """Bring every winkelmandje around it up to date, and tell who wants to know."""
    for mandje in locked.mandjes:
        herbereken(session, mandje, door)
