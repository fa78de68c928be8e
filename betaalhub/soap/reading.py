"""Answers the operations that only read: one flow in one reading transaction, then the answer."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Any

import structlog

from betaalhub.errors import Refusal
from betaalhub.flows import aanbod, klantoverzicht, zoek
from betaalhub.flows import controleer as ping
from betaalhub.flows import stand as standen
from betaalhub.flows import wijzigingen as feed
from betaalhub.flows.einddatums import find_endings
from betaalhub.flows.vervolg import PAGE
from betaalhub.flows.wijzigingen import Wijzigingen
from betaalhub.hub import Hub
from betaalhub.soap import types
from betaalhub.soap.availability import register_or_refusal
from betaalhub.soap.mapping import stuurgegevens, vraag_betaalstatus_response
from betaalhub.soap.mapping_reading import (
    gevonden_response,
    klantoverzicht_response,
    producten_response,
    to_zoekvraag,
    wijzigingen_response,
)
from betaalhub.storage.database import reading, with_retries

log = structlog.get_logger(__name__)

CONTRACTVERSIE = "1.0"
_WIJZIGINGEN = 100  # in one answer, unless the message says otherwise


def vraag_betaalstatus(hub: Hub, aanroeper: Any, message: Any) -> types.VraagBetaalstatusResponse:
    """How one betaalopdracht stands now."""
    with register_or_refusal(), reading(hub.sessions) as session:
        stand, betaal_url = standen.vraag_betaalstatus(
            session,
            zender=message.Stuurgegevens.Zender,
            aanroeper=aanroeper,
            portaal=hub.portaal,
            now=hub.clock(),
            attempt=hub.attempt,
            betaalkenmerk=message.Betaalkenmerk,
            kenmerk=message.Kenmerk,
        )
    return vraag_betaalstatus_response(stand, betaal_url, _kop(hub, message))


def vraag_wijzigingen(hub: Hub, aanroeper: Any, message: Any) -> types.VraagWijzigingenResponse:
    """The feed of the zender after a number. What is committed but has no number yet gets one first: the feed is never behind."""

    def read() -> Wijzigingen:
        with reading(hub.sessions) as session:
            return feed.vraag_wijzigingen(
                session,
                zender=message.Stuurgegevens.Zender,
                aanroeper=aanroeper,
                vanaf=message.Vanaf or 0,
                maximum=message.Maximum or _WIJZIGINGEN,
            )

    with register_or_refusal():
        found = read()
        if found.behind:
            with_retries(hub.sessions, lambda session: feed.number_wijzigingen(session, found.zender_id))
            found = read()
    return wijzigingen_response(found, _kop(hub, message))


def zoek_betalingen(hub: Hub, aanroeper: Any, message: Any) -> types.ZoekBetalingenResponse:
    """The betaalopdrachten of the zender that fit the question, a page at a time."""
    with register_or_refusal(), reading(hub.sessions) as session:
        found = zoek.find_betalingen(
            session,
            to_zoekvraag(message),
            zender=message.Stuurgegevens.Zender,
            aanroeper=aanroeper,
            portaal=hub.portaal,
            maximum=message.Maximum or PAGE,
            vervolg=message.Vervolg,
        )
    return gevonden_response(found, _kop(hub, message))


def vraag_producten(hub: Hub, aanroeper: Any, message: Any) -> types.VraagProductenResponse:
    """What the zender may sell."""
    with register_or_refusal(), reading(hub.sessions) as session:
        producten = aanbod.vraag_producten(
            session,
            zender=message.Stuurgegevens.Zender,
            aanroeper=aanroeper,
            geldig_op=message.GeldigOp,
            now=hub.clock(),
        )
    return producten_response(producten, _kop(hub, message))


def vraag_klantoverzicht(hub: Hub, aanroeper: Any, message: Any) -> types.VraagKlantoverzichtResponse:
    """What one klant has open or paid lately, over all product systems of the zender's administratie."""
    with register_or_refusal(), reading(hub.sessions) as session:
        found = klantoverzicht.vraag_klantoverzicht(
            session,
            zender=message.Stuurgegevens.Zender,
            aanroeper=aanroeper,
            klant_kenmerk=message.KlantKenmerk,
            vervolg=message.Vervolg,
            portaal=hub.portaal,
            now=hub.clock(),
            attempt=hub.attempt,
        )
    return klantoverzicht_response(found, _kop(hub, message))


def controleer(hub: Hub, aanroeper: Any, message: Any) -> types.ControleerResponse:
    """Who the caller is to us, which versions run, and whether the register is there."""
    zender = message.Stuurgegevens.Zender
    known = _known(hub, aanroeper, zender)
    return types.ControleerResponse(
        Stuurgegevens=_kop(hub, message),
        Aansluiting=aanroeper.naam,
        Zender=zender,
        ZenderNaam=known.naam if known else None,
        Contractversie=CONTRACTVERSIE,
        Hubversie=hubversie(),
        RegisterBereikbaar=known is not None,
        Tijdstip=hub.clock(),
        Operatie=list(known.operaties) if known else [],
        AansluitingGeldigTot=aanroeper.geldig_tot,
    )


def _known(hub: Hub, aanroeper: Any, zender: str) -> ping.Zenderkennis | None:
    """What the register knows of the zender; None when the register cannot be read, which is for Controleer an answer."""
    try:
        with register_or_refusal(), reading(hub.sessions) as session:
            known = ping.controleer(session, aanroeper=aanroeper, zender=zender)
            endings = find_endings(session, hub.clock(), aansluiting_id=aanroeper.aansluiting_id)
        for one in endings:
            log.warning("aansluiting_ends", aansluiting=one.aansluiting_id, over=one.over, tot=one.tot.isoformat())
        return known
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
