"""Answers the operations that only read: one flow in one reading transaction, then the answer."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Any

from betaalhub.errors import Refusal
from betaalhub.flows import controleer as ping
from betaalhub.flows import stand as standen
from betaalhub.hub import Hub
from betaalhub.soap import types
from betaalhub.soap.availability import register_or_refusal
from betaalhub.soap.mapping import stuurgegevens, vraag_betaalstatus_response
from betaalhub.storage.database import reading

CONTRACTVERSIE = "1.0"


def vraag_betaalstatus(hub: Hub, aanroeper: Any, message: Any) -> types.VraagBetaalstatusResponse:
    """How one betaalopdracht stands now."""
    with register_or_refusal(), reading(hub.sessions) as session:
        stand, betaal_url = standen.vraag_betaalstatus(
            session,
            zender=message.Stuurgegevens.Zender,
            aanroeper=aanroeper,
            portaal=hub.portaal,
            betaalkenmerk=message.Betaalkenmerk,
            kenmerk=message.Kenmerk,
        )
    return vraag_betaalstatus_response(stand, betaal_url, _kop(hub, message))


def vraag_wijzigingen(hub: Hub, aanroeper: Any, message: Any) -> types.VraagWijzigingenResponse:
    """Not there yet."""
    raise Refusal("PROCES_NIET_BESCHIKBAAR", "Deze operatie is er nog niet.")


def zoek_betalingen(hub: Hub, aanroeper: Any, message: Any) -> types.ZoekBetalingenResponse:
    """Not there yet."""
    raise Refusal("PROCES_NIET_BESCHIKBAAR", "Deze operatie is er nog niet.")


def vraag_producten(hub: Hub, aanroeper: Any, message: Any) -> types.VraagProductenResponse:
    """Not there yet."""
    raise Refusal("PROCES_NIET_BESCHIKBAAR", "Deze operatie is er nog niet.")


def vraag_klantoverzicht(hub: Hub, aanroeper: Any, message: Any) -> types.VraagKlantoverzichtResponse:
    """Not there yet."""
    raise Refusal("PROCES_NIET_BESCHIKBAAR", "Deze operatie is er nog niet.")


def controleer(hub: Hub, aanroeper: Any, message: Any) -> types.ControleerResponse:
    """Who the caller is to us, which versions run, and whether the register is there."""
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
            return ping.controleer(session, aanroeper=aanroeper, zender=zender)
    except Refusal as refusal:
        if refusal.code != "PROCES_NIET_BESCHIKBAAR":
            raise
        return None


def _kop(hub: Hub, message: Any) -> types.StuurgegevensAntwoord:
    return stuurgegevens(hub.keys.number(), message.Stuurgegevens.Referentienummer, hub.clock())


def hubversie() -> str:
    """The version of the installed package; `onbekend` in a checkout that was never installed."""
    try:
        return version("betaalhub")
    except PackageNotFoundError:
        return "onbekend"
