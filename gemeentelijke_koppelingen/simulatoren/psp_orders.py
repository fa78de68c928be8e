"""An order at the simulated PSP and what can happen to it: values and pure functions, in Docdata's own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

from betaalhub.errors import Refusal

PAID = "AUTHORIZED"
OPEN_STATUSES = frozenset({"STARTED", "REDIRECTED_FOR_AUTHORIZATION", "AUTHORIZATION_REQUESTED"})


class Outcome(StrEnum):
    """What the citizen (or the script) does with a payment."""

    ASK = "ask"  # show the page and let the citizen choose
    APPROVE = "approve"
    APPROVE_NO_RETURN = "approve_no_return"
    CANCEL = "cancel"
    FAIL = "fail"
    EXPIRE = "expire"
    LEAVE = "leave"  # close the window: the payment was begun and nothing happens
    PENDING = "pending"


class Notify(StrEnum):
    """How the PSP notifies."""

    NORMAL = "normal"
    WITHHOLD = "withhold"
    DOUBLE = "double"
    EARLY = "early"  # already while the create call is being answered
    REORDERED = "reordered"  # the first one after the second


@dataclass(frozen=True, slots=True)
class Scenario:
    """What an order is told to do. Cents; `notification_delay` in seconds.

    `name`: the row of scenarios.py, for the pages. `method`: pay by this one, whatever was chosen. `paid_amount`: pay this
    instead of what was asked, `paid_difference` more or less than that. `registered_difference`: register so much more. `attempts`:
    so many approved payments. `zero_after_cancel`: the registered total becomes 0. `status_word`: report this word for the newest
    payment. `drift`: report elements that are not in the contract. `refund_status`: what a refund becomes at once.
    `authorise_only`: approve without collecting. `later`: events
    of psp_events.py, as `20:chargeback`.
    """

    outcome: Outcome = Outcome.ASK
    name: str = ""
    method: str | None = None
    paid_amount: int | None = None
    paid_difference: int = 0
    paid_currency: str | None = None
    registered_difference: int = 0
    attempts: int = 1
    zero_after_cancel: bool = False
    status_word: str | None = None
    drift: bool = False
    refund_status: str = "CAPTURED"
    authorise_only: bool = False
    notification: Notify = Notify.NORMAL
    notification_delay: float = 0.0
    later: tuple[str, ...] = ()

    @classmethod
    def parse(cls, values: Mapping[str, Any], base: Scenario | None = None) -> Scenario:
        """`base` with these fields changed; raises Refusal for an unknown field or value."""
        try:
            changed = replace(base or cls(), **values)
            return replace(
                changed,
                outcome=Outcome(changed.outcome),
                notification=Notify(changed.notification),
                later=tuple(changed.later),
            )
        except (TypeError, ValueError):
            raise Refusal("SCENARIO_ONJUIST", "Onbekend veld of onbekende waarde in het scenario.") from None


@dataclass(frozen=True, slots=True)
class Movement:
    """A capture, refund or chargeback of a payment. Cents."""

    name: str | None
    status: str
    amount: int


@dataclass(frozen=True, slots=True)
class Payment:
    """One attempt of the citizen. Cents; `reversed`: what the acquirer undid."""

    id: int
    method: str
    status: str
    confidence: str
    amount: int
    currency: str
    reversed: int = 0
    captures: tuple[Movement, ...] = ()
    refunds: tuple[Movement, ...] = ()
    chargebacks: tuple[Movement, ...] = ()

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Payment:
        """A payment from its stored form."""
        kinds = ("captures", "refunds", "chargebacks")
        moves = {kind: tuple(Movement(**one) for one in values[kind]) for kind in kinds}
        return cls(**{**values, **moves})


@dataclass(frozen=True, slots=True)
class Order:
    """A payment order. `created_at` in ISO 8601, cents. `planned`: the events of its scenario that are still to come."""

    key: str
    reference: str
    amount: int
    currency: str
    description: str
    language: str
    email: str
    created_at: str
    registered: int
    scenario: Scenario = field(default_factory=Scenario)
    cancelled: bool = False
    expired: bool = False
    payments: tuple[Payment, ...] = ()
    planned: tuple[str, ...] = ()

    @property
    def paid(self) -> bool:
        """Whether an approved payment is there."""
        return any(is_paid(one) for one in self.payments)

    def to_json(self) -> dict[str, Any]:
        """The form in which it is kept and listed."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Order:
        """An order from its stored form."""
        payments = tuple(Payment.from_json(one) for one in values["payments"])
        scenario, planned = Scenario.parse(values["scenario"]), tuple(values["planned"])
        return cls(**{**values, "payments": payments, "scenario": scenario, "planned": planned})


def new_payment(order: Order, method: str, new_id: int) -> Payment:
    """A payment as it begins."""
    return Payment(new_id, method, "STARTED", "SHOPPER_PENDING", order.amount, order.currency)


def open_payment(order: Order, method: str, new_id: int) -> tuple[Order, Payment]:
    """The payment of this method that is still open, or a new one with `new_id`."""
    for one in order.payments:
        if one.method == method and one.status in OPEN_STATUSES and one.confidence == "SHOPPER_PENDING":
            return order, one
    payment = new_payment(order, method, new_id)
    return replace(order, payments=(*order.payments, payment)), payment


def finish(
    order: Order, payment_id: int, outcome: Outcome, spare_ids: tuple[int, ...] = (), *, amount: int | None = None
) -> Order:
    """The order after this outcome; `spare_ids` number the further payments of a scenario that pays more than once.

    `amount` in cents is paid instead of what the scenario says.
    """
    payment = find_payment(order, payment_id)
    if outcome in (Outcome.APPROVE, Outcome.APPROVE_NO_RETURN):
        paid = _approved(order, payment, amount)
        spare = (replace(paid, id=one) for one in spare_ids)
        return replace(order, payments=(*_put(order.payments, paid), *spare))
    if outcome is Outcome.EXPIRE:
        return replace(order, expired=True)
    if outcome is Outcome.LEAVE:
        return order
    changed = {
        Outcome.CANCEL: replace(payment, status="CANCELED"),
        Outcome.FAIL: replace(payment, status="AUTHORIZATION_FAILED"),
        Outcome.PENDING: replace(payment, status=PAID, confidence="ACQUIRER_PENDING"),
    }.get(outcome)
    if changed is None:
        raise Refusal("UITKOMST_ONJUIST", "Deze uitkomst kan een betaling niet krijgen.")
    gone = outcome is Outcome.CANCEL and order.scenario.zero_after_cancel
    return replace(order, payments=_put(order.payments, changed), registered=0 if gone else order.registered)


def _approved(order: Order, payment: Payment, amount: int | None) -> Payment:
    """The payment as the acquirer approved and captured it, for what the scenario says."""
    scenario = order.scenario
    asked = order.amount if scenario.paid_amount is None else scenario.paid_amount
    cents = asked + scenario.paid_difference if amount is None else amount
    return replace(
        payment,
        status=PAID,
        confidence="ACQUIRER_APPROVED",
        amount=cents,
        currency=scenario.paid_currency or order.currency,
        captures=() if scenario.authorise_only else (Movement(None, "CAPTURED", cents),),
    )


def cancel(order: Order) -> tuple[Order, str]:
    """The order after a cancel request, and Docdata's word for the result."""
    if order.paid:
        return order, "FAILED"
    if order.cancelled:
        return order, "ALREADY_CANCELED"
    result = "SUCCESS" if order.payments else "NO_PAYMENTS"
    payments = tuple(replace(one, status="CANCELED") if is_live(one) else one for one in order.payments)
    registered = 0 if order.scenario.zero_after_cancel else order.registered
    return replace(order, cancelled=True, payments=payments, registered=registered), result


def refund(order: Order, payment_id: int, movement: Movement) -> Order:
    """The order with a refund; raises Refusal when more is asked than was captured and not yet given back."""
    payment = find_payment(order, payment_id)
    done = sum(one.amount for one in payment.refunds if one.status not in ("FAILED", "CANCELED", "ERROR"))
    captured = sum(one.amount for one in payment.captures if one.status == "CAPTURED")
    if movement.amount <= 0 or movement.amount > captured - done:
        raise Refusal("REQUEST_DATA_INCORRECT", "No amount captured available to refund.")
    return replace(order, payments=_put(order.payments, replace(payment, refunds=(*payment.refunds, movement))))


def chargeback(order: Order, payment_id: int, movement: Movement) -> Order:
    """The order after the bank took money back."""
    payment = find_payment(order, payment_id)
    changed = replace(payment, chargebacks=(*payment.chargebacks, movement))
    return replace(order, payments=_put(order.payments, changed))


def capture(order: Order, payment_id: int, movement: Movement) -> Order:
    """The order after a capture; raises Refusal when nothing is left to capture."""
    payment = find_payment(order, payment_id)
    captured = sum(one.amount for one in payment.captures if one.status == "CAPTURED")
    if payment.status != PAID or movement.amount > payment.amount - captured:
        raise Refusal("REQUEST_DATA_INCORRECT", "No amount authorized available to capture.")
    return replace(order, payments=_put(order.payments, replace(payment, captures=(*payment.captures, movement))))


def settle_refunds(order: Order, status: str) -> Order:
    """The order with every refund that was still under way in this status; CAPTURED makes good the ones that had failed too."""
    moves = {"NEW", "STARTED"} | ({"FAILED"} if status == "CAPTURED" else set())
    return replace(
        order,
        payments=tuple(
            replace(
                one,
                refunds=tuple(replace(r, status=status) if r.status in moves else r for r in one.refunds),
            )
            for one in order.payments
        ),
    )


def find_payment(order: Order, payment_id: int) -> Payment:
    """The payment of this number; raises Refusal when the order has none."""
    for one in order.payments:
        if one.id == payment_id:
            return one
    raise Refusal("REQUEST_DATA_INCORRECT", "Payment could not be found with the given id.")


def with_payment(order: Order, changed: Payment) -> Order:
    """The order with this payment in the place of the one with the same number."""
    return replace(order, payments=_put(order.payments, changed))


def is_paid(payment: Payment) -> bool:
    """Approved by the acquirer."""
    return payment.status == PAID and payment.confidence == "ACQUIRER_APPROVED"


def is_live(payment: Payment) -> bool:
    """Not yet decided."""
    return payment.status in OPEN_STATUSES or (payment.status == PAID and not is_paid(payment))


def _put(payments: tuple[Payment, ...], changed: Payment) -> tuple[Payment, ...]:
    return tuple(changed if one.id == changed.id else one for one in payments)
