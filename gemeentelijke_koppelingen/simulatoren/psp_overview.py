"""The simulated PSP's pages for testers: the orders, what happened to each, what else may happen, and the scenarios."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, redirect, render_template, request
from flask.typing import ResponseReturnValue

from betaalhub.errors import NotFound, Refusal
from gemeentelijke_koppelingen.simulatoren.control import is_near
from gemeentelijke_koppelingen.simulatoren.psp_events import Event, event_named
from gemeentelijke_koppelingen.simulatoren.psp_state import PspState
from gemeentelijke_koppelingen.simulatoren.scenarios import STORIES, Buur

# The words on the buttons of an order; the pages offer no event that only a script would want.
EVENTS = {
    Event.APPROVE: "Alsnog betalen",
    Event.PAY: "Nog een keer betalen",
    Event.FAIL: "Laten mislukken",
    Event.REFUND: "Terugbetalen bij de PSP zelf",
    Event.REFUND_DONE: "Terugbetaling laten lukken",
    Event.REFUND_FAILED: "Terugbetaling laten mislukken",
    Event.CHARGEBACK: "Terugboeken door de bank",
    Event.CHARGEBACK_WON: "Terugboeking winnen",
    Event.REVERSAL: "Terugdraaien door de bank",
    Event.CONTRADICT: "Zichzelf tegenspreken",
}
NEXT, NOTIFY = "next", "notify"  # the two other buttons


def add_overview(app: Flask, state: PspState) -> None:
    """Add /, /scenarios and /orders/<reference> to the PSP's application."""

    @app.get("/")
    def orders() -> ResponseReturnValue:
        return render_template("orders.html", orders=state.listing()["orders"][::-1])

    @app.get("/scenarios")
    def scenarios() -> ResponseReturnValue:
        tables = [(buur, [story for story in STORIES if story.buur is buur]) for buur in Buur]
        return render_template("scenarios.html", tables=tables)

    @app.get("/orders/<reference>")
    def order(reference: str) -> ResponseReturnValue:
        return _page(state, reference)

    @app.post("/orders/<reference>")
    def happens(reference: str) -> ResponseReturnValue:
        if not is_near(request.remote_addr) or _is_foreign():
            return render_template("note.html", title="Dit kan alleen op deze computer", text="", link=""), 403
        try:
            _happens(state, reference, request.form.get("event", ""), request.form.get("cent", ""))
        except Refusal as refusal:
            return _page(state, reference, problem=refusal.omschrijving)
        except NotFound:
            return _page(state, reference)
        return redirect(f"/orders/{reference}", code=303)


def _happens(state: PspState, reference: str, name: str, cents: str) -> None:
    if name == NEXT:
        state.play_next(reference)
    elif name == NOTIFY:
        state.notify(reference)
    else:
        if cents and not (cents.isascii() and cents.isdigit() and int(cents) > 0):
            raise Refusal("GETAL_ONJUIST", "Vul het bedrag in als hele centen boven 0, of laat het leeg.")
        state.happens(reference, event_named(name), int(cents) if cents else None)


def _page(state: PspState, reference: str, *, problem: str = "") -> ResponseReturnValue:
    found = state.find_reference(reference)
    happenings = state.happenings(reference)
    if found is None and not happenings:
        return render_template(
            "note.html", title="Deze order is er niet", text="", link="/", link_text="Alle orders"
        ), 404
    page = render_template(
        "order.html",
        order=found,
        reference=reference,
        happenings=happenings,
        events=EVENTS.items(),
        problem=problem,
        next_event=NEXT,
        notify_event=NOTIFY,
    )
    return page, 400 if problem else 200


def _is_foreign() -> bool:
    """Was the form sent by a page of another site? Browsers say so; programs say nothing."""
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != request.host
