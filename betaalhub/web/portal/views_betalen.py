"""The views of paying: the pay button, the way to the PSP and the way back."""

from __future__ import annotations

import structlog
from flask import make_response, render_template, request

from betaalhub.errors import NeighbourError
from betaalhub.flows.checkout import PayWish
from betaalhub.flows.mandje import betaling_by_volgnummer, methode_named
from betaalhub.flows.paginastatus import Paginastatus
from betaalhub.steps.ask_psp import ask_psp
from betaalhub.steps.hint import return_hint
from betaalhub.steps.pay import pay as pay_at_psp
from betaalhub.storage.database import reading
from betaalhub.web.context import texts, the_web
from betaalhub.web.guards import token_holder
from betaalhub.web.inbound import inbound_http
from betaalhub.web.portal.door import Answer, forged, form_key, load, page_url, portal, to_page
from betaalhub.web.portal.views_winkelmandje import winkelmandje_page
from betaalhub.web.portal.winkelmandje import PayForm, method_problem

RETURN_TIMEOUT = 3.0  # seconds that she waits for the PSP's answer on her way back

_MELDINGEN = {"unavailable": "onbereikbaar", "down": "storing"}
_log = structlog.get_logger(__name__)


@portal.post("/betalen")
@token_holder
def pay(taal: str, token: str) -> Answer:
    """Start paying, or go back to the betaling that lives; the same form sent twice is one betaling."""
    web, stand = the_web(), load(token)
    key = form_key(stand)
    if key is None:
        return forged(token)
    form, same = read_pay_form(), (stand.versie, stand.totaal_cent) == (key.versie, key.totaal_cent)
    if problems := form.problems(texts()):
        return winkelmandje_page(stand, token, notice="" if same else "cart.changed", problems=problems, pay=form)
    wish = PayWish(
        form.methode,
        key.nonce,
        key.versie,
        key.totaal_cent,
        taal,
        email=form.email or None,
        referentie=form.referentie or None,
    )
    result = pay_at_psp(web.hub, token, wish)
    if result.url:
        return to_page("go", token, rit=web.signer.sign_trip(key, web.now()))
    _log.info("pay_not_started", problem=result.problem, kenmerk=stand.kenmerk)
    if result.problem == "no_method":
        with reading(web.hub.sessions) as session:
            problem = method_problem(methode_named(session, token, form.methode), texts())
        return winkelmandje_page(load(token), token, problems=[problem], pay=form)
    if result.problem == "changed":
        return to_page("winkelmandje", token, melding="bijna" if same else "veranderd")
    if result.problem in _MELDINGEN:
        return to_page("winkelmandje", token, melding=_MELDINGEN[result.problem])
    return to_page("status", token)


def read_pay_form() -> PayForm:
    """What she chose and typed; of what the page did not ask for nothing is taken."""
    web = the_web()
    typed = {name: " ".join(request.form.get(name, "")[:300].split()) for name in ("email", "referentie")}
    return PayForm(
        methode=request.form.get("methode", "")[:30],
        email=typed["email"] if web.hub.keys.mails else "",
        referentie=typed["referentie"],
    )


@portal.get("/ga")
@token_holder
def go(taal: str, token: str) -> Answer:
    """The page that takes her to the PSP by itself, once; opened again it asks what she wants."""
    web, stand = the_web(), load(token)
    betaling = stand.betaling
    if stand.paginastatus != Paginastatus.OPEN or betaling is None or not betaling.doorstuur_url:
        return to_page("status", token)
    trip = web.signer.read_trip(request.args.get("rit", ""), web.now())
    fresh = (
        trip is not None
        and trip.mandje == stand.kenmerk
        and request.method == "GET"
        and web.trips.take(trip.nonce, web.now())
    )
    page = render_template("go.html", stand=stand, betaling=betaling, fresh=fresh, status_url=page_url("status", token))
    response = make_response(page)
    if fresh:
        # Not a 303: Chromium holds form-action 'self' against the whole chain of redirects after a form.
        response.headers["Refresh"] = f"0; url={betaling.doorstuur_url}"
    return response


@portal.route("/terug/<int:volgnummer>", methods=["GET", "POST"])
@token_holder
def back(taal: str, token: str, volgnummer: int) -> Answer:
    """She comes back from the PSP: ask it, whatever the address claims, and show the state."""
    web = the_web()
    with reading(web.hub.sessions) as session:
        betaling_id = betaling_by_volgnummer(session, token, volgnummer)
    if betaling_id is not None and request.method != "HEAD" and web.asks.take(str(betaling_id), web.now()):
        _log.info("psp_return", betaling=betaling_id, hint=return_hint(web.hub, betaling_id, inbound_http()))
        try:
            ask_psp(web.hub, betaling_id, wie="burger", timeout=RETURN_TIMEOUT, only_ask=True)
        except NeighbourError as error:
            _log.warning("ask_on_return_failed", outcome=error.outcome, code=error.code, betaling=betaling_id)
    stopped = {"vernieuw": "uit"} if request.args.get("vernieuw") == "uit" else {}
    return to_page("status", token, **stopped)
