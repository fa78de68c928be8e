"""A municipality for the pages: a real register, the simulated PSP as its neighbour, a clock that can be set, a browser."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from werkzeug.test import Client

import betaalhub
from betaalhub.domain.betaalopdracht import Limits
from betaalhub.flows.keys import Keys, Portaal
from betaalhub.flows.load_catalogus import load_catalogus
from betaalhub.hub import Hub
from betaalhub.storage.database import make_engine, make_sessions, migrate
from betaalhub.web.application import make_web
from betaalhub.web.security import SecurityHeaders
from gemeentelijke_koppelingen.psp_docdata import DocdataPsp
from gemeentelijke_koppelingen.simulatoren import RunningSimulators, SimulatorConfig, start_simulators
from tests.builders import OPENING
from tests.flows.town import Town, make_town
from tests.web.gemeente import Clock, Gemeente

CATALOGUS = Path(betaalhub.__file__).parent / "catalogus" / "demo.toml"


@pytest.fixture(scope="session")
def simulators() -> Iterator[RunningSimulators]:
    running = start_simulators(
        SimulatorConfig(psp_port=0, erp_port=0, productsysteem_port=0, hub_notification_url=None, hub_soap_url=None)
    )
    yield running
    running.close()


@pytest.fixture(scope="session")
def loaded_register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated register with the demo catalogue, closed: every test gets a copy."""
    path = tmp_path_factory.mktemp("register") / "register.sqlite3"
    engine = make_engine(f"sqlite:///{path}")
    migrate(engine)
    with make_sessions(engine).begin() as session:
        load_catalogus(
            session, tomllib.loads(CATALOGUS.read_text("utf-8")), make_hash=lambda _: "no hash", door=OPENING
        )
    engine.dispose()
    return path


@pytest.fixture
def gemeente(tmp_path: Path, loaded_register: Path, simulators: RunningSimulators) -> Iterator[Gemeente]:
    path = Path(shutil.copy(loaded_register, tmp_path))
    engine = make_engine(f"sqlite:///{path}")
    sessions, clock = make_sessions(engine), Clock()
    psp = DocdataPsp(
        url=simulators.psp_url, menu_url=simulators.psp_menu_url, merchant="gemeente_demo", password="geheim", timeout=5
    )
    hub = Hub(
        sessions=sessions,
        psps={"psp": psp},
        erp=None,  # type: ignore[arg-type]  # the pages never speak to it
        productsysteem=None,  # type: ignore[arg-type]
        clock=clock,
        keys=Keys(),
        limits=Limits(),
        portaal=Portaal("https://betalen.example", "a secret of more than thirty-two characters"),
        soap_url="https://betalen.example/soap/v1",
        attempt=timedelta(minutes=20),
        lease=timedelta(minutes=5),
    )
    web = SecurityHeaders(make_web(hub, telefoon="14 010"), tls=True)
    yield Gemeente(hub, clock, simulators.psp_base, Client(web))
    engine.dispose()


@pytest.fixture(scope="session")
def empty_register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated register with nothing in it, closed."""
    path = tmp_path_factory.mktemp("empty") / "register.sqlite3"
    engine = make_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture
def town(tmp_path: Path, empty_register: Path) -> Iterator[Town]:
    """A town whose PSP answers what a test says: for what happens after paying."""
    engine = make_engine(f"sqlite:///{shutil.copy(empty_register, tmp_path)}")
    yield make_town(engine)
    engine.dispose()
