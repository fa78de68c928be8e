"""The money: what the register says of it against what the PSP truly has, per order, per productregel and per account."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from betaalhub.domain.evidence import BewegingStatus
from betaalhub.domain.statuses import GIVEN_BACK, TAKEN, BetalingStatus, Kanaal, TerugbetalingStatus, UitvalStatus
from betaalhub.domain.uitval import UitvalSoort
from betaalhub.storage.tables import (
    BetalingRow,
    BoekingsregelRow,
    JournaalpostRow,
    ProductregelRow,
    TerugbetalingRegelRow,
    TerugbetalingRow,
    TerugboekingRegelRow,
    TerugboekingRow,
    ToewijzingRow,
    UitvalRow,
)
from tests.simulation.catalogue import ACCOUNTS, COUNTER, DIFFERENCES, SET_ASIDE
from tests.simulation.psp_model import Order
from tests.simulation.world import World

_TUSSEN = (*ACCOUNTS.values(), COUNTER)
_NO_PROCEEDS = (*_TUSSEN, SET_ASIDE, DIFFERENCES)


def money_at_every_moment(session: Session, world: World) -> Iterator[str]:
    """Nothing is called paid, received or given back that the PSP does not bear out."""
    betalingen = list(session.scalars(select(BetalingRow).where(BetalingRow.kanaal == Kanaal.PSP)))
    orders = {order.key: order for order in world.orders()}
    yield from _belongs(betalingen, orders)
    for row in betalingen:
        order = orders.get(row.psp_sleutel or "")
        asked = row.aanvaard_cent or row.bedrag_cent
        if row.status == BetalingStatus.BETAALD and not (
            order and (order.once_paid or row.aanvaard_cent and order.most_cents >= asked)
        ):
            yield f"betaling {row.psp_referentie} is BETAALD, and its money never came"
        if order and row.ontvangen_cent > order.most_cents:
            yield f"betaling {row.psp_referentie} has {row.ontvangen_cent} cents, of which {order.most_cents} came"
    yield from _own_refunds(session, list(orders.values()))
    yield from _proceeds(session)


def _belongs(betalingen: Sequence[BetalingRow], orders: dict[str, Order]) -> Iterator[str]:
    """Every order at the PSP belongs to one betaling, and every attempt in it too."""
    by_reference = {row.psp_referentie: row for row in betalingen}
    for key, count in Counter(row.psp_sleutel for row in betalingen if row.psp_sleutel).items():
        if count > 1 or key not in orders:
            yield f"order {key} belongs to {count} betalingen"
    for order in orders.values():
        row = by_reference.get(order.command.reference)
        if row is None or row.bedrag_cent != order.command.amount_cents:
            yield f"order {order.command.reference} at the PSP belongs to no betaling of its amount"
        elif order.attempts and row.psp_sleutel != order.key:
            yield f"the attempts in order {order.command.reference} belong to no betaling"


def _own_refunds(session: Session, orders: Sequence[Order]) -> Iterator[str]:
    """Each of our terugbetalingen is at the PSP once at most, for its own amount, and VOLTOOID only when it is done there."""
    asked = {row.nummer: row for row in session.scalars(select(TerugbetalingRow))}
    done: set[str | None] = set()
    for order in orders:
        going = [one for one in order.refunds if one.reference and one.status != BewegingStatus.FAILED]
        done |= {one.reference for one in going if one.status == BewegingStatus.DONE}
        for reference, count in Counter(one.reference for one in going).items():
            if count > 1:
                yield f"terugbetaling {reference} was given back {count} times"
        for one in going:
            row = asked.get(one.reference or "")
            if row is None or row.bedrag_cent != one.amount_cents:
                yield f"refund {one.psp_id} at the PSP is no terugbetaling of its amount"
    for row in asked.values():
        if row.status == TerugbetalingStatus.VOLTOOID and row.nummer not in done:
            yield f"terugbetaling {row.nummer} is VOLTOOID, and the PSP gave nothing back"


def _proceeds(session: Session) -> Iterator[str]:
    """The proceeds of each betaalopdracht of each betaling are what it paid minus what is gone; or nothing, when its money
    lies aside or has no account yet."""
    gone = _gone(session)
    paid: dict[tuple[int, int], int] = defaultdict(int)
    for row, opdracht_id in session.execute(
        select(ToewijzingRow, ProductregelRow.betaalopdracht_id)
        .join(ProductregelRow, ProductregelRow.id == ToewijzingRow.productregel_id)
        .order_by(ToewijzingRow.id)
    ):
        paid[row.betaling_id, opdracht_id] += row.bedrag_cent - gone[row.id]
    soorten = dict(session.execute(select(JournaalpostRow.sleutel, JournaalpostRow.soort)).all())
    cents = func.sum(BoekingsregelRow.credit_cent - BoekingsregelRow.debet_cent)
    booked: dict[tuple[int, int], int] = defaultdict(int)
    for betaling_id, opdracht_id, total in session.execute(
        select(JournaalpostRow.betaling_id, JournaalpostRow.betaalopdracht_id, cents)
        .join(BoekingsregelRow, BoekingsregelRow.journaalpost_id == JournaalpostRow.id)
        .where(BoekingsregelRow.grootboekrekening.not_in(_NO_PROCEEDS))
        .group_by(JournaalpostRow.betaling_id, JournaalpostRow.betaalopdracht_id)
    ):
        booked[betaling_id, opdracht_id] = int(total)
    for key in sorted({*paid, *booked}, key=str):
        of = f"{key[0]}:{key[1]}"
        soort = soorten.get(f"BETAALD:{of}")
        here = soort is not None and (soort != "TE_VERREKENEN" or f"AANVAARD:{of}" in soorten)
        if booked[key] != (paid[key] if here else 0):
            yield f"betaling {key[0]}, betaalopdracht {key[1]}: {booked[key]} cents of proceeds, and {paid[key]} were kept"


def _gone(session: Session) -> dict[int, int]:
    """Per toewijzing the cents that went back or were taken."""
    found: dict[int, int] = defaultdict(int)
    given = select(TerugbetalingRegelRow.toewijzing_id, TerugbetalingRegelRow.bedrag_cent).join(
        TerugbetalingRow, TerugbetalingRow.id == TerugbetalingRegelRow.terugbetaling_id
    )
    taken = select(TerugboekingRegelRow.toewijzing_id, TerugboekingRegelRow.bedrag_cent).join(
        TerugboekingRow, TerugboekingRow.id == TerugboekingRegelRow.terugboeking_id
    )
    queries: tuple[Any, ...] = (
        given.where(TerugbetalingRow.status.in_(sorted(GIVEN_BACK))),
        taken.where(TerugboekingRow.status.in_(sorted(TAKEN))),
    )
    for query in queries:
        for toewijzing_id, cents in session.execute(query):
            found[toewijzing_id] += cents
    return found


def money_at_rest(session: Session, world: World) -> Iterator[str]:
    """Every order that is covered is BETAALD, every BETAALD is covered, and every cent is booked; or an uitval says otherwise."""
    about: dict[int, set[str]] = defaultdict(set)
    waits: dict[int, set[str]] = defaultdict(set)
    for uitval in session.scalars(select(UitvalRow).where(UitvalRow.betaling_id.is_not(None))):
        about[uitval.betaling_id or 0].add(uitval.soort)
        if uitval.status != UitvalStatus.OPGELOST:
            waits[uitval.betaling_id or 0].add(uitval.soort)
    by_hand = set(
        session.scalars(select(TerugboekingRow.betaling_id).where(TerugboekingRow.psp_id.startswith("HAND-")))
    )
    orders = {order.key: order for order in world.orders()}
    booked = _booked(session)
    for row in session.scalars(select(BetalingRow).where(BetalingRow.kanaal == Kanaal.PSP)):
        order = orders.get(row.psp_sleutel or "")
        if order is None:
            if row.status == BetalingStatus.BETAALD or booked[row.id]:
                yield f"betaling {row.psp_referentie} has no order at the PSP, and {booked[row.id]} cents booked"
            continue
        contradicted = UitvalSoort.PSP_SPREEKT_ZICH_TEGEN in about[row.id]
        yield from _covered(row, order, contradicted=contradicted)
        if UitvalSoort.CONFIG_ONGELDIG not in waits[row.id] and (not contradicted or row.id in by_hand):
            yield from _every_cent(row, order, booked[row.id])
    yield from _refunds_known(session, world)


def _covered(row: BetalingRow, order: Order, *, contradicted: bool) -> Iterator[str]:
    paid = row.status == BetalingStatus.BETAALD
    enough = order.covers or (row.aanvaard_cent is not None and order.received_cents >= row.aanvaard_cent)
    if enough and not paid:
        yield f"betaling {row.psp_referentie} is {row.status}, and the PSP has its {order.received_cents} cents"
    if paid and not enough and not contradicted:
        yield f"betaling {row.psp_referentie} is BETAALD, the PSP has {order.received_cents} cents, and nobody knows"


def _every_cent(row: BetalingRow, order: Order, booked: int) -> Iterator[str]:
    """What is booked on the tussenrekening is what the PSP has for us."""
    has = order.received_cents - order.refunded_cents - order.taken_cents
    if booked != has:
        yield f"betaling {row.psp_referentie}: {booked} cents on the tussenrekening, and the PSP has {has}"


def _refunds_known(session: Session, world: World) -> Iterator[str]:
    """Every refund that is done at the PSP is written down: as ours, or as one of somebody else."""
    rows = list(session.scalars(select(TerugbetalingRow)))
    known = {row.nummer for row in rows if TerugbetalingStatus(row.status) in GIVEN_BACK}
    found = {(row.poging_id, row.psp_id) for row in rows}
    for order in world.orders():
        for one in order.refunds:
            if one.status != BewegingStatus.DONE:
                continue
            if one.reference not in known if one.reference else (one.attempt_id, one.psp_id) not in found:
                yield f"refund {one.psp_id} of {one.amount_cents} cents is done at the PSP and not in the register"


def _booked(session: Session) -> dict[int, int]:
    """Debet minus credit on the tussenrekening, per betaling."""
    cents = func.sum(BoekingsregelRow.debet_cent - BoekingsregelRow.credit_cent)
    rows = session.execute(
        select(JournaalpostRow.betaling_id, cents)
        .join(BoekingsregelRow, BoekingsregelRow.journaalpost_id == JournaalpostRow.id)
        .where(BoekingsregelRow.grootboekrekening.in_(_TUSSEN))
        .group_by(JournaalpostRow.betaling_id)
    )
    return defaultdict(int, {betaling_id: int(total) for betaling_id, total in rows})
