"""The Docdata 1.3 operations of the simulated PSP: message in, answer out, on its books."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Any

from lxml import etree

from betaalhub.errors import NotFound, Refusal
from gemeentelijke_koppelingen.simulatoren import psp_orders
from gemeentelijke_koppelingen.simulatoren.psp_events import Trigger
from gemeentelijke_koppelingen.simulatoren.psp_orders import Movement, Order
from gemeentelijke_koppelingen.simulatoren.psp_report import NS, add_report, add_text, qualified
from gemeentelijke_koppelingen.simulatoren.psp_state import PspState
from gemeentelijke_koppelingen.simulatoren.script import Script

_VERSION = "1.3.15"
_NOT_FOUND = ("REQUEST_DATA_INCORRECT", "Order could not be found with the given key.")
# Refusals that Docdata tells apart by their text only: what `refuse:CODE` of a script says instead.
_REFUSALS = {
    "REFERENCE_NOT_UNIQUE": ("REQUEST_DATA_INCORRECT", "Merchant order reference is not unique."),
    "ORDER_UNKNOWN": _NOT_FOUND,
}
Handler = Callable[[etree._Element, Any], etree._Element]
Work = Callable[[etree._Element, etree._Element], None]


class PspOperations:
    """The handlers; `merchant` and `password` None: any are accepted."""

    def __init__(self, state: PspState, script: Script, merchant: str | None, password: str | None) -> None:
        self._state = state
        self._script = script
        self._merchant = merchant
        self._password = password

    def handlers(self) -> dict[str, Handler]:
        """By the name of the message."""
        return {
            qualified("createRequest"): self._handler("create", "createResponse", "create", self._create),
            qualified("cancelRequest"): self._handler("cancel", "cancelResponse", "cancel", self._cancel),
            qualified("refundRequest"): self._handler("refund", "refundResponse", "refund", self._refund),
            qualified("captureRequest"): self._handler("capture", "captureResponse", "capture", self._capture),
            qualified("statusRequest"): self._handler("status", "statusResponse", "status", self._status),
            qualified("extendedStatusRequest"): self._handler(
                "status", "extendedStatusResponse", "status", self._status
            ),
        }

    def _handler(self, operation: str, answer: str, node: str, work: Work) -> Handler:
        """A handler: the misstep of the script first, then the work, then Success or Errors around it."""

        def handle(message: etree._Element, caller: Any) -> etree._Element:
            root = etree.Element(qualified(answer), nsmap={"ddp": NS}, attrib={"ddpXsdVersion": _VERSION})
            success = etree.SubElement(root, qualified(f"{node}Success"))
            add_text(success, "success", "Operation successful.", code="SUCCESS")
            reference = self._reference(message)
            try:
                self._prepare(operation, message, reference)
                self._script.play(operation, reference)
                self._check_merchant(message)
                work(message, success)
            except Refusal as refusal:
                code, text = _REFUSALS.get(refusal.code, (refusal.code, refusal.omschrijving))
                self._state.tell(reference, f"{operation}: geweigerd, {code}")
                _to_errors(root, node, code, text)
            except NotFound:
                _to_errors(root, node, *_NOT_FOUND)
            return root

        return handle

    def _prepare(self, operation: str, message: etree._Element, reference: str | None) -> None:
        """An order that is about to be made gets the scenario of its amount or description, with its faults."""
        if operation == "create" and reference:
            cents, text = int(_value(message, "totalGrossAmount")), _value(message, "description")
            for name, texts in self._state.announce(reference, cents, text).items():
                self._script.add(name, texts, reference=reference)

    def _check_merchant(self, message: etree._Element) -> None:
        merchant = message.find(qualified("merchant"))
        name, password = ("", "") if merchant is None else (merchant.get("name", ""), merchant.get("password", ""))
        for given, wanted in ((name, self._merchant), (password, self._password)):
            if wanted is not None and not hmac.compare_digest(given.encode(), wanted.encode()):
                raise Refusal("SECURITY_ERROR", "Login failed.")

    def _reference(self, message: etree._Element) -> str | None:
        """Our reference of the order that a message is about, if it can be told."""
        direct = _value(message, "merchantOrderReference")
        if direct:
            return direct
        key, payment = _value(message, "paymentOrderKey"), _value(message, "paymentId")
        order = self._state.find_payment(int(payment)) if payment else self._state.find_key(key)
        return order.reference if order else None

    def _create(self, message: etree._Element, success: etree._Element) -> None:
        amount, language = message.find(qualified("totalGrossAmount")), message.find(f".//{qualified('language')}")
        order = self._state.create(
            {
                "reference": _value(message, "merchantOrderReference"),
                "amount": int(_value(message, "totalGrossAmount")),
                "currency": "" if amount is None else amount.get("currency", ""),
                "description": _value(message, "description"),
                "language": "" if language is None else language.get("code", ""),
                "email": message.findtext(f".//{qualified('email')}") or "",
            }
        )
        add_text(success, "key", order.key)

    def _cancel(self, message: etree._Element, success: etree._Element) -> None:
        results: list[str] = []

        def step(order: Order) -> Order:
            after, result = psp_orders.cancel(order)
            results.append(result)
            return after

        order = self._state.change(_value(message, "paymentOrderKey"), step)
        self._state.tell(order.reference, f"cancel: {results[-1]}")
        self._state.arm(order, Trigger.CANCEL)
        add_text(success, "result", results[-1])

    def _refund(self, message: etree._Element, success: etree._Element) -> None:
        def step(order: Order, payment_id: int) -> Order:
            name = _value(message, "merchantRefundReference") or None
            amount = message.findtext(qualified("amount"))
            whole = psp_orders.find_payment(order, payment_id).amount
            movement = Movement(name, order.scenario.refund_status, int(amount) if amount else whole)
            return psp_orders.refund(order, payment_id, movement)

        order = self._on_payment(message, step)
        self._state.tell(
            order.reference, f"refund: aangenomen, {_value(message, 'merchantRefundReference') or 'zonder referentie'}"
        )
        self._state.arm(order, Trigger.REFUND)

    def _capture(self, message: etree._Element, success: etree._Element) -> None:
        def step(order: Order, payment_id: int) -> Order:
            name = _value(message, "merchantCaptureReference") or None
            amount = message.findtext(qualified("amount"))
            whole = psp_orders.find_payment(order, payment_id).amount
            return psp_orders.capture(order, payment_id, Movement(name, "CAPTURED", int(amount) if amount else whole))

        order = self._on_payment(message, step)
        self._state.tell(order.reference, "capture: aangenomen")

    def _on_payment(self, message: etree._Element, step: Callable[[Order, int], Order]) -> Order:
        payment_id = int(_value(message, "paymentId"))
        order = self._state.find_payment(payment_id)
        if order is None:
            raise NotFound(str(payment_id))
        return self._state.change(order.key, lambda one: step(one, payment_id))

    def _status(self, message: etree._Element, success: etree._Element) -> None:
        order = self._state.find_key(_value(message, "paymentOrderKey"))
        if order is None:
            raise NotFound("order")
        self._state.tell(order.reference, "status: beantwoord")
        add_report(success, order)


def _to_errors(root: etree._Element, node: str, code: str, text: str) -> None:
    for child in list(root):
        root.remove(child)
    add_text(etree.SubElement(root, qualified(f"{node}Errors")), "error", text, code=code)


def _value(message: etree._Element, name: str) -> str:
    return (message.findtext(qualified(name)) or "").strip()
