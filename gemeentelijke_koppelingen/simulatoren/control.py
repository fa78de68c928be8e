"""The door of the control API, the same for every simulator: this computer only, JSON only, refusals as JSON."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, jsonify, request
from flask.typing import ResponseReturnValue

from betaalhub.errors import NotFound, Refusal
from gemeentelijke_koppelingen.simulatoren.script import Script

_NEAR = frozenset({"127.0.0.1", "::1", "::ffff:127.0.0.1"})


def control_blueprint(app: Flask, script: Script) -> Blueprint:
    """A blueprint at /control with POST /control/faults; the caller adds routes and registers it on `app`."""
    blueprint = Blueprint("control", __name__, url_prefix="/control")
    blueprint.before_request(_only_near)
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(NotFound, _not_found)

    @blueprint.post("/faults")
    def faults() -> ResponseReturnValue:
        """{"operation", "faults": ["drop_after", …], "reference"?} or {"operation", "always": "http_503" | null}."""
        values = fields({"operation", "faults", "reference", "always"})
        operation = str(values.get("operation") or "")
        if not operation:
            raise Refusal("VELD_ONTBREEKT", "Geef een operation.")
        if "always" in values:
            script.always(operation, values["always"])
        script.add(operation, list(values.get("faults") or ()), reference=values.get("reference"))
        return ok()

    return blueprint


def fields(allowed: set[str]) -> dict[str, Any]:
    """The JSON object of a request; raises Refusal for another shape or an unknown field."""
    values = request.get_json(silent=True)
    if not isinstance(values, dict):
        raise Refusal("GEEN_JSON", "Stuur een JSON-object, met Content-Type application/json.")
    unknown = sorted(set(values) - allowed)
    if unknown:
        raise Refusal("VELD_ONBEKEND", f"Kies uit: {', '.join(sorted(allowed))}.")
    return values


def whole(values: dict[str, Any], name: str, default: int | None = None) -> int:
    """A whole number above 0 from the fields; raises Refusal."""
    value = values.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
        raise Refusal("GETAL_ONJUIST", f"{name} moet een geheel getal boven 0 zijn.")
    return value


def ok(**values: Any) -> ResponseReturnValue:
    """A JSON answer."""
    return jsonify({"ok": True, **values})


def is_near(address: str | None) -> bool:
    """Is this an address of this computer?"""
    return address in _NEAR


def _only_near() -> ResponseReturnValue | None:
    if not is_near(request.remote_addr):
        return jsonify({"ok": False, "code": "ALLEEN_DEZE_COMPUTER"}), 403
    if request.method == "POST" and not request.is_json:  # a form of another site cannot send this
        return jsonify({"ok": False, "code": "GEEN_JSON"}), 415
    return None


def _refused(refusal: Refusal) -> ResponseReturnValue:
    return jsonify({"ok": False, "code": refusal.code, "omschrijving": refusal.omschrijving}), 400


def _not_found(_: NotFound) -> ResponseReturnValue:
    return jsonify({"ok": False, "code": "ONBEKEND"}), 404
