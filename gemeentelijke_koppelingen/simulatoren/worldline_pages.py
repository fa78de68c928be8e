"""The hosted payment page of the simulated Worldline: the citizen (or a tester) chooses what becomes of the payment."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from flask import Flask, redirect, render_template, request
from flask.typing import ResponseReturnValue

from gemeentelijke_koppelingen.simulatoren import worldline_checkouts
from gemeentelijke_koppelingen.simulatoren.psp_orders import Outcome
from gemeentelijke_koppelingen.simulatoren.psp_pages import METHODS, OUTCOMES
from gemeentelijke_koppelingen.simulatoren.templates import new_app
from gemeentelijke_koppelingen.simulatoren.worldline_checkouts import CARD, IDEAL, Checkout
from gemeentelijke_koppelingen.simulatoren.worldline_state import WorldlineState

PAGE_PATH = "/ps/hostedcheckout/"
_PRODUCTS = {"IDEAL": IDEAL, "MASTERCARD": CARD}
_STAYS = {
    Outcome.APPROVE_NO_RETURN: ("U hebt betaald", "Deze pagina keert niet terug. Sluit dit venster."),
    Outcome.LEAVE: ("U bent weggelopen", "Er is niet betaald. Deze pagina keert niet terug. Sluit dit venster."),
    Outcome.EXPIRE: ("De tijd is verlopen", "U kunt niet meer betalen."),
    Outcome.LEAVE: ("U bent weggelopen", "Er is niet betaald. Deze pagina keert niet terug. Sluit dit venster."),
}


def worldline_pages(state: WorldlineState) -> Flask:
    """The application with the payment page, what follows it, and a list of checkouts at /."""
    app = new_app(__name__)

    @app.get("/")
    def checkouts() -> ResponseReturnValue:
        lines = [f"{one['reference']}: {_told(one)}" for one in state.listing()["orders"][::-1]]
        return _note(
            "Nagebootste Worldline", " · ".join(lines) or "Nog geen checkouts.", "/control/orders", "Alles als JSON"
        )

    @app.get(PAGE_PATH + "<token>")
    def page(token: str) -> ResponseReturnValue:
        checkout = state.find_token(token)
        if checkout is None:
            return _unknown()
        if checkout.ended:
            return _ended(checkout)
        if checkout.scenario.outcome is not Outcome.ASK:
            return _finish(state, checkout, _offered(checkout)[0], checkout.scenario.outcome)
        offered = _offered(checkout)
        if len(offered) == 1:
            return _bank(state, checkout, offered[0])
        methods = [(code, METHODS[code]) for code in offered]
        return render_template("menu.html", order=checkout, methods=methods, menu=token)

    @app.post("/ps/kies")
    def choose() -> ResponseReturnValue:
        checkout, method = state.find_token(request.form.get("menu", "")), request.form.get("methode", "")
        if checkout is None:
            return _unknown()
        if checkout.ended:
            return _ended(checkout)
        if method in _offered(checkout):
            return _bank(state, checkout, method)
        return _finish(state, checkout, _offered(checkout)[0], Outcome.CANCEL)

    @app.post("/ps/afronden")
    def finish() -> ResponseReturnValue:
        checkout, outcome = state.find_token(request.form.get("menu", "")), request.form.get("uitkomst", "")
        if checkout is None or not checkout.operations or outcome not in set(OUTCOMES):
            return _unknown()
        return _ended(checkout) if checkout.ended else _finish(state, checkout, "", Outcome(outcome))

    return app


def _offered(checkout: Checkout) -> list[str]:
    """The methods that the checkout is restricted to; all when it is not."""
    chosen = [
        code
        for code, product in _PRODUCTS.items()
        if product in checkout.products or ("cards" in checkout.groups and product == CARD)
    ]
    return chosen or list(_PRODUCTS)


def _bank(state: WorldlineState, checkout: Checkout, method: str) -> ResponseReturnValue:
    checkout = state.choose(checkout.id, _PRODUCTS[method])
    return render_template(
        "bank.html",
        order=checkout,
        method=METHODS[method],
        outcomes=OUTCOMES.items(),
        menu=checkout.token,
        payment_id=f"{checkout.id}_0",
    )


def _finish(state: WorldlineState, checkout: Checkout, method: str, outcome: Outcome) -> ResponseReturnValue:
    if method:
        state.choose(checkout.id, _PRODUCTS[method])
    after = state.change(checkout.id, lambda one: worldline_checkouts.finish(one, outcome))
    if outcome in _STAYS:
        return _note(*_STAYS[outcome])
    return redirect(_way_back(after), code=303)


def _ended(checkout: Checkout) -> ResponseReturnValue:
    title = "Deze betaling is al gedaan" if checkout.captured else "Deze betaling is gesloten"
    return _note(title, "U kunt hier niet meer betalen.", _way_back(checkout), "Terug")


def _way_back(checkout: Checkout) -> str:
    """The return URL with what Worldline adds to it: no outcome."""
    added = urlencode({"RETURNMAC": checkout.returnmac, "hostedCheckoutId": checkout.id})
    return f"{checkout.return_url}{'&' if urlsplit(checkout.return_url).query else '?'}{added}"


def _told(values: dict[str, object]) -> str:
    checkout = Checkout.from_json(values)
    return f"{checkout.operations[-1].status if checkout.operations else checkout.status}"


def _unknown() -> ResponseReturnValue:
    return _note("Deze betaling bestaat niet", "Ga terug en begin opnieuw."), 404


def _note(title: str, text: str, link: str = "", link_text: str = "") -> str:
    return render_template("note.html", title=title, text=text, link=link, link_text=link_text)
