"""Promises cents of a paid betaling to a terugbetaling, never more than it has left, and sends on what needs no second person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from betaalhub.domain.bedrag import in_euro
from betaalhub.domain.boeking import boekdatum
from betaalhub.domain.statuses import BetalingStatus, Kanaal, TerugbetalingStatus
from betaalhub.domain.terugbetaling import inherited, needs_second
from betaalhub.domain.verdeling import spread
from betaalhub.domain.werk import OutboxSoort
from betaalhub.errors import Refusal
from betaalhub.flows.change_status import change_terugbetaling
from betaalhub.flows.gebeurtenissen import Door, record
from betaalhub.flows.keys import Keys
from betaalhub.storage import outbox, terugbetaling_queries
from betaalhub.storage.database import lock
from betaalhub.storage.tables import (
    AdministratieRow,
    BetaalopdrachtRow,
    BetalingRow,
    ProductregelRow,
    PspAccountRow,
    TerugbetalingRegelRow,
    TerugbetalingRow,
    ToewijzingRow,
)

SYSTEEM = "systeem"  # who approves what needs no second person


@dataclass(frozen=True, slots=True)
class Deel:
    """What a locked betaling pays of one productregel, and how much of it is not promised to a terugbetaling. Cents."""

    regel: ProductregelRow
    toewijzing: ToewijzingRow

    @property
    def left_cent(self) -> int:
        """What may still be asked back."""
        return self.toewijzing.bedrag_cent - self.toewijzing.gereserveerd_cent


def lock_delen(session: Session, betaling_id: int, betaalopdracht_id: int) -> tuple[BetalingRow, dict[int, Deel]]:
    """Lock the betaling and its toewijzingen on this betaalopdracht; what it pays by regelnummer.

    The caller holds the locks on the winkelmandje and the betaalopdracht (domain.md, section 2.10).
    """
    (betaling,) = lock(session, BetalingRow, [betaling_id])
    rows = session.execute(
        select(ToewijzingRow.id, ProductregelRow)
        .join(ProductregelRow, ProductregelRow.id == ToewijzingRow.productregel_id)
        .where(ToewijzingRow.betaling_id == betaling_id, ProductregelRow.betaalopdracht_id == betaalopdracht_id)
    ).all()
    toewijzingen = {row.id: row for row in lock(session, ToewijzingRow, [row.id for row in rows])}
    return betaling, {regel.regelnummer: Deel(regel, toewijzingen[toewijzing_id]) for toewijzing_id, regel in rows}


def shares(session: Session, betaling: BetalingRow) -> dict[int, int]:
    """What of each toewijzing really came in: less than it pays when a person accepted less, in proportion. Cents."""
    rows = session.execute(
        select(ToewijzingRow.id, ToewijzingRow.bedrag_cent)
        .where(ToewijzingRow.betaling_id == betaling.id)
        .order_by(ToewijzingRow.id)
    ).all()
    came_in = spread(covered_cents(betaling), [row.bedrag_cent for row in rows])
    return {row.id: cents for row, cents in zip(rows, came_in, strict=True)}


def whole_left(session: Session, betaling: BetalingRow, delen: Mapping[int, Deel]) -> dict[int, int]:
    """What goes back of these parts by regelnummer when nobody names an amount: what came in for each and is not promised, and
    together at most what the betaling as a whole has left. Cents."""
    came_in = shares(session, betaling) if covered_cents(betaling) < betaling.bedrag_cent else {}
    room = [
        max(0, came_in.get(deel.toewijzing.id, deel.toewijzing.bedrag_cent) - deel.toewijzing.gereserveerd_cent)
        for deel in delen.values()
    ]
    whole = spread(betaling.ontvangen_cent - betaling.gereserveerd_cent, room)
    return dict(zip(delen, whole, strict=True))


def surplus_left(betaling: BetalingRow) -> int:
    """The cents that came in and cover no productregel, and are not promised: beyond its amount when it is BETAALD, and all that
    it received when it is not; never more than the betaling as a whole has left."""
    if betaling.status != BetalingStatus.BETAALD:
        return betaling.ontvangen_cent - betaling.gereserveerd_cent
    beyond = betaling.ontvangen_cent - covered_cents(betaling) - betaling.meer_gereserveerd_cent
    return max(0, min(beyond, betaling.ontvangen_cent - betaling.gereserveerd_cent))


def covered_cents(betaling: BetalingRow) -> int:
    """The cents with which it pays its productregels: its amount, or what a person accepted for it."""
    return betaling.bedrag_cent if betaling.aanvaard_cent is None else betaling.aanvaard_cent


def request(
    session: Session,
    betaling: BetalingRow,
    opdracht: BetaalopdrachtRow,
    cents: Mapping[Deel, int],
    *,
    door: Door,
    keys: Keys,
    reden: str,
) -> TerugbetalingRow:
    """Record a terugbetaling on productregels and reserve its cents, which the caller has compared with what is left.

    Below every threshold it is GOEDGEKEURD at once and on its way; else AANGEVRAAGD, for a second person (domain.md, section 3).
    `reden` holds no personal numbers any more. Refusal TERUGBETALING_TE_HOOG when the betaling as a whole has less left.
    """
    row = reserve(session, betaling, opdracht, cents, door=door, keys=keys, reden=reden)
    if not _asks_second(session, betaling, opdracht, cents, door=door):
        approve(session, betaling, row, Door(SYSTEEM, door.now))
    return row


def reserve(
    session: Session,
    betaling: BetalingRow,
    opdracht: BetaalopdrachtRow,
    cents: Mapping[Deel, int],
    *,
    door: Door,
    keys: Keys,
    reden: str,
) -> TerugbetalingRow:
    """Record it AANGEVRAAGD and reserve its cents, without a word about who decides."""
    total = sum(cents.values())
    _check_left(total, betaling.ontvangen_cent - betaling.gereserveerd_cent)
    row = _add(session, betaling, opdracht.administratie_id, total, door=door, keys=keys, reden=reden)
    row.betaalopdracht_id = opdracht.id
    session.flush()
    for deel, bedrag_cent in cents.items():
        deel.toewijzing.gereserveerd_cent += bedrag_cent
        session.add(
            TerugbetalingRegelRow(terugbetaling_id=row.id, toewijzing_id=deel.toewijzing.id, bedrag_cent=bedrag_cent)
        )
    _tell(session, row, betaling, door, winkelmandje_id=opdracht.winkelmandje_id, regels=len(cents))
    return row


def request_surplus(
    session: Session,
    betaling: BetalingRow,
    bedrag_cent: int,
    *,
    administratie_id: int,
    door: Door,
    keys: Keys,
    reden: str,
) -> TerugbetalingRow:
    """Record a terugbetaling of money that covers no productregel: what was paid too much, or what a betaling holds that is not
    BETAALD. The threshold is the administratie's. The caller holds the lock on the betaling. Refusal TERUGBETALING_TE_HOOG.
    """
    _check_left(bedrag_cent, surplus_left(betaling))
    row = _add(session, betaling, administratie_id, bedrag_cent, door=door, keys=keys, reden=reden)
    betaling.meer_gereserveerd_cent += bedrag_cent
    session.flush()
    _tell(session, row, betaling, door, winkelmandje_id=betaling.winkelmandje_id, regels=0)
    threshold = inherited(session.get_one(AdministratieRow, administratie_id).vier_ogen_cent)
    if betaling.meer_gereserveerd_cent < threshold:  # with what was promised of it before
        approve(session, betaling, row, Door(SYSTEEM, door.now))
    return row


def approve(session: Session, betaling: BetalingRow, row: TerugbetalingRow, door: Door) -> None:
    """GOEDGEKEURD, and queued for the PSP; money of the counter waits for a person who pays it out."""
    change_terugbetaling(session, row, TerugbetalingStatus.GOEDGEKEURD, door)
    row.beslist_door, row.beslist_op = door.wie, door.now
    if betaling.kanaal == Kanaal.PSP:
        enqueue(session, betaling, row, door)


def enqueue(session: Session, betaling: BetalingRow, row: TerugbetalingRow, door: Door) -> None:
    """The worker brings it to the PSP, or asks about it, now."""
    account = session.get_one(PspAccountRow, betaling.psp_account_id)
    outbox.enqueue(
        session, OutboxSoort.TERUGBETALING, row.id, ontvanger=f"psp:{account.code}", due_at=door.now, now=door.now
    )


def _asks_second(
    session: Session, betaling: BetalingRow, opdracht: BetaalopdrachtRow, cents: Mapping[Deel, int], *, door: Door
) -> bool:
    """Does this, with what this betaling promised of the same product of this betaalopdracht before, reach a threshold? Cutting a
    large terugbetaling into small ones takes nobody's eyes away, whichever productregels they take."""
    session.flush()  # these cents are in it by then
    asked = {deel.regel.productcode for deel in cents}
    per_product = terugbetaling_queries.promised(session, betaling.id, opdracht.id, asked)
    known = terugbetaling_queries.thresholds(
        session, opdracht.administratie_id, per_product.keys(), boekdatum(door.now)
    )
    last = session.get_one(AdministratieRow, opdracht.administratie_id).vier_ogen_cent
    return needs_second(per_product, {code: inherited(*known.get(code, ()), last) for code in per_product})


def _check_left(asked: int, left: int) -> None:
    if not 0 < asked <= left:
        uitleg = (
            f"Dit is meer dan er van deze betaling nog over is. Er is nog {in_euro(left)} over."
            if left
            else "Er is niets meer over om terug te betalen."
        )
        raise Refusal("TERUGBETALING_TE_HOOG", uitleg)


def _add(
    session: Session,
    betaling: BetalingRow,
    administratie_id: int,
    bedrag_cent: int,
    *,
    door: Door,
    keys: Keys,
    reden: str,
) -> TerugbetalingRow:
    row = TerugbetalingRow(
        administratie_id=administratie_id,
        betaling_id=betaling.id,
        nummer=keys.number(),
        status=TerugbetalingStatus.AANGEVRAAGD,
        status_op=door.now,
        bedrag_cent=bedrag_cent,
        reden=reden,
        aangevraagd_door=door.wie,
        aangevraagd_op=door.now,
        gezocht=0,
    )
    session.add(row)
    betaling.gereserveerd_cent += bedrag_cent
    return row


def _tell(
    session: Session, row: TerugbetalingRow, betaling: BetalingRow, door: Door, *, winkelmandje_id: int, regels: int
) -> None:
    record(
        session,
        door,
        "TERUGBETALING_AANGEVRAAGD",
        onderwerp="TERUGBETALING",
        onderwerp_id=row.id,
        winkelmandje_id=winkelmandje_id,
        betaalopdracht_id=row.betaalopdracht_id,
        naar=row.status,
        reden=row.reden,
        gegevens={"nummer": row.nummer, "bedrag_cent": row.bedrag_cent, "regels": regels, "betaling": betaling.id},
    )
