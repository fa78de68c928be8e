"""The views of the winkelmandje itself: look, add, take out."""

from __future__ import annotations

import structlog
from flask import make_response, render_template, request

from betaalhub.domain.kenmerk import parse_kenmerk
from betaalhub.errors import NotFound, Refusal
from betaalhub.flows.mandje import MandjeStand, join_by_kenmerk, remove_betaalopdracht
from betaalhub.storage.database import with_retries
from betaalhub.web.context import the_web
from betaalhub.web.errors import error_page
from betaalhub.web.guards import token_holder
from betaalhub.web.portal.amounts import read_amount
from betaalhub.web.portal.door import Answer, forged, form_key, gone_page, load, page_url, portal, to_page
from betaalhub.web.portal.form_key import FormKey
from betaalhub.web.portal.pages import NOTICES, PAGES, Shows
from betaalhub.web.portal.winkelmandje import AddForm, Problem, winkelmandje_view

_log = structlog.get_logger(__name__)


@portal.get("")
@token_holder
def winkelmandje(taal: str, token: str) -> Answer:
    """The winkelmandje with its ways to pay; once it is being paid, on to the state of the payment."""
    stand = load(token)
    return winkelmandje_page(stand, token, notice=NOTICES.get(request.args.get("melding", ""), ""))


@portal.post("/toevoegen")
@token_holder
def add(taal: str, token: str) -> Answer:
    """Put another betaalopdracht, known by kenmerk and amount, into this winkelmandje; five misses in 15 minutes."""
    web, stand = the_web(), load(token)
    if form_key(stand) is None:
        return forged(token)
    form = AddForm(request.form.get("kenmerk", "")[:40], request.form.get("bedrag", "")[:20])
    kenmerk, cents = _read_kenmerk(form.kenmerk), read_amount(form.bedrag)
    if kenmerk is None:
        return winkelmandje_page(stand, token, problem=Problem("kenmerk", "add.error.ref"), form=form)
    if cents is None:
        return winkelmandje_page(stand, token, problem=Problem("bedrag", "add.error.amount"), form=form)
    limited = f"{stand.kenmerk} {request.remote_addr}"
    if not web.add_misses.take(limited, web.now()):
        return error_page(429, back=page_url("winkelmandje", token))
    try:
        joined = with_retries(
            web.hub.sessions,
            lambda session: join_by_kenmerk(
                session, token, kenmerk=kenmerk, bedrag_cent=cents, limits=web.hub.limits, now=web.now()
            ),
        )
    except NotFound:
        return winkelmandje_page(load(token), token, problem=Problem("kenmerk", "add.error.none"), form=form)
    web.add_misses.give_back(limited)
    if not joined:
        return winkelmandje_page(load(token), token, problem=Problem("kenmerk", "add.error.apart"), form=form)
    return to_page("winkelmandje", token, melding="toegevoegd")


@portal.post("/verwijderen")
@token_holder
def remove(taal: str, token: str) -> Answer:
    """Put one betaalopdracht back into a winkelmandje of its own."""
    web, stand = the_web(), load(token)
    if form_key(stand) is None:
        return forged(token)
    betaalkenmerk = request.form.get("betaalkenmerk", "")[:12]
    try:
        with_retries(
            web.hub.sessions,
            lambda session: remove_betaalopdracht(
                session, token, betaalkenmerk=betaalkenmerk, keys=web.hub.keys, now=web.now()
            ),
        )
    except Refusal:
        return to_page("winkelmandje", token, melding="blijft")
    except NotFound:
        _log.info("removed_before", kenmerk=stand.kenmerk)  # sent twice, or another tab was first
    return to_page("winkelmandje", token, melding="verwijderd")


def winkelmandje_page(
    stand: MandjeStand, token: str, *, notice: str = "", problem: Problem | None = None, form: AddForm | None = None
) -> Answer:
    """The winkelmandje when it can be paid; else the way to what it shows."""
    web, page = the_web(), PAGES[stand.paginastatus]
    if page.shows is Shows.GONE:
        return gone_page(stand)
    if page.shows is Shows.STATUS:
        return to_page("status", token)
    key = FormKey(stand.kenmerk, stand.versie, stand.totaal_cent, web.hub.keys.token())
    values = winkelmandje_view(stand, token, notice=notice or page.notice, problem=problem, form=form)
    return make_response(
        render_template("winkelmandje.html", sleutel=web.signer.sign(key), **values), 422 if problem else 200
    )


def _read_kenmerk(text: str) -> str | None:
    try:
        return parse_kenmerk(text)
    except Refusal:
        return None
