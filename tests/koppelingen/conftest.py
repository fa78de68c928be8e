"""The simulators on free ports, and the connectors that talk to them over HTTP."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from betaalhub.ports import InboundHttp
from gemeentelijke_koppelingen import ERP, PRODUCTSYSTEEM
from gemeentelijke_koppelingen.erp_grootboek import GrootboekErp
from gemeentelijke_koppelingen.productsysteem_betaalstatus import BetaalstatusProductsysteem
from gemeentelijke_koppelingen.psp_docdata import DocdataPsp
from gemeentelijke_koppelingen.simulatoren import DemoProduct, RunningSimulators, SimulatorConfig, start_simulators

Control = Callable[..., dict[str, object]]


class Hub:
    """Where a PSP simulator's notifications arrive; answers with the next status, 200 by default."""

    def __init__(self) -> None:
        self.queries: list[str] = []
        self.received: list[InboundHttp] = []
        self.statuses: list[int] = []
        self.arrived = threading.Semaphore(0)
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                query = dict(parse_qsl(parts.query))
                hub.received.append(InboundHttp(self.command, parts.path, query, dict(self.headers), body))
                hub.queries.append(parts.query)
                self.send_response(hub.statuses.pop(0) if hub.statuses else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()
                hub.arrived.release()

            do_POST = do_GET

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/psp/psp/melding"
        self.url = f"{self.address}?reference="
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def wait(self, times: int) -> list[str]:
        """The queries of the notifications once `times` more have arrived."""
        for _ in range(times):
            assert self.arrived.acquire(timeout=10)
        return list(self.queries)

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def hub() -> Iterator[Hub]:
    hub = Hub()
    yield hub
    hub.close()


@pytest.fixture(scope="session")
def simulators() -> Iterator[RunningSimulators]:
    product = DemoProduct("EVENEMENT-KLEIN", "Klein evenement", 5000, "VERGUNNINGEN")
    config = SimulatorConfig(
        psp_port=0,
        erp_port=0,
        productsysteem_port=0,
        hub_notification_url=None,
        hub_soap_url=None,
        psp_merchant="gemeente",
        psp_password="wachtwoord",
        erp_user="betaalhub",
        erp_password="geheim",
        producten=(product,),
    )
    running = start_simulators(config)
    yield running
    running.close()


@pytest.fixture
def notifying(hub: Hub) -> Iterator[RunningSimulators]:
    """Simulators of their own, whose PSP notifies the `hub`."""
    config = SimulatorConfig(
        psp_port=0, erp_port=0, productsysteem_port=0, hub_notification_url=hub.url, hub_soap_url=None
    )
    running = start_simulators(config)
    yield running
    running.close()


def connect_docdata(simulators: RunningSimulators, *, password: str = "wachtwoord") -> DocdataPsp:
    return DocdataPsp(
        url=simulators.psp_url, menu_url=simulators.psp_menu_url, merchant="gemeente", password=password, timeout=10
    )


@pytest.fixture
def docdata(simulators: RunningSimulators) -> DocdataPsp:
    return connect_docdata(simulators)


@pytest.fixture
def erp(simulators: RunningSimulators) -> GrootboekErp:
    return ERP["grootboek"](simulators.erp_url, "betaalhub", "geheim", timeout=10)


@pytest.fixture
def productsysteem(simulators: RunningSimulators) -> BetaalstatusProductsysteem:
    return PRODUCTSYSTEEM["betaalstatus"](simulators.productsysteem_url, timeout=10)


def control(base: str, path: str, **values: object) -> dict[str, object]:
    """POST to the control API of a simulator; it must accept."""
    response = requests.post(f"{base}/control/{path}", json=values, timeout=10)
    assert response.status_code == 200, response.text
    return dict(response.json())
