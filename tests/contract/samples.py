"""One full and valid message of every kind in our own contracts, and the ways to spoil one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

ROOT = Path(__file__).resolve().parents[2]
XS = "{http://www.w3.org/2001/XMLSchema}"
WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
TYP = "urn:betaalhub:typen:v1"
BER = "urn:betaalhub:berichten:v1"
BST = "urn:betaalhub:betaalstatus:v1"
GBK = "urn:betaalhub:grootboek:v1"
DDP = "http://www.docdatapayments.com/services/paymentservice/1_3/"
OURS = ("betaalhub-typen-v1.xsd", "betaalhub-berichten-v1.xsd", "betaalstatus-v1.xsd", "grootboek-v1.xsd")
DOCDATA = "docdata-order-1.3.xsd"
WSDLS = ("betaalhub-v1.wsdl", "betaalstatus-v1.wsdl", "grootboek-v1.wsdl", "docdata-order-1.3.wsdl")

_VRAAG = "<Stuurgegevens><t:Zender>VTH</t:Zender><t:Referentienummer>R-1</t:Referentienummer><t:TijdstipBericht>2026-11-23T14:30:00+01:00</t:TijdstipBericht></Stuurgegevens>"
_ANTWOORD = "<Stuurgegevens><t:Referentienummer>A-1</t:Referentienummer><t:CrossRefnummer>R-1</t:CrossRefnummer><t:TijdstipBericht>2026-11-23T13:30:01.5Z</t:TijdstipBericht></Stuurgegevens>"
_STAND = (
    "<Betaalkenmerk>482710936577</Betaalkenmerk><Winkelmandje>123456789012</Winkelmandje><Kenmerk>ZK-2026/0001</Kenmerk>"
    "<Status>BETAALD</Status><Versie>2</Versie><Leverbaar>true</Leverbaar><TotaalInCenten>5000</TotaalInCenten>"
    "<OntvangenInCenten>5000</OntvangenInCenten><TerugbetaaldInCenten>0</TerugbetaaldInCenten><TeruggeboektInCenten>0</TeruggeboektInCenten>"
    "<Regelstatus><t:Regelnummer>1</t:Regelnummer><t:Productcode>EVT-KLEIN</t:Productcode><t:BedragInCenten>5000</t:BedragInCenten>"
    "<t:Betaald>true</t:Betaald><t:Levering>NIET_GEMELD</t:Levering></Regelstatus>"
    "<AangemaaktOp>2026-11-23T13:30:00Z</AangemaaktOp><VervaltOp>2026-12-07T13:30:00Z</VervaltOp>"
    "<BetaaldOp>2026-11-23T13:35:00Z</BetaaldOp><Betaalmethode>IDEAL</Betaalmethode>"
)
_RESULTATEN = (
    "<Journaalpostresultaat><Journaalpostnummer>JP-1</Journaalpostnummer><Verwerking>GEBOEKT</Verwerking><Boekstuknummer>2026-000017</Boekstuknummer></Journaalpostresultaat>"
    "<Journaalpostresultaat><Journaalpostnummer>JP-2</Journaalpostnummer><Verwerking>AFGEKEURD</Verwerking><Reden>Kostenplaats is gesloten</Reden></Journaalpostresultaat>"
)

_BEDRAGEN = (
    "<t:TotaalInCenten>5000</t:TotaalInCenten><t:OntvangenInCenten>5000</t:OntvangenInCenten>"
    "<t:TerugbetaaldInCenten>0</t:TerugbetaaldInCenten><t:TeruggeboektInCenten>0</t:TeruggeboektInCenten>"
)
_BEIDE = "<t:Betaalkenmerk>482710936577</t:Betaalkenmerk><t:Winkelmandje>123456789012</t:Winkelmandje>"
_TOEN = f"{_BEIDE}<t:Kenmerk>ZK-2026/0001</t:Kenmerk><t:Status>BETAALD</t:Status><t:Versie>2</t:Versie><t:Leverbaar>true</t:Leverbaar>{_BEDRAGEN}"
_VERVOLG = "<Vervolg>482710936577.0123456789abcdef0123456789abcdef</Vervolg>"

# The messages of the other operations that only read, in the namespace BER.
_READING = {
    "VraagWijzigingen": _VRAAG + "<Vanaf>17</Vanaf><Maximum>500</Maximum>",
    "VraagWijzigingenResponse": f"{_ANTWOORD}<Wijziging><t:Wijzigingsnummer>18</t:Wijzigingsnummer>{_TOEN}"
    + "<t:Tijdstip>2026-11-23T13:35:00Z</t:Tijdstip></Wijziging><Volgende>18</Volgende><Compleet>true</Compleet>",
    "ZoekBetalingen": _VRAAG
    + "<Vanaf>2026-01-01</Vanaf><TotEnMet>2026-12-31</TotEnMet><Status>BETAALD</Status><Status>DEELS_TERUGBETAALD</Status>"
    + "<Productcode>EVT-KLEIN</Productcode><Zaaknummer>ZAAK-77</Zaaknummer><BedragVanafInCenten>0</BedragVanafInCenten>"
    + "<BedragTotEnMetInCenten>500000</BedragTotEnMetInCenten><KlantKenmerk>pseudoniem-0001</KlantKenmerk>"
    + f"<Betaalkenmerk>123456789012</Betaalkenmerk><Maximum>100</Maximum>{_VERVOLG}",
    "ZoekBetalingenResponse": f"{_ANTWOORD}<Gevonden>{_TOEN}<t:AangemaaktOp>2026-11-23T13:30:00Z</t:AangemaaktOp>"
    + f"<t:BetaaldOp>2026-11-23T13:35:00Z</t:BetaaldOp></Gevonden>{_VERVOLG}",
    "VraagProducten": _VRAAG + "<GeldigOp>2027-01-01</GeldigOp>",
    "VraagProductenResponse": _ANTWOORD
    + "<Product><t:Productcode>EVT-KLEIN</t:Productcode><t:Omschrijving>Klein evenement</t:Omschrijving>"
    + "<t:OmschrijvingEngels>Small event</t:OmschrijvingEngels><t:Prijsregel>VAST</t:Prijsregel><t:PrijsInCenten>2500</t:PrijsInCenten>"
    + "<t:GeldigVan>2026-01-01</t:GeldigVan><t:GeldigTotEnMet>2026-12-31</t:GeldigTotEnMet></Product>",
    "VraagKlantoverzicht": f"{_VRAAG}<KlantKenmerk>pseudoniem-0001</KlantKenmerk>{_VERVOLG}",
    "VraagKlantoverzichtResponse": f"{_ANTWOORD}<Overzichtregel>{_BEIDE}<t:ZenderNaam>Vergunningen</t:ZenderNaam>"
    + "<t:Omschrijving>Klein evenement</t:Omschrijving><t:Regels>2</t:Regels><t:Status>OPEN</t:Status>"
    + "<t:TotaalInCenten>5000</t:TotaalInCenten><t:AangemaaktOp>2026-11-23T13:30:00Z</t:AangemaaktOp>"
    + "<t:VervaltOp>2026-12-07T13:30:00Z</t:VervaltOp><t:BetaaldOp>2026-11-23T13:35:00Z</t:BetaaldOp>"
    + f"<t:BetaalUrl>https://betalen.example.nl/nl/winkelmandje/abc</t:BetaalUrl></Overzichtregel>{_VERVOLG}",
}

SAMPLES: dict[str, str] = {
    **{f"{{{BER}}}{name}": content for name, content in _READING.items()},
    f"{{{BER}}}StartBetaling": _VRAAG
    + "<Kenmerk>ZK-2026/0001</Kenmerk>"
    + "<Productregel><t:Regelnummer>1</t:Regelnummer><t:Productcode>EVT-KLEIN</t:Productcode>"
    + "<t:Omschrijving>Evenementenvergunning café ’t Hoekje</t:Omschrijving><t:Aantal>2</t:Aantal>"
    + "<t:BedragInCenten>5000</t:BedragInCenten><t:StuksprijsInCenten>2500</t:StuksprijsInCenten><t:Zaaknummer>ZAAK-77</t:Zaaknummer></Productregel>"
    + "<TotaalInCenten>5000</TotaalInCenten>"
    + "<Betaler><t:Soort>BURGER</t:Soort><t:Naam>J. de Vriès</t:Naam><t:Email>j.de.vries@example.nl</t:Email><t:Taal>nl</t:Taal></Betaler>"
    + "<KlantKenmerk>pseudoniem-0001</KlantKenmerk><TerugkeerUrl>https://vth.example.nl/terug?zaak=77&amp;stap=3</TerugkeerUrl>"
    + "<VervaltOp>2026-12-01T00:00:00</VervaltOp><Meebetaaltoken>eyJhIjoxfQ.Zm9v_-</Meebetaaltoken><Vervang>false</Vervang>",
    f"{{{BER}}}StartBetalingResponse": _ANTWOORD
    + "<Betaalkenmerk>482710936577</Betaalkenmerk><Winkelmandje>123456789012</Winkelmandje>"
    + "<BetaalUrl>https://betalen.example.nl/nl/winkelmandje/abc</BetaalUrl><Status>OPEN</Status><Versie>1</Versie><VervaltOp>2026-12-07T13:30:00Z</VervaltOp>",
    f"{{{BER}}}VraagBetaalstatus": _VRAAG + "<Betaalkenmerk>482710936577</Betaalkenmerk><Kenmerk>ZK-2026/0001</Kenmerk>",
    f"{{{BER}}}VraagBetaalstatusResponse": _ANTWOORD + _STAND + "<BetaalUrl>https://betalen.example.nl/nl/winkelmandje/abc</BetaalUrl>",
    f"{{{BER}}}Controleer": _VRAAG,
    f"{{{BER}}}ControleerResponse": _ANTWOORD
    + "<Aansluiting>ESB productie</Aansluiting><Zender>VTH</Zender><ZenderNaam>Vergunningen</ZenderNaam><Contractversie>1.0</Contractversie>"
    + "<Hubversie>0.1.0</Hubversie><RegisterBereikbaar>true</RegisterBereikbaar><Tijdstip>2026-11-23T13:30:01Z</Tijdstip>",
    f"{{{BER}}}TrekBetalingIn": _VRAAG + "<Betaalkenmerk>482710936577</Betaalkenmerk><Kenmerk>ZK-2026/0001</Kenmerk><Reden>Aanvraag ingetrokken</Reden>",
    f"{{{BER}}}TrekBetalingInResponse": _ANTWOORD + "<Betaalkenmerk>482710936577</Betaalkenmerk><Status>INGETROKKEN</Status><Versie>2</Versie>",
    f"{{{BER}}}VraagTerugbetaling": _VRAAG
    + "<Betaalkenmerk>482710936577</Betaalkenmerk><Kenmerk>ZK-2026/0001</Kenmerk>"
    + "<Terugbetaalregel><t:Regelnummer>1</t:Regelnummer><t:BedragInCenten>2500</t:BedragInCenten></Terugbetaalregel><Reden>Eén van de twee dagen gaat niet door</Reden>",
    f"{{{BER}}}VraagTerugbetalingResponse": _ANTWOORD
    + "<Betaalkenmerk>482710936577</Betaalkenmerk><Terugbetaling>9545E6412FA1EDE546DC35A711</Terugbetaling><Status>AANGEVRAAGD</Status>"
    + "<BedragInCenten>2500</BedragInCenten><Versie>3</Versie>",
    f"{{{BER}}}RegistreerBetaling": _VRAAG
    + "<Betaalkenmerk>482710936577</Betaalkenmerk><Kenmerk>ZK-2026/0001</Kenmerk><BedragInCenten>5000</BedragInCenten>"
    + "<Ontvangstmethode>PIN</Ontvangstmethode><OntvangenOp>2026-11-23T13:25:00+01:00</OntvangenOp><Bewijsnummer>KASSA-3/0412</Bewijsnummer>",
    f"{{{BER}}}RegistreerBetalingResponse": _ANTWOORD
    + "<Betaalkenmerk>482710936577</Betaalkenmerk><Status>BETAALD</Status><Versie>2</Versie><Registratienummer>123456789012-1</Registratienummer>",
    f"{{{BER}}}HerroepRegistratie": _VRAAG + "<Registratienummer>123456789012-1</Registratienummer><Reden>Op de verkeerde zaak geboekt</Reden>",
    f"{{{BER}}}HerroepRegistratieResponse": _ANTWOORD + "<Betaalkenmerk>482710936577</Betaalkenmerk><Status>TERUGBETAALD</Status><Versie>3</Versie>",
    f"{{{BER}}}MeldLevering": _VRAAG
    + "<Betaalkenmerk>482710936577</Betaalkenmerk><Kenmerk>ZK-2026/0001</Kenmerk>"
    + "<Leveringsregel><t:Regelnummer>1</t:Regelnummer><t:Levering>NIET_LEVERBAAR</t:Levering><t:Reden>Het terrein is afgekeurd</t:Reden></Leveringsregel>",
    f"{{{BER}}}MeldLeveringResponse": _ANTWOORD
    + "<Betaalkenmerk>482710936577</Betaalkenmerk><Versie>3</Versie>"
    + "<Regelstatus><t:Regelnummer>1</t:Regelnummer><t:Productcode>EVT-KLEIN</t:Productcode><t:BedragInCenten>5000</t:BedragInCenten>"
    + "<t:Betaald>true</t:Betaald><t:Levering>NIET_LEVERBAAR</t:Levering></Regelstatus>",
    f"{{{BER}}}BetaalhubFout": "<Code>ONGELDIG_BERICHT</Code><Plek>client</Plek><Omschrijving>Het bericht klopt niet.</Omschrijving>"
    + "<Herhaalbaar>false</Herhaalbaar><WachttijdSeconden>30</WachttijdSeconden><CrossRefnummer>R-1</CrossRefnummer>"
    + "<Bevinding><t:Code>WAARDE_ONJUIST</t:Code><t:Element>/StartBetaling/Productregel[2]/Aantal</t:Element><t:Regel>12</t:Regel>"
    + "<t:Facet>maxInclusive</t:Facet><t:Omschrijving>Aantal: de waarde is te hoog.</t:Omschrijving></Bevinding>",
    f"{{{BST}}}MeldBetaalstatus": _VRAAG + _STAND,
    f"{{{BST}}}MeldBetaalstatusResponse": _ANTWOORD + "<Verwerking>GEWEIGERD</Verwerking><Versie>2</Versie><Reden>Deze zaak is vernietigd</Reden>",
    f"{{{GBK}}}VerwerkBoekingsbatch": _VRAAG
    + "<Batchnummer>B-2026-0001</Batchnummer><Administratie>GEMEENTE</Administratie>"
    + "<Journaalpost><Journaalpostnummer>JP-1</Journaalpostnummer><Soort>BETAALD</Soort><Boekdatum>2026-11-23</Boekdatum>"
    + "<Omschrijving>Betaling 4827 1093 6577</Omschrijving><Betaalkenmerk>482710936577</Betaalkenmerk>"
    + "<Boekingsregel><Volgnummer>1</Volgnummer><Grootboekrekening>1290</Grootboekrekening><BtwCode>BUITEN_HEFFING</BtwCode>"
    + "<DebetInCenten>5000</DebetInCenten><CreditInCenten>0</CreditInCenten><Omschrijving>Tussenrekening</Omschrijving></Boekingsregel>"
    + "<Boekingsregel><Volgnummer>2</Volgnummer><Grootboekrekening>8300</Grootboekrekening><Kostenplaats>6120</Kostenplaats><Project>P-7</Project>"
    + "<BtwCode>BUITEN_HEFFING</BtwCode><DebetInCenten>0</DebetInCenten><CreditInCenten>5000</CreditInCenten><Omschrijving>Leges</Omschrijving></Boekingsregel></Journaalpost>",
    f"{{{GBK}}}VerwerkBoekingsbatchResponse": _ANTWOORD + "<Batchnummer>B-2026-0001</Batchnummer>" + _RESULTATEN,
    f"{{{GBK}}}VraagBoekingsbatch": _VRAAG + "<Batchnummer>B-2026-0001</Batchnummer>",
    f"{{{GBK}}}VraagBoekingsbatchResponse": _ANTWOORD + "<Batchnummer>B-2026-0001</Batchnummer><Bekend>true</Bekend>" + _RESULTATEN,
}  # fmt: skip


def sample(tag: str) -> etree._Element:
    """The valid message with this element, fresh."""
    namespace, _, name = tag[1:].partition("}")
    return etree.fromstring(f'<{name} xmlns="{namespace}" xmlns:t="{TYP}">{SAMPLES[tag]}</{name}>')


def at(message: etree._Element, path: str) -> etree._Element:
    """The element at `Productregel/Aantal`, whatever its namespace."""
    return message.find("/".join(f"{{*}}{step}" for step in path.split("/")))


def schema(*names: str) -> etree.XMLSchema:
    """The named XSDs of this checkout, compiled together."""
    driver = etree.Element(XS + "schema")
    for name in names:
        path = ROOT / "xsd" / name
        namespace = etree.parse(path).getroot().get("targetNamespace")
        etree.SubElement(driver, XS + "import", namespace=namespace, schemaLocation=path.as_uri())
    return etree.XMLSchema(driver)


def declarations(name: str, *kinds: str) -> Iterator[etree._Element]:
    """Every declaration of these kinds in one XSD, global or local."""
    yield from etree.parse(ROOT / "xsd" / name).iter(*(XS + kind for kind in kinds))
