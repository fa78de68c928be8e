"""The views of how a payment stands: the page of the state, the state for the page that waits, the receipt."""

from __future__ import annotations

from flask import jsonify, make_response, render_template, request

from betaalhub.web.context import texts
from betaalhub.web.guards import token_holder
from betaalhub.web.portal.door import Answer, gone_page, load_paginastatus, load_receipt, load_state, portal, to_page
from betaalhub.web.portal.pages import PAGES, Shows, refresh_of
from betaalhub.web.portal.status import receipt_view, status_view
from betaalhub.web.portal.ways import ways_of


@portal.get("/status")
@token_holder
def status(taal: str, token: str) -> Answer:
    """How the payment stands, as far as it is certain."""
    stand, afloop = load_state(token)
    page = PAGES[stand.paginastatus]
    if page.shows is Shows.GONE:
        return gone_page(stand)
    refresh = refresh_of(page, request.args.get("vernieuw"))
    ways = ways_of(stand, token, stopped=refresh.stopped)
    return make_response(render_template("status.html", **status_view(stand, afloop, refresh, ways, texts())))


@portal.get("/stand")
@token_holder
def stand(taal: str, token: str) -> Answer:
    """The page state as JSON, for the page that waits."""
    return jsonify(paginastatus=load_paginastatus(token))


@portal.get("/bewijs")
@token_holder
def receipt(taal: str, token: str) -> Answer:
    """The receipt, once there is something to receipt."""
    stand, afloop, bewijs = load_receipt(token)
    if not PAGES[stand.paginastatus].receipt:
        return to_page("status", token)
    values = receipt_view(stand, bewijs, afloop, ways_of(stand, token), texts())
    return make_response(render_template("receipt.html", **values))
