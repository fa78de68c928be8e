"""The simulated PSP's books: orders, what each is told to do, and who must be notified when one changes."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from betaalhub.errors import NotFound, Refusal
from gemeentelijke_koppelingen.simulatoren import psp_orders
from gemeentelijke_koppelingen.simulatoren.memory import Memory
from gemeentelijke_koppelingen.simulatoren.notify import Notifier
from gemeentelijke_koppelingen.simulatoren.psp_orders import Movement, Notify, Order, Outcome, Scenario

_KEY_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_FIRST_PAYMENT = 4_900_000_001


class PspState:
    """All orders, kept in a Memory; every change of one goes through `change` and notifies as its scenario says."""

    def __init__(self, memory: Memory, notification_url: str | None) -> None:
        self._memory = memory
        self._notifier = Notifier(notification_url, self._notified)
        self._default = Scenario()
        self._next: list[Scenario] = []
        self._by_reference: dict[str, Scenario] = {}

    def set_scenario(self, values: Mapping[str, Any], *, reference: str | None, default: bool) -> None:
        """For one reference (existing or to come), for all orders to come, or else for the next one."""
        with self._memory.change():
            if default:
                self._default = Scenario.parse(values, self._default)
            elif reference is None:
                self._next.append(Scenario.parse(values, self._default))
            else:
                order = self.find_reference(reference)
                base = order.scenario if order else self._by_reference.get(reference, self._default)
                self._by_reference[reference] = Scenario.parse(values, base)
                if order:
                    self._keep(replace(order, scenario=self._by_reference[reference]))

    def create(self, values: Mapping[str, Any]) -> Order:
        """Open an order; raises Refusal when its reference was used before. Each attempt to create is remembered."""
        with self._memory.change():
            reference = str(values["reference"])
            known = self.find_reference(reference) is not None
            number = self._memory.next_number("create")
            self._memory.put("create", str(number), {"reference": reference, "accepted": not known})
            if known:
                order = None
            else:
                key = "".join(secrets.choice(_KEY_ALPHABET) for _ in range(32))
                now = datetime.now(UTC).isoformat()
                scenario = self._by_reference.get(reference) or (self._next.pop(0) if self._next else self._default)
                order = Order(key=key, created_at=now, registered=values["amount"], scenario=scenario, **values)
                self._keep(order)
        if order is None:
            raise Refusal("REQUEST_DATA_INCORRECT", "Merchant order reference is not unique.")
        if order.scenario.notification is Notify.EARLY:
            self._notifier.now(reference)
        return order

    def change(self, key: str, step: Callable[[Order], Order]) -> Order:
        """Apply a pure step to an order, keep it, and notify when it changed. Raises NotFound or what `step` raises."""
        with self._memory.change():
            before = self.find_key(key)
            if before is None:
                raise NotFound(key)
            after = step(before)
            if after != before:
                self._keep(after)
        if after != before:
            self._notify(after)
        return after

    def choose_method(self, key: str, method: str) -> tuple[Order, int]:
        """The citizen chose a method: the order and the number of the payment. No notification: nothing is decided."""
        with self._memory.change():
            order = self.find_key(key)
            if order is None:
                raise NotFound(key)
            order, payment = psp_orders.open_payment(order, method, self._new_payment_id())
            self._keep(order)
        return order, payment.id

    def finish(self, key: str, payment_id: int, outcome: Outcome) -> Order:
        """The citizen's payment ends in this outcome; a paid, cancelled or expired order stays as it is."""
        order = self.find_key(key)
        extra = range(order.scenario.attempts - 1) if order and outcome is not Outcome.EXPIRE else range(0)
        spare = tuple(self._new_payment_id() for _ in extra)

        def step(order: Order) -> Order:
            closed = order.paid or order.cancelled or order.expired
            return order if closed else psp_orders.finish(order, payment_id, outcome, spare)

        return self.change(key, step)

    def pay(self, reference: str, outcome: Outcome, method: str = "IDEAL") -> Order:
        """Everything that a citizen would do on the page, without a page; a late payment is possible too."""
        order = self._by(reference)
        order, payment_id = self.choose_method(order.key, method)
        spare = tuple(self._new_payment_id() for _ in range(order.scenario.attempts - 1))
        return self.change(order.key, lambda one: psp_orders.finish(one, payment_id, outcome, spare))

    def back_office(self, reference: str, step: Callable[[Order, int], Order]) -> Order:
        """A step on the order's first approved payment, made by somebody at the PSP. Raises NotFound without one."""
        order = self._by(reference)
        paid = [payment.id for payment in order.payments if payment.status == psp_orders.PAID]
        if not paid:
            raise NotFound(reference)
        return self.change(order.key, lambda one: step(one, paid[0]))

    def notify(self, reference: str, times: int = 1) -> None:
        """Send a notification now, whatever the scenario says; waits for the answers."""
        for _ in range(times):
            self._notifier.now(reference)

    def find_key(self, key: str) -> Order | None:
        """The order with this key, or None."""
        return _order(self._memory.get("order", key))

    def find_reference(self, reference: str) -> Order | None:
        """The order with this reference, or None."""
        key = self._memory.get("reference", reference)
        return None if key is None else self.find_key(key)

    def find_payment(self, payment_id: int) -> Order | None:
        """The order that holds this payment, or None."""
        key = self._memory.get("payment", str(payment_id))
        return None if key is None else self.find_key(key)

    def listing(self) -> dict[str, Any]:
        """Everything: orders, each attempt to create one, each notification."""
        return {
            "orders": self._memory.all("order"),
            "creates": self._memory.all("create"),
            "notifications": self._memory.all("notification"),
        }

    def reset(self) -> None:
        """Forget all orders and scenarios."""
        with self._memory.change():
            self._memory.clear()
            self._default, self._next, self._by_reference = Scenario(), [], {}

    def close(self) -> None:
        """Stop notifying and close the books."""
        self._notifier.close()
        self._memory.close()

    def _notify(self, order: Order) -> None:
        mode, delay = order.scenario.notification, order.scenario.notification_delay
        times = {Notify.WITHHOLD: 0, Notify.DOUBLE: 2}.get(mode, 1)
        for _ in range(times):
            self._notifier.later(order.reference, delay=delay)

    def _notified(self, reference: str, status: int) -> None:
        number = self._memory.next_number("notification")
        self._memory.put("notification", str(number), {"reference": reference, "status": status})

    def _keep(self, order: Order) -> None:
        self._memory.put("order", order.key, order.to_json())
        self._memory.put("reference", order.reference, order.key)
        for payment in order.payments:
            self._memory.put("payment", str(payment.id), order.key)

    def _by(self, reference: str) -> Order:
        order = self.find_reference(reference)
        if order is None:
            raise NotFound(reference)
        return order

    def _new_payment_id(self) -> int:
        return self._memory.next_number("payment", _FIRST_PAYMENT)


def back_office_refund(amount: int, name: str | None, status: str) -> Callable[[Order, int], Order]:
    """A refund made at the PSP itself: cents, an optional name, and its status."""
    return lambda order, payment_id: psp_orders.refund(order, payment_id, Movement(name, status, amount))


def back_office_chargeback(amount: int, name: str | None) -> Callable[[Order, int], Order]:
    """Money that the citizen's bank took back, in cents."""
    return lambda order, payment_id: psp_orders.chargeback(order, payment_id, Movement(name, "CHARGED", amount))


def _order(values: Any) -> Order | None:
    return None if values is None else Order.from_json(values)
