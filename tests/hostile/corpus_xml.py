"""Attacks by XML: each by its name, as the body that is sent and the code that must be among those of the fault."""

from __future__ import annotations

import re

from betaalhub.wire.versions import ENVELOPE_11
from tests.contract.samples import BER, TYP
from tests.hostile.messages import envelope, start
from tests.hostile.verdict import MARKER

GOOD = envelope(start())
XSI = " xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'"
_TEXT = "<t:Omschrijving>Buurtfeest</t:Omschrijving>"


def doctype(subset: str, message: str = GOOD, outside: str = "") -> str:
    """A message with a DOCTYPE before it."""
    return f"<!DOCTYPE x {outside}[{subset}]>{message}"


def _laughs(levels: int) -> str:
    rows = [f'<!ENTITY a0 "{MARKER}">']
    rows += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, levels)]
    return doctype("".join(rows), envelope(start(Omschrijving=f"&a{levels - 1};")))


BOMBS: dict[str, tuple[str, str]] = {
    "billion laughs": (_laughs(10), "ONGELDIG_BERICHT"),
    "quadratic blowup": (
        doctype(f'<!ENTITY a "{"a" * 100_000}">', envelope(start(Omschrijving="&a;" * 20_000))), "ONGELDIG_BERICHT",
    ),
    "laughs in an attribute": (
        doctype(f'<!ENTITY a "{"a" * 50_000}"><!ATTLIST x y CDATA "{"&a;" * 20_000}">'), "ONGELDIG_BERICHT",
    ),
    "laughs by parameter entities": (
        doctype("".join(f"<!ENTITY % p{n} '{f'&#37;p{n - 1};' * 10}'>" for n in range(1, 9)) + "%p8;"),
        "ONGELDIG_BERICHT",
    ),
    "href and id bomb": (
        envelope(start(rest="".join(f"<b:Kenmerk href='#i{n}' id='i{n + 1}'>{'x' * 20}</b:Kenmerk>" for n in range(9000)))),
        "ONGELDIG_BERICHT",
    ),
    "deep": (envelope(start(rest="<b:a>" * 5000 + "</b:a>" * 5000)), "NIET_WELGEVORMD"),
    "deep, within what libxml2 takes": (envelope(start(rest="<b:a>" * 100 + "</b:a>" * 100)), "TE_DIEP_GENEST"),
    "wide": (envelope(start(rest="<b:a/>" * 60_000)), "TE_VEEL_ELEMENTEN"),
    "wide with regels": (envelope(start(rest="<b:Productregel/>" * 19_000)), "ELEMENT_ONVERWACHT"),
    "a huge attribute": (envelope(start(attrs=f" a='{'x' * 900_000}'")), "ATTRIBUUT_ONVERWACHT"),
    "a huge name": (envelope(f"<{'x' * 900_000}/>"), "ONGELDIG_BERICHT"),
    "a huge text": (envelope(start(Omschrijving="x" * 900_000)), "WAARDE_ONJUIST"),
    "very many attributes": (
        envelope(start(attrs="".join(f" a{n}=''" for n in range(80_000)))), "TE_VEEL_ELEMENTEN",
    ),
    "many attributes": (envelope(start(attrs="".join(f" a{n}=''" for n in range(900)))), "ATTRIBUUT_ONVERWACHT"),
    "very many namespaces": (
        envelope(start(attrs="".join(f" xmlns:a{n}='u'" for n in range(50_000)))), "TE_VEEL_ELEMENTEN",
    ),
    "namespaces on every element": (
        envelope(start(rest="".join(f"<b:a xmlns:n{n}='u{n}'/>" for n in range(9000)))), "ELEMENT_ONVERWACHT",
    ),
    "a huge comment": (envelope(start(rest=f"<!--{'x' * 900_000}--><b:a/>")), "ELEMENT_ONVERWACHT"),
    "very many comments": (envelope(start(rest="<!---->" * 90_000)), "TE_VEEL_ELEMENTEN"),
    "very many PIs": (envelope(start(rest="<?a?>" * 90_000)), "TE_VEEL_ELEMENTEN"),
    "very many CDATA sections": (envelope(start(Omschrijving="<![CDATA[]]>" * 70_000)), "TE_VEEL_ELEMENTEN"),
    "very many character references": (envelope(start(Omschrijving="&#65;" * 150_000)), "WAARDE_ONJUIST"),
}  # fmt: skip

ATTACKS: dict[str, tuple[str, str]] = {
    "an entity": (doctype(f'<!ENTITY e "{MARKER}">', envelope(start(Omschrijving="&e;"))), "DOCTYPE_VERBODEN"),
    "an entity for a number": (doctype('<!ENTITY e "1">', envelope(start(Aantal="&e;"))), "DOCTYPE_VERBODEN"),
    "an external entity": (
        doctype('<!ENTITY e SYSTEM "file:///etc/passwd">', envelope(start(Omschrijving="&e;"))), "DOCTYPE_VERBODEN",
    ),
    "an external entity over http": (
        doctype('<!ENTITY e SYSTEM "http://127.0.0.1:9/x">', envelope(start(Omschrijving="&e;"))), "DOCTYPE_VERBODEN",
    ),
    "an external DTD": (doctype("", outside='SYSTEM "file:///etc/passwd" '), "DOCTYPE_VERBODEN"),
    "a public DTD": (doctype("", outside='PUBLIC "-//x//y" "http://127.0.0.1:9/x.dtd" '), "DOCTYPE_VERBODEN"),
    "an empty DOCTYPE": (f"<!DOCTYPE x>{GOOD}", "DOCTYPE_VERBODEN"),
    "a parameter entity": (
        doctype('<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;'), "ONGELDIG_BERICHT",
    ),
    "an attribute default": (doctype("<!ATTLIST b:StartBetaling x CDATA 'y'>"), "DOCTYPE_VERBODEN"),
    "an unknown entity": (envelope(start(Omschrijving="&geheim;")), "NIET_WELGEVORMD"),
    "an entity of HTML": (envelope(start(Omschrijving="&nbsp;")), "NIET_WELGEVORMD"),
    "a DOCTYPE inside": (envelope("<!DOCTYPE x>" + start()), "NIET_WELGEVORMD"),
    "XInclude": (
        envelope(start(rest="<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='/etc/passwd' parse='text'/>")),
        "ELEMENT_ONVERWACHT",
    ),
    "XInclude as the message": (
        envelope("<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='/etc/passwd'/>"), "OPERATIE_ONBEKEND",
    ),
    "a stylesheet": ("<?xml-stylesheet href='http://127.0.0.1:9/x.xsl'?><x/>", "ENVELOPE_ONJUIST"),
    "a PI that cuts a value in two": (envelope(start(BedragInCenten="187<?x?>51")), "TOTAAL_ONJUIST"),
    "a comment that hides a wrong total": (envelope(start(TotaalInCenten="1875<!-- -->1")), "TOTAAL_ONJUIST"),
    "CDATA with markup": (envelope(start(Aantal="<![CDATA[<t:x/>]]>")), "WAARDE_ONJUIST"),
    "CDATA around a wrong amount": (envelope(start(TotaalInCenten="<![CDATA[18751]]>")), "TOTAAL_ONJUIST"),
    "another type": (
        envelope(start(regel="<t:Zaaknummer xsi:type='t:BestaatNiet'>A</t:Zaaknummer>", attrs=XSI)), "ONGELDIG_BERICHT",
    ),
    "a wider type": (
        envelope(start(attrs=XSI + " xmlns:xs='http://www.w3.org/2001/XMLSchema'", rest="<b:Kenmerk xsi:type='xs:anyType'/>")),
        "ONGELDIG_BERICHT",
    ),
    "the type of the answer": (envelope(start(attrs=f"{XSI} xsi:type='b:StartBetalingResponse'")), "ONGELDIG_BERICHT"),
    "nil for a message": (
        envelope(f"<b:StartBetaling xmlns:b='{BER}'{XSI} xsi:nil='true'/>"), "ONGELDIG_BERICHT",
    ),
    "nil for an optional": (envelope(start(rest="<b:VervaltOp xsi:nil='true'/>", attrs=XSI)), "INHOUD_ONJUIST"),
    "href instead of content": (envelope(start(attrs=" href='#x'")), "ATTRIBUUT_ONVERWACHT"),
    "an id in another namespace": (envelope(start(attrs=" xmlns:u='urn:u' u:Id='1'")), "ATTRIBUUT_ONVERWACHT"),
    "xml:base": (envelope(start(attrs=" xml:base='file:///etc/'")), "ATTRIBUUT_ONVERWACHT"),
    "encodingStyle": (
        envelope(start(attrs=f" xmlns:s='{ENVELOPE_11}' s:encodingStyle='urn:x'")), "ATTRIBUUT_ONVERWACHT",
    ),
    "an attribute twice": (envelope(start(attrs=" a='1' a='2'")), "NIET_WELGEVORMD"),
    "an attribute twice by two prefixes": (
        envelope(start(attrs=" xmlns:p='u' xmlns:q='u' p:a='1' q:a='2'")), "NIET_WELGEVORMD",
    ),
    "a prefix that is nowhere": (envelope("<q:StartBetaling/>"), "NIET_WELGEVORMD"),
    "no namespace": (envelope(start().replace("b:StartBetaling", "StartBetaling")), "OPERATIE_ONBEKEND"),
    "a namespace that looks like ours": (envelope(start().replace(BER, BER + "/")), "OPERATIE_ONBEKEND"),
    "a namespace in capitals": (envelope(start().replace(BER, BER.upper())), "OPERATIE_ONBEKEND"),
    "the types under the namespace of the messages": (envelope(start().replace(TYP, BER)), "ELEMENT_ONVERWACHT"),
    "the xml prefix taken away": (envelope(start(attrs=" xmlns:xml='urn:x'")), "NIET_WELGEVORMD"),
    "the xmlns prefix declared": (envelope(start(attrs=" xmlns:xmlns='urn:x'")), "NIET_WELGEVORMD"),
    "an undeclared prefix in XML 1.0": (envelope(start(attrs=" xmlns:b=''")), "NIET_WELGEVORMD"),
    "XML 1.1": ("<?xml version='1.1'?>" + envelope(start(Omschrijving="&#1;")), "NIET_WELGEVORMD"),
    "not standalone": ("<?xml version='1.0' standalone='misschien'?>" + GOOD, "NIET_WELGEVORMD"),
    "two declarations": ("<?xml version='1.0'?><?xml version='1.0'?>" + GOOD, "NIET_WELGEVORMD"),
    "white space before the declaration": (" <?xml version='1.0'?>" + GOOD, "NIET_WELGEVORMD"),
    "something after the end": (GOOD + "<x/>", "NIET_WELGEVORMD"),
    "text after the end": (GOOD + MARKER, "NIET_WELGEVORMD"),
    "cut off halfway": (GOOD[: len(GOOD) // 2], "NIET_WELGEVORMD"),
    "only a bracket": ("<", "NIET_WELGEVORMD"),
    "only a declaration": ("<?xml version='1.0'?>", "NIET_WELGEVORMD"),
    "JSON": (f'{{"StartBetaling": "{MARKER}"}}', "NIET_WELGEVORMD"),
    "a form": (f"StartBetaling={MARKER}", "NIET_WELGEVORMD"),
    "HTML": (f"<html><body>{MARKER}</body></html>", "ENVELOPE_ONJUIST"),
    "a WSDL": ("<definitions xmlns='http://schemas.xmlsoap.org/wsdl/'/>", "ENVELOPE_ONJUIST"),
    "a fault as the message": (envelope("<s:Fault><faultcode>s:Server</faultcode><faultstring/></s:Fault>"), "OPERATIE_ONBEKEND"),
    "our own answer": (envelope(f"<StartBetalingResponse xmlns='{BER}'/>"), "OPERATIE_ONBEKEND"),
    "our own fault": (envelope(f"<BetaalhubFout xmlns='{BER}'/>"), "OPERATIE_ONBEKEND"),
    "a name of Python": (envelope(f"<__class__ xmlns='{BER}'/>"), "OPERATIE_ONBEKEND"),
    "a namespace that is no address": (envelope(start().replace(BER, BER + " ")), "NIET_WELGEVORMD"),
    "a code of Python": (
        envelope(start().replace("<b:Terug", "<b:Betaler><t:Soort>__class__</t:Soort></b:Betaler><b:Terug")), "WAARDE_ONJUIST",
    ),
    "nil, although false": (envelope(start(rest="<b:Vervang xsi:nil='false'>0</b:Vervang>", attrs=XSI)), "INHOUD_ONJUIST"),
    "elements out of order": (envelope(start(rest="<b:Kenmerk>x</b:Kenmerk>")), "ELEMENT_ONVERWACHT"),
    "an element of tomorrow": (envelope(start(rest="<b:Morgen/>")), "ELEMENT_ONVERWACHT"),
    "text between elements": (envelope(start(rest=MARKER)), "INHOUD_ONJUIST"),
    "an element inside a value": (envelope(start(Aantal="<b:x/>1")), "ONGELDIG_BERICHT"),
    "SQL": (envelope(start(Productcode="x'; DROP TABLE betaling; --")), "WAARDE_ONJUIST"),
    "a template": (envelope(start(Kenmerk="{{7*7}}${7*7}#{7*7}")), "WAARDE_ONJUIST"),
    "a format": (envelope(start(Kenmerk="{0.__class__}%s%n")), "WAARDE_ONJUIST"),
}  # fmt: skip

# Looks odd and is nothing of the kind: the message means what it says, so it is answered.
HARMLESS: dict[str, str] = {
    "a comment inside a value": envelope(start("H-1", Kenmerk="ZK-1", Aantal="<!-- x -->1")),
    "CDATA around a value": envelope(start("H-2", Kenmerk="ZK-2", Omschrijving="<![CDATA[R&D]]>")),
    "a PI inside a value": envelope(start("H-3", Kenmerk="ZK-3", Omschrijving="Buurt<?x y?>feest")),
    "a character reference": envelope(start("H-4", Kenmerk="ZK-4", Omschrijving="&#x43;af&#233;")),
    "where a schema might lie": envelope(
        start("H-5", Kenmerk="ZK-5", attrs=f"{XSI} xsi:schemaLocation='{BER} http://127.0.0.1:9/x.xsd'")
    ),
    "the type that it has": envelope(start("H-6", Kenmerk="ZK-6", attrs=f"{XSI} xsi:type='b:StartBetaling'")),
    "other prefixes": re.sub(
        r"\b[bt]:(?=[A-Z])|(?<=xmlns:)[bt](?==)", lambda one: "x" + one[0], envelope(start("H-8", Kenmerk="ZK-8"))
    ),
    "white space around everything": "\n\n" + envelope("\n " + start("H-9", Kenmerk="ZK-9") + "\n") + "\n",
    "a PI before the envelope": "<?xml version='1.0'?><?x y?><!-- z -->" + envelope(start("H-10", Kenmerk="ZK-10")),
}
