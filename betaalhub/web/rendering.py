"""What every template can use: the texts, the languages, our static files."""

from __future__ import annotations

from typing import Any

from flask import Flask, request, url_for

from betaalhub.web.context import asked_taal, the_thema, the_web
from betaalhub.web.static_files import logo_url, static_url
from betaalhub.web.texts import Taal
from betaalhub.web.themas.views import css_urls, thema_logo

TAAL_NAMES = {Taal.NL: "Nederlands", Taal.EN: "English"}


def register_rendering(app: Flask) -> None:
    """Give the templates of this application their common values."""
    app.jinja_env.globals["static_url"] = static_url
    app.jinja_env.globals["logo_url"] = logo_url
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(_common)


def _common() -> dict[str, Any]:
    taal, thema = asked_taal(), the_thema()
    return {
        "t": thema.texts[taal],
        "taal": taal,
        "talen": [(item, name, _in_taal(item)) for item, name in TAAL_NAMES.items()],
        "thema": thema,
        "thema_css": css_urls(thema),
        "thema_logo": thema_logo(thema),
        "telefoon": thema.telefoon or the_web().telefoon,
        "openingstijden": thema.openingstijden.get(taal, ""),
    }


def _in_taal(taal: Taal) -> str | None:
    """The address of this page in another language; of the winkelmandje when this page is the answer to a form."""
    if not request.endpoint or not request.view_args or "taal" not in request.view_args:
        return None
    endpoint, values = request.endpoint, request.view_args
    if request.method not in ("GET", "HEAD") and "token" in values:
        endpoint, values = "portal.winkelmandje", {"token": values["token"]}
    return url_for(endpoint, **{**values, "taal": str(taal)})
