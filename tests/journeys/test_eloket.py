"""A citizen looks at "mijn betalingen" in her e-loket: what she must pay and what she paid, at every product system."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import requests

from gemeentelijke_koppelingen.simulatoren import start_simulators
from tests.builders import ESB, GEHEIM, simulator_config
from tests.journeys.stad import Stad

KLANT = "klant-4711"


@pytest.fixture
def eloket(stad: Stad) -> Iterator[str]:
    """The address of her page in the simulated e-loket, which asks this town's hub over SOAP."""
    running = start_simulators(
        simulator_config(
            hub_soap_url=f"{stad.near.address}/soap/v1", aansluiting=ESB, aansluiting_geheim=GEHEIM, klant=KLANT
        )
    )
    yield f"{running.productsysteem_base}/mijn-betalingen"
    running.close()


def looks(address: str) -> tuple[str, list[str], list[str]]:
    """The page as text, where she may pay, and where she may look."""
    answer = requests.get(address, timeout=30)
    assert answer.status_code == 200, answer.text
    ways = {word: re.findall(rf'href="([^"]+)">{word}<', answer.text) for word in ("Betalen", "Bekijken")}
    return answer.text, ways["Betalen"], ways["Bekijken"]


def test_she_sees_what_is_open_and_what_she_paid_and_goes_on_from_there(stad: Stad, eloket: str) -> None:
    permit, extract = (stad.offers(code, KlantKenmerk=KLANT) for code in ("EVENEMENT", "UITTREKSEL"))
    stranger = stad.offers("PARKEREN", KlantKenmerk="iemand-anders")
    page, pay, see = looks(eloket)
    assert (pay, see) == ([extract.url, permit.url], [])
    assert stranger.betaalkenmerk not in page and "nog te betalen" in page
    burger = stad.burger(permit).pays()
    burger.returns()
    page, pay, see = looks(eloket)
    assert (pay, len(see)) == ([extract.url], 1) and ">betaald<" in page
    shown = requests.get(see[0], timeout=30)
    assert shown.status_code == 200 and "U hebt betaald" in shown.text
    assert "<form" not in shown.text and permit.url.rpartition("/")[2] not in shown.text


def test_an_e_loket_without_a_hub_says_so(stad: Stad) -> None:
    running = start_simulators(simulator_config())
    try:
        answer = requests.get(f"{running.productsysteem_base}/mijn-betalingen", timeout=30)
        assert (answer.status_code, "GEEN_HUB" in answer.text) == (502, True)
    finally:
        running.close()
