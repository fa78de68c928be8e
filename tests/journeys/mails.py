"""A town whose mails go to a real mail server, and how a citizen reads them."""

from __future__ import annotations

import re
from email.message import EmailMessage

from tests.journeys.stad import Stad
from tests.koppelingen.mailserver import Mailbox, parts_of

SJAAN = "sjaan@voorbeeld.example"
BETALER = {"Soort": "BURGER", "Naam": "Sjaan van Zomeren", "Email": SJAAN}


def mail_settings(server: Mailbox) -> dict[str, object]:
    """With which a town sends by this server."""
    return {
        "mail_host": "127.0.0.1",
        "mail_port": server.port,
        "mail_tls": "geen",
        "mail_from": "betalen@demostad.example",
    }


def link_in(mail: EmailMessage, stad: Stad) -> str:
    """The address on which she clicks."""
    found = re.search(rf"{re.escape(stad.near.address)}/(nl|en)/betaling/\S+", parts_of(mail)[0])
    assert found
    return found[0]
