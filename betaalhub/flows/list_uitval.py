"""What waits for a person, as a person reads it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from betaalhub.domain.statuses import UitvalStatus
from betaalhub.domain.uitval import UITVAL, Oplossing, UitvalSoort
from betaalhub.flows.resolve_uitval import ways
from betaalhub.flows.resolve_uitval_hand import by_hand_options
from betaalhub.flows.resolve_uitval_zaak import find_uitval
from betaalhub.storage.tables import BetaalopdrachtRow, BetalingRow, TerugbetalingRow, UitvalRow, WinkelmandjeRow


@dataclass(frozen=True, slots=True)
class UitvalKop:
    """One uitval as a line in the list. UTC."""

    id: int
    soort: UitvalSoort
    status: str
    omschrijving: str
    betaalkenmerk: str | None
    geopend_op: datetime


@dataclass(frozen=True, slots=True)
class UitvalStand:
    """One uitval with what may be done about it. `statussen`: what may be set by hand. `terugbetaling`: its number. UTC."""

    kop: UitvalKop
    voorstel: str
    oplossingen: tuple[Oplossing, ...]
    statussen: tuple[str, ...]
    keer: int
    opgelost_door: str | None
    oplossing: str | None
    reden: str | None
    terugbetaling: str | None


def list_uitval(session: Session, *, everything: bool = False, limit: int = 200) -> Sequence[UitvalKop]:
    """What waits for a person, oldest first; with `everything` also what is resolved."""
    query = (
        select(UitvalRow, BetaalopdrachtRow.kenmerk, WinkelmandjeRow.kenmerk)
        .outerjoin(BetaalopdrachtRow, BetaalopdrachtRow.id == UitvalRow.betaalopdracht_id)
        .outerjoin(BetalingRow, BetalingRow.id == UitvalRow.betaling_id)
        .outerjoin(WinkelmandjeRow, WinkelmandjeRow.id == BetalingRow.winkelmandje_id)
    )
    if not everything:
        query = query.where(UitvalRow.status != UitvalStatus.OPGELOST)
    rows = session.execute(query.order_by(UitvalRow.geopend_op, UitvalRow.id).limit(limit))
    return [_kop(row, own or mandje) for row, own, mandje in rows]


def show_uitval(session: Session, uitval_id: int) -> UitvalStand:
    """One uitval; NotFound when there is none with this number."""
    row = find_uitval(session, uitval_id)
    fitting = ways(session, row) if row.status != UitvalStatus.OPGELOST else ()
    terugbetaling = session.get(TerugbetalingRow, row.terugbetaling_id) if row.terugbetaling_id else None
    by_hand = by_hand_options(session, row) if Oplossing.HANDMATIG_STATUS in fitting else ()
    return UitvalStand(
        kop=_kop(row, _kenmerk(session, row)),
        voorstel=UITVAL[UitvalSoort(row.soort)].voorstel,
        oplossingen=fitting,
        statussen=tuple(by_hand),
        keer=row.keer,
        opgelost_door=row.opgelost_door,
        oplossing=row.oplossing,
        reden=row.reden,
        terugbetaling=terugbetaling.nummer if terugbetaling else None,
    )


def _kenmerk(session: Session, row: UitvalRow) -> str | None:
    """Of its betaalopdracht, else of the winkelmandje of its betaling."""
    if row.betaalopdracht_id is not None:
        return session.get_one(BetaalopdrachtRow, row.betaalopdracht_id).kenmerk
    if row.betaling_id is None:
        return None
    betaling = session.get_one(BetalingRow, row.betaling_id)
    return session.get_one(WinkelmandjeRow, betaling.winkelmandje_id).kenmerk


def _kop(row: UitvalRow, kenmerk: str | None) -> UitvalKop:
    return UitvalKop(row.id, UitvalSoort(row.soort), row.status, row.omschrijving, kenmerk, row.geopend_op)
