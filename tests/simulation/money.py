"""The money: what the register says of it against what the PSP truly has, per order and per account."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from betaalhub.domain.evidence import BewegingStatus
from betaalhub.domain.statuses import BetalingStatus, Kanaal, UitvalStatus
from betaalhub.domain.uitval import UitvalSoort
from betaalhub.storage.tables import BetalingRow, BoekingsregelRow, JournaalpostRow, TerugbetalingRow, UitvalRow
from tests.simulation.psp_model import Order
from tests.simulation.world import World

TUSSENREKENING = "1310"  # of the demo catalogue


def orders_of(world: World) -> Iterator[Order]:
    for psp in world.psps.values():
        yield from psp.orders.values()


def money_at_every_moment(session: Session, world: World) -> Iterator[str]:
    """Nothing is called paid, received or given back that the PSP does not bear out."""
    betalingen = list(session.scalars(select(BetalingRow).where(BetalingRow.kanaal == Kanaal.PSP)))
    by_reference = {row.psp_referentie: row for row in betalingen}
    orders = {order.key: order for order in orders_of(world)}
    keys = Counter(row.psp_sleutel for row in betalingen if row.psp_sleutel)
    for key, count in keys.items():
        if count > 1 or key not in orders:
            yield f"order {key} belongs to {count} betalingen"
    for order in orders.values():
        row = by_reference.get(order.command.reference)
        if row is None or row.bedrag_cent != order.command.amount_cents:
            yield f"order {order.command.reference} at the PSP belongs to no betaling of its amount"
        elif order.attempts and row.psp_sleutel != order.key:
            yield f"the attempts in order {order.command.reference} belong to no betaling"
    for row in betalingen:
        order = orders.get(row.psp_sleutel or "")
        if row.status == BetalingStatus.BETAALD and not (order and order.once_paid):
            yield f"betaling {row.psp_referentie} is BETAALD, and its money never came"
        if order and row.ontvangen_cent > order.most_cents:
            yield f"betaling {row.psp_referentie} has {row.ontvangen_cent} cents, of which {order.most_cents} came"
    yield from _own_refunds(session, list(orders.values()))


def _own_refunds(session: Session, orders: list[Order]) -> Iterator[str]:
    """Each of our terugbetalingen is at the PSP once at most, and for its own amount."""
    asked = {row.nummer: row for row in session.scalars(select(TerugbetalingRow))}
    for order in orders:
        going = [one for one in order.refunds if one.reference and one.status != BewegingStatus.FAILED]
        for reference, count in Counter(one.reference for one in going).items():
            if count > 1:
                yield f"terugbetaling {reference} was given back {count} times"
        for one in going:
            row = asked.get(one.reference or "")
            if row is None or row.bedrag_cent != one.amount_cents:
                yield f"refund {one.psp_id} at the PSP is no terugbetaling of its amount"


def money_at_rest(session: Session, world: World) -> Iterator[str]:
    """Every order that is covered is BETAALD, every BETAALD is covered, and every cent is booked; or an uitval says otherwise."""
    about: dict[int, set[str]] = defaultdict(set)
    waits: dict[int, set[str]] = defaultdict(set)
    for uitval in session.scalars(select(UitvalRow).where(UitvalRow.betaling_id.is_not(None))):
        about[uitval.betaling_id or 0].add(uitval.soort)
        if uitval.status != UitvalStatus.OPGELOST:
            waits[uitval.betaling_id or 0].add(uitval.soort)
    orders = {order.key: order for order in orders_of(world)}
    booked = _booked(session)
    for row in session.scalars(select(BetalingRow).where(BetalingRow.kanaal == Kanaal.PSP)):
        order = orders.get(row.psp_sleutel or "")
        if order is None:
            if row.status == BetalingStatus.BETAALD or booked[row.id]:
                yield f"betaling {row.psp_referentie} has no order at the PSP, and {booked[row.id]} cents booked"
            continue
        yield from _covered(row, order, about[row.id])
        yield from _every_cent(row, order, about[row.id], booked[row.id])


def _covered(row: BetalingRow, order: Order, about: set[str]) -> Iterator[str]:
    paid = row.status == BetalingStatus.BETAALD
    if order.covers and not paid:
        yield f"betaling {row.psp_referentie} is {row.status}, and the PSP has its {order.received_cents} cents"
    if paid and not order.covers and UitvalSoort.PSP_SPREEKT_ZICH_TEGEN not in about:
        yield f"betaling {row.psp_referentie} is BETAALD, the PSP has {order.received_cents} cents, and nobody knows"


def _every_cent(row: BetalingRow, order: Order, about: set[str], booked: int) -> Iterator[str]:
    """What is booked on the tussenrekening is what the PSP has for us."""
    open_kinds = {UitvalSoort.CONFIG_ONGELDIG, UitvalSoort.PSP_SPREEKT_ZICH_TEGEN}
    expected = order.received_cents if row.status == BetalingStatus.BETAALD else 0
    if booked != expected and not about & open_kinds:
        yield f"betaling {row.psp_referentie}: {booked} cents on the tussenrekening, and the PSP has {expected}"


def _booked(session: Session) -> dict[int, int]:
    """Debet minus credit on the tussenrekening, per betaling."""
    cents = func.sum(BoekingsregelRow.debet_cent - BoekingsregelRow.credit_cent)
    rows = session.execute(
        select(JournaalpostRow.betaling_id, cents)
        .join(BoekingsregelRow, BoekingsregelRow.journaalpost_id == JournaalpostRow.id)
        .where(BoekingsregelRow.grootboekrekening == TUSSENREKENING)
        .group_by(JournaalpostRow.betaling_id)
    )
    return defaultdict(int, {betaling_id: int(total) for betaling_id, total in rows})
