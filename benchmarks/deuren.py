"""The WSGI applications that are compared: our door and stock Spyne, each with the real register and with none."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import timedelta
from importlib.resources import files
from types import SimpleNamespace
from typing import Any

from betaalhub import wire  # before spyne, which needs it on Python 3.12 and later
from betaalhub.app import utc_now
from betaalhub.domain.betaalopdracht import Limits
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.keys import Keys, Portaal
from betaalhub.flows.load_catalogus import load_catalogus
from betaalhub.hub import Hub
from betaalhub.resources import wsdl_path
from betaalhub.soap import types
from betaalhub.soap.access import AccessChoices, TransportAccess
from betaalhub.soap.application import Beveiliging, make_soap
from betaalhub.soap.fault_detail import BetaalhubFoutRenderer
from betaalhub.soap.faults import as_fault
from betaalhub.soap.mapping import to_verzoek
from betaalhub.soap.service import betaalhub_service
from betaalhub.storage.database import make_engine, make_sessions, migrate
from betaalhub.wire.addressing import Addressing
from betaalhub.wire.contract_files import ContractFiles
from betaalhub.wire.service import ServiceBase
from betaalhub.wire.serving import make_soap_application

from argon2 import PasswordHasher  # isort: skip
from spyne import Application  # isort: skip
from spyne.protocol.soap import Soap11  # isort: skip
from spyne.server.wsgi import WsgiApplication  # isort: skip

assert wire.spyne_compat  # spyne above was loaded by it

AANSLUITING, GEHEIM = "esb-demo", "geheim-van-de-meting"
URL = "http://127.0.0.1:8080/soap/v1"
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Any]


def make_register(database_url: str) -> Hub:
    """A hub on a fresh register with the demo catalogue; it calls no neighbour."""
    hub = Hub(
        sessions=make_sessions(make_engine(database_url)),
        psps={},
        erp=None,  # type: ignore[arg-type]
        productsysteem=lambda address: None,  # type: ignore[arg-type, return-value]
        clock=utc_now,
        keys=Keys(),
        limits=Limits(),
        portaal=Portaal("http://127.0.0.1:8080", "x" * 32),
        soap_url=URL,
        attempt=timedelta(minutes=20),
        lease=timedelta(minutes=5),
    )
    migrate(hub.sessions.kw["bind"])
    catalogus = tomllib.loads(files("betaalhub").joinpath("catalogus/demo.toml").read_text(encoding="utf-8"))
    hashed = PasswordHasher(memory_cost=19456).hash(GEHEIM)
    with hub.sessions.begin() as session:
        load_catalogus(session, catalogus, make_hash=lambda naam: hashed, door=Door("catalogus", utc_now()))
    return hub


def unlimited(hub: Hub) -> TransportAccess:
    """Who calls, without a bound on how often: how fast it is, not how fast it may be."""
    return TransportAccess(hub.sessions, hub.clock, AccessChoices(per_minute=0))


def our_service(hub: Hub) -> Wsgi:
    """What `betaalhub serve` mounts at /soap/v1."""
    return make_soap(hub, public_url=URL, beveiliging=Beveiliging(transport=unlimited(hub)))


def stock_service(hub: Hub) -> Wsgi:
    """The same operations on the same register behind stock Spyne; HTTP Basic as an application of Spyne would add it."""
    application = _stock(betaalhub_service(hub))
    access = unlimited(hub)

    def know_caller(ctx: Any) -> None:
        ctx.udc = SimpleNamespace(caller=access(ctx.transport.req_env))

    application.event_manager.add_listener("method_call", know_caller)
    return WsgiApplication(application)


def our_wire() -> Wsgi:
    """Our door with nothing behind it: reads, validates, dispatches, answers, validates."""
    return make_soap_application(
        _wire_only(),
        ContractFiles(wsdl_path("betaalhub-v1.wsdl")),
        url=URL,
        tns=types.BER,
        fault_renderer=BetaalhubFoutRenderer(),
        headers=Addressing(),
        as_fault=as_fault,
    )


def stock_wire() -> Wsgi:
    """Stock Spyne with nothing behind it: the same models and the same method; it validates what comes in only."""
    return WsgiApplication(_stock(_wire_only()))


def _stock(service: type[ServiceBase]) -> Application:
    return Application(
        [service], tns=types.BER, name="Betaalhub", in_protocol=Soap11(validator="lxml"), out_protocol=Soap11()
    )


def _wire_only() -> type[ServiceBase]:
    """The service with a method that reads its message into the values of the trade and gives one fixed answer."""
    now = utc_now()
    antwoord = types.StartBetalingResponse(
        Stuurgegevens=types.StuurgegevensAntwoord(
            Referentienummer="0123456789ABCDEF0123456789", CrossRefnummer="ref-1", TijdstipBericht=now
        ),
        Betaalkenmerk="482710936577",
        Winkelmandje="482710936577",
        BetaalUrl=f"http://127.0.0.1:8080/nl/winkelmandje/{'x' * 43}",
        Status="OPEN",
        Versie=1,
        VervaltOp=now,
    )

    def start_betaling(ctx: Any, message: Any) -> types.StartBetalingResponse:
        to_verzoek(message)
        return antwoord

    service = betaalhub_service(None)  # type: ignore[arg-type]  # no operation that needs a hub is called
    service.public_methods["StartBetaling"].reset_function(start_betaling)
    return service
