"""The messages of the other operations that record something."""

from __future__ import annotations

from betaalhub.soap.types.parts import (
    Leveringsregel,
    Regelstatus,
    Stuurgegevens,
    StuurgegevensAntwoord,
    Terugbetaalregel,
)
from betaalhub.soap.types.simple import (
    BER,
    BedragInCenten,
    Betaalkenmerk,
    Betaalopdrachtstatus,
    Kenmerk,
    Ontvangstmethode,
    Registratienummer,
    Terugbetalingsnummer,
    Terugbetalingstatus,
    Tijdstip,
    Toelichting,
    TotaalbedragInCenten,
    Versie,
)
from betaalhub.wire.service import (
    ComplexModel,
    optional,
    repeated,
    required,
)


class TrekBetalingIn(ComplexModel):
    """Trekt een betaalopdracht in die nog niet is betaald. Dat kan niet terwijl de betaler aan het betalen is. Geef precies één van Betaalkenmerk en Kenmerk mee."""

    __namespace__ = BER
    _type_info = [
        ("Stuurgegevens", required(Stuurgegevens)),
        ("Betaalkenmerk", optional(Betaalkenmerk)),
        ("Kenmerk", optional(Kenmerk)),
        ("Reden", optional(Toelichting)),
    ]


class TrekBetalingInResponse(ComplexModel):
    """De betaalopdracht is ingetrokken."""

    __namespace__ = BER
    _type_info = [
        ("Stuurgegevens", required(StuurgegevensAntwoord)),
        ("Betaalkenmerk", required(Betaalkenmerk)),
        ("Status", required(Betaalopdrachtstatus)),
        ("Versie", required(Versie)),
    ]


class VraagTerugbetaling(ComplexModel):
    """Vraagt om terugbetalen, geheel of per productregel. Een medewerker kan haar nog moeten goedkeuren. Geef precies één van Betaalkenmerk en Kenmerk mee."""

    __namespace__ = BER
    _type_info = [
        ("Stuurgegevens", required(Stuurgegevens)),
        ("Betaalkenmerk", optional(Betaalkenmerk)),
        ("Kenmerk", optional(Kenmerk)),
        ("Terugbetaalregel", repeated(Terugbetaalregel, at_least=0, at_most=100)),
        ("Reden", required(Toelichting)),
    ]


class VraagTerugbetalingResponse(ComplexModel):
    """De terugbetaling is aangevraagd. VraagBetaalstatus vertelt hoe het verder gaat."""

    __namespace__ = BER
    _type_info = [
        ("Stuurgegevens", required(StuurgegevensAntwoord)),
        ("Betaalkenmerk", required(Betaalkenmerk)),
        ("Terugbetaling", required(Terugbetalingsnummer)),
        ("Status", required(Terugbetalingstatus)),
        ("BedragInCenten", required(BedragInCenten)),
        ("Versie", required(Versie)),
    ]


class RegistreerBetaling(ComplexModel):
    """Registreert een betaling die u zelf hebt ontvangen, bijvoorbeeld aan de balie: het hele bedrag ineens. Dat kan niet terwijl de betaler online aan het betalen is. Geef precies één van Betaalkenmerk en Kenmerk mee."""

    __namespace__ = BER
    _type_info = [
        ("Stuurgegevens", required(Stuurgegevens)),
        ("Betaalkenmerk", optional(Betaalkenmerk)),
        ("Kenmerk", optional(Kenmerk)),
        ("BedragInCenten", required(TotaalbedragInCenten)),
        ("Ontvangstmethode", required(Ontvangstmethode)),
        ("OntvangenOp", required(Tijdstip)),
        ("Bewijsnummer", optional(Kenmerk)),
    ]


class RegistreerBetalingResponse(ComplexModel):
    """De betaling is geregistreerd."""

    __namespace__ = BER
    _type_info = [
        ("Stuurgegevens", required(StuurgegevensAntwoord)),
        ("Betaalkenmerk", required(Betaalkenmerk)),
        ("Status", required(Betaalopdrachtstatus)),
        ("Versie", required(Versie)),
        ("Registratienummer", required(Registratienummer)),
    ]


class HerroepRegistratie(ComplexModel):
    """Herroept een registratie van RegistreerBetaling die niet klopt. De boeking wordt tegengeboekt."""

    __namespace__ = BER
    _type_info = [
        ("Stuurgegevens", required(Stuurgegevens)),
        ("Registratienummer", required(Registratienummer)),
        ("Reden", required(Toelichting)),
    ]


class HerroepRegistratieResponse(ComplexModel):
    """De registratie is herroepen."""

    __namespace__ = BER
    _type_info = [
        ("Stuurgegevens", required(StuurgegevensAntwoord)),
        ("Betaalkenmerk", required(Betaalkenmerk)),
        ("Status", required(Betaalopdrachtstatus)),
        ("Versie", required(Versie)),
    ]


class MeldLevering(ComplexModel):
    """Meldt hoe ver de levering is, per productregel. Kunt u niet leveren wat betaald is, meld dan NIET_LEVERBAAR: Betaalhub stelt terugbetalen voor. Geef precies één van Betaalkenmerk en Kenmerk mee."""

    __namespace__ = BER
    _type_info = [
        ("Stuurgegevens", required(Stuurgegevens)),
        ("Betaalkenmerk", optional(Betaalkenmerk)),
        ("Kenmerk", optional(Kenmerk)),
        ("Leveringsregel", repeated(Leveringsregel, at_least=1, at_most=100)),
    ]


class MeldLeveringResponse(ComplexModel):
    """Wat u meldde, is vastgelegd."""

    __namespace__ = BER
    _type_info = [
        ("Stuurgegevens", required(StuurgegevensAntwoord)),
        ("Betaalkenmerk", required(Betaalkenmerk)),
        ("Versie", required(Versie)),
        ("Regelstatus", repeated(Regelstatus, at_least=1, at_most=100)),
    ]
