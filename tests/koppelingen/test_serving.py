"""Where the simulators may run, and what they say when they may not."""

from __future__ import annotations

import socket
import threading

import pytest
import requests

from betaalhub.errors import ConfigurationError
from gemeentelijke_koppelingen.simulatoren import SimulatorConfig, serve_simulators, start_simulators
from gemeentelijke_koppelingen.simulatoren.templates import euro
from tests.koppelingen.conftest import control

FREE = {"psp_port": 0, "erp_port": 0, "productsysteem_port": 0, "hub_notification_url": None, "hub_soap_url": None}


def test_beside_a_production_account_they_do_not_start() -> None:
    with pytest.raises(ConfigurationError, match="productieaccount"):
        SimulatorConfig(productie=True)


def test_they_listen_on_this_computer_only() -> None:
    with pytest.raises(ConfigurationError, match="BETAALHUB_SIMULATOR_HOST"):
        SimulatorConfig(host="0.0.0.0")
    assert SimulatorConfig(host="0.0.0.0", allow_other_hosts=True).host == "0.0.0.0"


def test_a_taken_port_is_named_with_its_setting() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"Poort {port} .*BETAALHUB_SIMULATOR_ERP_PORT"):
            start_simulators(SimulatorConfig(**{**FREE, "erp_port": port}))


def test_they_stop_when_told_even_while_one_hangs() -> None:
    running = start_simulators(SimulatorConfig(**FREE))
    control(running.erp_base, "faults", operation="VerwerkBoekingsbatch", always="hang")
    running.close()
    with pytest.raises(requests.ConnectionError):
        requests.get(running.erp_base, timeout=5)


def test_serving_ends_with_the_event() -> None:
    stop = threading.Event()
    server = threading.Thread(target=serve_simulators, args=(SimulatorConfig(**FREE), stop))
    server.start()
    stop.set()
    server.join(10)
    assert not server.is_alive()


def test_the_contract_is_served_with_their_own_address() -> None:
    running = start_simulators(SimulatorConfig(**FREE))
    for url in (running.psp_url, running.erp_url, running.productsysteem_url):
        assert f'location="{url}"' in requests.get(f"{url}?wsdl", timeout=10).text
    running.close()


@pytest.mark.parametrize(
    ("cents", "text"), [(0, "€ 0,00"), (5, "€ 0,05"), (123_456_789, "€ 1.234.567,89"), (-50, "€ -0,50")]
)
def test_amounts_are_written_as_dutch_people_do(cents: int, text: str) -> None:
    assert euro(cents) == text
