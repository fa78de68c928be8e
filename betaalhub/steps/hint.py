"""A PSP's notification: stored as the wish to ask now, answered at once; the worker asks."""

from __future__ import annotations

from betaalhub.errors import NotFound
from betaalhub.flows.hint import take_hint
from betaalhub.hub import Hub
from betaalhub.ports import InboundHttp, Notification
from betaalhub.storage.database import with_retries


def hint(hub: Hub, psp_account: str, request: InboundHttp) -> Notification:
    """Store the hint and give the reply that this PSP wants. NotFound: no such account. Never a status, never a call; of a
    notification that was refused nothing is stored."""
    psp = hub.psps.get(psp_account)
    if psp is None:
        raise NotFound("No PSP account with this code")
    notification = psp.parse_notification(request)
    if notification.references or notification.psp_keys:
        with_retries(hub.sessions, lambda session: take_hint(session, psp_account, notification, now=hub.clock()))
    return notification
