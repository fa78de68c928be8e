"""Answers the operations that record something: one flow in one transaction, tried again where another was first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import structlog

from betaalhub.domain.bericht import Bericht
from betaalhub.flows.antwoorden import Antwoord
from betaalhub.flows.keys import Omgeving
from betaalhub.flows.register_betaling import register_betaling
from betaalhub.flows.report_levering import report_levering
from betaalhub.flows.request_terugbetaling import request_terugbetaling
from betaalhub.flows.revoke_registratie import revoke_registratie
from betaalhub.flows.start_betaling import start_betaling as offer
from betaalhub.flows.withdraw import withdraw
from betaalhub.hub import Hub
from betaalhub.soap import mapping, types
from betaalhub.soap import mapping_writing as spelling
from betaalhub.soap.availability import register_or_refusal
from betaalhub.storage.database import with_retries

log = structlog.get_logger(__name__)

A = TypeVar("A", bound=Antwoord)


def start_betaling(hub: Hub, aanroeper: Any, message: Any) -> types.StartBetalingResponse:
    """Take a betaalopdracht, or find the one that this message made before."""
    return mapping.start_betaling_response(
        _recorded(hub, aanroeper, mapping.to_verzoek(message), offer, event="start_betaling")
    )


def trek_betaling_in(hub: Hub, aanroeper: Any, message: Any) -> types.TrekBetalingInResponse:
    """Withdraw a betaalopdracht that nobody has paid."""
    return spelling.trek_betaling_in_response(
        _recorded(hub, aanroeper, spelling.to_intrekking(message), withdraw, event="trek_betaling_in")
    )


def vraag_terugbetaling(hub: Hub, aanroeper: Any, message: Any) -> types.VraagTerugbetalingResponse:
    """Record that money must go back."""
    return spelling.vraag_terugbetaling_response(
        _recorded(
            hub, aanroeper, spelling.to_terugbetaling(message), request_terugbetaling, event="vraag_terugbetaling"
        )
    )


def registreer_betaling(hub: Hub, aanroeper: Any, message: Any) -> types.RegistreerBetalingResponse:
    """Record money that the zender received itself."""
    return spelling.registreer_betaling_response(
        _recorded(hub, aanroeper, spelling.to_registratie(message), register_betaling, event="registreer_betaling")
    )


def herroep_registratie(hub: Hub, aanroeper: Any, message: Any) -> types.HerroepRegistratieResponse:
    """Undo a registration that turned out wrong."""
    return spelling.herroep_registratie_response(
        _recorded(hub, aanroeper, spelling.to_herroeping(message), revoke_registratie, event="herroep_registratie")
    )


def meld_levering(hub: Hub, aanroeper: Any, message: Any) -> types.MeldLeveringResponse:
    """Record how far the levering is."""
    return spelling.meld_levering_response(
        _recorded(hub, aanroeper, spelling.to_levering(message), report_levering, event="meld_levering")
    )


def _recorded(hub: Hub, aanroeper: Any, verzoek: Bericht, flow: Callable[..., A], *, event: str) -> A:
    """What one flow answers, in a transaction of its own; logged when that is committed."""
    omgeving = Omgeving(now=hub.clock(), keys=hub.keys, limits=hub.limits, portaal=hub.portaal)
    with register_or_refusal():
        antwoord = with_retries(
            hub.sessions, lambda session: flow(session, verzoek, aanroeper=aanroeper, omgeving=omgeving)
        )
    log.info(event, zender=verzoek.zender, betaalkenmerk=antwoord.betaalkenmerk)
    return antwoord
