"""Two municipalities on one installation: each has its links begin with its own address, and the SOAP service stays where it was."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace

import pytest

from betaalhub.demo.journey import stuurgegevens
from tests.journeys.conftest import NewStad
from tests.journeys.mails import BETALER, mail_settings
from tests.journeys.stad import Stad
from tests.koppelingen.mailserver import Mailbox, mailserver, parts_of

KLANT = "klant-4712"


def own(stad: Stad) -> str:
    """Another name of this machine, as another name of an installation."""
    return stad.near.address.replace("127.0.0.1", "localhost")


@pytest.fixture
def server() -> Iterator[Mailbox]:
    with mailserver() as running:
        yield running


@pytest.fixture
def stad(new_stad: NewStad, server: Mailbox) -> Stad:
    first = new_stad()
    return new_stad(public_urls=f"demostad={own(first)}, dorp=https://betalen.dorp.example", **mail_settings(server))


def test_what_its_product_systems_its_citizens_and_its_mails_get(stad: Stad, server: Mailbox) -> None:
    opdracht = stad.offers("EVENEMENT", Betaler=BETALER, KlantKenmerk=KLANT)
    assert opdracht.url.startswith(f"{own(stad)}/nl/winkelmandje/")
    assert stad.stand(opdracht).BetaalUrl == opdracht.url
    (regel,) = overview(stad)
    assert regel.BetaalUrl == opdracht.url
    burger = stad.burger(opdracht).pays()
    assert burger.browser.url.startswith(f"{own(stad)}/nl/winkelmandje/") and burger.reads == "U hebt betaald"
    stad.work()
    (regel,) = overview(stad)
    assert regel.StatusUrl.startswith(f"{own(stad)}/nl/betaling/")
    assert regel.StatusUrl in parts_of(server.mails[0])[0]


def test_the_same_message_keeps_its_answer_when_the_address_changes(stad: Stad) -> None:
    message = stad.message("EVENEMENT")
    first = stad.client().service.StartBetaling(**message)
    stad.moves_to(replace(stad.hub, portaal=replace(stad.hub.portaal, own_urls={})))
    again = stad.client().service.StartBetaling(**message)
    assert stad.offers("PARKEREN").url.startswith(f"{stad.near.address}/")
    assert (again.BetaalUrl, again.Betaalkenmerk) == (first.BetaalUrl, first.Betaalkenmerk)


def test_an_old_link_works_on_the_old_address(stad: Stad) -> None:
    opdracht = stad.offers("EVENEMENT")
    old = stad.burger(opdracht)
    old.url = opdracht.url.replace(own(stad), stad.near.address)
    assert "winkelmandje" in old.opens()
    old.presses_pay()
    assert old.is_at_psp


def test_an_administratie_without_one_has_that_of_the_installation(new_stad: NewStad) -> None:
    stad = new_stad(public_urls="dorp=https://betalen.dorp.example")
    assert stad.offers("EVENEMENT").url.startswith(f"{stad.near.address}/nl/winkelmandje/")


def overview(stad: Stad) -> list[object]:
    """What her e-loket shows."""
    answer = stad.client().service.VraagKlantoverzicht(
        Stuurgegevens=stuurgegevens("vergunningen", secrets.token_hex(8)), KlantKenmerk=KLANT
    )
    return list(answer.Overzichtregel)
