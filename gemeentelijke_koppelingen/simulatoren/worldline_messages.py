"""The answers and webhooks of the simulated Worldline: its JSON, filled with what a real one would tell too."""

from __future__ import annotations

from typing import Any

from gemeentelijke_koppelingen.simulatoren import worldline_checkouts
from gemeentelijke_koppelingen.simulatoren.worldline_checkouts import CARD, Checkout, Operation

# Somebody who does not exist: whoever reads an answer must leave these alone.
_HOLDER = "J. Voorbeeld"
_IBAN = "NL13TEST0123456789"


def checkout_answer(checkout: Checkout) -> dict[str, Any]:
    """The answer to "get hosted checkout"."""
    answer: dict[str, Any] = {"status": checkout.status}
    if checkout.operations:
        answer["createdPaymentOutput"] = {"payment": payment(checkout), "paymentStatusCategory": "STATUS_UNKNOWN"}
    return answer


def payment(checkout: Checkout) -> dict[str, Any]:
    """The payment, in the status of the last operation on it."""
    return {
        **_payment(checkout, checkout.operations[-1]),
        "id": f"{checkout.id}_0",
    }


def details(checkout: Checkout) -> dict[str, Any]:
    """The answer to "get payment details": the payment with every operation on it."""
    return {**payment(checkout), "Operations": [_operation(checkout, one) for one in checkout.operations]}


def refund_answer(checkout: Checkout) -> dict[str, Any]:
    """The answer to "refund payment"; the newest operation is the refund."""
    one = checkout.operations[-1]
    return {
        "id": f"{checkout.id}_{one.number}",
        "status": one.status,
        "statusOutput": _status_output(checkout, one),
        "refundOutput": {
            "amountOfMoney": _money(one.amount, checkout.currency),
            "references": {"merchantReference": checkout.reference},
            "operationReferences": _references(one),
        },
    }


def capture_answer(checkout: Checkout) -> dict[str, Any]:
    """The answer to "capture payment"; the newest operation is the capture."""
    one = checkout.operations[-1]
    output = {"amountOfMoney": _money(one.amount, checkout.currency), "operationReferences": _references(one)}
    return {"id": f"{checkout.id}_{one.number}", "status": one.status, "captureOutput": output}


def webhook(checkout: Checkout, *, event_id: str, created: str, merchant: str) -> dict[str, Any]:
    """A webhook about the newest operation."""
    one = checkout.operations[-1]
    refund = one.status in (worldline_checkouts.REFUNDED, worldline_checkouts.REFUND_REQUESTED)
    kind = "refund" if refund else "payment"
    about = refund_answer(checkout) if refund else _payment(checkout, one)
    event = {"apiVersion": "v1", "id": event_id, "created": created, "merchantId": merchant}
    return {**event, "type": f"{kind}.{one.status.lower()}", kind: about}


def errors(code: str, name: str, status: int) -> dict[str, Any]:
    """Worldline's form of a refusal."""
    return {
        "errorId": "simulator",
        "errors": [{"errorCode": code, "id": name, "category": "SIMULATOR", "httpStatusCode": status, "message": name}],
    }


def _payment(checkout: Checkout, one: Operation) -> dict[str, Any]:
    output: dict[str, Any] = {
        "amountOfMoney": _money(checkout.amount, checkout.currency),
        "references": {"merchantReference": checkout.reference},
        "customer": {"device": {"ipAddressCountryCode": "NL"}},
    }
    if checkout.captured:
        output["acquiredAmount"] = _money(checkout.captured, checkout.currency)
    if checkout.product == CARD:
        card = {"bin": "411111", "cardNumber": "************1111", "expiryDate": "1230"}
        output["paymentMethod"] = "card"
        output["cardPaymentMethodSpecificOutput"] = {"paymentProductId": CARD, "card": card}
    else:
        account = {"accountHolderName": _HOLDER, "iban": _IBAN}
        output["paymentMethod"] = "redirect"
        output["redirectPaymentMethodSpecificOutput"] = {
            "paymentProductId": checkout.product,
            "customerBankAccount": account,
        }
    return {
        "id": f"{checkout.id}_{one.number}",
        "status": _word(checkout, one),
        "statusOutput": _status_output(checkout, one),
        "paymentOutput": output,
        "hostedCheckoutSpecificOutput": {"hostedCheckoutId": checkout.id},
    }


def _operation(checkout: Checkout, one: Operation) -> dict[str, Any]:
    return {
        "id": f"{checkout.id}_{one.number}",
        "amountOfMoney": _money(one.amount, checkout.currency),
        "status": _word(checkout, one),
        "statusOutput": _status_output(checkout, one),
        "paymentMethod": "card" if checkout.product == CARD else "redirect",
        "references": {"merchantReference": checkout.reference},
        "operationReferences": _references(one) if one.reference else {"merchantReference": checkout.reference},
    }


def _word(checkout: Checkout, one: Operation) -> str:
    return checkout.scenario.status_word if checkout.scenario.status_word and one.number == 0 else one.status


def _status_output(checkout: Checkout, one: Operation) -> dict[str, Any]:
    cancellable = worldline_checkouts.is_cancellable(checkout)
    output: dict[str, Any] = {"isCancellable": cancellable, "isRefundable": bool(checkout.captured)}
    return output if one.code is None else {**output, "statusCode": one.code}


def _references(one: Operation) -> dict[str, Any]:
    return {} if one.reference is None else {"merchantReference": one.reference}


def _money(amount: int, currency: str) -> dict[str, Any]:
    return {"amount": amount, "currencyCode": currency}
