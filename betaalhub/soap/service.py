"""The operations of `wsdl/betaalhub-v1.wsdl`, one method each: read, one flow in one transaction, answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from betaalhub.errors import Refusal
from betaalhub.flows.controleer import controleer
from betaalhub.flows.stand import vraag_betaalstatus
from betaalhub.flows.start_betaling import Omgeving, StartBetalingAntwoord, start_betaling
from betaalhub.hub import Hub
from betaalhub.soap import types
from betaalhub.soap.mapping import (
    start_betaling_response,
    stuurgegevens,
    to_verzoek,
    vraag_betaalstatus_response,
)
from betaalhub.storage.database import reading, with_retries, worth_another_try
from betaalhub.wire.service import ServiceBase, operation

log = structlog.get_logger(__name__)

CONTRACTVERSIE = "1.0"
_FAULTS = (types.BetaalhubFout,)


def betaalhub_service(hub: Hub) -> type[ServiceBase]:
    """The Spyne service of this hub. The docstrings of its operations are the contract's own texts (a test compares)."""

    class Betaalhub(ServiceBase):
        """The service for product systems."""

        @operation(types.StartBetaling, types.StartBetalingResponse, faults=_FAULTS)
        def StartBetaling(ctx: Any, message: Any) -> types.StartBetalingResponse:
            """Biedt een betaalopdracht aan. Antwoordt met het betaalkenmerk en het adres waar de betaler kan betalen. Veilig te herhalen met hetzelfde Referentienummer."""
            return _start_betaling(hub, ctx.udc.caller, message)

        @operation(types.VraagBetaalstatus, types.VraagBetaalstatusResponse, faults=_FAULTS)
        def VraagBetaalstatus(ctx: Any, message: Any) -> types.VraagBetaalstatusResponse:
            """Geeft de stand van één betaalopdracht van de zender, op Betaalkenmerk of op het eigen Kenmerk."""
            return _vraag_betaalstatus(hub, ctx.udc.caller, message)

        @operation(types.Controleer, types.ControleerResponse, faults=_FAULTS)
        def Controleer(ctx: Any, message: Any) -> types.ControleerResponse:
            """Controleert de verbinding van begin tot eind: wie bent u voor Betaalhub, welke versies draaien, is het register bereikbaar."""
            return _controleer(hub, ctx.udc.caller, message)

    return Betaalhub


def _start_betaling(hub: Hub, aanroeper: Any, message: Any) -> types.StartBetalingResponse:
    omgeving = Omgeving(now=hub.clock(), keys=hub.keys, limits=hub.limits, portaal=hub.portaal)
    verzoek = to_verzoek(message)

    def offer(session: Session) -> StartBetalingAntwoord:
        return start_betaling(session, verzoek, aanroeper=aanroeper, omgeving=omgeving)

    with register_or_refusal():
        antwoord = with_retries(hub.sessions, offer)
    log.info("start_betaling", zender=message.Stuurgegevens.Zender, betaalkenmerk=antwoord.betaalkenmerk)
    return start_betaling_response(antwoord)


def _vraag_betaalstatus(hub: Hub, aanroeper: Any, message: Any) -> types.VraagBetaalstatusResponse:
    with register_or_refusal(), reading(hub.sessions) as session:
        stand, betaal_url = vraag_betaalstatus(
            session,
            zender=message.Stuurgegevens.Zender,
            aanroeper=aanroeper,
            portaal=hub.portaal,
            betaalkenmerk=message.Betaalkenmerk,
            kenmerk=message.Kenmerk,
        )
    return vraag_betaalstatus_response(stand, betaal_url, _kop(hub, message))


def _controleer(hub: Hub, aanroeper: Any, message: Any) -> types.ControleerResponse:
    zender = message.Stuurgegevens.Zender
    naam = _zender_naam(hub, aanroeper, zender)
    return types.ControleerResponse(
        Stuurgegevens=_kop(hub, message),
        Aansluiting=aanroeper.naam,
        Zender=zender,
        ZenderNaam=naam,
        Contractversie=CONTRACTVERSIE,
        Hubversie=hubversie(),
        RegisterBereikbaar=naam is not None,
        Tijdstip=hub.clock(),
    )


def _zender_naam(hub: Hub, aanroeper: Any, zender: str) -> str | None:
    """The registered name of the zender; None when the register cannot be read, which is for Controleer an answer."""
    try:
        with register_or_refusal(), reading(hub.sessions) as session:
            return controleer(session, aanroeper=aanroeper, zender=zender)
    except Refusal as refusal:
        if refusal.code != "PROCES_NIET_BESCHIKBAAR":
            raise
        return None


def _kop(hub: Hub, message: Any) -> types.StuurgegevensAntwoord:
    return stuurgegevens(hub.keys.number(), message.Stuurgegevens.Referentienummer, hub.clock())


@contextmanager
def register_or_refusal() -> Iterator[None]:
    """Turns a register that is down, locked or too busy into PROCES_NIET_BESCHIKBAAR, which the caller may repeat."""
    try:
        yield
    except PoolTimeout as error:
        raise _unreachable(error) from error
    except DBAPIError as error:
        lost = isinstance(error, (OperationalError, InterfaceError)) or error.connection_invalidated
        if not lost and not worth_another_try(error):
            raise
        raise _unreachable(error) from error


def _unreachable(error: SQLAlchemyError) -> Refusal:
    log.error("register_not_reachable", error=type(error).__name__)
    text = "Het betaalregister is even niet bereikbaar. Herhaal het bericht later, ongewijzigd."
    return Refusal("PROCES_NIET_BESCHIKBAAR", text)


def hubversie() -> str:
    """The version of the installed package; `onbekend` in a checkout that was never installed."""
    try:
        return version("betaalhub")
    except PackageNotFoundError:
        return "onbekend"
