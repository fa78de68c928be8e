"""Between the messages of the reading operations and the values of the trade: no rule, only spelling."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from betaalhub.domain.statuses import BetaalopdrachtStatus
from betaalhub.domain.zoekvraag import Zoekvraag
from betaalhub.flows.aanbod import Aanbod
from betaalhub.flows.klantoverzicht import Klantoverzicht
from betaalhub.flows.wijzigingen import Wijzigingen
from betaalhub.flows.zoek import Zoekresultaat
from betaalhub.soap import types
from betaalhub.soap.mapping import stand_elements


def to_zoekvraag(message: Any) -> Zoekvraag:
    """What a `types.ZoekBetalingen` searches for."""
    return Zoekvraag(
        vanaf=message.Vanaf,
        tot_en_met=message.TotEnMet,
        statussen=frozenset(BetaalopdrachtStatus(status) for status in message.Status or ()),
        productcode=message.Productcode,
        zaaknummer=message.Zaaknummer,
        vanaf_cent=message.BedragVanafInCenten,
        tot_en_met_cent=message.BedragTotEnMetInCenten,
        klant_kenmerk=message.KlantKenmerk,
        betaalkenmerk=message.Betaalkenmerk,
    )


def wijzigingen_response(found: Wijzigingen, kop: types.StuurgegevensAntwoord) -> types.VraagWijzigingenResponse:
    """A part of the feed; `kop` opens the answer."""
    return types.VraagWijzigingenResponse(
        Stuurgegevens=kop,
        Wijziging=[
            types.Wijziging(
                Wijzigingsnummer=one.nummer,
                **stand_elements(one),
                Tijdstip=one.tijdstip,
            )
            for one in found.wijzigingen
        ],
        Volgende=found.volgende,
        Compleet=found.compleet,
    )


def gevonden_response(found: Zoekresultaat, kop: types.StuurgegevensAntwoord) -> types.ZoekBetalingenResponse:
    """One page of a search."""
    return types.ZoekBetalingenResponse(
        Stuurgegevens=kop,
        Gevonden=[
            types.Gevonden(
                **stand_elements(one),
                AangemaaktOp=one.aangemaakt_op,
                BetaaldOp=one.betaald_op,
            )
            for one in found.gevonden
        ],
        Vervolg=found.vervolg,
    )


def producten_response(producten: Iterable[Aanbod], kop: types.StuurgegevensAntwoord) -> types.VraagProductenResponse:
    """What a zender may sell."""
    return types.VraagProductenResponse(
        Stuurgegevens=kop,
        Product=[
            types.Product(
                Productcode=one.code,
                Omschrijving=one.omschrijving,
                OmschrijvingEngels=one.omschrijving_en,
                Prijsregel=one.prijsregel,
                PrijsInCenten=one.prijs_cent,
                GeldigVan=one.geldig_van,
                GeldigTotEnMet=one.geldig_tot,
            )
            for one in producten
        ],
    )


def klantoverzicht_response(
    found: Klantoverzicht, kop: types.StuurgegevensAntwoord
) -> types.VraagKlantoverzichtResponse:
    """One page of what a klant has open or paid lately."""
    return types.VraagKlantoverzichtResponse(
        Stuurgegevens=kop,
        Overzichtregel=[
            types.Overzichtregel(
                Betaalkenmerk=one.betaalkenmerk,
                Winkelmandje=one.winkelmandje,
                ZenderNaam=one.zender_naam,
                Omschrijving=one.omschrijving,
                Regels=one.regels,
                Status=one.status,
                TotaalInCenten=one.totaal_cent,
                AangemaaktOp=one.aangemaakt_op,
                VervaltOp=one.vervalt_op,
                BetaaldOp=one.betaald_op,
                BetaalUrl=one.betaal_url,
                StatusUrl=one.status_url,
            )
            for one in found.regels
        ],
        Vervolg=found.vervolg,
    )
