"""The status report of the simulated PSP: an order in Docdata's own elements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lxml import etree

from gemeentelijke_koppelingen.simulatoren import psp_orders
from gemeentelijke_koppelingen.simulatoren.psp_orders import Movement, Order, Payment

NS = "http://www.docdatapayments.com/services/paymentservice/1_3/"


def add_report(parent: etree._Element, order: Order) -> None:
    """Add the report of an order. With `drift` it has elements that no contract knows, and lacks one that it does."""
    report = etree.SubElement(parent, qualified("report"))
    payments = order.payments
    if order.scenario.status_word and payments:
        payments = (*payments[:-1], replace(payments[-1], status=order.scenario.status_word))
    _totals(report, order)
    for payment in reversed(payments):  # Docdata gives no order: the newest first is as good as any
        _payment(report, payment, drift=order.scenario.drift)
    safe = etree.SubElement(report, qualified("consideredSafe"))
    add_text(safe, "value", "true" if order.paid else "false")
    add_text(safe, "level", "SAFE")
    if not order.scenario.drift:
        info = etree.SubElement(report, qualified("apiInformation"), conversionApplied="false")
        add_text(info, "originalVersion", "1.3")


def _totals(report: etree._Element, order: Order) -> None:
    payments = order.payments
    totals = etree.SubElement(report, qualified("approximateTotals"), exchangedTo=order.currency)

    def authorised(confidence: str) -> int:
        return sum(p.amount for p in payments if p.status == psp_orders.PAID and p.confidence == confidence)

    amounts = {
        "totalRegistered": order.registered,
        "totalShopperPending": authorised("SHOPPER_PENDING"),
        "totalAcquirerPending": authorised("ACQUIRER_PENDING"),
        "totalAcquirerApproved": authorised("ACQUIRER_APPROVED"),
        "totalCaptured": _sum("CAPTURED", [p.captures for p in payments]),
        "totalRefunded": _sum("CAPTURED", [p.refunds for p in payments]),
        "totalChargedback": _sum("CHARGED", [p.chargebacks for p in payments]),
        "totalReversed": sum(p.reversed for p in payments),
    }
    for name, amount in amounts.items():
        add_text(totals, name, str(amount))


def _payment(report: etree._Element, payment: Payment, *, drift: bool) -> None:
    element = etree.SubElement(report, qualified("payment"))
    add_text(element, "id", str(payment.id))
    add_text(element, "paymentMethod", payment.method)
    authorization = etree.SubElement(element, qualified("authorization"))
    add_text(authorization, "status", payment.status)
    add_text(authorization, "amount", str(payment.amount), currency=payment.currency)
    add_text(authorization, "confidenceLevel", payment.confidence)
    for kind, id_name, movements in (
        ("capture", "merchantCaptureId", payment.captures),
        ("refund", "merchantRefundId", payment.refunds),
        ("chargeback", "chargebackId", payment.chargebacks),
    ):
        for movement in movements:
            node = etree.SubElement(authorization, qualified(kind))
            if movement.name:
                add_text(node, id_name, movement.name)
            add_text(node, "status", movement.status)
            add_text(node, "amount", str(movement.amount), currency=payment.currency)
            if drift:  # as in answers that others recorded
                add_text(node, "modifiedDate", "2026-01-01T00:00:00.000+01:00")
    if payment.reversed:
        node = etree.SubElement(authorization, qualified("reversal"))
        add_text(node, "amount", str(payment.reversed), currency=payment.currency)
        add_text(node, "reason", "Undone by the acquirer.")
    if drift:  # one that nobody ever saw
        etree.SubElement(element, "owl").text = "1"


def _sum(status: str, movements: Sequence[tuple[Movement, ...]]) -> int:
    return sum(one.amount for group in movements for one in group if one.status == status)


def qualified(name: str) -> str:
    """The name in Docdata's namespace."""
    return f"{{{NS}}}{name}"


def add_text(parent: etree._Element, name: str, text: str, **attributes: str) -> None:
    """A child with text."""
    etree.SubElement(parent, qualified(name), attrib=attributes).text = text
