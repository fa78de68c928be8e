"""A hosted checkout at the simulated Worldline and what can happen to it: values and pure functions, in Worldline's own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from betaalhub.errors import Refusal
from gemeentelijke_koppelingen.simulatoren.psp_orders import Notify, Outcome

IDEAL, CARD = 809, 3
CAPTURED, PENDING_CAPTURE, REDIRECTED, CANCELLED = "CAPTURED", "PENDING_CAPTURE", "REDIRECTED", "CANCELLED"
REFUNDED, REFUND_REQUESTED, REJECTED = "REFUNDED", "REFUND_REQUESTED", "REJECTED"
CHARGEBACKED, CHARGEBACK_REVERSED = "CHARGEBACKED", "CHARGEBACK_REVERSED"
# The status codes of the guide "Statuses"; a refund that was refused is REJECTED as well, and only its code tells.
_CODES = {REDIRECTED: 46, CAPTURED: 9, PENDING_CAPTURE: 5, CANCELLED: 1, REJECTED: 2, REFUNDED: 8, REFUND_REQUESTED: 81}
_REFUND_REFUSED = 83
_PENDING = "AUTHORIZATION_REQUESTED"


@dataclass(frozen=True, slots=True)
class Scenario:
    """What a checkout is told to do. Cents; `notification_delay` in seconds.

    `paid_amount`: pay this instead of what was asked. `status_word`: report this word for the payment. `refund_status`: what a
    refund becomes at once. `authorise_only`: approve without collecting. `kept` no: the checkout is not kept, its payment is.
    """

    outcome: Outcome = Outcome.ASK
    paid_amount: int | None = None
    status_word: str | None = None
    refund_status: str = REFUNDED
    authorise_only: bool = False
    kept: bool = True
    notification: Notify = Notify.NORMAL
    notification_delay: float = 0.0

    @classmethod
    def parse(cls, values: Mapping[str, Any], base: Scenario | None = None) -> Scenario:
        """`base` with these fields changed; raises Refusal for an unknown field or value."""
        try:
            changed = replace(base or cls(), **values)
            changed = replace(changed, outcome=Outcome(changed.outcome), notification=Notify(changed.notification))
        except (TypeError, ValueError):
            raise Refusal("SCENARIO_ONJUIST", "Onbekend veld of onbekende waarde in het scenario.") from None
        if changed.refund_status not in (REFUNDED, REFUND_REQUESTED, REJECTED):
            raise Refusal("SCENARIO_ONJUIST", f"refund_status is {REFUNDED}, {REFUND_REQUESTED} of {REJECTED}.")
        return changed


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation on the payment; number 0 is the payment itself. Cents."""

    number: int
    status: str
    code: int | None
    amount: int
    reference: str | None


@dataclass(frozen=True, slots=True)
class Checkout:
    """A hosted checkout of one attempt. `created_at` in ISO 8601, cents; `token` opens its page."""

    id: str
    token: str
    returnmac: str
    created_at: str
    reference: str
    amount: int
    currency: str
    description: str
    locale: str
    return_url: str
    products: tuple[int, ...] = ()
    groups: tuple[str, ...] = ()
    session_minutes: int = 180
    scenario: Scenario = field(default_factory=Scenario)
    cancelled: bool = False
    product: int = 0
    operations: tuple[Operation, ...] = ()

    @property
    def captured(self) -> int:
        """Cents that came in."""
        return sum(one.amount for one in self.operations if one.status == CAPTURED)

    @property
    def ended(self) -> bool:
        """Does its page take no payment any more? One attempt is all there is."""
        return self.cancelled or bool(self.operations) and self.operations[0].status != REDIRECTED

    @property
    def status(self) -> str:
        """The status of the checkout."""
        if self.cancelled:
            return "CANCELLED_BY_CONSUMER"
        return "PAYMENT_CREATED" if self.operations else "IN_PROGRESS"

    def to_json(self) -> dict[str, Any]:
        """The form in which it is kept and listed."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Checkout:
        """A checkout from its stored form."""
        kept = {
            "operations": tuple(Operation(**one) for one in values["operations"]),
            "products": tuple(values["products"]),
            "groups": tuple(values["groups"]),
            "scenario": Scenario.parse(values["scenario"]),
        }
        return cls(**{**values, **kept})


def open_payment(checkout: Checkout, product: int) -> Checkout:
    """The citizen chose a payment product; once, since there is one attempt."""
    if checkout.operations:
        return checkout
    first = Operation(0, REDIRECTED, _CODES[REDIRECTED], checkout.amount, None)
    return replace(checkout, product=product, operations=(first,))


def finish(checkout: Checkout, outcome: Outcome) -> Checkout:
    """The checkout after what the citizen or her bank did. A payment that was approved stays approved."""
    if checkout.captured or not checkout.operations or outcome is Outcome.LEAVE:
        return checkout
    scenario = checkout.scenario
    approved = PENDING_CAPTURE if scenario.authorise_only else CAPTURED
    status = {
        Outcome.APPROVE: approved,
        Outcome.APPROVE_NO_RETURN: approved,
        Outcome.CANCEL: CANCELLED,
        Outcome.EXPIRE: CANCELLED,
        Outcome.FAIL: REJECTED,
        Outcome.PENDING: _PENDING,
    }.get(outcome)
    if status is None:
        raise Refusal("UITKOMST_ONJUIST", "Deze uitkomst kan een betaling niet krijgen.")
    amount = checkout.amount
    if status == approved and scenario.paid_amount is not None:
        amount = scenario.paid_amount
    first = Operation(0, status, _CODES.get(status), amount, None)
    return replace(checkout, operations=(first,), cancelled=status == CANCELLED)


def refund(checkout: Checkout, amount: int, reference: str | None, status: str) -> Checkout:
    """The checkout with a refund; raises Refusal when more is asked than came in and was not given back."""
    given = sum(one.amount for one in checkout.operations if one.status in (REFUNDED, REFUND_REQUESTED))
    if not 0 < amount <= checkout.captured - given:
        raise Refusal("AMOUNT_TOO_HIGH", "The amount exceeds what can be refunded.")
    return _add(checkout, status, amount, reference, code=_REFUND_REFUSED if status == REJECTED else _CODES[status])


def capture(checkout: Checkout, amount: int, reference: str | None) -> Checkout:
    """The checkout after collecting what was authorised; raises Refusal when nothing is left."""
    authorised = sum(one.amount for one in checkout.operations if one.status == PENDING_CAPTURE)
    if not 0 < amount <= authorised - checkout.captured:
        raise Refusal("AMOUNT_TOO_HIGH", "The amount exceeds what can be captured.")
    return _add(checkout, CAPTURED, amount, reference, code=_CODES[CAPTURED])


def cancel(checkout: Checkout) -> Checkout:
    """The checkout after its authorisation was cancelled; raises Refusal when there is none, or money was collected."""
    if not is_cancellable(checkout):
        raise Refusal("NOT_CANCELLABLE", "The payment can not be cancelled.")
    first = replace(checkout.operations[0], status=CANCELLED, code=_CODES[CANCELLED])
    return replace(checkout, operations=(first, *checkout.operations[1:]))


def is_cancellable(checkout: Checkout) -> bool:
    """Is there an authorisation and nothing collected?"""
    return bool(checkout.operations) and checkout.operations[0].status == PENDING_CAPTURE and not checkout.captured


def settle_refunds(checkout: Checkout, status: str) -> Checkout:
    """Every refund that was under way is done, or refused."""
    if status not in (REFUNDED, REJECTED):
        raise Refusal("STATUS_ONJUIST", f"Kies uit: {REFUNDED}, {REJECTED}.")
    code = _CODES[REFUNDED] if status == REFUNDED else _REFUND_REFUSED
    return _turn(checkout, REFUND_REQUESTED, status, code)


def chargeback(checkout: Checkout, amount: int) -> Checkout:
    """The citizen's bank took money back."""
    if not checkout.captured:
        raise Refusal("NIET_BETAALD", "Er is niets betaald om terug te boeken.")
    return _add(checkout, CHARGEBACKED, amount, None)


def reverse_chargebacks(checkout: Checkout) -> Checkout:
    """The dispute was won: the money is there again."""
    return _turn(checkout, CHARGEBACKED, CHARGEBACK_REVERSED, None)


def _add(checkout: Checkout, status: str, amount: int, reference: str | None, *, code: int | None = None) -> Checkout:
    added = Operation(len(checkout.operations), status, code, amount, reference)
    return replace(checkout, operations=(*checkout.operations, added))


def _turn(checkout: Checkout, old: str, new: str, code: int | None) -> Checkout:
    changed = tuple(replace(one, status=new, code=code) if one.status == old else one for one in checkout.operations)
    return replace(checkout, operations=changed)
