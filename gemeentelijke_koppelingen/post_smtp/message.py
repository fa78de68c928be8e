"""Makes the bytes of a mail: plain and HTML side by side, and headers that say a machine sent it."""

from __future__ import annotations

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from betaalhub.ports import MailBericht


def message_of(bericht: MailBericht, *, afzender: str, reply_to: str | None, now: datetime) -> EmailMessage:
    """The mail as it goes over the wire; ValueError or MessageError for an address that can not be written."""
    message = EmailMessage(policy=SMTP)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = bericht.message_id
    message["From"] = Address(bericht.afzender_naam, addr_spec=afzender)
    message["To"] = Address(addr_spec=ascii_address(bericht.naar))
    if reply_to is not None:
        message["Reply-To"] = Address(addr_spec=reply_to)
    message["Subject"] = bericht.onderwerp
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday answers, please
    message.set_content(bericht.tekst, cte="quoted-printable")
    message.add_alternative(bericht.html, subtype="html", cte="quoted-printable")
    message["Content-Language"] = bericht.taal  # last: what was there before goes to the plain part
    return message


def ascii_address(address: str) -> str:
    """The address with its host as DNS knows it; ValueError when the name before the @ is not plain."""
    name, at, host = address.strip().rpartition("@")
    if not at or not name.isascii() or any(sign.isspace() for sign in address.strip()):
        raise ValueError("this address can not be written in SMTP")
    return f"{name}@{host.encode('idna').decode('ascii')}"
