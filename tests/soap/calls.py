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


def bericht(operatie: str, rest: str, *, nummer: str = "W-1", zender: str = "vergunningen") -> str:
    """Another message of this operation; `rest` follows Stuurgegevens, in the prefixes b and t."""
    return f"<b:{operatie} xmlns:b='{BER}' xmlns:t='{TYP}'>{_stuur(nummer, zender)}{rest}</b:{operatie}>"


def elements(prefix: str = "b", **values: object) -> str:
    """Elements in this order: `elements(Kenmerk="ZK-1")`; None is left out."""
    return "".join(f"<{prefix}:{name}>{value}</{prefix}:{name}>" for name, value in values.items() if value is not None)


def trek_in(nummer: str = "T-1", **values: object) -> str:
    """A TrekBetalingIn of ZK-1."""
    return bericht("TrekBetalingIn", elements(**{"Kenmerk": "ZK-1", **values}), nummer=nummer)


def registreer(nummer: str = "B-1", **values: object) -> str:
    """A RegistreerBetaling of ZK-1: paid with a card at the counter, an hour ago."""
    named = {
        "Kenmerk": "ZK-1",
        "BedragInCenten": 18750,
        "Ontvangstmethode": "PIN",
        "OntvangenOp": "2026-11-23T12:30:00Z",
    }
    return bericht("RegistreerBetaling", elements(**{**named, **values}), nummer=nummer)


def herroep(registratienummer: str | None, nummer: str = "H-1") -> str:
    """A HerroepRegistratie."""
    return bericht(
        "HerroepRegistratie", elements(Registratienummer=registratienummer, Reden="Verkeerde zaak"), nummer=nummer
    )


def vraag_terug(nummer: str = "G-1", *, regels: dict[int, int | None] | None = None, reden: str = "Te veel") -> str:
    """A VraagTerugbetaling of ZK-1: cents by Regelnummer, None for all of a regel; no regels for everything."""
    lines = "".join(
        f"<b:Terugbetaalregel>{elements('t', Regelnummer=regelnummer, BedragInCenten=cents)}</b:Terugbetaalregel>"
        for regelnummer, cents in (regels or {}).items()
    )
    rest = elements(Kenmerk="ZK-1") + lines + elements(Reden=reden)
    return bericht("VraagTerugbetaling", rest, nummer=nummer)


def meld(nummer: str = "L-1", reden: str | None = None, **regels: str) -> str:
    """A MeldLevering of ZK-1: `meld(r1="GELEVERD")`."""
    lines = "".join(
        f"<b:Leveringsregel>{elements('t', Regelnummer=name[1:], Levering=levering, Reden=reden)}</b:Leveringsregel>"
        for name, levering in regels.items()
    )
    return bericht("MeldLevering", elements(Kenmerk="ZK-1") + lines, nummer=nummer)


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
