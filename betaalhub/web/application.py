"""Makes the Flask application of the room: portal, PSP notifications, health and static files, every view guarded."""

from __future__ import annotations

from typing import Any

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from betaalhub.hub import Hub
from betaalhub.web.context import EXTENSION, Web
from betaalhub.web.csp_report import csp_report
from betaalhub.web.errors import register_error_pages
from betaalhub.web.guards import refuse_unguarded
from betaalhub.web.health import live, ready
from betaalhub.web.notificatie import melding
from betaalhub.web.portal import views_betalen, views_stand, views_vinden, views_winkelmandje
from betaalhub.web.portal.door import portal
from betaalhub.web.portal.form_key import Signer
from betaalhub.web.portal.views_hulp import front, hulp
from betaalhub.web.portal.views_kijken import kijken
from betaalhub.web.rendering import register_rendering
from betaalhub.web.security_txt import make_security_txt
from betaalhub.web.static_files import static_file
from betaalhub.web.themas.themas import Themas, standard_only
from betaalhub.web.themas.views import ADDRESS, thema_file

VIEWS = (
    views_winkelmandje,
    views_betalen,
    views_stand,
    views_vinden,
)  # each puts its addresses on its blueprint when imported
MAX_BODY = 64 * 1024  # bytes; a form of the portal is a few hundred


class PortalFlask(Flask):
    """Flask that writes nothing about an exception by itself: the error page logs it without anyone's data."""

    def log_exception(self, *_args: Any, **_kwargs: Any) -> None:
        """Deliberately silent; see betaalhub/web/errors.py."""


def make_web(
    hub: Hub,
    *,
    telefoon: str | None = None,
    themas: Themas | None = None,
    security_contact: str | None = None,
    proxies: int = 0,
) -> Flask:
    """The application of the room. `telefoon` stands in the footer where a thema has none; `themas`: None for ours alone;
    `security_contact` stands in security.txt; `proxies`: how many trusted ones stand in front."""
    app = PortalFlask("betaalhub.web", static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=MAX_BODY, MAX_FORM_PARTS=20)
    app.url_map.merge_slashes = False  # its redirect would be built from the Host header
    app.jinja_env.undefined = StrictUndefined
    app.extensions[EXTENSION] = Web(hub, themas or standard_only(), Signer(hub.portaal.secret), telefoon)
    register_rendering(app)
    register_error_pages(app)
    app.register_blueprint(portal)
    app.register_blueprint(kijken)
    app.register_blueprint(hulp)
    app.add_url_rule("/", view_func=front)
    app.add_url_rule("/psp/<account>/melding", view_func=melding, methods=["GET", "POST"])
    app.add_url_rule("/health/live", view_func=live)
    app.add_url_rule("/health/ready", view_func=ready)
    app.add_url_rule("/csp-melding", view_func=csp_report, methods=["POST"])
    app.add_url_rule("/static/<name>", view_func=static_file)
    if security_contact:
        app.add_url_rule("/.well-known/security.txt", view_func=make_security_txt(security_contact))
    app.add_url_rule(ADDRESS, view_func=thema_file)
    refuse_unguarded(app)
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=0, x_host=0)  # type: ignore[method-assign]
    return app
