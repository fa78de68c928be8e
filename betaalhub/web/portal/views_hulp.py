"""The views for who seeks help: questions and answers, accessibility, privacy. Public, and about nobody in particular."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, url_for

from betaalhub.web.context import asked_taal
from betaalhub.web.guards import public
from betaalhub.web.portal.door import Answer

hulp = Blueprint("hulp", __name__, url_prefix="/<any(nl, en):taal>")


@hulp.get("/hulp")
@public("the same for everybody, holds nothing about anyone")
def help_page(taal: str) -> Answer:
    """Whom to call, and the questions that people ask."""
    return make_response(render_template("hulp.html"))


@hulp.get("/toegankelijkheid")
@public("the same for everybody, holds nothing about anyone")
def accessibility(taal: str) -> Answer:
    """What a person may expect of these pages, and where to say that something does not work."""
    return make_response(render_template("toegankelijkheid.html"))


@hulp.get("/privacy")
@public("the same for everybody, holds nothing about anyone")
def privacy(taal: str) -> Answer:
    """What is kept of a betaling, who gets it and for how long."""
    return make_response(render_template("privacy.html"))


@public("leads to the help page, holds nothing")
def front() -> Answer:
    """Who types the bare address of the portal: to the help, in the language that the browser asks for."""
    return redirect(url_for("hulp.help_page", taal=str(asked_taal())), 302)
