"""Worldline's words for checkouts, payments and the operations on them, and ours for them: closed at import.

Sources: the API reference and the guides "Statuses" and "Webhooks / PayID" of Worldline Direct, and its SDK 10.3. Worldline may add
words, so one that is not here reads as UNKNOWN: never as failed (domain.md, section 5).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from betaalhub.domain.evidence import BewegingStatus, PogingStatus
from gemeentelijke_koppelingen.closed_tables import closed


class Checkout(StrEnum):
    """The status of a hosted checkout."""

    IN_PROGRESS = "IN_PROGRESS"
    PAYMENT_CREATED = "PAYMENT_CREATED"
    CANCELLED_BY_CONSUMER = "CANCELLED_BY_CONSUMER"  # by the citizen, and also by the end of the session


class Payment(StrEnum):
    """The status of a payment: that of the last operation on it."""

    CREATED = "CREATED"
    REDIRECTED = "REDIRECTED"
    PENDING_PAYMENT = "PENDING_PAYMENT"
    PENDING_APPROVAL = "PENDING_APPROVAL"
    PENDING_COMPLETION = "PENDING_COMPLETION"
    PENDING_CAPTURE = "PENDING_CAPTURE"
    PENDING_FRAUD_APPROVAL = "PENDING_FRAUD_APPROVAL"
    AUTHORIZATION_REQUESTED = "AUTHORIZATION_REQUESTED"
    CAPTURE_REQUESTED = "CAPTURE_REQUESTED"
    CAPTURED = "CAPTURED"
    PAID = "PAID"
    CANCELLED = "CANCELLED"
    REJECTED = "REJECTED"
    REJECTED_CAPTURE = "REJECTED_CAPTURE"
    REFUND_REQUESTED = "REFUND_REQUESTED"
    REFUNDED = "REFUNDED"
    CHARGEBACK_NOTIFICATION = "CHARGEBACK_NOTIFICATION"
    CHARGEBACKED = "CHARGEBACKED"
    CHARGEBACK_REVERSED = "CHARGEBACK_REVERSED"  # our guess: no public page names the end of a dispute that we won
    REVERSED = "REVERSED"


class Kind(StrEnum):
    """What an operation on a payment is."""

    BETALING = "BETALING"
    CAPTURE = "CAPTURE"
    TERUGBETALING = "TERUGBETALING"
    TERUGBOEKING = "TERUGBOEKING"
    ANNULERING = "ANNULERING"


@dataclass(frozen=True, slots=True)
class Operation:
    """What the word of an operation means: its kind, and how far it is."""

    kind: Kind
    status: BewegingStatus


# closed: True, still open: False; None when the payment's own status must tell.
CHECKOUT: Mapping[Checkout, bool | None] = closed(
    Checkout,
    {Checkout.IN_PROGRESS: False, Checkout.PAYMENT_CREATED: None, Checkout.CANCELLED_BY_CONSUMER: True},
)

PAYMENT: Mapping[Payment, PogingStatus] = closed(
    Payment,
    {
        Payment.CREATED: PogingStatus.STARTED,
        Payment.REDIRECTED: PogingStatus.STARTED,
        Payment.PENDING_PAYMENT: PogingStatus.PENDING,
        Payment.PENDING_APPROVAL: PogingStatus.PENDING,
        Payment.PENDING_COMPLETION: PogingStatus.PENDING,
        Payment.PENDING_CAPTURE: PogingStatus.PENDING,
        Payment.PENDING_FRAUD_APPROVAL: PogingStatus.PENDING,
        Payment.AUTHORIZATION_REQUESTED: PogingStatus.PENDING,
        Payment.CAPTURE_REQUESTED: PogingStatus.PENDING,
        Payment.CAPTURED: PogingStatus.APPROVED,
        Payment.PAID: PogingStatus.APPROVED,
        Payment.CANCELLED: PogingStatus.CANCELLED,
        Payment.REJECTED: PogingStatus.FAILED,
        Payment.REJECTED_CAPTURE: PogingStatus.ERROR,  # authorised all the same: it may be captured after all
        # The money came; what went back are movements of their own, and never make a payment fail.
        Payment.REFUND_REQUESTED: PogingStatus.APPROVED,
        Payment.REFUNDED: PogingStatus.APPROVED,
        Payment.CHARGEBACK_NOTIFICATION: PogingStatus.APPROVED,
        Payment.CHARGEBACKED: PogingStatus.APPROVED,
        Payment.CHARGEBACK_REVERSED: PogingStatus.APPROVED,
        Payment.REVERSED: PogingStatus.APPROVED,
    },
)

_PENDING, _DONE, _FAILED = BewegingStatus.PENDING, BewegingStatus.DONE, BewegingStatus.FAILED

OPERATION: Mapping[Payment, Operation] = closed(
    Payment,
    {
        Payment.CREATED: Operation(Kind.BETALING, _PENDING),
        Payment.REDIRECTED: Operation(Kind.BETALING, _PENDING),
        Payment.PENDING_PAYMENT: Operation(Kind.BETALING, _PENDING),
        Payment.PENDING_APPROVAL: Operation(Kind.BETALING, _PENDING),
        Payment.PENDING_COMPLETION: Operation(Kind.BETALING, _PENDING),
        Payment.PENDING_CAPTURE: Operation(Kind.BETALING, _PENDING),
        Payment.PENDING_FRAUD_APPROVAL: Operation(Kind.BETALING, _PENDING),
        Payment.AUTHORIZATION_REQUESTED: Operation(Kind.BETALING, _PENDING),
        Payment.CAPTURE_REQUESTED: Operation(Kind.CAPTURE, _PENDING),
        Payment.CAPTURED: Operation(Kind.CAPTURE, _DONE),
        Payment.PAID: Operation(Kind.CAPTURE, _DONE),
        Payment.CANCELLED: Operation(Kind.ANNULERING, _DONE),
        Payment.REJECTED: Operation(Kind.BETALING, _FAILED),  # unless its number says that it is a refund, see below
        Payment.REJECTED_CAPTURE: Operation(Kind.CAPTURE, _FAILED),
        Payment.REFUND_REQUESTED: Operation(Kind.TERUGBETALING, _PENDING),
        Payment.REFUNDED: Operation(Kind.TERUGBETALING, _DONE),
        Payment.CHARGEBACK_NOTIFICATION: Operation(Kind.TERUGBOEKING, _PENDING),
        Payment.CHARGEBACKED: Operation(Kind.TERUGBOEKING, _DONE),
        Payment.CHARGEBACK_REVERSED: Operation(Kind.TERUGBOEKING, _FAILED),
        Payment.REVERSED: Operation(Kind.TERUGBOEKING, _DONE),  # a direct debit that the citizen's bank took back
    },
)

# "REJECTED" is said of an authorisation and of a refund alike; the first digit of the status code tells which: 8 is a refund.
REFUND_CODES = range(80, 90)
REFUND_REFUSED = Operation(Kind.TERUGBETALING, _FAILED)

# Payment product → the code of Betaalmethode in our own contract; a card is a card, whatever its brand.
IDEAL, BANCONTACT, PAYPAL = 809, 3012, 840
PRODUCTS: Mapping[int, str] = MappingProxyType({IDEAL: "IDEAL"})
CARD, DIRECT_DEBIT, OTHER_METHOD = "CREDITCARD", "INCASSO", "OVERIG"


@dataclass(frozen=True, slots=True)
class Offer:
    """What a method of ours opens on Worldline's page: payment products by number, or a group of them."""

    products: tuple[int, ...] = ()
    groups: tuple[str, ...] = ()


# Codes of betaalmethode that this connector can open; another one is refused before anything is sent.
OFFERS: Mapping[str, Offer] = MappingProxyType(
    {
        "IDEAL": Offer(products=(IDEAL,)),
        "CREDITCARD": Offer(groups=("cards",)),
        "BANCONTACT": Offer(products=(BANCONTACT,)),
        "PAYPAL": Offer(products=(PAYPAL,)),
    }
)
LOCALES: Mapping[str, str] = MappingProxyType({"nl": "nl_NL", "en": "en_GB"})
