"""The simulated PSP as one WSGI application: Docdata 1.3 SOAP, the payment page, and a control API for tests."""

from __future__ import annotations

import threading
from typing import Any

from flask import Blueprint, Flask, jsonify
from flask.typing import ResponseReturnValue
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from betaalhub.errors import NotFound, Refusal
from betaalhub.resources import wsdl_path
from betaalhub.wire.contract_files import ContractFiles
from betaalhub.wire.serving import make_element_application
from gemeentelijke_koppelingen.simulatoren import psp_orders, psp_state
from gemeentelijke_koppelingen.simulatoren.config import SimulatorConfig
from gemeentelijke_koppelingen.simulatoren.control import control_blueprint, fields, ok, whole
from gemeentelijke_koppelingen.simulatoren.memory import Memory
from gemeentelijke_koppelingen.simulatoren.psp_events import event_named
from gemeentelijke_koppelingen.simulatoren.psp_orders import Outcome, Scenario
from gemeentelijke_koppelingen.simulatoren.psp_pages import psp_pages
from gemeentelijke_koppelingen.simulatoren.psp_soap import PspOperations
from gemeentelijke_koppelingen.simulatoren.psp_state import PspState
from gemeentelijke_koppelingen.simulatoren.script import Script, Wsgi

SOAP_PATH = "/ps/services/paymentservice/1_3"
MENU_PATH = "/ps/menu"
_SCENARIO = set(Scenario.__dataclass_fields__) - {"name"}


def make_psp(config: SimulatorConfig, base_url: str, memory: Memory, stop: threading.Event) -> tuple[Wsgi, PspState]:
    """The application, and its books so that the caller can close them. `base_url` is where it can be reached."""
    state = PspState(memory, config.hub_notification_url)
    script = Script(lambda operation, reference, misstep: state.tell(reference, f"{operation}: storing {misstep}"))
    operations = PspOperations(state, script, config.psp_merchant, config.psp_password)
    contract = ContractFiles(wsdl_path("docdata-order-1.3.wsdl"))
    soap = make_element_application(operations.handlers(), contract, url=base_url + SOAP_PATH)
    pages = psp_pages(state)
    pages.register_blueprint(_control(pages, state, script))
    return DispatcherMiddleware(pages, {SOAP_PATH: script.door(soap, stop)}), state


def _control(app: Flask, state: PspState, script: Script) -> Blueprint:
    control = control_blueprint(app, script)
    _add_reading(control, state, script)
    _add_back_office(control, state)

    @control.post("/scenario")
    def scenario() -> ResponseReturnValue:
        """{"reference"? | "default": true} (else: the next order), fields of Scenario, "faults": {operation: […]}?"""
        values = fields(_SCENARIO | {"reference", "default", "faults"})
        reference, default = values.pop("reference", None), bool(values.pop("default", False))
        for operation, texts in (values.pop("faults", None) or {}).items():
            script.add(operation, texts, reference=reference)
        if values:
            state.set_scenario(values, reference=reference, default=default)
        return ok()

    @control.post("/orders/<reference>/pay")
    def pay(reference: str) -> ResponseReturnValue:
        """{"outcome"?: "approve", "method"?: "IDEAL"}: what the citizen would do, without a browser."""
        values = fields({"outcome", "method"})
        outcome = values.get("outcome", Outcome.APPROVE)
        if outcome not in set(Outcome):
            raise Refusal("UITKOMST_ONJUIST", f"Kies uit: {', '.join(Outcome)}.")
        return ok(order=state.pay(reference, Outcome(outcome), values.get("method", "IDEAL")).to_json())

    return control


def _add_reading(control: Blueprint, state: PspState, script: Script) -> None:
    @control.get("/orders")
    def orders() -> ResponseReturnValue:
        return jsonify(state.listing())

    @control.get("/orders/<reference>")
    def order(reference: str) -> ResponseReturnValue:
        found = state.find_reference(reference)
        if found is None:
            raise NotFound(reference)
        return jsonify({**found.to_json(), "happenings": state.happenings(reference)})

    @control.get("/happenings")
    def happenings() -> ResponseReturnValue:
        return jsonify({"happenings": state.happenings()})

    @control.post("/reset")
    def reset() -> ResponseReturnValue:
        state.reset()
        script.clear()
        return ok()


def _add_back_office(control: Blueprint, state: PspState) -> None:
    @control.post("/orders/<reference>/refund")
    def refund(reference: str) -> ResponseReturnValue:
        """{"amount_cents", "name"?, "status"?: "CAPTURED"}: a refund that somebody makes at the PSP itself."""
        values: dict[str, Any] = fields({"amount_cents", "name", "status"})
        step = psp_state.back_office_refund(
            whole(values, "amount_cents"), values.get("name"), values.get("status", "CAPTURED")
        )
        return ok(order=state.back_office(reference, step).to_json())

    @control.post("/orders/<reference>/chargeback")
    def chargeback(reference: str) -> ResponseReturnValue:
        """{"amount_cents", "name"?}: money that the citizen's bank took back."""
        values = fields({"amount_cents", "name"})
        step = psp_state.back_office_chargeback(whole(values, "amount_cents"), values.get("name"))
        return ok(order=state.back_office(reference, step).to_json())

    @control.post("/orders/<reference>/event")
    def event(reference: str) -> ResponseReturnValue:
        """{"event": "chargeback", "amount_cents"?}: something that happens at the PSP itself, now."""
        values = fields({"event", "amount_cents"})
        amount = whole(values, "amount_cents") if "amount_cents" in values else None
        order = state.happens(reference, event_named(str(values.get("event", ""))), amount)
        return ok(order=order.to_json())

    @control.post("/orders/<reference>/next")
    def play_next(reference: str) -> ResponseReturnValue:
        """{}: the first event that the scenario planned happens now."""
        fields(set())
        return ok(order=state.play_next(reference).to_json())

    @control.post("/planning")
    def planning() -> ResponseReturnValue:
        """{"auto": false}: nothing planned happens by itself any more, until true."""
        state.planner.set_auto(bool(fields({"auto"}).get("auto", True)))
        return ok()

    @control.post("/orders/<reference>/settle")
    def settle(reference: str) -> ResponseReturnValue:
        """{"status": "CAPTURED" | "FAILED"}: what became of refunds that were under way."""
        status = str(fields({"status"}).get("status", "CAPTURED"))
        order = state.back_office(reference, lambda one, _: psp_orders.settle_refunds(one, status))
        return ok(order=order.to_json())

    @control.post("/orders/<reference>/notify")
    def notify(reference: str) -> ResponseReturnValue:
        """{"times"?: 1}: notify now and wait for the hub's answer."""
        state.notify(reference, whole(fields({"times"}), "times", 1))
        return ok()
