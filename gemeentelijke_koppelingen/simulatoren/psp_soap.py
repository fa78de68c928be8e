"""The Docdata 1.3 operations of the simulated PSP: message in, answer out, on its books."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from lxml import etree

from betaalhub.errors import NotFound, Refusal
from gemeentelijke_koppelingen.simulatoren import psp_orders
from gemeentelijke_koppelingen.simulatoren.psp_orders import Movement, Order, Payment
from gemeentelijke_koppelingen.simulatoren.psp_state import PspState
from gemeentelijke_koppelingen.simulatoren.script import Script

NS = "http://www.docdatapayments.com/services/paymentservice/1_3/"
_VERSION = "1.3.15"
_NOT_FOUND = ("REQUEST_DATA_INCORRECT", "Order could not be found with the given key.")
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
            _q("createRequest"): self._handler("create", "createResponse", "create", self._create),
            _q("cancelRequest"): self._handler("cancel", "cancelResponse", "cancel", self._cancel),
            _q("refundRequest"): self._handler("refund", "refundResponse", "refund", self._refund),
            _q("captureRequest"): self._handler("capture", "captureResponse", "capture", self._capture),
            _q("statusRequest"): self._handler("status", "statusResponse", "status", self._status),
            _q("extendedStatusRequest"): self._handler("status", "extendedStatusResponse", "status", self._status),
        }

    def _handler(self, operation: str, answer: str, node: str, work: Work) -> Handler:
        """A handler: the misstep of the script first, then the work, then Success or Errors around it."""

        def handle(message: etree._Element, caller: Any) -> etree._Element:
            root = etree.Element(_q(answer), nsmap={"ddp": NS}, attrib={"ddpXsdVersion": _VERSION})
            success = etree.SubElement(root, _q(f"{node}Success"))
            _text(success, "success", "Operation successful.", code="SUCCESS")
            try:
                self._script.play(operation, self._reference(message))
                self._check_merchant(message)
                work(message, success)
            except Refusal as refusal:
                _to_errors(root, node, refusal.code, refusal.omschrijving)
            except NotFound:
                _to_errors(root, node, *_NOT_FOUND)
            return root

        return handle

    def _check_merchant(self, message: etree._Element) -> None:
        merchant = message.find(_q("merchant"))
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
        amount, language = message.find(_q("totalGrossAmount")), message.find(f".//{_q('language')}")
        order = self._state.create(
            {
                "reference": _value(message, "merchantOrderReference"),
                "amount": int(_value(message, "totalGrossAmount")),
                "currency": "" if amount is None else amount.get("currency", ""),
                "description": _value(message, "description"),
                "language": "" if language is None else language.get("code", ""),
                "email": message.findtext(f".//{_q('email')}") or "",
            }
        )
        _text(success, "key", order.key)

    def _cancel(self, message: etree._Element, success: etree._Element) -> None:
        results: list[str] = []

        def step(order: Order) -> Order:
            after, result = psp_orders.cancel(order)
            results.append(result)
            return after

        self._state.change(_value(message, "paymentOrderKey"), step)
        _text(success, "result", results[-1])

    def _refund(self, message: etree._Element, success: etree._Element) -> None:
        def step(order: Order, payment_id: int) -> Order:
            name = _value(message, "merchantRefundReference") or None
            amount = message.findtext(_q("amount"))
            whole = psp_orders.find_payment(order, payment_id).amount
            movement = Movement(name, order.scenario.refund_status, int(amount) if amount else whole)
            return psp_orders.refund(order, payment_id, movement)

        self._on_payment(message, step)

    def _capture(self, message: etree._Element, success: etree._Element) -> None:
        def step(order: Order, payment_id: int) -> Order:
            name = _value(message, "merchantCaptureReference") or None
            amount = message.findtext(_q("amount"))
            whole = psp_orders.find_payment(order, payment_id).amount
            return psp_orders.capture(order, payment_id, Movement(name, "CAPTURED", int(amount) if amount else whole))

        self._on_payment(message, step)

    def _on_payment(self, message: etree._Element, step: Callable[[Order, int], Order]) -> None:
        payment_id = int(_value(message, "paymentId"))
        order = self._state.find_payment(payment_id)
        if order is None:
            raise NotFound(str(payment_id))
        self._state.change(order.key, lambda one: step(one, payment_id))

    def _status(self, message: etree._Element, success: etree._Element) -> None:
        order = self._state.find_key(_value(message, "paymentOrderKey"))
        if order is None:
            raise NotFound("order")
        report = etree.SubElement(success, _q("report"))
        _totals(report, order)
        payments = order.payments
        if order.scenario.status_word and payments:
            payments = (*payments[:-1], replace(payments[-1], status=order.scenario.status_word))
        for payment in reversed(payments):  # Docdata gives no order: the newest first is as good as any
            _payment(report, payment, order.currency)
        safe = etree.SubElement(report, _q("consideredSafe"))
        _text(safe, "value", "true" if order.paid else "false")
        _text(safe, "level", "SAFE")
        _text(etree.SubElement(report, _q("apiInformation"), conversionApplied="false"), "originalVersion", "1.3")


def _totals(report: etree._Element, order: Order) -> None:
    payments = order.payments
    totals = etree.SubElement(report, _q("approximateTotals"), exchangedTo=order.currency)

    def pending(confidence: str) -> int:
        return sum(p.amount for p in payments if p.status == psp_orders.PAID and p.confidence == confidence)

    amounts = {
        "totalRegistered": order.registered,
        "totalShopperPending": pending("SHOPPER_PENDING"),
        "totalAcquirerPending": pending("ACQUIRER_PENDING"),
        "totalAcquirerApproved": pending("ACQUIRER_APPROVED"),
        "totalCaptured": _sum("CAPTURED", *(p.captures for p in payments)),
        "totalRefunded": _sum("CAPTURED", *(p.refunds for p in payments)),
        "totalChargedback": _sum("CHARGED", *(p.chargebacks for p in payments)),
        "totalReversed": 0,
    }
    for name, amount in amounts.items():
        _text(totals, name, str(amount))


def _payment(report: etree._Element, payment: Payment, currency: str) -> None:
    element = etree.SubElement(report, _q("payment"))
    _text(element, "id", str(payment.id))
    _text(element, "paymentMethod", payment.method)
    authorization = etree.SubElement(element, _q("authorization"))
    _text(authorization, "status", payment.status)
    _text(authorization, "amount", str(payment.amount), currency=currency)
    _text(authorization, "confidenceLevel", payment.confidence)
    for kind, id_name, movements in (
        ("capture", "merchantCaptureId", payment.captures),
        ("refund", "merchantRefundId", payment.refunds),
        ("chargeback", "chargebackId", payment.chargebacks),
    ):
        for movement in movements:
            node = etree.SubElement(authorization, _q(kind))
            if movement.name:
                _text(node, id_name, movement.name)
            _text(node, "status", movement.status)
            _text(node, "amount", str(movement.amount), currency=currency)


def _sum(status: str, *movements: tuple[Movement, ...]) -> int:
    return sum(one.amount for group in movements for one in group if one.status == status)


def _to_errors(root: etree._Element, node: str, code: str, text: str) -> None:
    for child in list(root):
        root.remove(child)
    _text(etree.SubElement(root, _q(f"{node}Errors")), "error", text, code=code)


def _q(name: str) -> str:
    return f"{{{NS}}}{name}"


def _value(message: etree._Element, name: str) -> str:
    return (message.findtext(_q(name)) or "").strip()


def _text(parent: etree._Element, name: str, text: str, **attributes: str) -> None:
    etree.SubElement(parent, _q(name), attrib=attributes).text = text
