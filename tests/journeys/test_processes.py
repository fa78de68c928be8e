"""Several processes of the hub and several workers on one register: each thing happens once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from lxml import etree

from betaalhub.demo.journey import wait_until
from betaalhub.storage.tables import BetaalopdrachtRow, WinkelmandjeRow
from tests.builders import ESB, GEHEIM
from tests.journeys.burger import Burger
from tests.journeys.crash_launcher import run_worker
from tests.journeys.crash_scene import Gunicorn, Scene

AT_ONCE = 12


@pytest.fixture
def served(scene: Scene) -> Iterator[Scene]:
    """The hub in two processes."""
    with Gunicorn(scene, processes=2) as hub:
        assert len(hub.workers()) == 2
        yield scene


def test_the_same_message_at_once_in_two_processes_is_one_betaalopdracht(served: Scene) -> None:
    client, message = served.stad.client(), served.stad.message("EVENEMENT")
    envelope = etree.tostring(client.create_message(client.service, "StartBetaling", **message))

    def send(_: int) -> bytes:
        url, headers = f"{served.stad.near.address}/soap/v1", {"Content-Type": "text/xml; charset=utf-8"}
        answer = requests.post(url, data=envelope, headers=headers, auth=(ESB, GEHEIM), timeout=30)
        assert answer.status_code == 200, answer.text
        return etree.tostring(etree.fromstring(answer.content).find("{*}Body"))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert len(set(pool.map(send, range(AT_ONCE)))) == 1
    assert len(served.stad.rows(BetaalopdrachtRow)) == len(served.stad.rows(WinkelmandjeRow)) == 1


def test_the_button_pressed_at_once_in_two_processes_is_one_order(served: Scene) -> None:
    opdracht = served.stad.offers("EVENEMENT")
    tabs = [Burger(opdracht.url) for _ in range(6)]
    with ThreadPoolExecutor(len(tabs)) as pool:
        list(pool.map(lambda tab: tab.presses_pay(), tabs))
    assert len(served.stad.betalingen()) == len(served.stad.orders()) == 1
    assert all(tab.is_at_psp for tab in tabs)


def test_three_workers_tell_and_book_everything_once(served: Scene) -> None:
    stad = served.stad
    opdrachten = [stad.offers("EVENEMENT") for _ in range(5)]
    for opdracht in opdrachten:
        Burger(opdracht.url).presses_pay().at_psp("approve_no_return")
        stad.psp(f"orders/{opdracht.winkelmandje}-1/notify", times=2)
    for _ in range(3):
        served.launch(run_worker)
    wait_until("workers zonder werk", served.is_idle)
    for opdracht in opdrachten:
        assert stad.told(opdracht) == [(2, "BETAALD", True)]
        assert len(stad.booked(opdracht)) == 1
    stad.check()
