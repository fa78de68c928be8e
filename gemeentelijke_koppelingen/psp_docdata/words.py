"""Docdata's words for how a payment, capture, refund and chargeback stand, and ours for them: closed at import.

Sources: the Order API 1.3 XSD and the integration manual (sections 3.2 and 3.13), the manual of 1.0 (section 7.3). The
XSD leaves these codes open, so a word that is not here reads as UNKNOWN: never as failed (domain.md, section 5).
"""

from __future__ import annotations

from enum import StrEnum

from betaalhub.domain.evidence import BewegingStatus, PogingStatus
from betaalhub.errors import Outcome
from gemeentelijke_koppelingen.closed_tables import closed


class Authorization(StrEnum):
    """The status of a payment's authorization."""

    NEW = "NEW"
    RISK_CHECK_OK = "RISK_CHECK_OK"
    RISK_CHECK_FAILED = "RISK_CHECK_FAILED"
    STARTED = "STARTED"
    START_ERROR = "START_ERROR"
    AUTHENTICATED = "AUTHENTICATED"
    REDIRECTED_FOR_AUTHENTICATION = "REDIRECTED_FOR_AUTHENTICATION"
    AUTHENTICATION_FAILED = "AUTHENTICATION_FAILED"
    AUTHENTICATION_ERROR = "AUTHENTICATION_ERROR"
    AUTHORIZED = "AUTHORIZED"
    REDIRECTED_FOR_AUTHORIZATION = "REDIRECTED_FOR_AUTHORIZATION"
    AUTHORIZATION_REQUESTED = "AUTHORIZATION_REQUESTED"
    AUTHORIZATION_FAILED = "AUTHORIZATION_FAILED"
    AUTHORIZATION_ERROR = "AUTHORIZATION_ERROR"
    CANCELED = "CANCELED"
    CANCEL_FAILED = "CANCEL_FAILED"
    CANCEL_ERROR = "CANCEL_ERROR"
    CANCEL_REQUESTED = "CANCEL_REQUESTED"


class Confidence(StrEnum):
    """How sure an authorised amount is; it means something with AUTHORIZED only (a cancelled payment carries one too)."""

    SHOPPER_PENDING = "SHOPPER_PENDING"
    ACQUIRER_PENDING = "ACQUIRER_PENDING"
    ACQUIRER_APPROVED = "ACQUIRER_APPROVED"


class Movement(StrEnum):
    """The status of a capture, a refund or a chargeback; a refund that succeeded is CAPTURED, a chargeback CHARGED."""

    NEW = "NEW"
    STARTED = "STARTED"
    CAPTURED = "CAPTURED"
    CHARGED = "CHARGED"
    CANCELED = "CANCELED"
    FAILED = "FAILED"
    ERROR = "ERROR"


class ErrorCode(StrEnum):
    """The codes in the Errors element of any answer."""

    REQUEST_DATA_INCORRECT = "REQUEST_DATA_INCORRECT"
    REQUEST_DATA_MISSING = "REQUEST_DATA_MISSING"
    SECURITY_ERROR = "SECURITY_ERROR"
    INTERNAL_ERROR = "INTERNAL_ERROR"
    UNKNOWN_ERROR = "UNKNOWN_ERROR"


class Method(StrEnum):
    """The payment methods with a code of ours; every other one is OVERIG."""

    IDEAL = "IDEAL"
    VISA = "VISA"
    MASTERCARD = "MASTERCARD"
    AMEX = "AMEX"
    MAESTRO = "MAESTRO"
    BANK_TRANSFER = "BANK_TRANSFER"
    SEPA_DIRECT_DEBIT = "SEPA_DIRECT_DEBIT"


AUTHORIZATION = closed(
    Authorization,
    {
        Authorization.NEW: PogingStatus.STARTED,
        Authorization.STARTED: PogingStatus.STARTED,
        Authorization.AUTHENTICATED: PogingStatus.STARTED,
        Authorization.RISK_CHECK_OK: PogingStatus.STARTED,
        Authorization.REDIRECTED_FOR_AUTHENTICATION: PogingStatus.STARTED,
        Authorization.REDIRECTED_FOR_AUTHORIZATION: PogingStatus.STARTED,
        Authorization.AUTHORIZATION_REQUESTED: PogingStatus.PENDING,
        Authorization.AUTHORIZED: PogingStatus.APPROVED,  # with the Confidence below
        Authorization.CANCELED: PogingStatus.CANCELLED,
        # Somebody tried to cancel and it is not done: the payment may still succeed.
        Authorization.CANCEL_REQUESTED: PogingStatus.PENDING,
        Authorization.CANCEL_FAILED: PogingStatus.PENDING,
        Authorization.CANCEL_ERROR: PogingStatus.PENDING,
        Authorization.RISK_CHECK_FAILED: PogingStatus.FAILED,
        Authorization.AUTHENTICATION_FAILED: PogingStatus.FAILED,
        Authorization.AUTHORIZATION_FAILED: PogingStatus.FAILED,
        Authorization.START_ERROR: PogingStatus.ERROR,
        Authorization.AUTHENTICATION_ERROR: PogingStatus.ERROR,
        Authorization.AUTHORIZATION_ERROR: PogingStatus.ERROR,
    },
)

CONFIDENCE = closed(
    Confidence,
    {
        Confidence.SHOPPER_PENDING: PogingStatus.PENDING,
        Confidence.ACQUIRER_PENDING: PogingStatus.PENDING,
        Confidence.ACQUIRER_APPROVED: PogingStatus.APPROVED,
    },
)

MOVEMENT = closed(
    Movement,
    {
        Movement.NEW: BewegingStatus.PENDING,
        Movement.STARTED: BewegingStatus.PENDING,
        Movement.CAPTURED: BewegingStatus.DONE,
        Movement.CHARGED: BewegingStatus.DONE,
        Movement.CANCELED: BewegingStatus.FAILED,
        Movement.FAILED: BewegingStatus.FAILED,
        Movement.ERROR: BewegingStatus.FAILED,
    },
)

# The codes of Betaalmethode in our own contract (betaalhub-typen-v1.xsd): a card is a card, whatever its brand.
METHOD = closed(
    Method,
    {
        Method.IDEAL: "IDEAL",
        Method.VISA: "CREDITCARD",
        Method.MASTERCARD: "CREDITCARD",
        Method.AMEX: "CREDITCARD",
        Method.MAESTRO: "CREDITCARD",
        Method.BANK_TRANSFER: "OVERBOEKING",
        Method.SEPA_DIRECT_DEBIT: "INCASSO",
    },
)
OTHER_METHOD = "OVERIG"

# A new code "should not be treated as exceptional" (manual, 3.2.2): it is not here and reads as UNKNOWN.
ERROR = closed(
    ErrorCode,
    {
        ErrorCode.REQUEST_DATA_INCORRECT: Outcome.REFUSED,
        ErrorCode.REQUEST_DATA_MISSING: Outcome.REFUSED,
        ErrorCode.SECURITY_ERROR: Outcome.REFUSED,
        ErrorCode.INTERNAL_ERROR: Outcome.UNKNOWN,
        ErrorCode.UNKNOWN_ERROR: Outcome.UNKNOWN,
    },
)
