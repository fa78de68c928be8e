"""The simulated PSP's hosted payment page: choose a method, approve or not, and go back to where the hub said."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode, urlsplit

from flask import Flask, redirect, render_template, request
from flask.typing import ResponseReturnValue

from gemeentelijke_koppelingen.simulatoren.psp_orders import Order, Outcome
from gemeentelijke_koppelingen.simulatoren.psp_overview import add_overview
from gemeentelijke_koppelingen.simulatoren.psp_state import PspState
from gemeentelijke_koppelingen.simulatoren.templates import new_app

METHODS = {"IDEAL": "iDEAL | Wero", "MASTERCARD": "Creditcard"}
# What the page offers: the words on the button, and what follows.
OUTCOMES = {
    Outcome.APPROVE: ("Betalen", "Er is betaald; u keert terug."),
    Outcome.CANCEL: ("Annuleren", "U ziet ervan af; u keert terug."),
    Outcome.FAIL: ("Laten mislukken", "Uw bank weigert; u keert terug."),
    Outcome.PENDING: ("In behandeling laten", "De bank weet het nog niet; u keert terug."),
    Outcome.EXPIRE: ("Laten verlopen", "De tijd is om; u blijft hier."),
    Outcome.APPROVE_NO_RETURN: ("Betaal maar keer niet terug", "Er is betaald, maar u sluit het venster."),
    Outcome.LEAVE: ("Weglopen", "Er is niet betaald en u sluit het venster."),
}
_RETURNS = {
    Outcome.APPROVE: "return_url_success",
    Outcome.PENDING: "return_url_pending",
    Outcome.CANCEL: "return_url_canceled",
    Outcome.FAIL: "return_url_error",
}
_KEPT = (*_RETURNS.values(), "payment_cluster_key", "merchant_name")


def psp_pages(state: PspState) -> Flask:
    """The application with /ps/menu and what follows it, and the pages for who wants to see what happened."""
    app = new_app(__name__)
    add_overview(app, state)

    @app.get("/ps/menu")
    def menu() -> ResponseReturnValue:
        order = state.find_key(request.args.get("payment_cluster_key", ""))
        if order is None:
            return _note("Deze betaling bestaat niet", "Ga terug en begin opnieuw."), 404
        kept = urlencode({name: request.args[name] for name in _KEPT if name in request.args})
        if closed := _closed(order, kept):
            return closed
        direct = request.args.get("default_pm", "") if request.args.get("default_act") == "true" else ""
        if order.scenario.outcome is not Outcome.ASK:
            order, payment_id = state.choose_method(order.key, direct if direct in METHODS else "IDEAL")
            return _finish(state, order, payment_id, order.scenario.outcome, kept)
        if direct in METHODS:
            return _bank(state, order, direct, kept)
        return render_template("menu.html", order=order, methods=METHODS.items(), menu=kept)

    @app.post("/ps/kies")
    def choose() -> ResponseReturnValue:
        kept, method = request.form.get("menu", ""), request.form.get("methode", "")
        order = state.find_key(_parameter(kept, "payment_cluster_key"))
        if order is None:
            return _note("Deze betaling bestaat niet", "Ga terug en begin opnieuw."), 404
        if closed := _closed(order, kept):
            return closed
        return _bank(state, order, method, kept) if method in METHODS else _back(kept, "return_url_canceled")

    @app.post("/ps/afronden")
    def finish() -> ResponseReturnValue:
        kept = request.form.get("menu", "")
        order = state.find_key(_parameter(kept, "payment_cluster_key"))
        numbers = {str(payment.id): payment.id for payment in order.payments} if order else {}
        payment_id = numbers.get(request.form.get("betaling", ""))
        outcome = request.form.get("uitkomst", "")
        if order is None or payment_id is None or outcome not in set(OUTCOMES):
            return _note("Deze betaling bestaat niet", "Ga terug en begin opnieuw."), 404
        return _closed(order, kept) or _finish(state, order, payment_id, Outcome(outcome), kept)

    return app


def _bank(state: PspState, order: Order, method: str, kept: str) -> ResponseReturnValue:
    order, payment_id = state.choose_method(order.key, method)
    return render_template(
        "bank.html", order=order, method=METHODS[method], outcomes=OUTCOMES.items(), menu=kept, payment_id=payment_id
    )


def _finish(state: PspState, order: Order, payment_id: int, outcome: Outcome, kept: str) -> ResponseReturnValue:
    state.finish(order.key, payment_id, outcome)
    if outcome is Outcome.APPROVE_NO_RETURN:
        return _note("U hebt betaald", "Deze pagina keert niet terug. Sluit dit venster.")
    if outcome is Outcome.LEAVE:
        return _note("U bent weggelopen", "Er is niet betaald. Deze pagina keert niet terug. Sluit dit venster.")
    if outcome is Outcome.EXPIRE:
        return _note(
            "De tijd is verlopen", "U kunt niet meer betalen.", _parameter(kept, "return_url_canceled"), "Terug"
        )
    return _back(kept, _RETURNS[outcome])


def _closed(order: Order, kept: str) -> ResponseReturnValue | None:
    """The page of an order that takes no payment any more, or None."""
    if order.paid:
        return _note("Deze betaling is al gedaan", "", _parameter(kept, "return_url_success"), "Terug")
    if order.cancelled or order.expired:
        text = "U kunt hier niet meer betalen."
        return _note("Deze betaling is gesloten", text, _parameter(kept, "return_url_canceled"), "Terug")
    return None


def _back(kept: str, name: str) -> ResponseReturnValue:
    url = _parameter(kept, name)
    if not url:
        return _note("Klaar", "Er is geen adres om naar terug te keren.")
    return redirect(url, code=303)


def _parameter(kept: str, name: str) -> str:
    """One value of the menu's own query; an address only when it is http(s)."""
    value = parse_qs(kept).get(name, [""])[0]
    if name.startswith("return_url") and urlsplit(value).scheme not in ("http", "https"):
        return ""
    return value


def _note(title: str, text: str, link: str = "", link_text: str = "") -> str:
    return render_template("note.html", title=title, text=text, link=link, link_text=link_text)
