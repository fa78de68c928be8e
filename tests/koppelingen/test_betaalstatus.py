"""The contract with a product system: told until it knows, and old news changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from betaalhub.errors import NeighbourError, Outcome
from betaalhub.ports import Ontvangst, Verwerking
from gemeentelijke_koppelingen.productsysteem_betaalstatus import BetaalstatusProductsysteem
from gemeentelijke_koppelingen.simulatoren import DemoProduct, RunningSimulators, SimulatorConfig, start_simulators
from tests.koppelingen import lastig
from tests.koppelingen.conftest import control
from tests.koppelingen.voorbeelden import NU, stand


@pytest.fixture(autouse=True)
def _nothing_received(simulators: RunningSimulators) -> Iterator[None]:
    yield
    control(simulators.productsysteem_base, "reset")


def tell(productsysteem: BetaalstatusProductsysteem, versie: int, status: str = "BETAALD") -> Ontvangst:
    return productsysteem.meld_betaalstatus(stand(versie, status=status), referentienummer=f"R-{versie}", now=NU)


def known(simulators: RunningSimulators) -> list[tuple[int, str]]:
    listing = requests.get(f"{simulators.productsysteem_base}/control/berichten", timeout=10).json()
    return [(one["versie"], one["status"]) for one in listing["standen"]]


def test_a_new_versie_is_taken_over(productsysteem: BetaalstatusProductsysteem, simulators: RunningSimulators) -> None:
    assert tell(productsysteem, 2) == Ontvangst(Verwerking.VERWERKT, 2, None)
    assert known(simulators) == [(2, "BETAALD")]


def test_old_news_is_answered_with_what_is_known(
    productsysteem: BetaalstatusProductsysteem, simulators: RunningSimulators
) -> None:
    tell(productsysteem, 3)
    assert tell(productsysteem, 1, "OPEN") == Ontvangst(Verwerking.VERWERKT, 3, None)
    assert known(simulators) == [(3, "BETAALD")]


def test_the_same_versie_twice_is_the_same_answer(productsysteem: BetaalstatusProductsysteem) -> None:
    assert tell(productsysteem, 2) == tell(productsysteem, 2)


def test_a_refusal_has_a_reason_and_holds_up_only_its_own(
    productsysteem: BetaalstatusProductsysteem, simulators: RunningSimulators
) -> None:
    control(simulators.productsysteem_base, "weiger", kenmerk="ZAAK-1", reden="Deze zaak is gesloten.")
    assert tell(productsysteem, 2) == Ontvangst(Verwerking.GEWEIGERD, 2, "Deze zaak is gesloten.")
    other = productsysteem.meld_betaalstatus(stand(2, kenmerk="ZAAK-2"), referentienummer="R-9", now=NU)
    assert other.verwerking is Verwerking.VERWERKT


def test_after_a_lost_answer_telling_again_is_safe(
    productsysteem: BetaalstatusProductsysteem, simulators: RunningSimulators
) -> None:
    control(simulators.productsysteem_base, "faults", operation="MeldBetaalstatus", faults=["drop_after"])
    with pytest.raises(NeighbourError, match="UNKNOWN .CONNECTION_LOST"):
        tell(productsysteem, 2)
    assert tell(productsysteem, 2) == Ontvangst(Verwerking.VERWERKT, 2, None)


def test_a_receiver_that_is_down_stays_down_until_it_is_up(
    productsysteem: BetaalstatusProductsysteem, simulators: RunningSimulators
) -> None:
    control(simulators.productsysteem_base, "faults", operation="MeldBetaalstatus", always="http_503")
    for _ in range(2):
        with pytest.raises(NeighbourError) as caught:
            tell(productsysteem, 2)
        assert caught.value.outcome is Outcome.UNKNOWN
    control(simulators.productsysteem_base, "faults", operation="MeldBetaalstatus", always=None)
    assert tell(productsysteem, 2).verwerking is Verwerking.VERWERKT


def test_a_status_that_is_no_code_is_never_sent(productsysteem: BetaalstatusProductsysteem) -> None:
    with pytest.raises(NeighbourError, match="REFUSED .EIGEN_BERICHT_ONJUIST"):
        tell(productsysteem, 2, "geen code")


def test_the_page_shows_what_was_received(
    productsysteem: BetaalstatusProductsysteem, simulators: RunningSimulators
) -> None:
    tell(productsysteem, 2)
    page = requests.get(simulators.productsysteem_base, timeout=10).text
    assert "482710936577" in page and "BETAALD" in page and "Klein evenement" in page


def test_the_citizen_is_welcomed_back(simulators: RunningSimulators) -> None:
    assert "Bedankt" in requests.get(simulators.terugkeer_url, timeout=10).text


def test_a_product_system_without_a_hub_says_so(simulators: RunningSimulators) -> None:
    answer = requests.post(f"{simulators.productsysteem_base}/start", data={"product": "0"}, timeout=10)
    assert (answer.status_code, answer.json()["code"]) == (400, "GEEN_HUB")
    assert (
        requests.post(f"{simulators.productsysteem_base}/start", data={"product": "7"}, timeout=10).status_code == 404
    )


STARTED = """<StartBetalingResponse xmlns="urn:betaalhub:berichten:v1" xmlns:t="urn:betaalhub:typen:v1"><Stuurgegevens>
<t:Referentienummer>A</t:Referentienummer><t:CrossRefnummer>R</t:CrossRefnummer><t:TijdstipBericht>2026-11-23T13:30:00Z</t:TijdstipBericht>
</Stuurgegevens><Betaalkenmerk>482710936577</Betaalkenmerk><Winkelmandje>123456789012</Winkelmandje>
<BetaalUrl>https://betalen.example.nl/nl/winkelmandje/abc</BetaalUrl><Status>OPEN</Status><Versie>1</Versie>
<VervaltOp>2026-12-07T13:30:00Z</VervaltOp></StartBetalingResponse>"""
NO_HUB = {"psp_port": 0, "erp_port": 0, "productsysteem_port": 0, "hub_notification_url": None}


def press_start(hub_url: str) -> requests.Response:
    """Somebody presses the first button on the page of a product system that knows this hub."""
    product = DemoProduct("EVENEMENT-KLEIN", "Klein evenement", 5000, "VERGUNNINGEN")
    running = start_simulators(SimulatorConfig(**NO_HUB, hub_soap_url=hub_url, producten=(product,)))
    url, choice = f"{running.productsysteem_base}/start", {"product": "0", "meebetaaltoken": ""}
    answer = requests.post(url, data=choice, allow_redirects=False, timeout=10)
    running.close()
    return answer


def test_a_button_starts_a_betaling_and_sends_the_citizen_to_the_hub() -> None:
    soap = "http://schemas.xmlsoap.org/soap/envelope/"
    content = f'<s:Envelope xmlns:s="{soap}"><s:Body>{STARTED}</s:Body></s:Envelope>'.encode()
    with lastig.neighbour(lastig.answer(content)) as url:
        answer = press_start(url)
    assert answer.headers["Location"] == "https://betalen.example.nl/nl/winkelmandje/abc"


def test_a_hub_that_is_away_is_told_to_whoever_pressed() -> None:
    with lastig.nobody() as url:
        answer = press_start(url)
    assert answer.status_code == 502 and "CONNECT_FAILED" in answer.text
