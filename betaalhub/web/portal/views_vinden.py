"""The view of "waar is mijn betaling?": for who knows a kenmerk and the exact amount, how it stands and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

import structlog
from flask import make_response, render_template, request

from betaalhub.flows.find_betaling import Gevonden, find_betaling
from betaalhub.storage.database import reading
from betaalhub.web.context import the_web
from betaalhub.web.errors import error_page
from betaalhub.web.guards import public
from betaalhub.web.limits import who_asks
from betaalhub.web.portal.door import Answer
from betaalhub.web.portal.pages import PAGES
from betaalhub.web.portal.views_hulp import hulp
from betaalhub.web.portal.vinden import Asked, FindForm, read_form

_log = structlog.get_logger(__name__)


@hulp.route("/waar-is-mijn-betaling", methods=["GET", "POST"])
@public("asks a kenmerk and the exact amount, tells only how it stands, five misses in 15 minutes per address")
def find(taal: str) -> Answer:
    """The form, and the answer to it. A POST, so that what is asked stands in no log; it changes nothing."""
    if request.method != "POST":
        return _form_page(FindForm(), {}, 200)
    form = FindForm(request.form.get("kenmerk", "")[:80], request.form.get("bedrag", "")[:20])
    asked = read_form(form)
    if asked.problems:
        return _form_page(form, asked.problems, 422)
    web = the_web()
    asker = who_asks(request.remote_addr)
    if not web.find_misses.take(asker, web.now()):
        _log.warning("find_betaling_limited")
        return error_page(429)
    found = _look_up(asked)
    if found is None:
        return _form_page(form, {"kenmerk": "find.none"}, 422)
    web.find_misses.give_back(asker)  # only misses count
    page = PAGES[found.paginastatus]
    return make_response(render_template("gevonden.html", gevonden=found, page=page, asked=asked))


def _look_up(asked: Asked) -> Gevonden | None:
    with reading(the_web().hub.sessions) as session:
        return find_betaling(session, kenmerk=asked.kenmerk, bedrag_cent=asked.cents)


def _form_page(form: FindForm, problems: Mapping[str, str], status: int) -> Answer:
    return make_response(render_template("vinden.html", form=form, problems=problems), status)
