"""The scenes of the mails, as a mail program would show their HTML."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import datetime

from betaalhub.domain.mail import MailSoort
from betaalhub.hub import Post
from betaalhub.ports import MailBericht
from betaalhub.web.mail import MailWriter
from tests.browser.kijker import Kijker
from tests.browser.toneel import gets_back, offers, scene
from tests.journeys.burger import Burger
from tests.journeys.stad import Opdracht, Stad


class Mailbox:
    """A mail server that keeps what it gets."""

    kept: list[MailBericht]

    def __init__(self) -> None:
        self.kept = []

    def send(self, bericht: MailBericht, *, now: datetime) -> None:
        self.kept.append(bericht)

    def health(self) -> None:
        """Works."""


SHOWN: dict[str, str] = {}  # what a mail program has, by its name


def shows_mail(kijker: Kijker, path: str) -> None:
    kijker.page.set_content(SHOWN[path])


def mails_of(stad: Stad, soort: MailSoort, tell: Callable[[Stad, str], object]) -> str:
    """What is told in each language, kept for `shows_mail`."""
    for taal in ("nl", "en"):
        mailbox = Mailbox()
        post = Post(mailbox, MailWriter(telefoon="14 010"), 100)
        stad.moves_to(dataclasses.replace(stad.hub, post=post, keys=dataclasses.replace(stad.hub.keys, mails=True)))
        tell(stad, taal)
        stad.passes(minutes=5)
        SHOWN[f"{soort}-{taal}"] = mailbox.kept[-1].html
    return f"{soort}-{{taal}}"


def pays(stad: Stad, taal: str) -> Opdracht:
    """She pays in this language."""
    opdracht = offers(stad, "PARKEREN", "AFVALPAS", Betaler={"Soort": "BURGER", "Email": "m.dewit@voorbeeld.nl"})
    Burger(opdracht.url.replace("/nl/", f"/{taal}/")).pays()
    stad.work()
    return opdracht


@scene("mail-betaalbewijs", MailSoort.BETAALBEWIJS, status=0, open=shows_mail)
def receipt(stad: Stad) -> str:
    return mails_of(stad, MailSoort.BETAALBEWIJS, pays)


@scene("mail-terugbetaling", MailSoort.TERUGBETALING, status=0, open=shows_mail)
def refund(stad: Stad) -> str:
    return mails_of(stad, MailSoort.TERUGBETALING, lambda stad, taal: gets_back(stad, pays(stad, taal), "2=12,10"))


@scene("mail-alsnog-betaald", MailSoort.ALSNOG_BETAALD, status=0, open=shows_mail)
def late(stad: Stad) -> str:
    """The attempt took too long, and the bank paid all the same."""

    def tell(stad: Stad, taal: str) -> None:
        opdracht = offers(stad, Betaler={"Soort": "BURGER", "Email": "m.dewit@voorbeeld.nl"})
        Burger(opdracht.url.replace("/nl/", f"/{taal}/")).presses_pay()
        stad.passes(hours=1)
        stad.psp(f"orders/{stad.reference(opdracht)}/pay")
        stad.notify(opdracht)

    return mails_of(stad, MailSoort.ALSNOG_BETAALD, tell)
