"""How each code of the fault catalogue is provoked at the real SOAP door; a new code needs its case here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from lxml import etree
from sqlalchemy import update

from betaalhub.domain.bewijs import BewijsSoort
from betaalhub.hub import Hub
from betaalhub.soap.access import AccessChoices, TransportAccess
from betaalhub.soap.application import Beveiliging, make_soap
from betaalhub.storage.tables import ProductRow
from betaalhub.wire.addressing import NAMESPACE as WSA
from betaalhub.wire.serving import SoapEndpoint
from betaalhub.wire.versions import SoapVersion
from tests.builders import ESB
from tests.hostile.door import BASIC, Door, Inside
from tests.hostile.verdict import Heard
from tests.soap.calls import (
    bericht,
    controleer,
    elements,
    herroep,
    meld,
    regel,
    registreer,
    start,
    trek_in,
    vraag_terug,
)
from tests.soap.digikoppeling import give
from tests.soap.loket import Loket
from tests.wire.calls import envelope
from tests.wire.identities import identity
from tests.wire.sender import sign

ACTION = "urn:betaalhub:dienst:v1:Controleer"
MANY = 20_001
DEEP = "<x>" * 70 + "</x>" * 70
WHO = identity("esb")
LOST = "sqlite:////nergens/register.sqlite3"


@dataclass
class Scene:
    """A hub, its service, a town where somebody pays, and the version of SOAP that is spoken."""

    hub: Hub
    soap: SoapEndpoint
    loket: Callable[[], Loket]
    elsewhere: Callable[[str], Hub]  # a hub over another register
    version: SoapVersion

    def says(self, message: str, header: str = "", **environ: Any) -> Heard:
        """Send one message."""
        return self.raw(envelope(message, header=header, namespace=self.version.envelope), **environ)

    def raw(self, body: bytes, soap: SoapEndpoint | None = None, **environ: Any) -> Heard:
        """Send these bytes."""
        kind = f"{self.version.media_type}; charset=utf-8"
        given = {"PATH_INFO": "", "content_type": kind, "HTTP_AUTHORIZATION": "Basic ZXNiLWRlbW86Z2VoZWlt", **environ}
        return Door(Inside(soap or self.soap, str)).send(body, **given)

    def good(self, message: str | None = None) -> bytes:
        """A message that would be answered."""
        return envelope(message or controleer(), namespace=self.version.envelope)

    def paid(self) -> str:
        """ZK-1 is paid at the counter; its Registratienummer."""
        self.says(start())
        found = etree.fromstring(self.says(registreer()).body).findtext(".//{*}Registratienummer")
        assert found is not None
        return found


Case = Callable[[Scene], Heard]


def _wsa(**values: str) -> Case:
    """A Controleer with these headers of WS-Addressing."""
    blocks = {"Action": ACTION, "MessageID": "urn:uuid:1", **values}
    header = "".join(f'<w:{name} xmlns:w="{WSA}">{text}</w:{name}>' for name, text in blocks.items())
    return lambda scene: scene.says(controleer(), header)


def _door(**environ: Any) -> Case:
    """A good message over an odd request."""
    return lambda scene: scene.raw(scene.good(), **environ)


def _says(*messages: str) -> Case:
    """These messages, one after the other."""
    return lambda scene: [scene.says(one) for one in messages][-1]


def _after_payment(message: str) -> Case:
    """A message about ZK-1 after it was paid."""

    def case(scene: Scene) -> Heard:
        scene.paid()
        return scene.says(message)

    return case


def _sign(scene: Scene, age: timedelta = timedelta()) -> bytes:
    """A Controleer that ESB signed so long ago."""
    with scene.hub.sessions.begin() as session:
        give(session, ESB, BewijsSoort.HANDTEKENING, WHO.fingerprint)
    return etree.tostring(sign(scene.good(), WHO, now=scene.hub.clock() - age, parts=("s:Body", "//wsu:Timestamp")))


def _twice(scene: Scene) -> Heard:
    body = _sign(scene)
    return [scene.raw(body, HTTP_AUTHORIZATION="") for _ in range(2)][-1]


def _too_many(scene: Scene) -> Heard:
    access = TransportAccess(scene.hub.sessions, scene.hub.clock, AccessChoices(per_minute=1))
    soap = make_soap(scene.hub, public_url=scene.hub.soap_url, beveiliging=Beveiliging(transport=access))
    return [scene.raw(scene.good(), soap) for _ in range(3)][-1]


def _broken(scene: Scene) -> Heard:
    """A hub in which something is missing that we never foresaw."""
    hub = replace(scene.hub, portaal=None)  # type: ignore[arg-type]  # that is the mistake
    return scene.raw(scene.good(start()), make_soap(hub, public_url=hub.soap_url))


def _unreachable(scene: Scene) -> Heard:
    hub = scene.elsewhere(LOST)
    return scene.raw(scene.good(), make_soap(hub, public_url=hub.soap_url))


def _being_paid(scene: Scene) -> Heard:
    loket = scene.loket()
    loket.town.started()
    return scene.raw(scene.good(trek_in(Kenmerk="zaak-1")), loket.soap, HTTP_AUTHORIZATION=BASIC)


def _no_longer_sold(scene: Scene) -> Heard:
    with scene.hub.sessions.begin() as session:
        session.execute(update(ProductRow).values(geldig_tot=date(2026, 1, 1)))
    return scene.says(start())


def _not_revocable(scene: Scene) -> Heard:
    nummer = scene.paid()
    scene.says(meld(r1="GELEVERD"))
    return scene.says(herroep(nummer))


def _mounted(scene: Scene) -> Heard:
    return scene.raw(scene.good(), SCRIPT_NAME="/soap/v1", PATH_INFO="/elders")


_FOREIGN = "<x xmlns='urn:x' s:mustUnderstand='1'/>"
_PRICE = regel().replace("</b:Pro", "<t:StuksprijsInCenten>1</t:StuksprijsInCenten></b:Pro")
_DEAR = "".join(regel(nummer, bedrag=1875000, aantal=100) for nummer in (1, 2, 3))

CASES: dict[str, Case] = {
    "ONGELDIG_BERICHT": _says(start(terug="")),
    "MEDIATYPE_ONBEKEND": _door(HTTP_CONTENT_ENCODING="gzip"),
    "METHODE_NIET_TOEGESTAAN": _door(REQUEST_METHOD="PUT"),
    "ADRES_ONBEKEND": _mounted,
    "SOAPACTION_ONJUIST": _door(HTTP_SOAPACTION='"urn:anders"'),
    "OPERATIE_ONBEKEND": _says("<Steel xmlns='urn:x'/>"),
    "HEADER_NIET_BEGREPEN": lambda scene: scene.says(controleer(), _FOREIGN),
    "VERSIE_ONBEKEND": lambda scene: scene.raw(envelope(controleer(), namespace="urn:soap")),
    "NIET_GEAUTHENTICEERD": _door(HTTP_AUTHORIZATION=""),
    "BEVEILIGING_ONJUIST": lambda scene: scene.raw(_sign(scene).replace(b">C-1<", b">C-2<"), HTTP_AUTHORIZATION=""),
    "BERICHT_VERLOPEN": lambda scene: scene.raw(_sign(scene, timedelta(hours=2)), HTTP_AUTHORIZATION=""),
    "BERICHT_HERHAALD": _twice,
    "NIET_GEAUTORISEERD": _says(controleer(zender="bestaat-niet")),
    "INTERNE_FOUT": _broken,
    "NIET_WELGEVORMD": lambda scene: scene.raw(scene.good()[:-9]),
    "BERICHT_TE_GROOT": lambda scene: scene.raw(scene.good() + b" " * 1024 * 1024),
    "BERICHT_ONVOLLEDIG": _door(CONTENT_LENGTH="99999"),
    "DOCTYPE_VERBODEN": lambda scene: scene.raw(b"<!DOCTYPE x>" + scene.good()),
    "TE_DIEP_GENEST": _says(DEEP),
    "TE_VEEL_ELEMENTEN": _says("<x>" + "<y/>" * MANY + "</x>"),
    "TEKENSET_ONBEKEND": lambda scene: scene.raw(
        scene.good(), content_type=f"{scene.version.media_type}; charset=klingon"
    ),
    "ENVELOPE_ONJUIST": _says(controleer() * 2),
    "HEADER_ONJUIST": _wsa(ReplyTo="<w:Address>http://evil.example/</w:Address>"),
    "WSA_TO_ONJUIST": _wsa(To=""),
    "WSA_ACTION_ONJUIST": _wsa(Action="urn:anders"),
    "WSA_MESSAGEID_ONJUIST": _wsa(MessageID="niet absoluut"),
    "WSA_RELATESTO_ONJUIST": _wsa(RelatesTo="<x/>"),
    "ELEMENT_ONTBREEKT": _says(start().replace("<b:TerugkeerUrl>http://127.0.0.1:8093/terug/1</b:TerugkeerUrl>", "")),
    "ELEMENT_ONVERWACHT": _says(start(rest="<b:Kenmerk>ZK-2</b:Kenmerk>")),
    "ATTRIBUUT_ONVERWACHT": _says(start().replace("<b:Kenmerk>", "<b:Kenmerk x='1'>")),
    "WAARDE_ONJUIST": _says(start(totaal="-1")),
    "INHOUD_ONJUIST": _says(start(rest="losse tekst")),
    "REFERENTIENUMMER_NIET_UNIEK": _says(start(), start(kenmerk="ZK-2")),
    "KENMERK_BEZET": _says(start(), start("R-2", regels=regel(2))),
    "TERUGKEERURL_NIET_TOEGESTAAN": _says(start(terug="https://elders.example/")),
    "PRODUCT_ONBEKEND": _says(start(regels=regel(product="NIETS"))),
    "PRODUCT_NIET_GELDIG": _no_longer_sold,
    "PRIJS_ONJUIST": _says(start(regels=regel(bedrag=1), totaal="1")),
    "TOTAAL_ONJUIST": _says(start(totaal="1")),
    "STUKSPRIJS_ONJUIST": _says(start(regels=_PRICE)),
    "REGELNUMMER_DUBBEL": _says(start(regels=regel() * 2, totaal="37500")),
    "VERVALTOP_ONJUIST": _says(start(rest="<b:VervaltOp>2026-11-23T14:31:00Z</b:VervaltOp>")),
    "MAXIMUM_OVERSCHREDEN": _says(start(regels=_DEAR, totaal="5625000")),
    "BETAALOPDRACHT_ONBEKEND": _says(trek_in()),
    "ZOEKVRAAG_ONJUIST": _says(trek_in(Kenmerk=None)),
    "BETAALOPDRACHT_BEEINDIGD": _says(start(), trek_in(), registreer()),
    "AL_BETAALD": _after_payment(trek_in()),
    "NIET_BETAALD": _says(start(), vraag_terug()),
    "REGELNUMMER_ONBEKEND": _says(start(), meld(r9="GELEVERD")),
    "TERUGBETALING_TE_HOOG": _after_payment(vraag_terug(regels={1: 18751})),
    "BEDRAG_ONJUIST": _says(start(), registreer(BedragInCenten=1)),
    "ONTVANGENOP_ONJUIST": _says(start(), registreer(OntvangenOp="2030-01-01T00:00:00Z")),
    "REGISTRATIE_ONBEKEND": _says(bericht("HerroepRegistratie", elements(Registratienummer="x-1", Reden="Fout"))),
    "REGISTRATIE_NIET_HERROEPBAAR": _not_revocable,
    "LEVERING_ONJUIST": _says(start(), meld(r1="GELEVERD"), meld("L-2", r1="NIET_LEVERBAAR")),
    "BETALING_LOOPT": _being_paid,
    "PROCES_NIET_BESCHIKBAAR": _unreachable,
    "TE_VEEL_VERZOEKEN": _too_many,
}

# What the contract of product systems gives no way to provoke, and the test that does it elsewhere.
NOT_HERE = {
    "ATTRIBUUT_ONTBREEKT": "tests/wire/test_findings.py",  # none of our own messages has an attribute
}
