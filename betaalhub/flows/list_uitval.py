"""What waits for a person, as a person reads it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from betaalhub.domain.statuses import UitvalStatus
from betaalhub.domain.uitval import UITVAL, Oplossing, UitvalSoort
from betaalhub.flows.resolve_uitval import ways
from betaalhub.flows.resolve_uitval_hand import by_hand_options
from betaalhub.flows.resolve_uitval_zaak import find_uitval
from betaalhub.storage.tables import (
    BetaalopdrachtRow,
    BetalingRow,
    TerugbetalingRow,
    TerugboekingRow,
    UitvalRow,
    WinkelmandjeRow,
)

_ABOUT_MONEY = frozenset(
    {
        UitvalSoort.BEDRAG_AFWIJKEND,
        UitvalSoort.DUBBEL_BETAALD,
        UitvalSoort.LAAT_BETAALD,
        UitvalSoort.PSP_SPREEKT_ZICH_TEGEN,
    }
)
_LOOK_FIRST = "Kijk bij de PSP wat er is gebeurd, en vraag het opnieuw."


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
    """One uitval with what may be done about it. `statussen`: what may be set by hand. `terugbetaling`: its number. `bedragen`:
    what each amount is, and its cents. UTC."""

    kop: UitvalKop
    voorstel: str
    oplossingen: tuple[Oplossing, ...]
    statussen: tuple[str, ...]
    keer: int
    opgelost_door: str | None
    oplossing: str | None
    reden: str | None
    terugbetaling: str | None
    bedragen: tuple[tuple[str, int], ...]


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
        voorstel=_voorstel(row, fitting),
        oplossingen=fitting,
        statussen=tuple(by_hand),
        keer=row.keer,
        opgelost_door=row.opgelost_door,
        oplossing=row.oplossing,
        reden=row.reden,
        terugbetaling=terugbetaling.nummer if terugbetaling else None,
        bedragen=tuple(_bedragen(session, row, terugbetaling)),
    )


def _voorstel(row: UitvalRow, fitting: Collection[Oplossing]) -> str:
    """What is proposed; while no money of a strange amount came in, nothing can be accepted or given back."""
    nothing_yet = row.status == UitvalStatus.OPEN and not {Oplossing.ACCEPTEREN, Oplossing.TERUGBETALEN} & set(fitting)
    if row.soort == UitvalSoort.BEDRAG_AFWIJKEND and nothing_yet and Oplossing.OPNIEUW_VRAGEN in fitting:
        return _LOOK_FIRST
    return UITVAL[UitvalSoort(row.soort)].voorstel


def _bedragen(session: Session, row: UitvalRow, terugbetaling: TerugbetalingRow | None) -> Iterator[tuple[str, int]]:
    """The amounts that a person needs before she decides."""
    if row.soort in _ABOUT_MONEY and row.betaling_id is not None:
        betaling = session.get_one(BetalingRow, row.betaling_id)
        yield "gevraagd", betaling.bedrag_cent
        yield "ontvangen", betaling.ontvangen_cent
    if terugbetaling is not None:
        yield "terugbetaling", terugbetaling.bedrag_cent
    if row.terugboeking_id is not None:
        yield "teruggeboekt", session.get_one(TerugboekingRow, row.terugboeking_id).bedrag_cent


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
