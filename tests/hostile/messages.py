"""The good message that every attack is made from, and how one is put into an envelope."""

from __future__ import annotations

from betaalhub.wire.versions import ENVELOPE_11, ENVELOPE_12
from tests.contract.samples import BER, TYP
from tests.hostile.verdict import MARKER

XML = "text/xml; charset=utf-8"
XML_12 = "application/soap+xml; charset=utf-8"
TERUG = "http://127.0.0.1:8093/terug/1"  # an address that the demo catalogue allows

_STUUR = (
    "<t:Zender>vergunningen</t:Zender><t:Referentienummer>%s</t:Referentienummer>"
    "<t:TijdstipBericht>2026-11-23T14:30:00+01:00</t:TijdstipBericht>"
)
_REGEL = {
    "Regelnummer": "1", "Productcode": "EVENEMENT", "Omschrijving": "Buurtfeest", "Aantal": "1", "BedragInCenten": "18750",
}  # fmt: skip


def start(referentie: str = "R-1", **parts: str) -> str:
    """A StartBetaling that would be accepted; `parts` replaces the text of an element of the regel, or of `Kenmerk`,
    `TotaalInCenten`, `TerugkeerUrl`; `regel`, `rest` and `attrs` put XML into the regel, at the end, into the start tag."""
    regel = "".join(f"<t:{name}>{parts.get(name, text)}</t:{name}>" for name, text in _REGEL.items())
    return (
        f"<b:StartBetaling xmlns:b='{BER}' xmlns:t='{TYP}'{parts.get('attrs', '')}>"
        f"<b:Stuurgegevens>{_STUUR % referentie}</b:Stuurgegevens><b:Kenmerk>{parts.get('Kenmerk', MARKER)}</b:Kenmerk>"
        f"<b:Productregel>{regel}{parts.get('regel', '')}</b:Productregel>"
        f"<b:TotaalInCenten>{parts.get('TotaalInCenten', '18750')}</b:TotaalInCenten>"
        f"<b:TerugkeerUrl>{parts.get('TerugkeerUrl', TERUG)}</b:TerugkeerUrl>{parts.get('rest', '')}</b:StartBetaling>"
    )


def controleer() -> str:
    """A Controleer that is answered, and changes nothing."""
    return f"<b:Controleer xmlns:b='{BER}' xmlns:t='{TYP}'><b:Stuurgegevens>{_STUUR % 'C-1'}</b:Stuurgegevens></b:Controleer>"


def envelope(message: str, *, header: str | None = None, namespace: str = ENVELOPE_11, attrs: str = "") -> str:
    """A message in a SOAP envelope."""
    head = "" if header is None else f"<s:Header>{header}</s:Header>"
    return f"<s:Envelope xmlns:s='{namespace}'{attrs}>{head}<s:Body>{message}</s:Body></s:Envelope>"


def envelope_12(message: str, *, header: str | None = None) -> str:
    """A message in a SOAP 1.2 envelope."""
    return envelope(message, header=header, namespace=ENVELOPE_12)
