"""What a PSP or a returning citizen tells: a notification becomes the wish to ask now, a return is read for the log only."""

from __future__ import annotations

from betaalhub.errors import NotFound
from betaalhub.flows.hint import account_of, take_hint
from betaalhub.hub import Hub
from betaalhub.ports import InboundHttp, Notification, ReturnHint
from betaalhub.storage.database import reading, with_retries


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


def return_hint(hub: Hub, betaling_id: int, request: InboundHttp) -> ReturnHint:
    """What the address claims by which a citizen comes back from the PSP: for who reads the log, and never believed."""
    with reading(hub.sessions) as session:
        account = account_of(session, betaling_id)
    psp = hub.psps.get(account or "")
    return ReturnHint.UNKNOWN if psp is None else psp.parse_return(request)
