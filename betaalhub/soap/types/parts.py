"""The parts of messages in `xsd/betaalhub-typen-v1.xsd`."""

from __future__ import annotations

from betaalhub.soap.types.simple import (
    TYP,
    Aantal,
    BedragInCenten,
    Betaalkenmerk,
    Betaalopdrachtstatus,
    Betalersoort,
    Datum,
    Email,
    Foutcode,
    Kenmerk,
    Leveringkeuze,
    Leveringstatus,
    Naam,
    Omschrijving,
    Prijsregel,
    Productcode,
    Referentienummer,
    RegelbedragInCenten,
    Regelnummer,
    Taal,
    Terugbetalingsnummer,
    Terugbetalingstatus,
    Tijdstip,
    Toelichting,
    Url,
    Versie,
    Wijzigingsnummer,
    Zendercode,
)
from betaalhub.wire.service import (
    Boolean,
    ComplexModel,
    Int,
    optional,
    required,
)


class Stuurgegevens(ComplexModel):
    """De gegevens waarmee elke vraag begint."""

    __namespace__ = TYP
    _type_info = [
        ("Zender", required(Zendercode)),
        ("Referentienummer", required(Referentienummer)),
        ("TijdstipBericht", required(Tijdstip)),
    ]


class StuurgegevensAntwoord(ComplexModel):
    """De gegevens waarmee elk antwoord begint."""

    __namespace__ = TYP
    _type_info = [
        ("Referentienummer", required(Referentienummer)),
        ("CrossRefnummer", required(Referentienummer)),
        ("TijdstipBericht", required(Tijdstip)),
    ]


class Productregel(ComplexModel):
    """Eén regel van een betaalopdracht: wat er wordt gekocht en wat het kost."""

    __namespace__ = TYP
    _type_info = [
        ("Regelnummer", required(Regelnummer)),
        ("Productcode", required(Productcode)),
        ("Omschrijving", required(Omschrijving)),
        ("Aantal", required(Aantal)),
        ("BedragInCenten", required(RegelbedragInCenten)),
        ("StuksprijsInCenten", optional(RegelbedragInCenten)),
        ("Zaaknummer", optional(Kenmerk)),
    ]


class Betaler(ComplexModel):
    """Wie betaalt, voor zover u dat weet en Betaalhub het nodig heeft. Stuur niet meer dan nodig."""

    __namespace__ = TYP
    _type_info = [
        ("Soort", required(Betalersoort)),
        ("Naam", optional(Naam)),
        ("Email", optional(Email)),
        ("Taal", optional(Taal)),
    ]


class Regelstatus(ComplexModel):
    """De stand van één productregel."""

    __namespace__ = TYP
    _type_info = [
        ("Regelnummer", required(Regelnummer)),
        ("Productcode", required(Productcode)),
        ("BedragInCenten", required(BedragInCenten)),
        ("Betaald", required(Boolean)),
        ("Levering", required(Leveringstatus)),
    ]


class Bevinding(ComplexModel):
    """Eén ding dat niet klopt in een bericht. De ontvangen waarde staat er nooit in."""

    __namespace__ = TYP
    _type_info = [
        ("Code", required(Foutcode)),
        ("Element", required(Toelichting)),
        ("Regel", optional(Int)),
        ("Facet", optional(Omschrijving)),
        ("Omschrijving", required(Toelichting)),
    ]


class Wijziging(ComplexModel):
    """Eén gemelde wijziging: de stand van een betaalopdracht zoals die bij deze versie was."""

    __namespace__ = TYP
    _type_info = [
        ("Wijzigingsnummer", required(Wijzigingsnummer)),
        ("Betaalkenmerk", required(Betaalkenmerk)),
        ("Winkelmandje", required(Betaalkenmerk)),
        ("Kenmerk", required(Kenmerk)),
        ("Status", required(Betaalopdrachtstatus)),
        ("Versie", required(Versie)),
        ("Leverbaar", required(Boolean)),
        ("TotaalInCenten", required(BedragInCenten)),
        ("OntvangenInCenten", required(BedragInCenten)),
        ("TerugbetaaldInCenten", required(BedragInCenten)),
        ("TeruggeboektInCenten", required(BedragInCenten)),
        ("Tijdstip", required(Tijdstip)),
    ]


class Gevonden(ComplexModel):
    """Eén gevonden betaalopdracht, met haar stand van nu."""

    __namespace__ = TYP
    _type_info = [
        ("Betaalkenmerk", required(Betaalkenmerk)),
        ("Winkelmandje", required(Betaalkenmerk)),
        ("Kenmerk", required(Kenmerk)),
        ("Status", required(Betaalopdrachtstatus)),
        ("Versie", required(Versie)),
        ("Leverbaar", required(Boolean)),
        ("TotaalInCenten", required(BedragInCenten)),
        ("OntvangenInCenten", required(BedragInCenten)),
        ("TerugbetaaldInCenten", required(BedragInCenten)),
        ("TeruggeboektInCenten", required(BedragInCenten)),
        ("AangemaaktOp", required(Tijdstip)),
        ("BetaaldOp", optional(Tijdstip)),
    ]


class Product(ComplexModel):
    """Een product dat u mag verkopen, in de versie die in deze periode geldt."""

    __namespace__ = TYP
    _type_info = [
        ("Productcode", required(Productcode)),
        ("Omschrijving", required(Omschrijving)),
        ("OmschrijvingEngels", optional(Omschrijving)),
        ("Prijsregel", required(Prijsregel)),
        ("PrijsInCenten", optional(BedragInCenten)),
        ("GeldigVan", required(Datum)),
        ("GeldigTotEnMet", optional(Datum)),
    ]


class Overzichtregel(ComplexModel):
    """Eén betaalopdracht van de klant, van welk productsysteem ook."""

    __namespace__ = TYP
    _type_info = [
        ("Betaalkenmerk", required(Betaalkenmerk)),
        ("Winkelmandje", required(Betaalkenmerk)),
        ("ZenderNaam", required(Omschrijving)),
        ("Omschrijving", required(Omschrijving)),
        ("Regels", required(Int)),
        ("Status", required(Betaalopdrachtstatus)),
        ("TotaalInCenten", required(BedragInCenten)),
        ("AangemaaktOp", required(Tijdstip)),
        ("VervaltOp", required(Tijdstip)),
        ("BetaaldOp", optional(Tijdstip)),
        ("BetaalUrl", optional(Url)),
        ("StatusUrl", optional(Url)),
    ]


class Terugbetaalregel(ComplexModel):
    """Een productregel waarvoor u wilt laten terugbetalen."""

    __namespace__ = TYP
    _type_info = [
        ("Regelnummer", required(Regelnummer)),
        ("BedragInCenten", optional(RegelbedragInCenten)),
    ]


class Terugbetalingstand(ComplexModel):
    """De stand van één terugbetaling."""

    __namespace__ = TYP
    _type_info = [
        ("Terugbetaling", required(Terugbetalingsnummer)),
        ("Status", required(Terugbetalingstatus)),
        ("BedragInCenten", required(BedragInCenten)),
        ("AangevraagdOp", required(Tijdstip)),
    ]


class Leveringsregel(ComplexModel):
    """Wat u over één productregel meldt."""

    __namespace__ = TYP
    _type_info = [
        ("Regelnummer", required(Regelnummer)),
        ("Levering", required(Leveringkeuze)),
        ("Reden", optional(Toelichting)),
    ]
