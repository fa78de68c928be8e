"""The pages for when something is wrong, in plain words: what happened, what to do, and nothing that is not certain."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

import structlog
from flask import Flask, Response, make_response, render_template, request, url_for
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, InternalServerError

from betaalhub.errors import NotFound
from betaalhub.storage.away import is_away
from betaalhub.web.context import texts

_log = structlog.get_logger(__name__)
_TEXTS: Mapping[int, str] = MappingProxyType(
    {
        400: "err.400",
        404: "err.404",
        405: "err.405",
        410: "err.410",
        413: "err.413",
        429: "err.429",
        500: "err.500",
        503: "err.503",
    }
)
_HELPED = frozenset({400, 413, 429, 500, 503})  # the winkelmandje may be there, and shows how it stands
RETRY_AFTER = {429: "900", 503: "60"}  # seconds


def register_error_pages(app: Flask) -> None:
    """Answer every error of this application with a page of its own."""
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(InternalServerError, _our_error)
    app.register_error_handler(NotFound, lambda _: error_page(404))
    app.register_error_handler(SQLAlchemyError, _register_away)


class WayOut(Protocol):
    """A link to a product system, at an address that was checked."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def url(self) -> str:
        """Where it leads."""


def error_page(status: int, *, key: str = "", back: str = "", code: str = "", links: Sequence[WayOut] = ()) -> Response:
    """The page for this HTTP status. `key`: other texts than the status has; `back`: an address of our own as the way on;
    `links`: ways back to product systems."""
    key = key or _TEXTS.get(status, "err.400")
    t = texts()
    text = t(f"{key}.text", code=code) if code else t(f"{key}.text")
    page = render_template(
        "error.html", title=t(f"{key}.title"), text=text, back=back or _look_again(status), links=links, status=status
    )
    response = make_response(page, status)
    if status in RETRY_AFTER:
        response.headers["Retry-After"] = RETRY_AFTER[status]
    return response


def _http_error(error: HTTPException) -> Response | HTTPException:
    if error.code is None or error.code < 400:
        return error
    response = error_page(error.code)
    if error.code == 405:
        response.headers.extend(header for header in error.get_headers() if header[0] == "Allow")
    return response


def _our_error(error: InternalServerError) -> Response:
    """Something that we did not foresee: a short code links what she tells the helpdesk to the line in the log."""
    code = "".join(secrets.choice("2346789") for _ in range(6))
    _log.error("page_failed", code=code, endpoint=request.endpoint, exc_info=error.original_exception or error)
    return error_page(500, code=code)


def _register_away(error: SQLAlchemyError) -> Response:
    """The register did not answer (in time): nothing is known, so nothing is said about the betaling."""
    if not is_away(error):
        return _our_error(InternalServerError(original_exception=error))
    _log.error("register_unavailable", endpoint=request.endpoint, error=type(error).__name__)
    return error_page(503)


def _look_again(status: int) -> str:
    """The page of her winkelmandje, where it can help: to reload this one may send a form for the second time."""
    given = request.view_args or {}
    if status not in _HELPED or "taal" not in given:
        return ""
    if "kijktoken" in given:
        return url_for("kijken.status", taal=given["taal"], kijktoken=given["kijktoken"])
    return url_for("portal.winkelmandje", taal=given["taal"], token=given["token"]) if "token" in given else ""
