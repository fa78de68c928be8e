"""The addresses of the citizen: each view loads the winkelmandje by its token, does one thing and shows or redirects."""

from __future__ import annotations

from typing import Any

import structlog
from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from betaalhub.domain.kenmerk import parse_kenmerk
from betaalhub.errors import NeighbourError, NotFound, Refusal
from betaalhub.flows.checkout import PayWish
from betaalhub.flows.mandje import (
    MandjeStand,
    Paginastatus,
    betaling_by_volgnummer,
    join_by_kenmerk,
    remove_betaalopdracht,
    view_mandje,
)
from betaalhub.steps.ask_psp import ask_psp
from betaalhub.steps.hint import return_hint
from betaalhub.steps.pay import pay as pay_at_psp
from betaalhub.storage.database import reading, with_retries
from betaalhub.web.context import asked_taal, the_web
from betaalhub.web.errors import error_page
from betaalhub.web.guards import token_holder
from betaalhub.web.inbound import inbound_http
from betaalhub.web.portal.amounts import read_amount
from betaalhub.web.portal.form_key import FormKey
from betaalhub.web.portal.pages import NOTICES, PAGES, Shows, refresh_of
from betaalhub.web.portal.status import receipt_view, status_view
from betaalhub.web.portal.winkelmandje import AddForm, Problem, winkelmandje_view

RETURN_TIMEOUT = 3.0  # seconds that she waits for the PSP's answer on her way back

_MELDINGEN = {"unavailable": "onbereikbaar", "down": "storing"}

portal = Blueprint("portal", __name__, url_prefix="/<any(nl, en):taal>/winkelmandje/<token>")
_log = structlog.get_logger(__name__)
Answer = Response | BaseResponse


@portal.get("")
@token_holder
def winkelmandje(taal: str, token: str) -> Answer:
    """The winkelmandje with its ways to pay; once it is being paid, on to the state of the payment."""
    stand = _load(token)
    return _winkelmandje_page(stand, token, notice=NOTICES.get(request.args.get("melding", ""), ""))


@portal.post("/betalen")
@token_holder
def pay(taal: str, token: str) -> Answer:
    """Start paying, or go back to the betaling that lives; the same form sent twice is one betaling."""
    web, stand = the_web(), _load(token)
    key = _form_key(stand)
    if key is None:
        return _forged(token)
    methode = request.form.get("methode", "")[:30]
    result = pay_at_psp(web.hub, token, PayWish(methode, key.nonce, key.versie, key.totaal_cent, taal))
    if result.url:
        return _to("go", token, rit=web.signer.sign_trip(key, web.now()))
    _log.info("pay_not_started", problem=result.problem, kenmerk=stand.kenmerk)
    if result.problem == "no_method":
        return _winkelmandje_page(_load(token), token, problem=Problem("methode", "cart.error.method"))
    if result.problem == "changed":
        same = (stand.versie, stand.totaal_cent) == (key.versie, key.totaal_cent)
        return _to("winkelmandje", token, melding="bijna" if same else "veranderd")
    if result.problem in _MELDINGEN:
        return _to("winkelmandje", token, melding=_MELDINGEN[result.problem])
    return _to("status", token)


@portal.get("/ga")
@token_holder
def go(taal: str, token: str) -> Answer:
    """The page that takes her to the PSP by itself, once; opened again it asks what she wants."""
    web, stand = the_web(), _load(token)
    betaling = stand.betaling
    if stand.paginastatus != Paginastatus.OPEN or betaling is None or not betaling.doorstuur_url:
        return _to("status", token)
    trip = web.signer.read_trip(request.args.get("rit", ""), web.now())
    fresh = (
        trip is not None
        and trip.mandje == stand.kenmerk
        and request.method == "GET"
        and web.trips.take(trip.nonce, web.now())
    )
    page = render_template("go.html", stand=stand, betaling=betaling, fresh=fresh, status_url=_url("status", token))
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
    return _to("status", token, **stopped)


@portal.get("/status")
@token_holder
def status(taal: str, token: str) -> Answer:
    """How the payment stands, as far as it is certain."""
    stand = _load(token)
    page = PAGES[stand.paginastatus]
    if page.shows is Shows.GONE:
        return error_page(410)
    refresh = refresh_of(page, request.args.get("vernieuw"))
    return make_response(render_template("status.html", **status_view(stand, page, refresh, token)))


@portal.get("/stand")
@token_holder
def stand(taal: str, token: str) -> Answer:
    """The page state as JSON, for the page that waits."""
    return jsonify(paginastatus=_load(token).paginastatus)


@portal.get("/bewijs")
@token_holder
def receipt(taal: str, token: str) -> Answer:
    """The receipt, once there is something to receipt."""
    stand = _load(token)
    if not PAGES[stand.paginastatus].receipt:
        return _to("status", token)
    return make_response(render_template("receipt.html", **receipt_view(stand, token)))


@portal.post("/toevoegen")
@token_holder
def add(taal: str, token: str) -> Answer:
    """Put another betaalopdracht, known by kenmerk and amount, into this winkelmandje; five misses in 15 minutes."""
    web, stand = the_web(), _load(token)
    if _form_key(stand) is None:
        return _forged(token)
    form = AddForm(request.form.get("kenmerk", "")[:40], request.form.get("bedrag", "")[:20])
    kenmerk, cents = _read_kenmerk(form.kenmerk), read_amount(form.bedrag)
    if kenmerk is None:
        return _winkelmandje_page(stand, token, problem=Problem("kenmerk", "add.error.ref"), form=form)
    if cents is None:
        return _winkelmandje_page(stand, token, problem=Problem("bedrag", "add.error.amount"), form=form)
    limited = f"{stand.kenmerk} {request.remote_addr}"
    if not web.add_misses.take(limited, web.now()):
        return error_page(429, back=_url("winkelmandje", token))
    try:
        joined = with_retries(
            web.hub.sessions,
            lambda session: join_by_kenmerk(
                session, token, kenmerk=kenmerk, bedrag_cent=cents, limits=web.hub.limits, now=web.now()
            ),
        )
    except NotFound:
        return _winkelmandje_page(_load(token), token, problem=Problem("kenmerk", "add.error.none"), form=form)
    web.add_misses.give_back(limited)
    if not joined:
        return _winkelmandje_page(_load(token), token, problem=Problem("kenmerk", "add.error.apart"), form=form)
    return _to("winkelmandje", token, melding="toegevoegd")


@portal.post("/verwijderen")
@token_holder
def remove(taal: str, token: str) -> Answer:
    """Put one betaalopdracht back into a winkelmandje of its own."""
    web, stand = the_web(), _load(token)
    if _form_key(stand) is None:
        return _forged(token)
    betaalkenmerk = request.form.get("betaalkenmerk", "")[:12]
    try:
        with_retries(
            web.hub.sessions,
            lambda session: remove_betaalopdracht(
                session, token, betaalkenmerk=betaalkenmerk, keys=web.hub.keys, now=web.now()
            ),
        )
    except Refusal:
        return _to("winkelmandje", token, melding="blijft")
    except NotFound:
        _log.info("removed_before", kenmerk=stand.kenmerk)  # sent twice, or another tab was first
    return _to("winkelmandje", token, melding="verwijderd")


def _load(token: str) -> MandjeStand:
    web = the_web()
    with reading(web.hub.sessions) as session:
        return view_mandje(session, token, portaal=web.hub.portaal, now=web.now(), accounts=web.hub.psps.keys())


def _winkelmandje_page(
    stand: MandjeStand, token: str, *, notice: str = "", problem: Problem | None = None, form: AddForm | None = None
) -> Answer:
    """The winkelmandje when it can be paid; else the way to what it shows."""
    web, page = the_web(), PAGES[stand.paginastatus]
    if page.shows is Shows.GONE:
        return error_page(410)
    if page.shows is Shows.STATUS:
        return _to("status", token)
    key = FormKey(stand.kenmerk, stand.versie, stand.totaal_cent, web.hub.keys.token())
    values = winkelmandje_view(stand, token, notice=notice or page.notice, problem=problem, form=form)
    return make_response(
        render_template("winkelmandje.html", sleutel=web.signer.sign(key), **values), 422 if problem else 200
    )


def _form_key(stand: MandjeStand) -> FormKey | None:
    """The key of the form that was sent, when we signed it for this winkelmandje."""
    key = the_web().signer.read(FormKey, request.form.get("sleutel", ""))
    return key if key is not None and key.mandje == stand.kenmerk else None


def _forged(token: str) -> Answer:
    _log.warning("form_key_refused", endpoint=request.endpoint)
    return error_page(400, key="err.session", back=_url("winkelmandje", token))


def _read_kenmerk(text: str) -> str | None:
    try:
        return parse_kenmerk(text)
    except Refusal:
        return None


def _url(page: str, token: str, **query: str) -> str:
    values: dict[str, Any] = {"taal": str(asked_taal()), "token": token, **query}
    return url_for(f"portal.{page}", **values)


def _to(page: str, token: str, **query: str) -> Answer:
    return redirect(_url(page, token, **query), 303)
