"""The messages around StartBetaling, VraagBetaalstatus and Controleer, and the one fault."""

from __future__ import annotations

from betaalhub.soap.types.parts import (
    Betaler,
    Bevinding,
    Productregel,
    Regelstatus,
    Stuurgegevens,
    StuurgegevensAntwoord,
    Terugbetalingstand,
)
from betaalhub.soap.types.simple import (
    BER,
    BedragInCenten,
    Betaalkenmerk,
    Betaalmethode,
    Betaalopdrachtstatus,
    Foutcode,
    Foutplek,
    Kenmerk,
    KlantKenmerk,
    Meebetaaltoken,
    Omschrijving,
    Operatienaam,
    Referentienummer,
    Tijdstip,
    Toelichting,
    TotaalbedragInCenten,
    Url,
    Versie,
    Zendercode,
)
from betaalhub.wire.service import (
    Boolean,
    ComplexModel,
    Fault,
    Int,
    optional,
    repeated,
    required,
)


class StartBetaling(ComplexModel):
    """Een betaalopdracht: wat een productsysteem betaald wil hebben. Betaalhub legt haar vast en antwoordt meteen; er wordt geen ander systeem aangeroepen."""

    __namespace__ = BER
    _type_info = [
        ("Stuurgegevens", required(Stuurgegevens)),
        ("Kenmerk", required(Kenmerk)),
        ("Productregel", repeated(Productregel, at_least=1, at_most=100)),
        ("TotaalInCenten", required(TotaalbedragInCenten)),
        ("Betaler", optional(Betaler)),
        ("KlantKenmerk", optional(KlantKenmerk)),
        ("TerugkeerUrl", required(Url)),
        ("VervaltOp", optional(Tijdstip)),
        ("Meebetaaltoken", optional(Meebetaaltoken)),
        ("Vervang", optional(Boolean)),
    ]


class StartBetalingResponse(ComplexModel):
    """De betaalopdracht is vastgelegd. Stuur de betaler naar BetaalUrl."""

    __namespace__ = BER
    _type_info = [
        ("Stuurgegevens", required(StuurgegevensAntwoord)),
        ("Betaalkenmerk", required(Betaalkenmerk)),
        ("Winkelmandje", required(Betaalkenmerk)),
        ("BetaalUrl", required(Url)),
        ("Status", required(Betaalopdrachtstatus)),
        ("Versie", required(Versie)),
        ("VervaltOp", required(Tijdstip)),
    ]


class VraagBetaalstatus(ComplexModel):
    """Vraagt de stand van één betaalopdracht van deze zender. Geef precies één van Betaalkenmerk en Kenmerk mee."""

    __namespace__ = BER
    _type_info = [
        ("Stuurgegevens", required(Stuurgegevens)),
        ("Betaalkenmerk", optional(Betaalkenmerk)),
        ("Kenmerk", optional(Kenmerk)),
    ]


class VraagBetaalstatusResponse(ComplexModel):
    """De stand van één betaalopdracht op dit moment."""

    __namespace__ = BER
    _type_info = [
        ("Stuurgegevens", required(StuurgegevensAntwoord)),
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
        ("Regelstatus", repeated(Regelstatus, at_least=1, at_most=100)),
        ("AangemaaktOp", required(Tijdstip)),
        ("VervaltOp", required(Tijdstip)),
        ("BetaaldOp", optional(Tijdstip)),
        ("Betaalmethode", optional(Betaalmethode)),
        ("BetaalUrl", optional(Url)),
        ("Terugbetaling", repeated(Terugbetalingstand, at_least=0, at_most=100)),
    ]


class Controleer(ComplexModel):
    """Controleert de verbinding van begin tot eind. Er wordt niets vastgelegd."""

    __namespace__ = BER
    _type_info = [("Stuurgegevens", required(Stuurgegevens))]


class ControleerResponse(ComplexModel):
    """Wie u bent voor Betaalhub, welke versies draaien en of het register bereikbaar is."""

    __namespace__ = BER
    _type_info = [
        ("Stuurgegevens", required(StuurgegevensAntwoord)),
        ("Aansluiting", required(Omschrijving)),
        ("Zender", required(Zendercode)),
        ("ZenderNaam", optional(Omschrijving)),
        ("Contractversie", required(Omschrijving)),
        ("Hubversie", required(Omschrijving)),
        ("RegisterBereikbaar", required(Boolean)),
        ("Tijdstip", required(Tijdstip)),
        ("Operatie", repeated(Operatienaam, at_least=0, at_most=100)),
        ("AansluitingGeldigTot", optional(Tijdstip)),
    ]


class BetaalhubFout(Fault):
    """Waarom een vraag is geweigerd of niet kon worden uitgevoerd. Alle bevindingen over een bericht staan er in één keer in. Een ontvangen waarde wordt nooit herhaald."""

    __namespace__ = BER
    _type_info = [
        ("Code", required(Foutcode)),
        ("Plek", required(Foutplek)),
        ("Omschrijving", required(Toelichting)),
        ("Herhaalbaar", required(Boolean)),
        ("WachttijdSeconden", optional(Int)),
        ("CrossRefnummer", optional(Referentienummer)),
        ("Bevinding", repeated(Bevinding, at_least=0, at_most=100)),
    ]
