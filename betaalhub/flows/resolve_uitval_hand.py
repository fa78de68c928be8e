"""A person sets by hand what no neighbour will say any more: never that something is paid, for only the PSP decides about money."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from betaalhub.domain.statuses import (
    FINAL,
    TRANSITIONS,
    BetalingStatus,
    Kanaal,
    TerugbetalingStatus,
    TerugboekingStatus,
)
from betaalhub.errors import Refusal
from betaalhub.flows.change_status import change_betaling, change_terugboeking
from betaalhub.flows.resolve_uitval_terugbetaling import set_terugbetaling
from betaalhub.flows.resolve_uitval_zaak import Keuze, Zaak
from betaalhub.storage.tables import BetalingRow, TerugbetalingRow, TerugboekingRow, UitvalRow

_T = TerugbetalingStatus


def by_hand_options(session: Session, row: UitvalRow) -> Sequence[str]:
    """The statuses that a person may set for what this uitval is about; none when there is no such choice."""
    if row.terugbetaling_id is not None:
        terugbetaling = session.get_one(TerugbetalingRow, row.terugbetaling_id)
        return _options_of_terugbetaling(session, terugbetaling)
    if row.terugboeking_id is not None:
        gemeld = session.get_one(TerugboekingRow, row.terugboeking_id).status == TerugboekingStatus.GEMELD
        return [TerugboekingStatus.VERLOREN] if gemeld else []
    if row.betaling_id is not None:
        status = BetalingStatus(session.get_one(BetalingRow, row.betaling_id).status)
        return sorted(FINAL & TRANSITIONS[BetalingStatus][status])
    return []


def _options_of_terugbetaling(session: Session, row: TerugbetalingRow) -> Sequence[str]:
    status = _T(row.status)
    if status == _T.AANGEVRAAGD:
        return [_T.GOEDGEKEURD, _T.AFGEWEZEN]
    counter = session.get_one(BetalingRow, row.betaling_id).kanaal == Kanaal.BALIE
    sent = status in (_T.INGEDIEND, _T.ONBEKEND)
    return [_T.VOLTOOID, _T.MISLUKT] if sent and not counter else []


def set_by_hand(session: Session, zaak: Zaak, keuze: Keuze) -> None:
    """Set the status that was chosen. Refusal STATUS_ONJUIST when it is none of those that fit."""
    options = by_hand_options(session, zaak.row)
    if keuze.status is None or keuze.status not in options:
        raise Refusal("STATUS_ONJUIST", f"Kies met --status uit: {', '.join(options)}.")
    if zaak.row.terugbetaling_id is not None:
        set_terugbetaling(session, zaak, keuze)
    elif zaak.row.terugboeking_id is not None:
        row = session.get_one(TerugboekingRow, zaak.row.terugboeking_id)
        mandje_id = zaak.locked.betaling.winkelmandje_id
        to = TerugboekingStatus(keuze.status)
        change_terugboeking(session, row, to, keuze.door, winkelmandje_id=mandje_id, reden=keuze.reden)
    else:
        change_betaling(session, zaak.locked.betaling, BetalingStatus(keuze.status), keuze.door, reden="HANDMATIG")
