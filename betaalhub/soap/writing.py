"""Answers the operations that record something: one flow in one transaction, tried again where another was first."""

from __future__ import annotations

from typing import Any

import structlog
from sqlalchemy.orm import Session

from betaalhub.errors import Refusal
from betaalhub.flows import start_betaling as starting
from betaalhub.hub import Hub
from betaalhub.soap import types
from betaalhub.soap.availability import register_or_refusal
from betaalhub.soap.mapping import start_betaling_response, to_verzoek
from betaalhub.storage.database import with_retries

log = structlog.get_logger(__name__)


def start_betaling(hub: Hub, aanroeper: Any, message: Any) -> types.StartBetalingResponse:
    """Take a betaalopdracht, or find the one that this message made before."""
    omgeving = starting.Omgeving(now=hub.clock(), keys=hub.keys, limits=hub.limits, portaal=hub.portaal)
    verzoek = to_verzoek(message)

    def offer(session: Session) -> starting.StartBetalingAntwoord:
        return starting.start_betaling(session, verzoek, aanroeper=aanroeper, omgeving=omgeving)

    with register_or_refusal():
        antwoord = with_retries(hub.sessions, offer)
    log.info("start_betaling", zender=message.Stuurgegevens.Zender, betaalkenmerk=antwoord.betaalkenmerk)
    return start_betaling_response(antwoord)


def trek_betaling_in(hub: Hub, aanroeper: Any, message: Any) -> types.TrekBetalingInResponse:
    """Not there yet."""
    raise Refusal("PROCES_NIET_BESCHIKBAAR", "Deze operatie is er nog niet.")


def vraag_terugbetaling(hub: Hub, aanroeper: Any, message: Any) -> types.VraagTerugbetalingResponse:
    """Not there yet."""
    raise Refusal("PROCES_NIET_BESCHIKBAAR", "Deze operatie is er nog niet.")


def registreer_betaling(hub: Hub, aanroeper: Any, message: Any) -> types.RegistreerBetalingResponse:
    """Not there yet."""
    raise Refusal("PROCES_NIET_BESCHIKBAAR", "Deze operatie is er nog niet.")


def herroep_registratie(hub: Hub, aanroeper: Any, message: Any) -> types.HerroepRegistratieResponse:
    """Not there yet."""
    raise Refusal("PROCES_NIET_BESCHIKBAAR", "Deze operatie is er nog niet.")


def meld_levering(hub: Hub, aanroeper: Any, message: Any) -> types.MeldLeveringResponse:
    """Not there yet."""
    raise Refusal("PROCES_NIET_BESCHIKBAAR", "Deze operatie is er nog niet.")
