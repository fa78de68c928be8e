"""Serves the files of themas: style sheet, logo, fonts. A closed table in memory; nothing is looked up on a disk."""

from __future__ import annotations

from flask import Response, abort, url_for

from betaalhub.web.context import the_web
from betaalhub.web.guards import public
from betaalhub.web.themas.thema import LOGO, STYLE, Thema

ADDRESS = (
    "/static/thema/<naam>/<version>/<path:name>"  # the version before the name: url(fonts/…) in the style sheet fits
)


@public("the style sheet, logo and fonts of a municipality hold nothing of anyone")
def thema_file(naam: str, version: str, name: str) -> Response:
    """One file of a thema; browsers keep it for a year when the address carries the thema's version, else not at all."""
    thema = the_web().themas.by_name.get(naam)
    file = thema.files.get(name) if thema else None
    if thema is None or file is None:
        abort(404)
    response = Response(file.content, content_type=file.content_type)
    if version == thema.version:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def thema_url(thema: Thema, name: str) -> str:
    """The address of one of its files; empty when it has none of this name."""
    if name not in thema.files:
        return ""
    return url_for("thema_file", naam=thema.naam, version=thema.version, name=name)


def css_urls(thema: Thema) -> list[str]:
    """The style sheets that a page loads after ours."""
    return [url for url in (thema_url(thema, STYLE),) if url]


def thema_logo(thema: Thema) -> str:
    """The address of the logo; empty when it has none."""
    return thema_url(thema, LOGO)
