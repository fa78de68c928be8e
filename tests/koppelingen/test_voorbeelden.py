"""The examples of what Betaalhub sends: receivers that keep the contract answer as the examples say."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

import pytest
import requests
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from betaalhub.ports import BetaalopdrachtStand, Ontvangst, RegelStand, Verwerking
from gemeentelijke_koppelingen import PRODUCTSYSTEEM
from gemeentelijke_koppelingen.simulatoren import RunningSimulators
from tests.koppelingen.conftest import control
from tests.voorbeelden import ANTWOORD, VRAAG, message, read, shape

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


@pytest.fixture
def receiver() -> Iterator[tuple[str, list[bytes]]]:
    """A product system that answers with the example, and every message that it got."""
    got: list[bytes] = []

    def application(environ: dict[str, object], start_response: Callable[..., object]) -> Iterable[bytes]:
        got.append(Request(environ).get_data())
        return Response(read("MeldBetaalstatus" + ANTWOORD), content_type="text/xml")(environ, start_response)

    http = make_server("127.0.0.1", 0, application)
    thread = threading.Thread(target=http.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{http.server_port}/", got
    http.shutdown()
    thread.join(5)


def test_what_betaalhub_sends_is_what_the_example_shows(receiver: tuple[str, list[bytes]]) -> None:
    example = message(read("MeldBetaalstatus" + VRAAG))
    referentienummer = example.findtext("{*}Stuurgegevens/{*}Referentienummer") or ""
    address, got = receiver
    ontvangst = PRODUCTSYSTEEM["betaalstatus"](address, timeout=10).meld_betaalstatus(
        _paid(), referentienummer=referentienummer, now=datetime(2026, 11, 23, 13, 35, 5, tzinfo=UTC)
    )
    assert ontvangst == Ontvangst(Verwerking.VERWERKT, 2, None)
    assert shape(got[0]) == shape(read("MeldBetaalstatus" + VRAAG))


def _paid() -> BetaalopdrachtStand:
    """The betaalopdracht of the examples, after it was paid."""
    begin = datetime(2026, 11, 23, 13, 30, tzinfo=UTC)
    return BetaalopdrachtStand(
        zender="vergunningen",
        betaalkenmerk="482710936577",
        winkelmandje="316048295742",
        kenmerk="ZAAK-2026-0417",
        status="BETAALD",
        versie=2,
        leverbaar=True,
        totaal_cent=18_750,
        ontvangen_cent=18_750,
        terugbetaald_cent=0,
        teruggeboekt_cent=0,
        regels=(RegelStand(1, "EVENEMENT", 18_750, True, "NIET_GEMELD"),),
        aangemaakt_op=begin,
        vervalt_op=begin.replace(month=12, day=7),
        betaald_op=begin.replace(minute=35),
        betaalmethode="IDEAL",
    )
