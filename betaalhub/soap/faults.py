"""The one catalogue of faults: what each code says, who must act, whether a repeat helps, and its spelling elsewhere.

From this table come the documented list (`docs/faults.md`), the SOAP faults and the tests. StUF codes are those of StUF
03.01 section 4 (table of errors); Digikoppeling codes those of the technical messages of the WUS best practices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from betaalhub.errors import ConfigurationError, ContractError, Refusal
from betaalhub.wire.codes import WIRE_CODES, FindingCode, Plek
from betaalhub.wire.faults import WireFault


class Wie(StrEnum):
    """Who must act before a message can succeed."""

    BOUWER = "de bouwer van het productsysteem"
    BEHEERDER = "de beheerder van Betaalhub, samen met het productsysteem"
    GEBRUIKER = "wie de betaalopdracht maakte"
    NIEMAND = "niemand: later herhalen"


class Gebruik(StrEnum):
    """Where a code occurs."""

    FOUT = "FOUT"  # a SOAP fault, and a finding where more is wrong
    BEVINDING = "BEVINDING"  # only a finding inside ONGELDIG_BERICHT
    SCHERM = "SCHERM"  # only in the portal, on the administrator's pages and on the command line


@dataclass(frozen=True, slots=True)
class Fout:
    """One row: the code, whose move it is, whether the same message may succeed later, who acts, and the Dutch text.

    `elementen`: the paths below the message of the elements that a refusal is about when it says no more itself; the first
    of them that the message has gets the finding. `wacht`: whole seconds to wait at least before a repeat.
    """

    code: str
    plek: Plek
    herhaalbaar: bool
    wie: Wie
    omschrijving: str
    stuf: str = ""
    digikoppeling: str = ""
    gebruik: Gebruik = Gebruik.FOUT
    elementen: tuple[str, ...] = ()
    wacht: int | None = None


def _client(code: str, wie: Wie, omschrijving: str, *elementen: str, stuf: str = "") -> Fout:
    return Fout(code, Plek.CLIENT, False, wie, omschrijving, stuf, elementen=elementen)


def _screen(code: str, wie: Wie, omschrijving: str) -> Fout:
    return Fout(code, Plek.CLIENT, False, wie, omschrijving, gebruik=Gebruik.SCHERM)


def _server(
    code: str, wie: Wie, omschrijving: str, *, stuf: str, digikoppeling: str = "", wacht: int | None = None
) -> Fout:
    return Fout(code, Plek.SERVER, True, wie, omschrijving, stuf, digikoppeling, wacht=wacht)


def _wire(code: str, wie: Wie, stuf: str, digikoppeling: str = "", *elementen: str) -> Fout:
    row = WIRE_CODES[code]
    return Fout(code, row.plek, row.herhaalbaar, wie, row.omschrijving, stuf, digikoppeling, elementen=elementen)


def _finding(code: FindingCode, omschrijving: str, digikoppeling: str = "0004") -> Fout:
    return Fout(code, Plek.CLIENT, False, Wie.BOUWER, omschrijving, "StUF055", digikoppeling, Gebruik.BEVINDING)


_WHICH = ("Betaalkenmerk", "Kenmerk")
_REGISTRATIE = "Registratienummer"

_ROWS = (
    # At the door
    _wire("ONGELDIG_BERICHT", Wie.BOUWER, "StUF055", "0004"),
    _wire("MEDIATYPE_ONBEKEND", Wie.BOUWER, "StUF055", "0009"),
    _wire("METHODE_NIET_TOEGESTAAN", Wie.BOUWER, "StUF055", "0001"),
    _wire("ADRES_ONBEKEND", Wie.BOUWER, "StUF055", "0003"),
    _wire("SOAPACTION_ONJUIST", Wie.BOUWER, "StUF022", "0003"),
    _wire("OPERATIE_ONBEKEND", Wie.BOUWER, "StUF022", "0003"),
    _wire("HEADER_NIET_BEGREPEN", Wie.BOUWER, "StUF055", "0010"),
    _wire("VERSIE_ONBEKEND", Wie.BOUWER, "StUF001", "0001"),
    _wire("NIET_GEAUTHENTICEERD", Wie.BEHEERDER, "StUF052", "0002"),
    _wire("BEVEILIGING_ONJUIST", Wie.BOUWER, "StUF052", "0011"),
    _wire("BERICHT_VERLOPEN", Wie.BOUWER, "StUF052", "0011"),
    _wire("BERICHT_HERHAALD", Wie.BOUWER, "StUF052", "0011"),
    _wire("NIET_GEAUTORISEERD", Wie.BEHEERDER, "StUF052", "0002", "Stuurgegevens/Zender"),
    _wire("INTERNE_FOUT", Wie.NIEMAND, "StUF058"),
    # What is wrong with a message, one finding each
    _finding(FindingCode.NIET_WELGEVORMD, "Dit is geen welgevormde XML.", "0001"),
    _finding(FindingCode.BERICHT_TE_GROOT, "Het bericht is te groot.", "0001"),
    _finding(FindingCode.BERICHT_ONVOLLEDIG, "Het bericht is niet helemaal aangekomen.", "0001"),
    _finding(FindingCode.DOCTYPE_VERBODEN, "Een DOCTYPE is niet toegestaan.", "0001"),
    _finding(FindingCode.TE_DIEP_GENEST, "Het bericht is te diep genest.", "0001"),
    _finding(FindingCode.TE_VEEL_ELEMENTEN, "Het bericht heeft te veel elementen.", "0001"),
    _finding(FindingCode.TEKENSET_ONBEKEND, "De tekenset is onbekend of onjuist; gebruik UTF-8.", "0009"),
    _finding(FindingCode.ENVELOPE_ONJUIST, "De SOAP Envelope klopt niet.", "0001"),
    _finding(FindingCode.HEADER_ONJUIST, "Een SOAP-header klopt niet.", "0011"),
    _finding(FindingCode.WSA_TO_ONJUIST, "De header wsa:To ontbreekt of klopt niet.", "0005"),
    _finding(FindingCode.WSA_ACTION_ONJUIST, "De header wsa:Action ontbreekt of klopt niet.", "0006"),
    _finding(FindingCode.WSA_MESSAGEID_ONJUIST, "De header wsa:MessageID ontbreekt of klopt niet.", "0007"),
    _finding(FindingCode.WSA_RELATESTO_ONJUIST, "De header wsa:RelatesTo klopt niet.", "0008"),
    _finding(FindingCode.ELEMENT_ONTBREEKT, "Een verplicht element ontbreekt."),
    _finding(FindingCode.ELEMENT_ONVERWACHT, "Een element hoort hier niet."),
    _finding(FindingCode.ATTRIBUUT_ONTBREEKT, "Een verplicht attribuut ontbreekt."),
    _finding(FindingCode.ATTRIBUUT_ONVERWACHT, "Een attribuut hoort hier niet."),
    _finding(FindingCode.WAARDE_ONJUIST, "Een waarde voldoet niet aan de eis van het contract."),
    _finding(FindingCode.INHOUD_ONJUIST, "De inhoud van een element klopt niet."),
    # The same number again
    _client(
        "REFERENTIENUMMER_NIET_UNIEK",
        Wie.BOUWER,
        "Dit Referentienummer is al gebruikt voor een ander bericht. Gebruik een nieuw nummer.",
        "Stuurgegevens/Referentienummer",
        stuf="StUF016",
    ),
    # A betaalopdracht that cannot be taken
    _client("KENMERK_BEZET", Wie.GEBRUIKER, "Onder dit Kenmerk loopt al een betaalopdracht met andere productregels. Kies een ander Kenmerk, of geef Vervang mee zolang die betaalopdracht OPEN is.", "Kenmerk"),
    _client("TERUGKEERURL_NIET_TOEGESTAAN", Wie.BEHEERDER, "TerugkeerUrl begint niet met een adres dat voor deze zender is geregistreerd."),
    _client("PRODUCT_ONBEKEND", Wie.BEHEERDER, "Dit product staat niet in de catalogus of mag niet door deze zender worden verkocht."),
    _client("PRODUCT_NIET_GELDIG", Wie.BEHEERDER, "Dit product is vandaag niet geldig."),
    _client("PRIJS_ONJUIST", Wie.BEHEERDER, "Het bedrag past niet bij de prijs van het product."),
    _client("TOTAAL_ONJUIST", Wie.BOUWER, "TotaalInCenten is niet de som van de productregels."),
    _client("STUKSPRIJS_ONJUIST", Wie.BOUWER, "Aantal maal StuksprijsInCenten is niet BedragInCenten."),
    _client("REGELNUMMER_DUBBEL", Wie.BOUWER, "Een Regelnummer komt meer dan één keer voor."),
    _client("VERVALTOP_ONJUIST", Wie.BOUWER, "VervaltOp ligt te dichtbij of te ver weg."),
    _client("MAXIMUM_OVERSCHREDEN", Wie.GEBRUIKER, "Het totaal is hoger dan de gemeente toestaat."),
    # Asking
    _client("BETAALOPDRACHT_ONBEKEND", Wie.BOUWER, "Deze betaalopdracht is niet bekend bij deze zender.", *_WHICH, stuf="StUF064"),
    _client("ZOEKVRAAG_ONJUIST", Wie.BOUWER, "De vraag klopt niet: er ontbreekt iets, of wat u meegeeft past niet bij elkaar.", *_WHICH, stuf="StUF055"),
    # Changing a betaalopdracht that is there
    _client("BETAALOPDRACHT_BEEINDIGD", Wie.GEBRUIKER, "Deze betaalopdracht is ingetrokken of verlopen."),
    _client("AL_BETAALD", Wie.GEBRUIKER, "Deze betaalopdracht is al betaald."),
    _client("NIET_BETAALD", Wie.GEBRUIKER, "Deze betaalopdracht is niet betaald; er is niets om terug te betalen."),
    _client("REGELNUMMER_ONBEKEND", Wie.BOUWER, "Deze betaalopdracht heeft geen productregel met dit nummer."),
    _client("TERUGBETALING_TE_HOOG", Wie.GEBRUIKER, "Er wordt meer teruggevraagd dan er nog over is."),
    _client("BEDRAG_ONJUIST", Wie.GEBRUIKER, "BedragInCenten is niet het hele bedrag van de betaalopdracht."),
    _client("ONTVANGENOP_ONJUIST", Wie.GEBRUIKER, "OntvangenOp ligt in de toekomst of te lang geleden."),
    _client("REGISTRATIE_ONBEKEND", Wie.BOUWER, "Deze registratie is niet bekend bij deze zender.", _REGISTRATIE, stuf="StUF064"),
    _client("REGISTRATIE_NIET_HERROEPBAAR", Wie.GEBRUIKER, "Deze registratie kan niet worden herroepen: er is al van geleverd of teruggevraagd, of er is ook anders betaald.", _REGISTRATIE),
    _client("LEVERING_ONJUIST", Wie.BOUWER, "De levering van een productregel kan deze status niet meer krijgen."),
    _server("BETALING_LOOPT", Wie.NIEMAND, "De betaler is nu aan het betalen. Herhaal het bericht later, ongewijzigd.", stuf="StUF049", digikoppeling="0051", wacht=60),
    # At a screen
    _screen("KENMERK_ONJUIST", Wie.GEBRUIKER, "Dit kenmerk klopt niet: controleer de cijfers."),
    _screen("WINKELMANDJE_BEZET", Wie.GEBRUIKER, "Dit winkelmandje wordt al betaald."),
    _screen("TERUGBETALING_ONJUIST", Wie.BEHEERDER, "Dit kan niet met deze terugbetaling."),
    _screen("MAIL_UIT", Wie.BEHEERDER, "Deze installatie stuurt geen mails."),
    _screen("MAIL_ONDERWEG", Wie.BEHEERDER, "Deze mail wordt net verstuurd."),
    _screen("MAIL_ZONDER_ADRES", Wie.BEHEERDER, "Bij deze betaling is geen e-mailadres meer bekend."),
    _screen("OPLOSSING_ONJUIST", Wie.BEHEERDER, "Deze oplossing past niet bij deze uitval."),
    _screen("REDEN_ONTBREEKT", Wie.BEHEERDER, "Deze oplossing vraagt om een reden."),
    _screen("STATUS_ONJUIST", Wie.BEHEERDER, "Deze status kan niet met de hand worden gezet."),
    _screen("TWEEDE_ONTBREEKT", Wie.BEHEERDER, "Deze oplossing vraagt om een tweede persoon."),
    # Ours
    _server("PROCES_NIET_BESCHIKBAAR", Wie.NIEMAND, "Het betaalregister is even niet bereikbaar. Herhaal het bericht later, ongewijzigd.", stuf="StUF049", digikoppeling="0051"),
    _server("TE_VEEL_VERZOEKEN", Wie.NIEMAND, "Er komen te veel verzoeken van deze aansluiting. Wacht even en herhaal het bericht.", stuf="StUF049", digikoppeling="0051"),
)  # fmt: skip

FOUTEN: Mapping[str, Fout] = MappingProxyType({row.code: row for row in _ROWS})

_MISSING = (set(WIRE_CODES) | set(FindingCode)) - set(FOUTEN)
if _MISSING or len(FOUTEN) != len(_ROWS):
    raise ConfigurationError(
        f"De foutcatalogus is niet gesloten: {sorted(_MISSING)} ontbreken of een code staat er dubbel"
    )


def as_fault(refusal: Refusal, *, wait_seconds: int | None = None) -> WireFault:
    """The SOAP fault for a rule that says no: the catalogue decides Client or Server, the refusal brings the text.

    `wait_seconds`: how long the caller must wait at least before a repeat, when it is not what the catalogue says. Raises ContractError for a code that is not
    in the catalogue: our own mistake, which the door tells as INTERNE_FOUT and logs.
    """
    row = FOUTEN.get(refusal.code)
    if row is None or row.gebruik is not Gebruik.FOUT:
        raise ContractError(f"{refusal.code} is not a fault of the catalogue")
    return WireFault(
        row.code,
        refusal.omschrijving or row.omschrijving,
        plek=row.plek,
        herhaalbaar=row.herhaalbaar,
        findings=refusal.findings,
        detail=row.wacht if wait_seconds is None else wait_seconds,
    )
