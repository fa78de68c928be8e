"""The views of the winkelmandje itself: look, add, take out, put back."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from flask import make_response, render_template, request

from betaalhub.domain.kenmerk import parse_kenmerk
from betaalhub.domain.statuses import WinkelmandjeStatus
from betaalhub.errors import NotFound, Refusal
from betaalhub.flows.departures import put_back, successor_token
from betaalhub.flows.mandje import MandjeStand, join_by_kenmerk, remove_betaalopdracht
from betaalhub.storage.database import reading, with_retries
from betaalhub.web.context import texts, the_thema, the_web
from betaalhub.web.errors import error_page
from betaalhub.web.guards import token_holder
from betaalhub.web.limits import who_asks
from betaalhub.web.portal.amounts import read_amount
from betaalhub.web.portal.door import Answer, forged, form_key, gone_page, load, page_url, portal, to_page
from betaalhub.web.portal.form_key import FormKey
from betaalhub.web.portal.pages import NOTICES, PAGES, Shows
from betaalhub.web.portal.winkelmandje import AddForm, PayForm, Problem, winkelmandje_view

_log = structlog.get_logger(__name__)


@portal.get("")
@token_holder
def winkelmandje(taal: str, token: str) -> Answer:
    """The winkelmandje with its ways to pay; once it is being paid, on to the state of the payment."""
    stand = load(token)
    return winkelmandje_page(stand, token, notice=NOTICES.get(request.args.get("melding", ""), ""))


@portal.get("/toevoegen")
@portal.get("/verwijderen")
@portal.get("/terugzetten")
@portal.get("/betalen")
@token_holder
def form_address(taal: str, token: str) -> Answer:
    """Where a form was sent to stays in the address bar when it came back with an error: opened again, it shows the winkelmandje."""
    return to_page("winkelmandje", token)


@portal.post("/toevoegen")
@token_holder
def add(taal: str, token: str) -> Answer:
    """Put another betaalopdracht, known by kenmerk and amount, into this winkelmandje; five misses in 15 minutes per address."""
    web, stand = the_web(), load(token)
    if form_key(stand) is None:
        return forged(token)
    form, t = AddForm(request.form.get("kenmerk", "")[:40], request.form.get("bedrag", "")[:20]), texts()
    kenmerk, cents = _read_kenmerk(form.kenmerk), read_amount(form.bedrag)
    problems = [Problem("kenmerk", t("add.error.ref"))] if kenmerk is None else []
    problems += [Problem("bedrag", t("add.error.amount"))] if cents is None else []
    if kenmerk is None or cents is None:
        return winkelmandje_page(stand, token, problems=problems, add=form)
    limited = who_asks(request.remote_addr)  # of no winkelmandje: taking something out makes a new one
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
        return winkelmandje_page(load(token), token, problems=[Problem("kenmerk", t("add.error.none"))], add=form)
    web.add_misses.give_back(limited)
    if not joined:
        return winkelmandje_page(load(token), token, problems=[Problem("kenmerk", t("add.error.apart"))], add=form)
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
        opens = with_retries(
            web.hub.sessions,
            lambda session: remove_betaalopdracht(
                session, token, betaalkenmerk=betaalkenmerk, keys=web.hub.keys, now=web.now()
            ),
        )
    except Refusal:
        return to_page("winkelmandje", token, melding="blijft")
    except NotFound:
        _log.info("removed_before", kenmerk=stand.kenmerk)  # sent twice, or another tab was first
        opens = token
    return to_page("winkelmandje", opens, melding="verwijderd")


@portal.post("/terugzetten")
@token_holder
def restore(taal: str, token: str) -> Answer:
    """Undo that she took a betaalopdracht out."""
    web, stand = the_web(), load(token)
    if form_key(stand) is None:
        return forged(token)
    betaalkenmerk = request.form.get("betaalkenmerk", "")[:12]
    try:
        with_retries(
            web.hub.sessions,
            lambda session: put_back(session, token, betaalkenmerk=betaalkenmerk, limits=web.hub.limits, now=web.now()),
        )
    except (NotFound, Refusal) as refused:
        _log.info("not_put_back", kenmerk=stand.kenmerk, why=str(refused))
        return to_page("winkelmandje", token, melding="weg")
    return to_page("winkelmandje", token, melding="teruggezet")


def winkelmandje_page(
    stand: MandjeStand,
    token: str,
    *,
    notice: str = "",
    problems: Sequence[Problem] = (),
    pay: PayForm | None = None,
    add: AddForm | None = None,
) -> Answer:
    """The winkelmandje when it can be paid or is empty; else the way to what it shows."""
    web, page = the_web(), PAGES[stand.paginastatus]
    empty = stand.status == WinkelmandjeStatus.OPEN and not stand.opdrachten
    if page.shows is Shows.GONE and not empty:
        return _to_successor(token) or gone_page(stand)
    if page.shows is Shows.STATUS:
        return to_page("status", token)
    key = FormKey(stand.kenmerk, stand.versie, stand.totaal_cent, web.hub.keys.token())
    values = winkelmandje_view(
        stand,
        token,
        texts(),
        notice=notice or page.notice,
        problems=problems,
        pay=pay,
        add=add,
        producten=the_thema().links.producten or None,
    )
    return make_response(
        render_template("winkelmandje.html", sleutel=web.signer.sign(key), mails=web.hub.keys.mails, **values),
        422 if problems else 200,
    )


def _to_successor(token: str) -> Answer | None:
    """On to what took the place of the betaalopdracht with this token; None when nothing did."""
    with reading(the_web().hub.sessions) as session:
        successor = successor_token(session, token)
    return to_page("winkelmandje", successor, melding="vervangen") if successor else None


def _read_kenmerk(text: str) -> str | None:
    try:
        return parse_kenmerk(text)
    except Refusal:
        return None
