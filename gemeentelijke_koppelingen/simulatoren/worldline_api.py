"""The REST API of the simulated Worldline: who signs rightly may open checkouts, ask, refund, capture and cancel."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from flask import Flask, Response, jsonify, request

from betaalhub.errors import NotFound, Refusal
from betaalhub.wire.faults import WireFault
from gemeentelijke_koppelingen.simulatoren import worldline_checkouts, worldline_messages
from gemeentelijke_koppelingen.simulatoren.script import Script
from gemeentelijke_koppelingen.simulatoren.worldline_checkouts import Checkout
from gemeentelijke_koppelingen.simulatoren.worldline_state import WorldlineState

CLOCK_SKEW = timedelta(minutes=5)
# Our word for a refusal → HTTP status and Worldline's number for it.
_REFUSALS = {
    "SECURITY_ERROR": (403, "9002"),
    "ACCESS_DENIED": (403, "9002"),
    "IN_PROGRESS": (409, "1409"),
    "DECLINED": (402, "30001001"),
    "UNKNOWN": (404, "1002"),
    "AMOUNT_TOO_HIGH": (400, "50001130"),
    "NOT_CANCELLABLE": (402, "50001117"),
}
_OTHER_REFUSAL = (400, "50001111")


@dataclass(frozen=True, slots=True)
class ApiKey:
    """Who may call: the PSPID, and the key with its secret. None: not checked."""

    merchant: str | None
    key_id: str | None
    secret: str | None = field(repr=False)


class WorldlineApi:
    """The views, in an application of their own that is mounted at /v2. `page_url` ends where a token is to be appended."""

    def __init__(self, state: WorldlineState, script: Script, key: ApiKey, page_url: str) -> None:
        self._state = state
        self._script = script
        self._key = key
        self._page_url = page_url

    def application(self) -> Flask:
        """The WSGI application."""
        app = Flask(__name__, static_folder=None)
        app.register_error_handler(Refusal, _refused)
        app.register_error_handler(NotFound, lambda _: _refused(Refusal("UNKNOWN", "")))
        app.register_error_handler(WireFault, lambda _: (jsonify(worldline_messages.errors("1", "ERROR", 500)), 500))
        routes: tuple[tuple[str, str, str, Callable[[str], Response]], ...] = (
            ("GET", "/services/testconnection", "status", self._test),
            ("POST", "/hostedcheckouts", "create", self._create),
            ("GET", "/hostedcheckouts/<identity>", "status", self._checkout),
            ("GET", "/payments/<identity>/details", "details", self._details),
            ("POST", "/payments/<identity>/refund", "refund", self._refund),
            ("POST", "/payments/<identity>/capture", "capture", self._capture),
            ("POST", "/payments/<identity>/cancel", "cancel", self._cancel),
        )
        for method, path, operation, work in routes:
            app.add_url_rule(f"/<merchant>{path}", path, self._view(operation, work), methods=[method])
        return app

    def _view(self, operation: str, work: Callable[[str], Response]) -> Callable[..., Response]:
        """A view: who calls, the misstep of the script, the idempotence key, and then the work."""

        def view(merchant: str, identity: str = "") -> Response:
            self._check_caller(merchant)
            self._script.play(operation, self._reference(identity))
            key = request.headers.get("X-GCS-Idempotence-Key")
            if key is not None and (not key.isascii() or len(key) > 40):
                raise Refusal("IDEMPOTENCE_KEY", "At most 40 ASCII characters.")
            with self._state.once(key) as answers:
                if answers:
                    return _answer(answers[0], again=True)
                response = work(identity)
                answers.append({"status": response.status_code, "body": response.get_json()})
            return response

        return view

    def _check_caller(self, merchant: str) -> None:
        key = self._key
        if key.key_id is None or key.secret is None:
            return
        given = request.headers.get("Authorization", "")
        wanted = f"GCS v1HMAC:{key.key_id}:{signature(key.secret, request.method, _path(), dict(request.headers))}"
        if not hmac.compare_digest(given.encode(), wanted.encode()) or not _is_recent(request.headers.get("Date", "")):
            raise Refusal("ACCESS_DENIED", "The signature, the key or the clock is wrong.")
        if key.merchant is not None and merchant != key.merchant:
            raise Refusal("ACCESS_DENIED", "This key is of another merchant.")

    def _reference(self, identity: str) -> str | None:
        """Our reference of what a call is about, if it can be told."""
        if not identity:
            return _text(_body(), "order", "references", "merchantReference")
        checkout = self._state.find(identity.split("_")[0])
        return None if checkout is None else checkout.reference

    def _test(self, _: str) -> Response:
        return jsonify(result="OK")

    def _create(self, _: str) -> Response:
        checkout = self._state.create(_wish(_body()))
        answer = jsonify(
            hostedCheckoutId=checkout.id,
            RETURNMAC=checkout.returnmac,
            merchantReference=checkout.reference,
            redirectUrl=self._page_url + checkout.token,
        )
        answer.status_code = 201
        return answer

    def _checkout(self, identity: str) -> Response:
        checkout = self._state.find(identity)
        if checkout is None or not checkout.scenario.kept:
            raise NotFound(identity)
        return jsonify(worldline_messages.checkout_answer(checkout))

    def _details(self, identity: str) -> Response:
        return jsonify(worldline_messages.details(self._paid(identity)))

    def _refund(self, identity: str) -> Response:
        body, amount = _body(), _amount(_body())
        reference = _text(body, "operationReferences", "merchantReference")

        def step(one: Checkout) -> Checkout:
            return worldline_checkouts.refund(one, amount, reference, one.scenario.refund_status)

        after = self._state.change(self._paid(identity).id, step)
        answer = jsonify(worldline_messages.refund_answer(after))
        answer.status_code = 201
        return answer

    def _capture(self, identity: str) -> Response:
        amount, reference = _body().get("amount"), _text(_body(), "operationReferences", "merchantReference")
        if not isinstance(amount, int):
            raise Refusal("AMOUNT", "The amount is a whole number.")
        after = self._state.change(
            self._paid(identity).id, lambda one: worldline_checkouts.capture(one, amount, reference)
        )
        answer = jsonify(worldline_messages.capture_answer(after))
        answer.status_code = 201
        return answer

    def _cancel(self, identity: str) -> Response:
        after = self._state.change(self._paid(identity).id, worldline_checkouts.cancel)
        return jsonify(payment=worldline_messages.payment(after))

    def _paid(self, identity: str) -> Checkout:
        """The checkout of a payment's number; raises NotFound when it led to none."""
        checkout = self._state.find(identity.split("_")[0])
        if checkout is None or not checkout.operations:
            raise NotFound(identity)
        return checkout


def signature(secret: str, method: str, path: str, headers: Mapping[str, str]) -> str:
    """The v1HMAC over a request (guide "Authentication"): method, Content-Type, Date, the x-gcs headers and the path."""
    ours = sorted((name.lower(), value.strip()) for name, value in headers.items() if name.lower().startswith("x-gcs"))
    text = f"{method}\n{headers.get('Content-Type', '')}\n{headers.get('Date', '')}\n"
    text += "".join(f"{name}:{value}\n" for name, value in ours) + f"{path}\n"
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()).decode()


def _path() -> str:
    query = request.query_string.decode()
    return request.script_root + request.path + (f"?{query}" if query else "")


def _is_recent(date: str) -> bool:
    try:
        moment = parsedate_to_datetime(date)
    except ValueError:
        return False
    return moment.tzinfo is not None and abs(datetime.now(UTC) - moment) <= CLOCK_SKEW


def _refused(refusal: Refusal) -> tuple[Response, int]:
    status, number = _REFUSALS.get(refusal.code, _OTHER_REFUSAL)
    return jsonify(worldline_messages.errors(number, refusal.code, status)), status


def _answer(kept: Mapping[str, Any], *, again: bool) -> Response:
    answer = jsonify(kept["body"])
    answer.status_code = kept["status"]
    if again:
        answer.headers["X-GCS-Idempotence-Request-Timestamp"] = "0"
    return answer


def _body() -> dict[str, Any]:
    values = request.get_json(silent=True)
    return values if isinstance(values, dict) else {}


def _text(values: Any, *names: str) -> str | None:
    for name in names:
        values = values.get(name) if isinstance(values, dict) else None
    return values if isinstance(values, str) else None


def _amount(body: Mapping[str, Any]) -> int:
    money = body.get("amountOfMoney")
    amount = money.get("amount") if isinstance(money, dict) else None
    if not isinstance(amount, int):
        raise Refusal("AMOUNT", "The amount is a whole number.")
    return amount


def _wish(body: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a checkout; raises Refusal when one that Worldline asks for is missing."""
    order, page = body.get("order") or {}, body.get("hostedCheckoutSpecificInput") or {}
    chosen = (page.get("paymentProductFilters") or {}).get("restrictTo") or {}
    return_url = _text(page, "returnUrl") or ""
    if not return_url.startswith(("http://", "https://")):
        raise Refusal("RETURN_URL", "The return URL is absolute.")
    if page.get("allowedNumberOfPaymentAttempts") != 1:
        raise Refusal("ATTEMPTS", "This simulator knows checkouts of one attempt only.")
    return {
        "reference": _text(order, "references", "merchantReference") or "",
        "amount": _amount(order),
        "currency": _text(order, "amountOfMoney", "currencyCode") or "",
        "description": _text(order, "references", "softDescriptor") or "",
        "locale": _text(page, "locale") or "",
        "return_url": return_url,
        "session_minutes": int(page.get("sessionTimeout") or 180),
        "products": tuple(chosen.get("products") or ()),
        "groups": tuple(chosen.get("groups") or ()),
    }
