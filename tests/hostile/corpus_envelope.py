"""Envelopes that break a rule of SOAP or ask what we do not do: the SOAP 1.1 body and the code of the fault."""

from __future__ import annotations

from betaalhub.wire.versions import ENVELOPE_11, ENVELOPE_12
from tests.hostile.messages import envelope, start
from tests.hostile.verdict import MARKER

_S = f"xmlns:s='{ENVELOPE_11}'"
_M = start()


def _whole(inside: str, attrs: str = "") -> str:
    return f"<s:Envelope {_S}{attrs}>{inside}</s:Envelope>"


def _block(name: str = "x:Kop", namespace: str = "urn:x", must: str = "1", actor: str = "") -> str:
    role = f" s:actor='{actor}'" if actor else ""
    return envelope(_M, header=f"<{name} xmlns:x='{namespace}' s:mustUnderstand='{must}'{role}>{MARKER}</{name}>")


ATTACKS: dict[str, tuple[str, str]] = {
    "no body": (_whole(""), "ENVELOPE_ONJUIST"),
    "only a header": (_whole("<s:Header/>"), "ENVELOPE_ONJUIST"),
    "an empty body": (_whole("<s:Body/>"), "ENVELOPE_ONJUIST"),
    "a body with text only": (_whole(f"<s:Body>{MARKER}</s:Body>"), "ENVELOPE_ONJUIST"),
    "two bodies": (_whole(f"<s:Body>{_M}</s:Body><s:Body>{_M}</s:Body>"), "ENVELOPE_ONJUIST"),
    "two headers": (_whole(f"<s:Header/><s:Header/><s:Body>{_M}</s:Body>"), "ENVELOPE_ONJUIST"),
    "a header after the body": (_whole(f"<s:Body>{_M}</s:Body><s:Header/>"), "ENVELOPE_ONJUIST"),
    "something after the body": (_whole(f"<s:Body>{_M}</s:Body><x/>"), "ENVELOPE_ONJUIST"),
    "something before the header": (_whole(f"<x/><s:Header/><s:Body>{_M}</s:Body>"), "ENVELOPE_ONJUIST"),
    "a body in no namespace": (_whole(f"<Body>{_M}</Body>"), "ENVELOPE_ONJUIST"),
    "a body of SOAP 1.2": (_whole(f"<q:Body xmlns:q='{ENVELOPE_12}'>{_M}</q:Body>"), "ENVELOPE_ONJUIST"),
    "a body of our own": (_whole(f"<q:Body xmlns:q='urn:q'>{_M}</q:Body>"), "ENVELOPE_ONJUIST"),
    "a body without capital": (_whole(f"<s:body>{_M}</s:body>"), "ENVELOPE_ONJUIST"),
    "an envelope in the body": (envelope(envelope(_M)), "OPERATIE_ONBEKEND"),
    "a message wrapped away in the header": (envelope("<x/>", header=_M), "OPERATIE_ONBEKEND"),
    "two messages": (envelope(_M + _M), "ENVELOPE_ONJUIST"),
    "a message and something": (envelope(_M + "<x/>"), "ENVELOPE_ONJUIST"),
    "text beside the message": (envelope(_M + MARKER), "ENVELOPE_ONJUIST"),
    "text beside the body": (_whole(MARKER + f"<s:Body>{_M}</s:Body>"), "ENVELOPE_ONJUIST"),
    "text in the header": (envelope(_M, header=MARKER), "ENVELOPE_ONJUIST"),
    "no envelope": (_M, "ENVELOPE_ONJUIST"),
    "an envelope in no namespace": (f"<Envelope><Body>{_M}</Body></Envelope>", "VERSIE_ONBEKEND"),
    "an envelope of tomorrow": (envelope(_M, namespace="http://www.w3.org/2030/soap"), "VERSIE_ONBEKEND"),
    "an envelope of SOAP 1.2": (envelope(_M, namespace=ENVELOPE_12), "VERSIE_ONBEKEND"),
    "rpc/encoded": (
        envelope("<m:start xmlns:m='urn:x' s:encodingStyle='http://schemas.xmlsoap.org/soap/encoding/'><a href='#1'/></m:start>"),
        "OPERATIE_ONBEKEND",
    ),
    "rpc/encoded with multiRefs": (
        envelope("<m:start xmlns:m='urn:x'><a href='#1'/></m:start><multiRef id='1'>x</multiRef>"), "ENVELOPE_ONJUIST",
    ),
    "must be understood": (_block(), "HEADER_NIET_BEGREPEN"),
    "must be understood, in a word": (_block(must="true"), "HEADER_NIET_BEGREPEN"),
    "must be understood, with spaces": (_block(must=" 1 "), "HEADER_NIET_BEGREPEN"),
    "must be understood by the next": (
        _block(actor="http://schemas.xmlsoap.org/soap/actor/next"), "HEADER_NIET_BEGREPEN",
    ),
    "must be understood, with no such value": (_block(must="yes"), "HEADER_ONJUIST"),
    "WS-Security is to be understood and is not": (
        _block("x:Unknown", "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"),
        "HEADER_NIET_BEGREPEN",
    ),
    "ten thousand headers": (envelope(_M, header="<x/>" * 25_000), "TE_VEEL_ELEMENTEN"),
    "an action of another operation": (
        envelope(_M, header="<a:Action xmlns:a='http://www.w3.org/2005/08/addressing'>urn:x</a:Action><a:MessageID xmlns:a='http://www.w3.org/2005/08/addressing'>urn:uuid:1</a:MessageID>"),
        "WSA_ACTION_ONJUIST",
    ),
    "an answer to somebody else": (
        envelope(_M, header="<a:Action xmlns:a='http://www.w3.org/2005/08/addressing'>urn:betaalhub:dienst:v1:StartBetaling</a:Action><a:MessageID xmlns:a='http://www.w3.org/2005/08/addressing'>urn:uuid:1</a:MessageID><a:ReplyTo xmlns:a='http://www.w3.org/2005/08/addressing'><a:Address>http://127.0.0.1:9/</a:Address></a:ReplyTo>"),
        "HEADER_ONJUIST",
    ),
}  # fmt: skip

HARMLESS: dict[str, str] = {
    "an empty header": envelope(start("V-1", Kenmerk="EV-1"), header=""),
    "a header for another": envelope(
        start("V-2", Kenmerk="EV-2"), header="<x s:mustUnderstand='1' s:actor='urn:een-ander'/>"
    ),
    "a header that need not be understood": envelope(start("V-3", Kenmerk="EV-3"), header="<x s:mustUnderstand='0'/>"),
    "encodingStyle of literal": envelope(start("V-4", Kenmerk="EV-4"), attrs=" s:encodingStyle=''"),
}
