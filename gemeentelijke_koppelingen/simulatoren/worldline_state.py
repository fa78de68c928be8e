"""The simulated Worldline's books: checkouts, answers under their idempotence key, and who must be told when one changes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from betaalhub.errors import NotFound, Refusal
from gemeentelijke_koppelingen.simulatoren import worldline_checkouts, worldline_messages
from gemeentelijke_koppelingen.simulatoren.memory import Memory
from gemeentelijke_koppelingen.simulatoren.notify import Notifier
from gemeentelijke_koppelingen.simulatoren.psp_orders import Notify, Outcome
from gemeentelijke_koppelingen.simulatoren.worldline_checkouts import IDEAL, Checkout, Scenario

_FIRST_CHECKOUT = 3_254_564_310


@dataclass(frozen=True, slots=True)
class WebhookKey:
    """What the webhooks of this account are signed with, and for whom they are."""

    merchant: str
    key_id: str
    secret: str = field(repr=False)


class WorldlineState:
    """All checkouts, kept in a Memory; every change of one goes through `change` and is told as its scenario says."""

    def __init__(self, memory: Memory, notification_url: str | None, key: WebhookKey) -> None:
        self._memory = memory
        self._url = notification_url
        self._key = key
        self._notifier = Notifier(notification_url, self._notified, request=self._request)
        self._busy: set[str] = set()
        self._lock = threading.Lock()
        self._default = Scenario()
        self._next: list[Scenario] = []
        self._by_reference: dict[str, Scenario] = {}

    def set_scenario(self, values: Mapping[str, Any], *, reference: str | None, default: bool) -> None:
        """For one reference (existing or to come), for all checkouts to come, or else for the next one."""
        with self._memory.change():
            if default:
                self._default = Scenario.parse(values, self._default)
            elif reference is None:
                self._next.append(Scenario.parse(values, self._default))
            else:
                checkout = self.find_reference(reference)
                base = checkout.scenario if checkout else self._by_reference.get(reference, self._default)
                self._by_reference[reference] = Scenario.parse(values, base)
                if checkout:
                    self._keep(replace(checkout, scenario=self._by_reference[reference]))

    @contextmanager
    def once(self, key: str | None) -> Iterator[list[dict[str, Any]]]:
        """One call under this idempotence key. Gives a list: empty, to be filled with the answer, or with the answer that the
        first call got. Raises Refusal IN_PROGRESS while the first is being done."""
        if key is None:
            yield []
            return
        with self._lock:
            if key in self._busy:
                raise Refusal("IN_PROGRESS", "The first request with this key has not finished yet.")
            self._busy.add(key)
        try:
            kept = self._memory.get("idempotence", key)
            answers = [] if kept is None else [kept]
            yield answers
            if kept is None and answers:
                self._memory.put("idempotence", key, answers[0])
        finally:
            with self._lock:
                self._busy.discard(key)

    def create(self, values: Mapping[str, Any]) -> Checkout:
        """Open a checkout; Worldline does not mind a reference that was used before."""
        with self._memory.change():
            reference = str(values["reference"])
            number = self._memory.next_number("create")
            self._memory.put("create", str(number), {"reference": reference, "accepted": True})
            scenario = self._by_reference.get(reference) or (self._next.pop(0) if self._next else self._default)
            checkout = Checkout(
                id=str(self._memory.next_number("checkout", _FIRST_CHECKOUT)),
                token=secrets.token_urlsafe(24),
                returnmac=secrets.token_hex(16),
                created_at=_now(),
                scenario=scenario,
                **values,
            )
            self._keep(checkout)
        return checkout

    def change(self, checkout_id: str, step: Callable[[Checkout], Checkout]) -> Checkout:
        """Apply a pure step to a checkout, keep it, and tell when it changed. Raises NotFound or what `step` raises."""
        with self._memory.change():
            before = self.find(checkout_id)
            if before is None:
                raise NotFound(checkout_id)
            after = step(before)
            if after != before:
                self._keep(after)
        if after != before and after.operations:
            self._notify(after)
        return after

    def choose(self, checkout_id: str, product: int) -> Checkout:
        """The citizen chose a payment product. Nobody is told: nothing is decided."""
        with self._memory.change():
            checkout = self.find(checkout_id)
            if checkout is None:
                raise NotFound(checkout_id)
            checkout = worldline_checkouts.open_payment(checkout, product)
            self._keep(checkout)
        return checkout

    def pay(self, reference: str, outcome: Outcome) -> Checkout:
        """Everything that a citizen would do on the page, without a page; a late payment is possible too."""
        checkout = self.choose(self.by(reference).id, IDEAL)
        return self.change(checkout.id, lambda one: worldline_checkouts.finish(one, outcome))

    def notify(self, reference: str, times: int = 1) -> None:
        """Send the same webhook now, whatever the scenario says, `times` times; waits for the answers."""
        event = self._event(self.by(reference))
        for _ in range(times):
            self._notifier.now(event)

    def find(self, checkout_id: str) -> Checkout | None:
        """The checkout with this number, or None."""
        values = self._memory.get("checkout", checkout_id)
        return None if values is None else Checkout.from_json(values)

    def find_token(self, token: str) -> Checkout | None:
        """The checkout whose page has this token, or None."""
        found = self._memory.get("token", token)
        return None if found is None else self.find(found)

    def find_reference(self, reference: str) -> Checkout | None:
        """The newest checkout with this reference, or None."""
        found = self._memory.get("reference", reference)
        return None if found is None else self.find(found)

    def by(self, reference: str) -> Checkout:
        """The newest checkout with this reference; raises NotFound."""
        checkout = self.find_reference(reference)
        if checkout is None:
            raise NotFound(reference)
        return checkout

    def listing(self) -> dict[str, Any]:
        """Everything: checkouts, each attempt to create one, each webhook."""
        return {
            "orders": self._memory.all("checkout"),
            "creates": self._memory.all("create"),
            "notifications": self._memory.all("notification"),
        }

    def reset(self) -> None:
        """Forget all checkouts, keys and scenarios."""
        with self._memory.change():
            self._memory.clear()
            self._default, self._next, self._by_reference = Scenario(), [], {}

    def close(self) -> None:
        """Stop telling and close the books."""
        self._notifier.close()
        self._memory.close()

    def _notify(self, checkout: Checkout) -> None:
        mode, delay = checkout.scenario.notification, checkout.scenario.notification_delay
        event = self._event(checkout)
        for _ in range({Notify.WITHHOLD: 0, Notify.DOUBLE: 2}.get(mode, 1)):
            self._notifier.later(event, delay=delay)

    def _event(self, checkout: Checkout) -> str:
        """A webhook about the checkout as it stands, kept under its own number so that a retry is the same message."""
        event_id = secrets.token_hex(16)
        body = worldline_messages.webhook(checkout, event_id=event_id, created=_now(), merchant=self._key.merchant)
        self._memory.put("event", event_id, body)
        return event_id

    def _request(self, event_id: str) -> urllib.request.Request:
        body = json.dumps(self._memory.get("event", event_id)).encode()
        signature = base64.b64encode(hmac.new(self._key.secret.encode(), body, hashlib.sha256).digest()).decode()
        headers = {
            "Content-Type": "application/json",
            "X-GCS-KeyId": self._key.key_id,
            "X-GCS-Signature": signature,
            "User-Agent": "Betaalhub Worldline-simulator",
        }
        return urllib.request.Request(str(self._url), data=body, headers=headers)

    def _notified(self, event_id: str, status: int) -> None:
        number = self._memory.next_number("notification")
        self._memory.put("notification", str(number), {"event": event_id, "status": status})

    def _keep(self, checkout: Checkout) -> None:
        self._memory.put("checkout", checkout.id, checkout.to_json())
        self._memory.put("token", checkout.token, checkout.id)
        self._memory.put("reference", checkout.reference, checkout.id)


def _now() -> str:
    return datetime.now(UTC).isoformat()
