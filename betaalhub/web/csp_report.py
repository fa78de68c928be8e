"""Takes the browser's report that our own Content-Security-Policy stopped something: a count in the log, nothing more."""

from __future__ import annotations

import structlog
from flask import request

from betaalhub.web.guards import public

_log = structlog.get_logger(__name__)
_DIRECTIVES = ("script-src", "style-src", "img-src", "font-src", "connect-src", "form-action", "frame-ancestors")


@public("browsers send these reports by themselves; of what they say only a known directive's name is used")
def csp_report() -> tuple[str, int]:
    """Log which directive it was; what the report says beside that is anyone's word and is dropped."""
    body = request.get_data(cache=False)[:8192]
    _log.warning("csp_report", directive=next((name for name in _DIRECTIVES if name.encode() in body), "other"))
    return "", 204
