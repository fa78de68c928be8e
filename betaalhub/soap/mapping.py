"""Between the messages of the contract and the values of the trade: no rule, only spelling."""

from __future__ import annotations

from datetime import UTC, datetime
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

from betaalhub.domain.betaalopdracht import BetaalopdrachtVerzoek, Betaler, ProductregelVerzoek
from betaalhub.domain.statuses import BetalerSoort
from betaalhub.flows.start_betaling import StartBetalingAntwoord
from betaalhub.flows.wijzigingen import Wijziging
from betaalhub.flows.zoek import Gevonden
from betaalhub.ports import BetaalopdrachtStand, RegelStand
from betaalhub.soap import types

_AMSTERDAM = ZoneInfo("Europe/Amsterdam")
# The elements of a Productregel in the order of the fields of a ProductregelVerzoek; a message has up to a hundred.
_regel = attrgetter(
    "Regelnummer", "Productcode", "Omschrijving", "Aantal", "BedragInCenten", "StuksprijsInCenten", "Zaaknummer"
)
_MOST_TERUGBETALINGEN = 100  # of the contract; the newest are told


def to_utc(moment: datetime) -> datetime:
    """A time of a message in UTC; one without zone is Dutch time (contract.md)."""
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=_AMSTERDAM)).astimezone(UTC)


def to_verzoek(message: Any) -> BetaalopdrachtVerzoek:
    """The betaalopdracht that a `types.StartBetaling` offers. Cents; VervaltOp in UTC."""
    stuur = message.Stuurgegevens
    return BetaalopdrachtVerzoek(
        zender=stuur.Zender,
        referentienummer=stuur.Referentienummer,
        kenmerk=message.Kenmerk,
        regels=tuple([ProductregelVerzoek(*_regel(one)) for one in message.Productregel]),
        totaal_cent=message.TotaalInCenten,
        betaler=_betaler(message.Betaler) if message.Betaler is not None else None,
        klant_kenmerk=message.KlantKenmerk,
        terugkeer_url=message.TerugkeerUrl,
        vervalt_op=to_utc(message.VervaltOp) if message.VervaltOp is not None else None,
        meebetaaltoken=message.Meebetaaltoken,
        vervang=bool(message.Vervang),
    )


def _betaler(betaler: Any) -> Betaler:
    return Betaler(soort=BetalerSoort(betaler.Soort), naam=betaler.Naam, email=betaler.Email, taal=betaler.Taal)


def start_betaling_response(antwoord: StartBetalingAntwoord) -> types.StartBetalingResponse:
    """The answer; every value in it is stored, so a repeated call gets the same bytes."""
    return types.StartBetalingResponse(
        Stuurgegevens=stuurgegevens(antwoord.referentienummer, antwoord.cross_refnummer, antwoord.tijdstip),
        Betaalkenmerk=antwoord.betaalkenmerk,
        Winkelmandje=antwoord.winkelmandje,
        BetaalUrl=antwoord.betaal_url,
        Status=str(antwoord.status),
        Versie=antwoord.versie,
        VervaltOp=antwoord.vervalt_op,
    )


def stand_elements(stand: BetaalopdrachtStand | Gevonden | Wijziging) -> dict[str, Any]:
    """The elements that every answer about a betaalopdracht has, by name. Cents."""
    return {
        "Betaalkenmerk": stand.betaalkenmerk,
        "Winkelmandje": stand.winkelmandje,
        "Kenmerk": stand.kenmerk,
        "Status": str(stand.status),
        "Versie": stand.versie,
        "Leverbaar": stand.leverbaar,
        "TotaalInCenten": stand.totaal_cent,
        "OntvangenInCenten": stand.ontvangen_cent,
        "TerugbetaaldInCenten": stand.terugbetaald_cent,
        "TeruggeboektInCenten": stand.teruggeboekt_cent,
    }


def vraag_betaalstatus_response(
    stand: BetaalopdrachtStand, betaal_url: str | None, kop: types.StuurgegevensAntwoord
) -> types.VraagBetaalstatusResponse:
    """The present state of one betaalopdracht; `kop` opens the answer."""
    return types.VraagBetaalstatusResponse(
        Stuurgegevens=kop,
        **stand_elements(stand),
        Regelstatus=[regelstatus(regel) for regel in stand.regels],
        AangemaaktOp=stand.aangemaakt_op,
        VervaltOp=stand.vervalt_op,
        BetaaldOp=stand.betaald_op,
        Betaalmethode=stand.betaalmethode,
        BetaalUrl=betaal_url,
        Terugbetaling=[
            types.Terugbetalingstand(
                Terugbetaling=one.nummer,
                Status=str(one.status),
                BedragInCenten=one.bedrag_cent,
                AangevraagdOp=one.aangevraagd_op,
            )
            for one in stand.terugbetalingen[-_MOST_TERUGBETALINGEN:]
        ],
    )


def regelstatus(regel: RegelStand) -> types.Regelstatus:
    """How one productregel stands. Cents."""
    return types.Regelstatus(
        Regelnummer=regel.regelnummer,
        Productcode=regel.productcode,
        BedragInCenten=regel.bedrag_cent,
        Betaald=regel.betaald,
        Levering=str(regel.levering),
    )


def stuurgegevens(referentienummer: str, cross_refnummer: str, now: datetime) -> types.StuurgegevensAntwoord:
    """How an answer opens."""
    return types.StuurgegevensAntwoord(
        Referentienummer=referentienummer, CrossRefnummer=cross_refnummer, TijdstipBericht=now
    )
