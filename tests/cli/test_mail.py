"""A citizen says that she got no betaalbewijs: which mails went, and one of them again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cli.administrator import Administrator
from tests.journeys.conftest import NewStad
from tests.journeys.mails import BETALER, SJAAN, mail_settings
from tests.journeys.stad import Opdracht, Stad
from tests.koppelingen.mailserver import Mailbox, mailserver


@pytest.fixture
def server() -> Iterator[Mailbox]:
    with mailserver() as running:
        yield running


@pytest.fixture
def mailing(new_stad: NewStad, server: Mailbox) -> Stad:
    return new_stad(**mail_settings(server))


@pytest.fixture
def paid(mailing: Stad) -> Opdracht:
    opdracht = mailing.offers("EVENEMENT", Betaler=BETALER)
    mailing.burger(opdracht).pays()
    mailing.work()
    return opdracht


@pytest.fixture
def helpdesk(mailing: Stad, paid: Opdracht) -> Administrator:
    return Administrator(mailing.near.register.parent, dict(mailing.env))


def number(told: str) -> str:
    return told.splitlines()[1].split()[0]


def test_what_went_is_told_by_either_kenmerk_and_the_address_is_masked(helpdesk: Administrator, paid: Opdracht) -> None:
    told = helpdesk.types("mail", "list", paid.betaalkenmerk)
    assert told == helpdesk.types("mail", "list", paid.winkelmandje)
    assert "BETAALBEWIJS  VERZONDEN" in told and "s***@voorbeeld.example" in told and SJAAN not in told


def test_it_goes_again_to_the_same_address_and_the_register_tells_who_wanted_it(
    helpdesk: Administrator, paid: Opdracht, mailing: Stad, server: Mailbox
) -> None:
    nummer = number(helpdesk.types("mail", "list", paid.betaalkenmerk))
    said = helpdesk.types("mail", "stuur-opnieuw", nummer, "--door", "J. Jansen")
    assert said == "De mail gaat opnieuw naar s***@voorbeeld.example.\n"
    mailing.passes(minutes=5)
    assert server.asked == [SJAAN, SJAAN]
    story = helpdesk.types("status", paid.betaalkenmerk)
    assert "mail opnieuw gevraagd" in story and "J. Jansen" in story and "mail verzonden" in story


def test_a_number_that_is_no_mail_and_a_betaling_without_one(helpdesk: Administrator, mailing: Stad) -> None:
    assert "geen mail met dit nummer" in helpdesk.types("mail", "stuur-opnieuw", "999", "--door", "J. Jansen", code=2)
    other = mailing.offers("EVENEMENT")
    assert helpdesk.types("mail", "list", other.betaalkenmerk) == "Over deze betaling is geen mail.\n"


def test_an_installation_without_a_mail_server_says_so(helpdesk: Administrator, paid: Opdracht) -> None:
    nummer = number(helpdesk.types("mail", "list", paid.betaalkenmerk))
    silent = helpdesk.with_env(BETAALHUB_MAIL_HOST=None, BETAALHUB_MAIL_FROM=None)
    assert "BETAALHUB_MAIL_HOST is leeg" in silent.types("mail", "stuur-opnieuw", nummer, "--door", "J. Jansen", code=2)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"mail_host": "127.0.0.1", "mail_tls": "geen"}, "BETAALHUB_MAIL_FROM"),
        ({"mail_from": "a@b.example"}, "BETAALHUB_MAIL_FROM: doet niets"),
        ({"mail_host": "mail.example", "mail_tls": "geen", "mail_from": "a@b.example"}, "BETAALHUB_MAIL_TLS"),
        ({"mail_host": "mail.example", "mail_from": "Gemeente <a@b>"}, "BETAALHUB_MAIL_FROM: geef een e-mailadres"),
        ({"mail_host": "mail.example", "mail_from": "a@b.example", "mail_user": "x"}, "BETAALHUB_MAIL_PASSWORD"),
        ({"mail_host": "mail.example", "mail_from": "a@b.example", "mail_port": "0"}, "BETAALHUB_MAIL_PORT"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path, wrong, named) -> None:
    assert named in Administrator.at(tmp_path, **wrong).types("check", code=2)


def test_check_tries_the_mail_server(tmp_path, server: Mailbox) -> None:
    good = Administrator.at(tmp_path, **mail_settings(server)).types("check", code=1)
    assert f"Mailserver          goed, zonder TLS op 127.0.0.1:{server.port}\n" in good
    wrong = Administrator.at(tmp_path, **{**mail_settings(server), "mail_tls": "starttls"}).types("check", code=1)
    assert "Mailserver          FOUT:" in wrong and "BETAALHUB_MAIL_TLS" in wrong
