"""The same message at once to two hubs on one register: one effect, and the same bytes for everybody."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
from lxml import etree

from betaalhub.app import make_hub
from betaalhub.settings import Settings
from betaalhub.storage.tables import BetaalopdrachtRow, BetalingRow, GebeurtenisRow, TerugbetalingRow
from gemeentelijke_koppelingen.simulatoren import RunningSimulators
from tests.builders import ESB, GEHEIM, demo_catalogus, load
from tests.journeys import balie
from tests.journeys.crash_scene import Gunicorn, Scene
from tests.journeys.stad import Clock, Neighbourhood, Opdracht, Stad
from tests.ports import free_port
from tests.storage.conftest import administrators, postgres_server, postgresql_url  # noqa: F401  the storage's server

AT_ONCE = 12


@pytest.fixture(params=["sqlite", "postgresql"])
def hubs(request: pytest.FixtureRequest, scene: Scene, tmp_path: Path) -> Iterator[tuple[Stad, list[str]]]:
    """Two hubs of two processes each on one register, and their addresses."""
    stad = scene.stad
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql_url")
        stad = on_postgres(scene, url)
    port = free_port()
    second = Stad(stad.near, {**stad.env, "BETAALHUB_BIND": f"127.0.0.1:{port}"}, stad.hub, stad.clock)
    other = Scene(second, tmp_path)
    other.stad.near = Neighbourhood(stad.near.simulators, f"http://127.0.0.1:{port}", stad.near.register)
    with contextlib.ExitStack() as stack:
        for one in (Scene(stad, tmp_path), other):
            stack.enter_context(Gunicorn(one, processes=2))
        yield stad, [stad.near.address, other.stad.near.address]
    stad.close()


def on_postgres(scene: Scene, url: str) -> Stad:
    """The same town with its register on PostgreSQL."""
    near: RunningSimulators = scene.stad.near.simulators
    env = {**scene.stad.env, "BETAALHUB_DATABASE_URL": url}
    hub = make_hub(Settings.from_env(env))
    load(hub.sessions, demo_catalogus(terug=near.terugkeer_url, push=near.productsysteem_url))
    return Stad(scene.stad.near, env, hub, Clock())


def at_once(stad: Stad, addresses: list[str], operatie: str, message: dict[str, Any]) -> set[bytes]:
    """The bodies of the answers to one message that is sent many times at once, to each hub in turn."""
    client = stad.client()
    envelope = etree.tostring(client.create_message(client.service, operatie, **message))

    def send(number: int) -> bytes:
        url, headers = f"{addresses[number % len(addresses)]}/soap/v1", {"Content-Type": "text/xml; charset=utf-8"}
        answer = requests.post(url, data=envelope, headers=headers, auth=(ESB, GEHEIM), timeout=60)
        assert answer.status_code == 200, answer.text
        return etree.tostring(etree.fromstring(answer.content).find("{*}Body"))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return set(pool.map(send, range(AT_ONCE)))


def lines(**more: Any) -> list[dict[str, Any]]:
    return [{"Regelnummer": 1, **more}]


def paid(stad: Stad) -> tuple[Opdracht, Any]:
    opdracht = stad.offers("EVENEMENT")
    return opdracht, balie.registers(stad, opdracht)


def a_start(stad: Stad) -> dict[str, Any]:
    return stad.message("EVENEMENT")


def a_withdrawal(stad: Stad) -> dict[str, Any]:
    return balie.message(stad.offers("EVENEMENT"), Reden="Toch niet")


def a_registration(stad: Stad) -> dict[str, Any]:
    return balie.registration(stad, stad.offers("EVENEMENT"))


def a_revocation(stad: Stad) -> dict[str, Any]:
    opdracht, answer = paid(stad)
    kop = balie.message(opdracht)["Stuurgegevens"]
    return {"Stuurgegevens": kop, "Registratienummer": answer.Registratienummer, "Reden": "Verkeerd"}


def a_request(stad: Stad) -> dict[str, Any]:
    return balie.message(paid(stad)[0], Terugbetaalregel=lines(BedragInCenten=10_000), Reden="Te veel")


def a_levering(stad: Stad) -> dict[str, Any]:
    return balie.message(paid(stad)[0], Leveringsregel=lines(Levering="NIET_LEVERBAAR"))


# operation, its message, and what there is of it afterwards: rows, or gebeurtenissen of a kind
CASES: list[tuple[str, Callable[[Stad], dict[str, Any]], Any]] = [
    ("StartBetaling", a_start, BetaalopdrachtRow),
    ("TrekBetalingIn", a_withdrawal, "INTREKKING"),
    ("RegistreerBetaling", a_registration, BetalingRow),
    ("HerroepRegistratie", a_revocation, TerugbetalingRow),
    ("VraagTerugbetaling", a_request, TerugbetalingRow),
    ("MeldLevering", a_levering, "LEVERING_GEMELD"),
]


def test_the_same_message_at_once_has_one_effect_and_one_answer(hubs: tuple[Stad, list[str]]) -> None:
    stad, addresses = hubs
    for operatie, make, effect in CASES:
        message = make(stad)
        before = count(stad, effect)
        assert len(at_once(stad, addresses, operatie, message)) == 1, operatie
        assert count(stad, effect) - before == 1, operatie


def count(stad: Stad, effect: Any) -> int:
    if isinstance(effect, str):
        return sum(row.soort == effect for row in stad.rows(GebeurtenisRow))
    return len(stad.rows(effect))


def test_requests_at_once_in_several_processes_never_exceed_what_is_left(hubs: tuple[Stad, list[str]]) -> None:
    stad, addresses = hubs
    opdracht, _ = paid(stad)
    messages = [
        balie.message(opdracht, Terugbetaalregel=lines(BedragInCenten=5_000), Reden="Te veel") for _ in range(8)
    ]
    client = stad.client()
    envelopes = [etree.tostring(client.create_message(client.service, "VraagTerugbetaling", **one)) for one in messages]

    def send(number: int) -> int:
        url, headers = f"{addresses[number % 2]}/soap/v1", {"Content-Type": "text/xml; charset=utf-8"}
        return requests.post(url, data=envelopes[number], headers=headers, auth=(ESB, GEHEIM), timeout=60).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(send, range(8)))
    assert (statuses.count(200), statuses.count(500)) == (3, 5)
    assert sum(row.bedrag_cent for row in stad.rows(TerugbetalingRow)) == 15_000
    stad.check()
