"""From paying to the mailbox: over SOAP, the PSP, the worker and a real mail server, and back by the link in the mail."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from tests.journeys.conftest import NewStad
from tests.journeys.mails import BETALER, SJAAN, link_in, mail_settings
from tests.journeys.stad import Opdracht, Stad
from tests.journeys.test_terugbetaling import approves, asks
from tests.koppelingen.mailserver import Mailbox, mailserver, parts_of


@pytest.fixture
def server() -> Iterator[Mailbox]:
    with mailserver() as running:
        yield running


@pytest.fixture
def stad(new_stad: NewStad, server: Mailbox) -> Stad:
    return new_stad(**mail_settings(server))


def paid(stad: Stad) -> Opdracht:
    opdracht = stad.offers("EVENEMENT", Betaler=BETALER)
    stad.burger(opdracht).pays()
    stad.work()
    return opdracht


def test_she_gets_her_betaalbewijs_and_its_link_shows_that_she_paid(stad: Stad, server: Mailbox) -> None:
    opdracht = paid(stad)
    (mail,) = server.mails
    plain, html = parts_of(mail)
    k = opdracht.winkelmandje
    assert mail["To"] == SJAAN and f"{k[:4]} {k[4:8]} {k[8:]}" in mail["Subject"]
    assert "Product evenement" in plain and "Product evenement" in html
    page = requests.get(link_in(mail, stad), timeout=10)
    assert page.status_code == 200 and "U hebt betaald" in page.text and "Set-Cookie" not in page.headers


def test_the_address_that_she_types_at_paying_wins(stad: Stad, server: Mailbox) -> None:
    burger = stad.burger(stad.offers("EVENEMENT", Betaler=BETALER))
    burger.browser.submit(burger.browser.form("/betalen"), methode="IDEAL", email=" Thuis@voorbeeld.example ")
    burger.at_psp()
    stad.work()
    assert server.asked == ["Thuis@voorbeeld.example"]


def test_the_address_that_she_types_in_a_second_tab_is_not_lost(stad: Stad, server: Mailbox) -> None:
    opdracht = stad.offers("EVENEMENT")
    first, second, third = (stad.burger(opdracht) for _ in range(3))
    first.presses_pay()
    second.browser.submit(second.browser.form("/betalen"), methode="IDEAL", email="thuis@voorbeeld.example")
    third.browser.submit(third.browser.form("/betalen"), methode="IDEAL", email="ander@voorbeeld.example")
    third.at_psp()
    stad.work()
    assert server.asked == ["thuis@voorbeeld.example"]


def test_a_terugbetaling_is_told_when_the_money_went(stad: Stad, server: Mailbox) -> None:
    opdracht = paid(stad)
    approves(stad, asks(stad, opdracht))
    stad.passes(hours=2)
    _, mail = server.mails
    assert "u krijgt geld terug" in mail["Subject"]
    assert "teruggestort" in parts_of(mail)[0]
    assert "U hebt uw geld teruggekregen" in requests.get(link_in(mail, stad), timeout=10).text


def test_a_mail_server_that_is_down_holds_up_no_betaling(stad: Stad, server: Mailbox) -> None:
    server.replies["MAIL"] = "451 druk"
    opdracht = paid(stad)
    assert stad.status(opdracht) == "BETAALD" and stad.told(opdracht)[-1][1:] == ("BETAALD", True)
    assert server.mails == []
    server.replies.clear()
    stad.passes(hours=1)
    assert len(server.mails) == 1


def test_an_address_that_is_no_more_leaves_nothing_that_waits(stad: Stad, server: Mailbox) -> None:
    server.replies["RCPT"] = "550 5.1.1 onbekend"
    opdracht = paid(stad)
    stad.passes(days=8)
    assert (server.asked, server.mails) == ([SJAAN], [])
    assert stad.status(opdracht) == "BETAALD" and stad.uitval() == []
