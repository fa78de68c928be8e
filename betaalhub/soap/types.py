"""The messages of `xsd/betaalhub-typen-v1.xsd` and `xsd/betaalhub-berichten-v1.xsd` as Spyne models, facet by facet.

The files are the contract and are validated against; these models only read and write. A test compares the two
(`tests/soap/test_agreement.py`), so a change is made in both or fails.
"""

from __future__ import annotations

from betaalhub.wire.service import (
    AnyUri,
    Boolean,
    ComplexModel,
    DateTime,
    Fault,
    Int,
    Long,
    Unicode,
    enumeration,
    named,
    optional,
    repeated,
    required,
)

TYP = "urn:betaalhub:typen:v1"
BER = "urn:betaalhub:berichten:v1"

_OPEN_CODE = "[A-Z][A-Z0-9_]{0,39}"
# One line of text: printable, within the basic plane, nothing invisible or turning; the first character no space.
_NEXT = "\u00a0-\u200a\u2010-\u2027\u2030-\u205e\u2070-\ud7ff\uf900-\ufffd"
_FIRST = "\u00a1-\u1fff\u2010-\u2027\u2030-\u205e\u2070-\ud7ff\uf900-\ufffd"
_LINE = f"[!-~{_FIRST}][ -~{_NEXT}]*"
_MOMENT = (
    r"20[0-9]{2}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?"
    r"(Z|[+\-](0[0-9]|1[0-4]):[0-5][0-9])?"
)

Zendercode = named("Zendercode", Unicode, namespace=TYP, max_len=40, pattern=r"[A-Za-z0-9][A-Za-z0-9._\-]*")
Referentienummer = named("Referentienummer", Unicode, namespace=TYP, max_len=40, pattern=r"[A-Za-z0-9._:/+=@\-]+")
Kenmerk = named("Kenmerk", Unicode, namespace=TYP, max_len=40, pattern=r"[A-Za-z0-9][A-Za-z0-9._:/\-]*")
KlantKenmerk = named("KlantKenmerk", Unicode, namespace=TYP, min_len=10, max_len=64, pattern=r"[A-Za-z0-9._:\-]+")
Betaalkenmerk = named("Betaalkenmerk", Unicode, namespace=TYP, pattern="[1-9][0-9]{11}")
Meebetaaltoken = named("Meebetaaltoken", Unicode, namespace=TYP, max_len=200, pattern=r"[A-Za-z0-9._~=\-]+")
Regelnummer = named("Regelnummer", Int, namespace=TYP, ge=1, le=9999)
Aantal = named("Aantal", Int, namespace=TYP, ge=1, le=9999)
RegelbedragInCenten = named("RegelbedragInCenten", Int, namespace=TYP, ge=1, le=5_000_000)
TotaalbedragInCenten = named("TotaalbedragInCenten", Int, namespace=TYP, ge=1, le=99_999_999)
BedragInCenten = named("BedragInCenten", Long, namespace=TYP, ge=0, le=999_999_999_999)
Versie = named("Versie", Int, namespace=TYP, ge=0)
Tijdstip = named("Tijdstip", DateTime, namespace=TYP, pattern=_MOMENT)
Omschrijving = named("Omschrijving", Unicode, namespace=TYP, max_len=140, pattern=_LINE)
Naam = named("Naam", Unicode, namespace=TYP, max_len=100, pattern=_LINE)
Toelichting = named("Toelichting", Unicode, namespace=TYP, max_len=500, pattern=_LINE)
Email = named(
    "Email",
    Unicode,
    namespace=TYP,
    max_len=254,
    pattern=r"[A-Za-z0-9.!#$%&*+/=?^_`{|}~\-]+@[A-Za-z0-9\-]+(\.[A-Za-z0-9\-]+)+",
)
Url = named("Url", AnyUri, namespace=TYP, max_len=500, pattern=r"https?://[A-Za-z0-9._~:/?#@!$&'()*+,;=%\[\]\-]+")
Productcode = named("Productcode", Unicode, namespace=TYP, max_len=40, pattern=r"[A-Za-z0-9][A-Za-z0-9._\-]*")
Betalersoort = enumeration("Betalersoort", ["BURGER", "BEDRIJF"], namespace=TYP)
Taal = enumeration("Taal", ["nl", "en"], namespace=TYP)
Betaalopdrachtstatus = named("Betaalopdrachtstatus", Unicode, namespace=TYP, pattern=_OPEN_CODE)
Leveringstatus = named("Leveringstatus", Unicode, namespace=TYP, pattern=_OPEN_CODE)
Betaalmethode = named("Betaalmethode", Unicode, namespace=TYP, pattern=_OPEN_CODE)
Foutcode = named("Foutcode", Unicode, namespace=TYP, pattern=_OPEN_CODE)
Foutplek = named("Foutplek", Unicode, namespace=TYP, pattern="[a-z]{1,20}")


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
