"""Messages of a product system and the answers to them, as short as a test wants them."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from typing import Any

from lxml import etree

from tests.contract.samples import BER, TYP

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


@dataclass(frozen=True)
class Answer:
    """What came back over HTTP."""

    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def body(self) -> bytes:
        """The canonical bytes of the SOAP Body."""
        return etree.tostring(etree.fromstring(self.content).find(f"{{{SOAP}}}Body"), method="c14n", exclusive=True)

    def text(self, path: str) -> str | None:
        """The text at the end of a path of local names, anywhere in the Body."""
        return etree.fromstring(self.content).findtext(f".//{'/'.join('{*}' + one for one in path.split('/'))}")

    @property
    def fault(self) -> tuple[str | None, str | None]:
        """(Client or Server, the code of the typed detail)."""
        code = etree.fromstring(self.content).findtext(".//faultcode")
        return code and code.partition(":")[2], self.text("BetaalhubFout/Code")

    @property
    def bevindingen(self) -> list[tuple[str | None, str | None]]:
        """(code, element) of each finding."""
        found = etree.fromstring(self.content).iter(f"{{{BER}}}Bevinding")
        return [(one.findtext(f"{{{TYP}}}Code"), one.findtext(f"{{{TYP}}}Element")) for one in found]


def start(referentienummer: str = "R-1", *, zender: str = "vergunningen", kenmerk: str = "ZK-1", **other: str) -> str:
    """A StartBetaling for one evenementenvergunning; `regels`, `totaal`, `terug` and `rest` replace a part of it."""
    regels = other.get("regels", regel())
    return (
        f"<b:StartBetaling xmlns:b='{BER}' xmlns:t='{TYP}'>{_stuur(referentienummer, zender)}<b:Kenmerk>{kenmerk}</b:Kenmerk>{regels}"
        f"<b:TotaalInCenten>{other.get('totaal', '18750')}</b:TotaalInCenten>"
        f"<b:TerugkeerUrl>{other.get('terug', 'http://127.0.0.1:8093/terug/1')}</b:TerugkeerUrl>{other.get('rest', '')}</b:StartBetaling>"
    )


def regel(nummer: int = 1, *, product: str = "EVENEMENT", bedrag: int = 18750, aantal: int = 1) -> str:
    """One productregel."""
    return (
        f"<b:Productregel><t:Regelnummer>{nummer}</t:Regelnummer><t:Productcode>{product}</t:Productcode><t:Omschrijving>Buurtfeest</t:Omschrijving>"
        f"<t:Aantal>{aantal}</t:Aantal><t:BedragInCenten>{bedrag}</t:BedragInCenten></b:Productregel>\n"
    )


def vraag(rest: str, *, zender: str = "vergunningen") -> str:
    """A VraagBetaalstatus with this way to find it."""
    return f"<b:VraagBetaalstatus xmlns:b='{BER}' xmlns:t='{TYP}'>{_stuur('V-1', zender)}{rest}</b:VraagBetaalstatus>"


def controleer(*, zender: str = "vergunningen") -> str:
    """A Controleer."""
    return f"<b:Controleer xmlns:b='{BER}' xmlns:t='{TYP}'>{_stuur('C-1', zender)}</b:Controleer>"


def _stuur(referentienummer: str, zender: str) -> str:
    return (
        f"<b:Stuurgegevens><t:Zender>{zender}</t:Zender><t:Referentienummer>{referentienummer}</t:Referentienummer>"
        "<t:TijdstipBericht>2026-11-23T14:30:00+01:00</t:TijdstipBericht></b:Stuurgegevens>"
    )


def send(
    application: Any,
    message: str,
    *,
    user: str = "esb-demo",
    password: str = "geheim",
    header: str = "",
    extra: dict[str, str] | None = None,
) -> Answer:
    """POST one message with HTTP Basic to a WSGI application; no user means no credentials."""
    body = f"<s:Envelope xmlns:s='{SOAP}'><s:Header>{header}</s:Header><s:Body>{message}</s:Body></s:Envelope>".encode()
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "",
        "CONTENT_TYPE": "text/xml; charset=utf-8",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        **(extra or {}),
    }
    if user:
        environ["HTTP_AUTHORIZATION"] = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
    heard: list[Any] = []
    content = b"".join(application(environ, lambda status, headers: heard.extend((status, headers))))
    return Answer(int(heard[0][:3]), dict(heard[1]), content)
