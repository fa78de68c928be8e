"""The examples of what Betaalhub sends: receivers that keep the contract answer as the examples say."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from gemeentelijke_koppelingen.simulatoren import RunningSimulators
from tests.koppelingen.conftest import control
from tests.voorbeelden import ANTWOORD, VRAAG, read, shape

ERP = ("betaalhub", "geheim")


@pytest.fixture(autouse=True)
def _nothing_kept(simulators: RunningSimulators) -> Iterator[None]:
    yield
    control(simulators.productsysteem_base, "reset")
    control(simulators.erp_base, "rekeningen", onbekend=[])
    control(simulators.erp_base, "reset")


def send(url: str, name: str, auth: tuple[str, str] | None = None) -> bytes:
    headers = {"Content-Type": "text/xml; charset=utf-8"}
    return requests.post(url, read(name + VRAAG), headers=headers, auth=auth, timeout=10).content


def test_a_product_system_answers_what_the_example_says_and_again(simulators: RunningSimulators) -> None:
    for _ in range(2):
        assert shape(send(simulators.productsysteem_url, "MeldBetaalstatus")) == shape(
            read("MeldBetaalstatus" + ANTWOORD)
        )


def test_a_product_system_refuses_as_the_example_says(simulators: RunningSimulators) -> None:
    control(simulators.productsysteem_base, "weiger", kenmerk="ZAAK-2026-0417", reden="Deze zaak is vernietigd.")
    refused = shape(send(simulators.productsysteem_url, "MeldBetaalstatus"))
    assert refused == shape(read("MeldBetaalstatus-geweigerd" + ANTWOORD))


def test_a_financial_system_books_and_tells_as_the_examples_say(simulators: RunningSimulators) -> None:
    control(simulators.erp_base, "rekeningen", onbekend=["9999"])
    asked_early = shape(send(simulators.erp_url, "VraagBoekingsbatch", ERP))
    assert asked_early == shape(read("VraagBoekingsbatch-onbekend" + ANTWOORD))
    for name in ("VerwerkBoekingsbatch", "VraagBoekingsbatch"):
        assert shape(send(simulators.erp_url, name, ERP)) == shape(read(name + ANTWOORD))
