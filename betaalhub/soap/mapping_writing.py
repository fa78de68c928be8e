"""The writing messages about a betaalopdracht that is there, and the answers to them: no rule, only spelling."""

from __future__ import annotations

from typing import Any

from betaalhub.domain.statuses import LeveringStatus
from betaalhub.domain.verzoeken import (
    HerroepingVerzoek,
    IntrekkingVerzoek,
    LeveringsregelVerzoek,
    LeveringVerzoek,
    RegistratieVerzoek,
    TerugbetaalregelVerzoek,
    TerugbetalingVerzoek,
)
from betaalhub.flows.antwoorden import Antwoord
from betaalhub.flows.register_betaling import RegistratieAntwoord
from betaalhub.flows.report_levering import LeveringAntwoord
from betaalhub.flows.request_terugbetaling import TerugbetalingAntwoord
from betaalhub.flows.withdraw import StatusAntwoord
from betaalhub.soap import types
from betaalhub.soap.mapping import regelstatus, stuurgegevens, to_utc


def to_intrekking(message: Any) -> IntrekkingVerzoek:
    """What a `types.TrekBetalingIn` asks."""
    return IntrekkingVerzoek(*_key(message), message.Betaalkenmerk, message.Kenmerk, message.Reden)


def to_terugbetaling(message: Any) -> TerugbetalingVerzoek:
    """What a `types.VraagTerugbetaling` asks. Cents."""
    regels = [TerugbetaalregelVerzoek(one.Regelnummer, one.BedragInCenten) for one in message.Terugbetaalregel or ()]
    return TerugbetalingVerzoek(
        *_key(message), message.Betaalkenmerk, message.Kenmerk, regels=tuple(regels), reden=message.Reden
    )


def to_registratie(message: Any) -> RegistratieVerzoek:
    """What a `types.RegistreerBetaling` tells. Cents; OntvangenOp in UTC."""
    return RegistratieVerzoek(
        *_key(message),
        message.Betaalkenmerk,
        message.Kenmerk,
        bedrag_cent=message.BedragInCenten,
        ontvangstmethode=message.Ontvangstmethode,
        ontvangen_op=to_utc(message.OntvangenOp),
        bewijsnummer=message.Bewijsnummer,
    )


def to_herroeping(message: Any) -> HerroepingVerzoek:
    """What a `types.HerroepRegistratie` asks."""
    return HerroepingVerzoek(*_key(message), message.Registratienummer, message.Reden)


def to_levering(message: Any) -> LeveringVerzoek:
    """What a `types.MeldLevering` tells."""
    regels = [
        LeveringsregelVerzoek(one.Regelnummer, LeveringStatus(one.Levering), one.Reden)
        for one in message.Leveringsregel
    ]
    return LeveringVerzoek(*_key(message), message.Betaalkenmerk, message.Kenmerk, tuple(regels))


def _key(message: Any) -> tuple[str, str]:
    return message.Stuurgegevens.Zender, message.Stuurgegevens.Referentienummer


def trek_betaling_in_response(antwoord: StatusAntwoord) -> types.TrekBetalingInResponse:
    """The betaalopdracht is withdrawn."""
    return types.TrekBetalingInResponse(**_head(antwoord), Status=str(antwoord.status), Versie=antwoord.versie)


def vraag_terugbetaling_response(antwoord: TerugbetalingAntwoord) -> types.VraagTerugbetalingResponse:
    """The terugbetaling is recorded."""
    return types.VraagTerugbetalingResponse(
        **_head(antwoord),
        Terugbetaling=antwoord.terugbetaling,
        Status=str(antwoord.status),
        BedragInCenten=antwoord.bedrag_cent,
        Versie=antwoord.versie,
    )


def registreer_betaling_response(antwoord: RegistratieAntwoord) -> types.RegistreerBetalingResponse:
    """The betaling is registered."""
    return types.RegistreerBetalingResponse(
        **_head(antwoord),
        Status=str(antwoord.status),
        Versie=antwoord.versie,
        Registratienummer=antwoord.registratienummer,
    )


def herroep_registratie_response(antwoord: StatusAntwoord) -> types.HerroepRegistratieResponse:
    """The registration is revoked."""
    return types.HerroepRegistratieResponse(**_head(antwoord), Status=str(antwoord.status), Versie=antwoord.versie)


def meld_levering_response(antwoord: LeveringAntwoord) -> types.MeldLeveringResponse:
    """What was told is written down."""
    return types.MeldLeveringResponse(
        **_head(antwoord), Versie=antwoord.versie, Regelstatus=[regelstatus(regel) for regel in antwoord.regels]
    )


def _head(antwoord: Antwoord) -> dict[str, Any]:
    kop = stuurgegevens(antwoord.referentienummer, antwoord.cross_refnummer, antwoord.tijdstip)
    return {"Stuurgegevens": kop, "Betaalkenmerk": antwoord.betaalkenmerk}
