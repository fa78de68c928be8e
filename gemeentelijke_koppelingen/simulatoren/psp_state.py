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
from gemeentelijke_koppelingen.simulatoren.planning import Planner
from gemeentelijke_koppelingen.simulatoren.psp_events import Event, Planned, Trigger, happen
from gemeentelijke_koppelingen.simulatoren.psp_orders import Movement, Notify, Order, Outcome, Scenario
from gemeentelijke_koppelingen.simulatoren.scenarios import Buur, find_story

_KEY_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_FIRST_PAYMENT = 4_900_000_001


class PspState:
    """All orders, kept in a Memory; every change of one goes through `change` and notifies as its scenario says."""

    def __init__(self, memory: Memory, notification_url: str | None) -> None:
        self._memory = memory
        self._notifier = Notifier(notification_url, self._notified)
        self.planner = Planner(self._play_planned)
        self._default = Scenario()
        self._next: list[Scenario] = []
        self._by_reference: dict[str, Scenario] = {}

    def set_scenario(self, values: Mapping[str, Any], *, reference: str | None, default: bool) -> None:
        """For one reference (existing or to come), for all orders to come, or else for the next one."""
        with self._memory.change():
            if default:
                self._default = _checked(Scenario.parse(values, self._default))
            elif reference is None:
                self._next.append(_checked(Scenario.parse(values, self._default)))
            else:
                order = self.find_reference(reference)
                base = order.scenario if order else self._by_reference.get(reference, self._default)
                self._by_reference[reference] = scenario = _checked(Scenario.parse(values, base))
                if order:
                    planned = scenario.later if "later" in values else order.planned
                    self._keep(replace(order, scenario=scenario, planned=planned))

    def announce(self, reference: str, cents: int, text: str) -> Mapping[str, tuple[str, ...]]:
        """An order is about to be made: give it the scenario of its amount or text, unless one was set; the faults to play.

        A second order for the same text is somebody who tries again: the faults are not played again.
        """
        with self._memory.change():
            story = find_story(Buur.PSP, cents, text)
            if story is None or self._next or reference in self._by_reference or self.find_reference(reference):
                return {}
            purpose = f"{story.name}:{text}"
            again = self._memory.get("story", purpose) is not None
            self._memory.put("story", purpose, reference)
            values = story.then if again and story.then is not None else story.values
            self._by_reference[reference] = Scenario.parse({"name": story.name, **values}, self._default)
            return {} if again else story.faults

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
                registered = values["amount"] + scenario.registered_difference
                order = Order(
                    key=key, created_at=now, registered=registered, scenario=scenario, planned=scenario.later, **values
                )
                self._keep(order)
            self.tell(reference, "create: de referentie bestaat al" if known else "create: de order is gemaakt")
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
            method = order.scenario.method or method
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

        return self._left(self.change(key, step), outcome)

    def pay(self, reference: str, outcome: Outcome, method: str = "IDEAL") -> Order:
        """Everything that a citizen would do on the page, without a page; a late payment is possible too."""
        order = self._by(reference)
        order, payment_id = self.choose_method(order.key, method)
        spare = tuple(self._new_payment_id() for _ in range(order.scenario.attempts - 1))
        order = self.change(order.key, lambda one: psp_orders.finish(one, payment_id, outcome, spare))
        return self._left(order, outcome)

    def happens(self, reference: str, event: Event, amount: int | None = None) -> Order:
        """An event at the PSP itself, now. Raises NotFound, or Refusal when it cannot happen to this order."""
        new_id = self._new_payment_id()
        order = self.change(self._by(reference).key, lambda one: happen(one, event, new_id, amount))
        self.tell(reference, f"gebeurtenis {event}" + (f" van {amount} cent" if amount else ""))
        return order

    def play_next(self, reference: str) -> Order:
        """The first event that is planned for an order happens now. Raises Refusal when none is."""
        planned = self._by(reference).planned
        if not planned:
            raise Refusal("NIETS_GEPLAND", "Voor deze order staat niets meer gepland.")
        self._play_planned(reference, planned[0])
        return self._by(reference)

    def arm(self, order: Order, trigger: Trigger) -> None:
        """From now the seconds count of what is planned after this trigger."""
        for text in order.planned:
            planned = Planned.parse(text)
            if planned.trigger is trigger:
                self.planner.later(order.reference, text, seconds=planned.seconds)

    def tell(self, reference: str | None, what: str) -> None:
        """Keep what happened to an order, for people."""
        if reference:
            at = datetime.now(UTC).isoformat(timespec="milliseconds")
            number = self._memory.next_number("happening")
            self._memory.put("happening", str(number), {"reference": reference, "at": at, "what": what})

    def happenings(self, reference: str | None = None) -> list[dict[str, Any]]:
        """What happened, to one order or to all, the oldest first; an order that was never made has its own too."""
        return [one for one in self._memory.all("happening") if reference in (None, one["reference"])]

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
        """Forget all orders and scenarios, and play by itself again."""
        self.planner.set_auto(False)
        self.planner.set_auto(True)
        with self._memory.change():
            self._memory.clear()
            self._default, self._next, self._by_reference = Scenario(), [], {}

    def close(self) -> None:
        """Stop notifying and close the books."""
        self.planner.close()
        self._notifier.close()
        self._memory.close()

    def _left(self, order: Order, outcome: Outcome) -> Order:
        """The citizen is done at the page: what follows by itself may begin."""
        self.tell(order.reference, f"betaalpagina: {outcome}")
        self.arm(order, Trigger.PAGE)
        return order

    def _play_planned(self, reference: str, text: str) -> None:
        """A planned event happens, unless it was played before; one that can no longer happen is told and forgotten."""
        with self._memory.change():
            order = self.find_reference(reference)
            if order is None or text not in order.planned:
                return
            rest = list(order.planned)
            rest.remove(text)
            self._keep(replace(order, planned=tuple(rest)))
        planned = Planned.parse(text)
        try:
            self.happens(reference, planned.event, planned.amount)
        except Refusal as refusal:
            self.tell(reference, f"gebeurtenis {planned.event} kon niet: {refusal.omschrijving}")

    def _notify(self, order: Order) -> None:
        mode, delay = order.scenario.notification, order.scenario.notification_delay
        times = {Notify.WITHHOLD: 0, Notify.DOUBLE: 2}.get(mode, 1)
        if mode is Notify.REORDERED:
            times = self._reordered(order.reference)
        for _ in range(times):
            self._notifier.later(order.reference, delay=delay)

    def _reordered(self, reference: str) -> int:
        """How many to send now: the first one waits for the second, and goes after it."""
        held = self._memory.get("held", reference)
        self._memory.put("held", reference, held is None)
        return 0 if held is None else 2 if held else 1

    def _notified(self, reference: str, status: int) -> None:
        number = self._memory.next_number("notification")
        self._memory.put("notification", str(number), {"reference": reference, "status": status})
        self.tell(reference, f"melding: antwoord {status or 'geen'}")

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


def _checked(scenario: Scenario) -> Scenario:
    """The scenario; raises Refusal for an event that does not exist."""
    for text in scenario.later:
        Planned.parse(text)
    return scenario


def _order(values: Any) -> Order | None:
    return None if values is None else Order.from_json(values)
