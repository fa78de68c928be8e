"""What can still happen to an order at the simulated PSP after the citizen left: pure functions, by the name of an event."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from betaalhub.errors import Refusal
from gemeentelijke_koppelingen.simulatoren import psp_orders
from gemeentelijke_koppelingen.simulatoren.psp_orders import Movement, Order, Outcome, Payment

_FORM = re.compile(r"(?:(page|cancel|refund)\+)?(\d+(?:\.\d+)?):([a-z_]+)(?::(\d+))?")


class Trigger(StrEnum):
    """From when the seconds of a planned event count."""

    PAGE = "page"  # the citizen was at the payment page
    CANCEL = "cancel"  # the hub asked to cancel the order
    REFUND = "refund"  # the hub asked for a refund


class Event(StrEnum):
    """What can happen."""

    APPROVE = "approve"  # what is still open is paid; an order without an open payment gets a new one
    PAY = "pay"  # one more payment, paid
    FAIL = "fail"
    CANCEL = "cancel"
    PENDING = "pending"
    REFUND = "refund"  # by somebody at the PSP itself
    REFUND_DONE = "refund_done"
    REFUND_FAILED = "refund_failed"
    CHARGEBACK = "chargeback"
    CHARGEBACK_WON = "chargeback_won"
    REVERSAL = "reversal"  # the acquirer undoes the payment
    CONTRADICT = "contradict"  # what was paid is called cancelled
    UNDERSTOOD = "understood"  # a word that nobody knew is explained


@dataclass(frozen=True, slots=True)
class Planned:
    """An event to come: `seconds` after its trigger. `amount` in cents; None: everything that is there."""

    trigger: Trigger
    seconds: float
    event: Event
    amount: int | None

    @classmethod
    def parse(cls, text: str) -> Planned:
        """`20:chargeback`, `cancel+5:approve`, `20:refund:500`; raises Refusal for anything else."""
        match = _FORM.fullmatch(text)
        if match is None:
            raise Refusal("GEPLAND_ONJUIST", "Schrijf seconden:gebeurtenis, of cancel+seconden:gebeurtenis:centen.")
        cents = None if match[4] is None else int(match[4])
        return cls(Trigger(match[1] or Trigger.PAGE), float(match[2]), event_named(match[3]), cents)


def event_named(name: str) -> Event:
    """The event of this name; raises Refusal that lists them."""
    if name not in set(Event):
        raise Refusal("GEBEURTENIS_ONBEKEND", f"Kies uit: {', '.join(Event)}.")
    return Event(name)


def happen(order: Order, event: Event, new_id: int, amount: int | None = None) -> Order:
    """The order after an event; `new_id` numbers a payment that it makes. Raises Refusal when it cannot happen to this one."""
    if event is Event.UNDERSTOOD:
        return replace(order, scenario=replace(order.scenario, status_word=None))
    if event in _MOVES:
        return _MOVES[event](order, amount)
    opened, payment = _open(order, new_id, fresh=event is Event.PAY)
    return psp_orders.finish(opened, payment.id, _OUTCOMES[event], amount=amount)


def _open(order: Order, new_id: int, *, fresh: bool) -> tuple[Order, Payment]:
    """The newest payment that may still change, or a new one."""
    alive = [] if fresh else [one for one in order.payments if psp_orders.is_live(one)]
    if alive:
        return order, alive[-1]
    method = order.payments[-1].method if order.payments else "IDEAL"
    payment = psp_orders.new_payment(order, method, new_id)
    return replace(order, payments=(*order.payments, payment)), payment


def _refund(order: Order, amount: int | None) -> Order:
    payment = _newest_paid(order)
    left = sum(one.amount for one in payment.captures) - sum(one.amount for one in payment.refunds)
    return psp_orders.refund(order, payment.id, Movement(None, "CAPTURED", left if amount is None else amount))


def _chargeback(order: Order, amount: int | None) -> Order:
    payment = _newest_paid(order)
    name = f"CB{payment.id}-{len(payment.chargebacks) + 1}"
    movement = Movement(name, "CHARGED", payment.amount if amount is None else amount)
    return psp_orders.chargeback(order, payment.id, movement)


def _won(order: Order, _: int | None) -> Order:
    """The last chargeback is taken back. The manual does not say how Docdata reports that: it is called CANCELED here."""
    taken = [one for one in order.payments if any(move.status == "CHARGED" for move in one.chargebacks)]
    if not taken:
        raise Refusal("GEBEURTENIS_KAN_NIET", "Er is geen terugboeking om terug te draaien.")
    *before, last = taken[-1].chargebacks
    won = replace(taken[-1], chargebacks=(*before, replace(last, status="CANCELED")))
    return psp_orders.with_payment(order, won)


def _reversal(order: Order, amount: int | None) -> Order:
    payment = _newest_paid(order)
    return psp_orders.with_payment(order, replace(payment, reversed=payment.amount if amount is None else amount))


def _contradict(order: Order, _: int | None) -> Order:
    return psp_orders.with_payment(order, replace(_newest_paid(order), status="CANCELED", captures=()))


def _newest_paid(order: Order) -> Payment:
    paid = [one for one in order.payments if psp_orders.is_paid(one)]
    if not paid:
        raise Refusal("GEBEURTENIS_KAN_NIET", "Deze order is nog niet betaald.")
    return paid[-1]


_OUTCOMES: Mapping[Event, Outcome] = MappingProxyType(
    {
        Event.APPROVE: Outcome.APPROVE,
        Event.PAY: Outcome.APPROVE,
        Event.FAIL: Outcome.FAIL,
        Event.CANCEL: Outcome.CANCEL,
        Event.PENDING: Outcome.PENDING,
    }
)
_MOVES: Mapping[Event, Callable[[Order, int | None], Order]] = MappingProxyType(
    {
        Event.REFUND: _refund,
        Event.REFUND_DONE: lambda order, _: psp_orders.settle_refunds(order, "CAPTURED"),
        Event.REFUND_FAILED: lambda order, _: psp_orders.settle_refunds(order, "FAILED"),
        Event.CHARGEBACK: _chargeback,
        Event.CHARGEBACK_WON: _won,
        Event.REVERSAL: _reversal,
        Event.CONTRADICT: _contradict,
    }
)
if _OUTCOMES.keys() | _MOVES.keys() | {Event.UNDERSTOOD} != set(Event):
    raise AssertionError("Every event needs to be able to happen")
