"""The simulated Worldline as one WSGI application: its REST API, the payment page, and a control API for tests."""

from __future__ import annotations

import threading

from flask import Blueprint, Flask, jsonify
from flask.typing import ResponseReturnValue
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from betaalhub.errors import NotFound, Refusal
from gemeentelijke_koppelingen.simulatoren import worldline_checkouts
from gemeentelijke_koppelingen.simulatoren.config import WorldlineConfig
from gemeentelijke_koppelingen.simulatoren.control import control_blueprint, fields, ok, whole
from gemeentelijke_koppelingen.simulatoren.memory import Memory
from gemeentelijke_koppelingen.simulatoren.psp_orders import Outcome
from gemeentelijke_koppelingen.simulatoren.script import Script, Wsgi
from gemeentelijke_koppelingen.simulatoren.worldline_api import ApiKey, WorldlineApi
from gemeentelijke_koppelingen.simulatoren.worldline_checkouts import Scenario
from gemeentelijke_koppelingen.simulatoren.worldline_pages import PAGE_PATH, worldline_pages
from gemeentelijke_koppelingen.simulatoren.worldline_state import WebhookKey, WorldlineState

_SCENARIO = set(Scenario.__dataclass_fields__)


def make_worldline(
    config: WorldlineConfig, base_url: str, memory: Memory, stop: threading.Event
) -> tuple[Wsgi, WorldlineState]:
    """The application, and its books so that the caller can close them. `base_url` is where it can be reached."""
    webhook = WebhookKey(config.merchant or "simulator", config.webhook_key_id, config.webhook_secret)
    state, script = WorldlineState(memory, config.notification_url, webhook), Script()
    key = ApiKey(config.merchant, config.key_id, config.secret)
    api = WorldlineApi(state, script, key, base_url + PAGE_PATH).application()
    pages = worldline_pages(state)
    pages.register_blueprint(_control(pages, state, script))
    return DispatcherMiddleware(pages, {"/v2": script.door(api, stop)}), state


def _control(app: Flask, state: WorldlineState, script: Script) -> Blueprint:
    control = control_blueprint(app, script)
    _add_reading(control, state, script)
    _add_back_office(control, state)

    @control.post("/scenario")
    def scenario() -> ResponseReturnValue:
        """{"reference"? | "default": true} (else: the next checkout), fields of Scenario."""
        values = fields(_SCENARIO | {"reference", "default"})
        reference, default = values.pop("reference", None), bool(values.pop("default", False))
        state.set_scenario(values, reference=reference, default=default)
        return ok()

    @control.post("/orders/<reference>/pay")
    def pay(reference: str) -> ResponseReturnValue:
        """{"outcome"?: "approve"}: what the citizen would do, without a browser."""
        outcome = fields({"outcome"}).get("outcome", Outcome.APPROVE)
        if outcome not in set(Outcome):
            raise Refusal("UITKOMST_ONJUIST", f"Kies uit: {', '.join(Outcome)}.")
        return ok(order=state.pay(reference, Outcome(outcome)).to_json())

    return control


def _add_reading(control: Blueprint, state: WorldlineState, script: Script) -> None:
    @control.get("/orders")
    def orders() -> ResponseReturnValue:
        return jsonify(state.listing())

    @control.get("/orders/<reference>")
    def order(reference: str) -> ResponseReturnValue:
        found = state.find_reference(reference)
        if found is None:
            raise NotFound(reference)
        return jsonify(found.to_json())

    @control.post("/reset")
    def reset() -> ResponseReturnValue:
        state.reset()
        script.clear()
        return ok()


def _add_back_office(control: Blueprint, state: WorldlineState) -> None:
    @control.post("/orders/<reference>/refund")
    def refund(reference: str) -> ResponseReturnValue:
        """{"amount_cents"}: a refund that somebody makes at Worldline itself."""
        amount = whole(fields({"amount_cents"}), "amount_cents")
        after = state.change(
            state.by(reference).id,
            lambda one: worldline_checkouts.refund(one, amount, None, worldline_checkouts.REFUNDED),
        )
        return ok(order=after.to_json())

    @control.post("/orders/<reference>/chargeback")
    def chargeback(reference: str) -> ResponseReturnValue:
        """{"amount_cents"}: money that the citizen's bank took back."""
        amount = whole(fields({"amount_cents"}), "amount_cents")
        after = state.change(state.by(reference).id, lambda one: worldline_checkouts.chargeback(one, amount))
        return ok(order=after.to_json())

    @control.post("/orders/<reference>/event")
    def event(reference: str) -> ResponseReturnValue:
        """{"event": "chargeback_won"}: the bank gave the money back after all."""
        if fields({"event"}).get("event") != "chargeback_won":
            raise Refusal("GEBEURTENIS_ONBEKEND", "Kies uit: chargeback_won.")
        return ok(order=state.change(state.by(reference).id, worldline_checkouts.reverse_chargebacks).to_json())

    @control.post("/orders/<reference>/settle")
    def settle(reference: str) -> ResponseReturnValue:
        """{"status": "REFUNDED" | "REJECTED"}: what became of refunds that were under way."""
        status = str(fields({"status"}).get("status", worldline_checkouts.REFUNDED))
        after = state.change(state.by(reference).id, lambda one: worldline_checkouts.settle_refunds(one, status))
        return ok(order=after.to_json())

    @control.post("/orders/<reference>/notify")
    def notify(reference: str) -> ResponseReturnValue:
        """{"times"?: 1}: send the same webhook now and wait for the hub's answer."""
        state.notify(reference, whole(fields({"times"}), "times", 1))
        return ok()
