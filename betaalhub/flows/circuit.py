"""The circuit of a PSP account: a PSP that refuses us or gives no answer is spared, and a person is told (PSP_STORING)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from betaalhub.domain.schedule import circuit_delay
from betaalhub.domain.statuses import BetalingStatus
from betaalhub.domain.uitval import UitvalSoort
from betaalhub.domain.werk import OutboxSoort
from betaalhub.errors import MISCONFIGURED, NeighbourError, Outcome
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.uitval import close_by_itself, open_uitval
from betaalhub.storage import circuits, outbox
from betaalhub.storage.tables import BetalingRow, CircuitRow, PspAccountRow


def note_psp(
    session: Session, account: str, error: NeighbourError | None, *, betaling_id: int | None, door: Door
) -> None:
    """Count what came of a call to this PSP account (its code), in the transaction that records the outcome.

    Any answer that is not about ourselves closes its circuit; MISCONFIGURED opens it at once, as do three calls in a row
    without an answer. `betaling_id`: about which the call was.
    """
    if error is None or (error.outcome == Outcome.REFUSED and error.code != MISCONFIGURED):
        _answered(session, account, door)
    else:
        _failed(session, account, error, betaling_id, door)


def _answered(session: Session, account: str, door: Door) -> None:
    row = session.get(CircuitRow, outbox.PSP + account)
    if row is None:
        return
    was_open = row.fouten >= circuits.CIRCUIT_THRESHOLD
    session.expunge(row)
    circuits.circuit_success(session, outbox.PSP + account)
    if not was_open:
        return
    found = _account(session, account)
    if found is not None:
        close_by_itself(session, door, {UitvalSoort.PSP_STORING}, cause=_cause(found))
        unknown = select(BetalingRow.id).where(
            BetalingRow.psp_account_id == found.id, BetalingRow.status == BetalingStatus.ONBEKEND
        )
        outbox.bring_forward(session, OutboxSoort.VRAAG_PSP, unknown, ontvanger=outbox.PSP + account, now=door.now)


def _failed(session: Session, account: str, error: NeighbourError, betaling_id: int | None, door: Door) -> None:
    ontvanger, misconfigured = outbox.PSP + account, error.code == MISCONFIGURED
    failures = circuits.circuit_failure(session, ontvanger, now=door.now)
    if failures < circuits.CIRCUIT_THRESHOLD and not misconfigured:
        return
    circuits.circuit_open(session, ontvanger, until=door.now + circuit_delay(failures))
    found = _account(session, account)
    if found is not None:
        open_uitval(
            session,
            door,
            UitvalSoort.PSP_STORING,
            _cause(found),
            administratie_id=found.administratie_id,
            betaling_id=betaling_id,
            omschrijving=_told(account, error, misconfigured=misconfigured),
        )


def _told(account: str, error: NeighbourError, *, misconfigured: bool) -> str:
    """What a person reads; codes only, never a text of the neighbour."""
    why = "neemt ons niet aan" if misconfigured else f"geeft geen antwoord ({error.code[:60]})"
    return f"PSP-account {account} {why}. Burgers kunnen daar nu niet beginnen met betalen."


def _account(session: Session, code: str) -> PspAccountRow | None:
    return session.scalar(select(PspAccountRow).where(PspAccountRow.code == code))


def _cause(account: PspAccountRow) -> str:
    return f"account:{account.id}"
