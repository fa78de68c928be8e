"""Prepares asking the PSP about a betaling: what is to be asked, and the count of asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from betaalhub.domain.schedule import next_ask
from betaalhub.domain.statuses import FINAL, BetalingStatus, Kanaal
from betaalhub.domain.werk import OutboxSoort
from betaalhub.flows.change_status import change_betaling
from betaalhub.flows.checkout import START_GRACE, Checkout, Intent, intent_of
from betaalhub.flows.closing import TIME_IS_OVER
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.herbereken import herbereken
from betaalhub.flows.locks import lock_around
from betaalhub.storage import outbox
from betaalhub.storage.tables import BetalingRow, PspAccountRow

_CLOSING = timedelta(minutes=15)  # after the end of its time
_CLOSING_AGAIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class AskView:
    """One betaling as the asker needs it. `settled`: there is nothing to ask now. Times are UTC."""

    betaling_id: int
    status: BetalingStatus
    psp_account: str
    psp_sleutel: str | None
    aangemaakt_op: datetime
    verloopt_op: datetime
    intent: Intent
    settled: bool


def begin_ask(session: Session, betaling_id: int, *, wie: str, now: datetime) -> AskView:
    """Count the ask and say what to ask. A start that nobody answered within its grace becomes ONBEKEND first: the call may
    have landed, so what comes of a second call says nothing of the first."""
    locked = lock_around(session, betaling_id)
    betaling = locked.betaling
    betaling.gevraagd += 1
    status = BetalingStatus(betaling.status)
    in_flight = status == BetalingStatus.STARTEN and now < betaling.status_op + START_GRACE
    if status == BetalingStatus.STARTEN and not in_flight:
        change_betaling(session, betaling, BetalingStatus.ONBEKEND, Door(wie, now), reden="ONDERBROKEN")
        herbereken(session, locked.mandje, Door(wie, now))
    intent = intent_of(session, Checkout.RESUME, locked.mandje, betaling)
    keyless = betaling.psp_sleutel is None and status in FINAL
    return AskView(
        betaling_id=betaling.id,
        status=BetalingStatus(betaling.status),
        psp_account=intent.psp_account,
        psp_sleutel=betaling.psp_sleutel,
        aangemaakt_op=betaling.aangemaakt_op,
        verloopt_op=betaling.verloopt_op,
        intent=intent,
        settled=in_flight or keyless or betaling.kanaal == Kanaal.BALIE,
    )


def next_ask_of(session: Session, betaling_id: int, now: datetime) -> datetime | None:
    """When this betaling is asked about again (domain.md, asking schedule); None: never, by itself.

    One that the PSP did not close at the end of its time is tried again soon: the PSP's clock may be a little behind.
    """
    row = session.get_one(BetalingRow, betaling_id)
    status = BetalingStatus(row.status)
    if row.reden == TIME_IS_OVER and row.verloopt_op <= now < row.verloopt_op + _CLOSING:
        return now + _CLOSING_AGAIN
    return next_ask(
        status,
        created_at=row.aangemaakt_op,
        expires_at=row.verloopt_op,
        final_at=row.status_op if status in FINAL or status == BetalingStatus.BETAALD else None,
        has_psp_key=row.psp_sleutel is not None,
        now=now,
    )


def hint(session: Session, psp_account: str, referenties: tuple[str, ...], *, now: datetime) -> int:
    """A notification: ask now about these betalingen. Gives how many are ours; an unknown reference is no error (E3)."""
    rows = session.execute(
        select(BetalingRow.id)
        .join(PspAccountRow, PspAccountRow.id == BetalingRow.psp_account_id)
        .where(BetalingRow.psp_referentie.in_(referenties[:100]), PspAccountRow.code == psp_account)
        .order_by(BetalingRow.id)
    ).all()
    for row in rows:
        outbox.enqueue(session, OutboxSoort.VRAAG_PSP, row.id, ontvanger=f"psp:{psp_account}", due_at=now, now=now)
    return len(rows)
