"""The messages that every measurement sends: StartBetaling with any number of productregels, each message a new one."""

from __future__ import annotations

BER, TYP = "urn:betaalhub:berichten:v1", "urn:betaalhub:typen:v1"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
ZENDER = "vergunningen"
_BEDRAG_CENT = 8450


def start_betaling(key: str, regels: int = 5) -> bytes:
    """A whole SOAP 1.1 message that no other message equals: `key` is its Referentienummer and its Kenmerk.

    Without Betaler: stock Spyne hands over an enumeration as an object that is not equal to its own text.
    """
    lines = "".join(_regel(number) for number in range(1, regels + 1))
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="{SOAP}"><s:Body>'
        f'<b:StartBetaling xmlns:b="{BER}" xmlns:t="{TYP}"><b:Stuurgegevens><t:Zender>{ZENDER}</t:Zender>'
        f"<t:Referentienummer>ref-{key}</t:Referentienummer>"
        "<t:TijdstipBericht>2026-11-23T14:30:00+01:00</t:TijdstipBericht></b:Stuurgegevens>"
        f"<b:Kenmerk>ZK-{key}</b:Kenmerk>{lines}<b:TotaalInCenten>{regels * _BEDRAG_CENT}</b:TotaalInCenten>"
        "<b:TerugkeerUrl>http://127.0.0.1:8093/terug/1</b:TerugkeerUrl></b:StartBetaling></s:Body></s:Envelope>"
    ).encode()


def _regel(number: int) -> str:
    return (
        f"<b:Productregel><t:Regelnummer>{number}</t:Regelnummer><t:Productcode>OMGEVING</t:Productcode>"
        f"<t:Omschrijving>Omgevingsvergunning podium, deel {number}</t:Omschrijving><t:Aantal>1</t:Aantal>"
        f"<t:BedragInCenten>{_BEDRAG_CENT}</t:BedragInCenten><t:Zaaknummer>Z-2026-00{number:04d}</t:Zaaknummer></b:Productregel>"
    )
