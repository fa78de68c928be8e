"""A hub over a fresh SQLite register with the demo catalogue, and its SOAP service, also behind a real HTTP server."""

from __future__ import annotations

import threading
import tomllib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select
from werkzeug.serving import make_server

from betaalhub.domain.betaalopdracht import Limits
from betaalhub.flows.keys import Keys, Portaal
from betaalhub.flows.load_catalogus import load_catalogus
from betaalhub.hub import Hub
from betaalhub.soap.application import make_soap
from betaalhub.storage.database import make_engine, make_sessions, migrate
from betaalhub.storage.tables import ZenderOperatieRow, ZenderRow
from betaalhub.wire.serving import SoapEndpoint
from tests.builders import OPENING
from tests.contract.samples import ROOT
from tests.flows.town import make_town
from tests.soap.calls import Answer, regel, registreer, send, start
from tests.soap.loket import Loket

NOW = datetime(2026, 11, 23, 13, 30, tzinfo=UTC)
CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
TWO = {"regels": regel() + regel(2, product="OMGEVING", bedrag=8450), "totaal": "27200"}
Says = Callable[[str], Answer]


def make_hub(database_url: str) -> Hub:
    """A hub on this register; it calls no neighbour here."""
    return Hub(
        sessions=make_sessions(make_engine(database_url)),
        psps={},
        erp=None,
        productsysteem=lambda address: None,
        clock=lambda: NOW,
        keys=Keys(),
        limits=Limits(),
        portaal=Portaal("https://betalen.example.nl", "x" * 32),
        soap_url="https://betalen.example.nl/soap/v1",
        attempt=timedelta(minutes=20),
        lease=timedelta(minutes=5),
    )


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    return fill(make_hub(f"sqlite:///{tmp_path}/register.sqlite3"))


def fill(hub: Hub) -> Hub:
    """Migrate the register of a hub, and put the demo catalogue into it."""
    migrate(hub.sessions.kw["bind"])
    catalogus = tomllib.loads((ROOT / "betaalhub/catalogus/demo.toml").read_text(encoding="utf-8"))
    catalogus["aansluiting"].append({"naam": "alleen-parkeren", "zenders": ["parkeren"]})
    with hub.sessions.begin() as session:
        load_catalogus(session, catalogus, make_hash=lambda naam: CHEAP.hash("geheim"), door=OPENING)
    return hub


@pytest.fixture
def soap(hub: Hub) -> SoapEndpoint:
    return make_soap(hub, public_url=hub.soap_url)


@pytest.fixture
def loket(tmp_path: Path) -> Iterator[Loket]:
    """A town whose neighbours answer what a test tells them to, behind the SOAP door; every zender may ask for an overview."""
    engine = make_engine(f"sqlite:///{tmp_path}/town.sqlite3")
    migrate(engine)
    town = make_town(engine)
    with town.hub.sessions.begin() as session:
        for zender_id in session.scalars(select(ZenderRow.id)):
            session.merge(ZenderOperatieRow(zender_id=zender_id, operatie="VraagKlantoverzicht"))
    yield Loket.of(town)
    engine.dispose()


@pytest.fixture
def says(soap: SoapEndpoint) -> Says:
    """The product system sends a message; the answer comes back."""
    return lambda message: send(soap, message)


@pytest.fixture
def offered(says: Says) -> Answer:
    """ZK-1: an event permit."""
    return says(start())


@pytest.fixture
def paid(says: Says) -> Answer:
    """ZK-1: two permits, paid at the counter."""
    says(start(**TWO))
    return says(registreer(BedragInCenten=27200))


def rows(hub: Hub, row_class: type) -> list:
    """Every row of a kind."""
    with hub.sessions() as session:
        return list(session.scalars(select(row_class)))


@pytest.fixture
def server(hub: Hub) -> Iterator[str]:
    """The address of the service behind a threaded HTTP server on a free port."""
    http = make_server("127.0.0.1", 0, lambda environ, start: application[0](environ, start), threaded=True)
    address = f"http://127.0.0.1:{http.server_port}/soap/v1"
    application = [make_soap(hub, public_url=address)]
    thread = threading.Thread(target=http.serve_forever, daemon=True)
    thread.start()
    yield address
    http.shutdown()
    thread.join(5)
