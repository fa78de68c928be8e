"""Between the hub's values and Docdata's messages: pure, evidence only, no judgement about what is paid."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from betaalhub.domain.evidence import MIXED_CURRENCY, BewegingStatus, PogingStatus, PspBeweging, PspPoging, PspRapport
from betaalhub.errors import NeighbourError, Outcome
from betaalhub.ports import CaptureCommand, PspCode, RefundCommand, StartPspBetaling
from gemeentelijke_koppelingen.closed_tables import meaning
from gemeentelijke_koppelingen.psp_docdata.words import (
    AUTHORIZATION,
    CONFIDENCE,
    ERROR,
    METHOD,
    MOVEMENT,
    OTHER_METHOD,
    Authorization,
    Confidence,
    ErrorCode,
    Method,
    Movement,
)
from gemeentelijke_koppelingen.soap_client import clean_code

NEIGHBOUR = "docdata"
_EMAIL = re.compile(r"[^\s'\"]+@[^\s'\".@]+(\.[^\s'\".@]+)*")
_MINUTES_PER_DAY = 24 * 60


def create_values(command: StartPspBetaling, *, profile: str, filler_email: str) -> dict[str, Any]:
    """The createRequest without its merchant. Docdata wants a shopper and an address; it gets fillers, not the citizen."""
    name = {"first": "-", "last": "-"}
    text = one_line(command.description, 50) or command.reference
    return {
        "merchantOrderReference": command.reference,
        "paymentPreferences": {
            "profile": profile,
            "numberOfDaysToPay": max(1, -(-command.valid_minutes // _MINUTES_PER_DAY)),
        },
        "shopper": {
            "id": command.reference,
            "name": name,
            "email": usable_email(command.email) or filler_email,
            "language": {"code": command.taal},
            "gender": "U",
        },
        "totalGrossAmount": {"_value_1": command.amount_cents, "currency": command.currency},
        "billTo": {
            "name": name,
            "address": {"street": "Unknown", "city": "Unknown", "country": {"code": "NL"}},
        },
        "description": text,
        "receiptText": text,
    }


def refund_values(command: RefundCommand) -> dict[str, Any]:
    """The refundRequest without its merchant; our reference comes back as merchantRefundId."""
    return {
        "paymentId": command.poging_id,
        "merchantRefundReference": command.reference,
        "amount": {"_value_1": command.amount_cents, "currency": command.currency},
        "description": one_line(command.description, 250) or command.reference,
    }


def capture_values(command: CaptureCommand) -> dict[str, Any]:
    """The captureRequest without its merchant; our reference comes back as merchantCaptureId."""
    return {
        "paymentId": command.poging_id,
        "merchantCaptureReference": command.reference,
        "amount": {"_value_1": command.amount_cents, "currency": command.currency},
    }


def usable_email(email: str | None) -> str | None:
    """The address when Docdata accepts its form (at most 100 characters), else None: it is never a reason to refuse."""
    return email if email and len(email) <= 100 and _EMAIL.fullmatch(email) else None


def one_line(text: str, length: int) -> str:
    """The text as Docdata's normalizedString: one line, trimmed, at most `length` characters."""
    return " ".join(text.split())[:length].strip()


def raise_errors(errors: Iterable[tuple[str | None, str]]) -> None:
    """Raise NeighbourError for the (code, text) pairs of an Errors element; an UNKNOWN one weighs heaviest.

    Docdata gives few codes and says that its texts may change: a text only refines a code, and is never passed on.
    """
    found = [(code or "", text.lower()) for code, text in errors]
    for code, _ in found:
        if meaning(ErrorCode, ERROR, code, Outcome.UNKNOWN) is Outcome.UNKNOWN:
            raise NeighbourError(Outcome.UNKNOWN, clean_code(code), neighbour=NEIGHBOUR)
    if any(code == ErrorCode.SECURITY_ERROR for code, _ in found):
        raise NeighbourError(Outcome.REFUSED, PspCode.MISCONFIGURED, neighbour=NEIGHBOUR)
    for _, text in found:
        if "not unique" in text:
            raise NeighbourError(Outcome.REFUSED, PspCode.REFERENCE_NOT_UNIQUE, neighbour=NEIGHBOUR)
        if "could not be found" in text:
            raise NeighbourError(Outcome.REFUSED, PspCode.ORDER_UNKNOWN, neighbour=NEIGHBOUR)
    for code, _ in found:
        raise NeighbourError(Outcome.REFUSED, clean_code(code), neighbour=NEIGHBOUR)


def rapport_from_answer(report: Any, *, now: datetime) -> PspRapport:
    """Docdata's statusReport (zeep's value) as evidence; the attempts by their number, since Docdata gives no order.

    Raises ValueError, TypeError or AttributeError when an amount or number is missing: the answer is not understood.
    """
    payments = sorted(report.payment or (), key=lambda payment: int(payment.id))
    return PspRapport(
        observed_at=now,
        registered_cents=cents(report.approximateTotals.totalRegistered),
        currency=report.approximateTotals.exchangedTo,
        pogingen=tuple(_poging(payment) for payment in payments),
        terugbetalingen=tuple(
            beweging for payment in payments for beweging in _movements(payment, "refund", "merchantRefundId")
        ),
        terugboekingen=tuple(
            beweging for payment in payments for beweging in _movements(payment, "chargeback", "chargebackId")
        ),
        closed=None,  # Docdata has no status of an order
    )


def cents(value: Any) -> int:
    """A whole number of cents; ValueError for anything else, such as what zeep could not read."""
    if not isinstance(value, int):
        raise ValueError("no amount")
    return value


def _poging(payment: Any) -> PspPoging:
    authorization = payment.authorization
    status = _status(str(authorization.status), str(authorization.confidenceLevel))
    amount = cents(authorization.amount._value_1)
    captured = sum(
        cents(one.amount._value_1)
        for one in authorization.capture or ()
        if meaning(Movement, MOVEMENT, one.status, BewegingStatus.UNKNOWN) is BewegingStatus.DONE
    )
    reversal = authorization.reversal
    return PspPoging(
        psp_id=str(int(payment.id)),
        methode=meaning(Method, METHOD, str(payment.paymentMethod), OTHER_METHOD),
        status=status,
        native_status=clean_code(authorization.status),
        amount_cents=amount,
        approved_cents=amount if status is PogingStatus.APPROVED else 0,
        captured_cents=captured,
        reversed_cents=0 if reversal is None else cents(reversal.amount._value_1),
        currency=_currency(authorization),
    )


def _status(word: str, confidence: str) -> PogingStatus:
    status = meaning(Authorization, AUTHORIZATION, word, PogingStatus.UNKNOWN)
    if status is PogingStatus.APPROVED:
        return meaning(Confidence, CONFIDENCE, confidence, PogingStatus.UNKNOWN)
    return status


def _currency(authorization: Any) -> str:
    """The one currency of a payment's own amounts."""
    amounts = [authorization.amount, *(one.amount for one in authorization.capture or ())]
    if authorization.reversal is not None:
        amounts.append(authorization.reversal.amount)
    found = {str(amount.currency) for amount in amounts}
    return found.pop() if len(found) == 1 else MIXED_CURRENCY


def _movements(payment: Any, kind: str, id_name: str) -> Iterator[PspBeweging]:
    """The refunds or chargebacks of a payment. One without a name gets its number in the list; a twin gets `#2`."""
    seen: dict[str, int] = {}
    for one in getattr(payment.authorization, kind) or ():
        name = getattr(one, id_name)
        key = f"{int(payment.id)}:{kind}:{name or ''}"
        seen[key] = seen.get(key, 0) + 1
        yield PspBeweging(
            psp_id=key if name and seen[key] == 1 else f"{key}#{seen[key]}",
            poging_id=str(int(payment.id)),
            our_reference=name if kind == "refund" else None,
            amount_cents=cents(one.amount._value_1),
            currency=str(one.amount.currency),
            status=meaning(Movement, MOVEMENT, str(one.status), BewegingStatus.UNKNOWN),
            by_place=not name,
        )


def errors_of(errors: Any) -> tuple[tuple[str | None, str], ...]:
    """The (code, text) pairs of an Errors element as zeep gives it."""
    return tuple((one.code, str(one._value_1 or "")) for one in errors.error)


METHODS: Mapping[str, Mapping[str, str]] = {
    # Straight to the citizen's bank; every other method is chosen in Docdata's own menu.
    "IDEAL": {"default_pm": "IDEAL", "default_act": "true"},
}
