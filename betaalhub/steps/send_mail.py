"""Sends one mail: what it says is read, that it leaves is written down, and it leaves; never twice by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from betaalhub.domain.mail import TOO_LATE, MailStatus
from betaalhub.errors import MISCONFIGURED, NeighbourError, Outcome
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.mail import Begin, begin_mail, end_mail, mail_not_gone
from betaalhub.flows.mail_view import MailStand, read_mail
from betaalhub.hub import Hub, Post
from betaalhub.ports import MailBericht, MailCode
from betaalhub.steps.hold import Hold
from betaalhub.storage.database import reading, with_retries

NEIGHBOUR = "mailserver"
_FULL = timedelta(minutes=15)  # until an address that got many mails is looked at again


def send_mail(hub: Hub, mail_id: int, hold: Hold) -> None:
    """Send it and finish the work together with writing down what became of it. Raises NeighbourError when it surely did not go,
    and the worker tries again; or when it may have gone: then it is ONBEKEND, and there is nothing more to try."""
    post = _post(hub)
    with reading(hub.sessions) as session:
        stand = read_mail(session, mail_id, portaal=hub.portaal)
    why_not = _why_not(stand, hub.clock())
    if why_not is not None:
        _end(hub, hold, mail_id, *why_not, answered=False)
        return
    if stand.status != MailStatus.TE_VERZENDEN:
        _finish(hub, hold)
        return
    bericht = post.write(stand)
    hold.check()
    key, per_hour = stand.address_key, post.per_hour
    begin = with_retries(
        hub.sessions,
        lambda session: begin_mail(session, mail_id, _door(hub), address_key=key, per_hour=per_hour),
    )
    if begin != Begin.NOW:
        _finish(hub, hold, hub.clock() + _FULL if begin == Begin.LATER else None)
        return
    hold.check()
    _hand_over(hub, post, hold, stand, bericht)


def _post(hub: Hub) -> Post:
    if hub.post is None:  # another process sends mails and this one has no settings for it: nothing is lost
        raise NeighbourError(Outcome.NOT_DONE, MISCONFIGURED, neighbour=NEIGHBOUR)
    return hub.post


def _why_not(stand: MailStand, now: datetime) -> tuple[MailStatus, str] | None:
    """Why it is not sent (any more), with the status that says so."""
    if stand.status == MailStatus.VERZENDEN:
        return MailStatus.ONBEKEND, "AFGEBROKEN"  # a worker died with it in hand
    if stand.status != MailStatus.TE_VERZENDEN:
        return None
    if now - stand.gewenst_op > TOO_LATE:
        return MailStatus.VERVALLEN, "TE_LAAT"
    return (MailStatus.VERVALLEN, "GEEN_ADRES") if stand.naar is None else None


def _hand_over(hub: Hub, post: Post, hold: Hold, stand: MailStand, bericht: MailBericht) -> None:
    mail_id, key = stand.mail_id, stand.address_key
    try:
        post.server.send(bericht, now=hub.clock())
    except NeighbourError as error:
        if error.outcome == Outcome.REFUSED and error.code != MISCONFIGURED:
            _end(hub, hold, mail_id, MailStatus.GEWEIGERD, error.code, answered=True)
            return
        # raised, so that a server that takes mails and never says so is spared too, before many are ONBEKEND
        code, unknown = error.code, error.outcome == Outcome.UNKNOWN

        def write(session: Session) -> None:
            if unknown:
                end_mail(session, mail_id, MailStatus.ONBEKEND, _door(hub), reden=code)
            else:
                mail_not_gone(session, mail_id, _door(hub), address_key=key, reden=code)

        with_retries(hub.sessions, write)
        if error.code == MailCode.LATER:  # the server works: only this mail waits
            raise NeighbourError(Outcome.REFUSED, error.code, neighbour=NEIGHBOUR) from None
        raise
    _end(hub, hold, mail_id, MailStatus.VERZONDEN, None, answered=True)


def _end(hub: Hub, hold: Hold, mail_id: int, to: MailStatus, reden: str | None, *, answered: bool) -> None:
    def write(session: Session) -> None:
        end_mail(session, mail_id, to, _door(hub), reden=reden)
        hold.finish(session, now=hub.clock(), next_due=None, answered=answered)

    with_retries(hub.sessions, write)


def _finish(hub: Hub, hold: Hold, next_due: datetime | None = None) -> None:
    """There was nothing to send, or not yet."""
    with_retries(hub.sessions, lambda session: hold.finish(session, now=hub.clock(), next_due=next_due, answered=False))


def _door(hub: Hub) -> Door:
    return Door("worker", hub.clock())
