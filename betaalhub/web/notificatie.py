"""Where a PSP says that something changed: a hint, stored as the wish to ask; what it claims is not believed, signed or not."""

from __future__ import annotations

import structlog
from flask import Response

from betaalhub.steps.hint import hint
from betaalhub.web.context import the_web
from betaalhub.web.guards import psp_hint
from betaalhub.web.inbound import inbound_http

_log = structlog.get_logger(__name__)


@psp_hint
def melding(account: str) -> Response:
    """Store the hint and give the reply that this PSP wants; an unknown account is not found."""
    notification = hint(the_web().hub, account, inbound_http())
    if notification.problem is not None:  # an alarm: somebody sends what is not what it says it is, or our key is wrong
        _log.warning("psp_hint_refused", account=account, problem=notification.problem)
    else:
        _log.info("psp_hint", account=account, references=len(notification.references))
    return Response(notification.reply_body, notification.reply_status, content_type=notification.reply_type)
