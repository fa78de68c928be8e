"""Whether this process lives, and whether it can do its work; nothing about why."""

from __future__ import annotations

import structlog
from sqlalchemy.exc import SQLAlchemyError

from betaalhub.storage.database import register_ready
from betaalhub.web.context import the_web
from betaalhub.web.guards import public

_log = structlog.get_logger(__name__)
_TEXT = {"Content-Type": "text/plain; charset=utf-8"}


@public("says only that the process answers")
def live() -> tuple[str, int, dict[str, str]]:
    """200 while the process answers."""
    return "ok\n", 200, _TEXT


@public("says only yes or no")
def ready() -> tuple[str, int, dict[str, str]]:
    """200 when the register is reachable and migrated, else 503; the log says why."""
    try:
        fit = register_ready(the_web().hub.sessions)
    except SQLAlchemyError as error:
        _log.warning("register_unreachable", error=type(error).__name__)
        fit = False
    return ("ok\n", 200, _TEXT) if fit else ("not ready\n", 503, _TEXT)
