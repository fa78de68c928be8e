"""The codes with which the SOAP door itself refuses a message: one closed table, from which docs and tests are made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Plek(StrEnum):
    """Whose move it is: the caller's (`client`: do not repeat) or ours (`server`: safe to repeat)."""

    CLIENT = "client"
    SERVER = "server"


@dataclass(frozen=True, slots=True)
class WireCode:
    """One refusal: who must act, whether a repeat helps, the Dutch text, and how SOAP and HTTP spell it.

    `faultcode` is the SOAP 1.1 name (Client, Server, VersionMismatch, MustUnderstand). `http_status` is used for both
    SOAP versions; None means the binding's own: 500 in SOAP 1.1, 400 or 500 in SOAP 1.2.
    """

    code: str
    plek: Plek
    herhaalbaar: bool
    omschrijving: str
    faultcode: str
    http_status: str | None = None


def _client(code: str, omschrijving: str, *, faultcode: str = "Client", http_status: str | None = None) -> WireCode:
    return WireCode(code, Plek.CLIENT, False, omschrijving, faultcode, http_status)


_CODES = (
    _client("ONGELDIG_BERICHT", "Het bericht voldoet niet aan het contract."),
    _client(
        "MEDIATYPE_ONBEKEND",
        "Stuur het bericht als text/xml (SOAP 1.1) of application/soap+xml (SOAP 1.2), zonder compressie.",
        http_status="415 Unsupported Media Type",
    ),
    _client("METHODE_NIET_TOEGESTAAN", "Stuur het bericht met HTTP POST.", http_status="405 Method Not Allowed"),
    _client("ADRES_ONBEKEND", "Op dit adres is geen dienst. Stuur het bericht naar het adres in de WSDL."),
    _client("SOAPACTION_ONJUIST", "De SOAPAction hoort niet bij de operatie in het bericht."),
    _client("OPERATIE_ONBEKEND", "Deze dienst kent de gevraagde operatie niet. Zie de WSDL."),
    _client(
        "HEADER_NIET_BEGREPEN",
        "Het bericht eist dat een header wordt begrepen die deze dienst niet kent.",
        faultcode="MustUnderstand",
    ),
    _client(
        "VERSIE_ONBEKEND",
        "De Envelope hoort niet bij SOAP 1.1 of 1.2, of niet bij het Content-Type.",
        faultcode="VersionMismatch",
    ),
    _client(
        "NIET_GEAUTHENTICEERD",
        "Wij weten niet wie u bent. Controleer uw inloggegevens.",
        http_status="401 Unauthorized",
    ),
    _client("BEVEILIGING_ONJUIST", "De WS-Security-header of de handtekening van het bericht klopt niet."),
    _client(
        "BERICHT_VERLOPEN",
        "Het bericht is te oud of komt uit de toekomst. Maak het opnieuw, met een nieuw Timestamp, en onderteken het opnieuw.",
    ),
    _client(
        "BERICHT_HERHAALD",
        "Dit ondertekende bericht is al ontvangen. Onderteken het opnieuw en stuur het dan, met hetzelfde Referentienummer.",
    ),
    _client("NIET_GEAUTORISEERD", "U mag dit niet vragen of doen."),
    WireCode(
        "INTERNE_FOUT",
        Plek.SERVER,
        True,
        "Er ging bij ons iets mis. U mag het bericht ongewijzigd opnieuw sturen.",
        "Server",
    ),
)

WIRE_CODES: Mapping[str, WireCode] = MappingProxyType({row.code: row for row in _CODES})


class FindingCode(StrEnum):
    """What one finding in an ONGELDIG_BERICHT says."""

    NIET_WELGEVORMD = "NIET_WELGEVORMD"
    BERICHT_TE_GROOT = "BERICHT_TE_GROOT"
    BERICHT_ONVOLLEDIG = "BERICHT_ONVOLLEDIG"
    DOCTYPE_VERBODEN = "DOCTYPE_VERBODEN"
    TE_DIEP_GENEST = "TE_DIEP_GENEST"
    TE_VEEL_ELEMENTEN = "TE_VEEL_ELEMENTEN"
    TEKENSET_ONBEKEND = "TEKENSET_ONBEKEND"
    ENVELOPE_ONJUIST = "ENVELOPE_ONJUIST"
    HEADER_ONJUIST = "HEADER_ONJUIST"
    WSA_TO_ONJUIST = "WSA_TO_ONJUIST"
    WSA_ACTION_ONJUIST = "WSA_ACTION_ONJUIST"
    WSA_MESSAGEID_ONJUIST = "WSA_MESSAGEID_ONJUIST"
    WSA_RELATESTO_ONJUIST = "WSA_RELATESTO_ONJUIST"
    ELEMENT_ONTBREEKT = "ELEMENT_ONTBREEKT"
    ELEMENT_ONVERWACHT = "ELEMENT_ONVERWACHT"
    ATTRIBUUT_ONTBREEKT = "ATTRIBUUT_ONTBREEKT"
    ATTRIBUUT_ONVERWACHT = "ATTRIBUUT_ONVERWACHT"
    WAARDE_ONJUIST = "WAARDE_ONJUIST"
    INHOUD_ONJUIST = "INHOUD_ONJUIST"
