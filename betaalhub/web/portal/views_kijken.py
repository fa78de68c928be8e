"""The same state and the same betaalbewijs for who may only look: the links of mails, which people pass on."""

from __future__ import annotations

from flask import Blueprint, jsonify, make_response, redirect, render_template, request

from betaalhub.errors import NotFound
from betaalhub.flows.keys import read_kijktoken
from betaalhub.flows.winkelmandje import token_of
from betaalhub.storage.database import reading
from betaalhub.web.context import texts, the_web
from betaalhub.web.guards import kijktoken_holder
from betaalhub.web.portal.door import Answer, gone_page, load_paginastatus, load_receipt, load_state
from betaalhub.web.portal.pages import PAGES, Shows, refresh_of
from betaalhub.web.portal.status import receipt_view, status_view
from betaalhub.web.portal.ways import looking

kijken = Blueprint("kijken", __name__, url_prefix="/<any(nl, en):taal>/betaling/<kijktoken>")


@kijken.get("")
@kijktoken_holder
def status(taal: str, kijktoken: str) -> Answer:
    """How the payment stands; nothing on the page pays or changes anything."""
    found, afloop = load_state(_token(kijktoken))
    page = PAGES[found.paginastatus]
    if page.shows is Shows.GONE:
        return gone_page(found, only_looks=True)
    refresh, ways = refresh_of(page, request.args.get("vernieuw")), looking(kijktoken)
    return make_response(render_template("status.html", **status_view(found, afloop, refresh, ways, texts())))


@kijken.get("/stand")
@kijktoken_holder
def stand(taal: str, kijktoken: str) -> Answer:
    """The page state as JSON, for the page that waits."""
    return jsonify(paginastatus=load_paginastatus(_token(kijktoken)))


@kijken.get("/bewijs")
@kijktoken_holder
def receipt(taal: str, kijktoken: str) -> Answer:
    """The betaalbewijs, once there is something to prove."""
    (found, afloop, bewijs), ways = load_receipt(_token(kijktoken)), looking(kijktoken)
    if not PAGES[found.paginastatus].receipt:
        return redirect(ways.status, 303)
    return make_response(render_template("receipt.html", **receipt_view(found, bewijs, afloop, ways, texts())))


def _token(kijktoken: str) -> str:
    """The token of the winkelmandje that this kijktoken shows. NotFound: forged."""
    web = the_web()
    number = read_kijktoken(web.hub.portaal, kijktoken)
    if number is None:
        raise NotFound("No kijktoken of ours")
    with reading(web.hub.sessions) as session:
        return token_of(session, number)
