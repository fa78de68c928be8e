"""WS-Addressing 1.0 for synchronous calls, as Digikoppeling WUS 2W-be asks: judged when present, and echoed."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from betaalhub.errors import Finding
from betaalhub.wire.codes import FindingCode
from betaalhub.wire.contract_files import Operation
from betaalhub.wire.envelope import Envelope
from betaalhub.wire.exchange import Exchange
from betaalhub.wire.faults import WireFault
from betaalhub.wire.findings import line_of
from betaalhub.wire.schema_index import local_name

NAMESPACE = "http://www.w3.org/2005/08/addressing"
ANONYMOUS = f"{NAMESPACE}/anonymous"
NOBODY = f"{NAMESPACE}/none"
UNSPECIFIED = f"{NAMESPACE}/unspecified"
_WSA = f"{{{NAMESPACE}}}"
_FAULT = f"{NAMESPACE}/soap/fault"
_TEXTS = ("To", "Action", "MessageID", "RelatesTo")
_ENDPOINTS = ("ReplyTo", "FaultTo", "From")
_ONCE = ("To", "Action", "MessageID", *_ENDPOINTS)
_LONGEST = 1000
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[!-~]+")
_VISIBLE = re.compile(r"\S+")
# Which finding tells about which header; the rest is HEADER_ONJUIST.
_CODES = {
    "To": FindingCode.WSA_TO_ONJUIST,
    "Action": FindingCode.WSA_ACTION_ONJUIST,
    "MessageID": FindingCode.WSA_MESSAGEID_ONJUIST,
    "RelatesTo": FindingCode.WSA_RELATESTO_ONJUIST,
}
# Who may be named there: we answer on the connection of the question and nowhere else.
_ALLOWED = {"ReplyTo": (ANONYMOUS,), "FaultTo": (ANONYMOUS, NOBODY)}

Blocks = Mapping[str, list[etree._Element]]


@dataclass(frozen=True, slots=True)
class Addressing:
    """A header policy. With `required` a message without WS-Addressing is refused, To is asked for, and every answer has its headers (Digikoppeling WA001)."""

    required: bool = False

    @property
    def understood(self) -> frozenset[str]:
        """Every header block of WS-Addressing."""
        return frozenset(_WSA + name for name in (*_ONCE, "RelatesTo"))

    def check(self, exchange: Exchange) -> None:
        """Refuse what is double, missing, of another operation, or would send the answer elsewhere; all findings at once. Raises WireFault."""
        found = _blocks(exchange.envelope)
        if not found and not self.required:
            return
        findings = (*_doubles(found), *_shapes(found), *self._values(found), *self._strangers(exchange.envelope))
        if findings:
            raise WireFault("ONGELDIG_BERICHT", findings=findings)
        wrong = _wrong_action(found, exchange.operation)
        if wrong:
            text = "De wsa:Action ontbreekt of hoort niet bij de operatie."
            raise WireFault("SOAPACTION_ONJUIST", text, findings=(wrong,))

    def reply(self, exchange: Exchange, fault: WireFault | None) -> tuple[etree._Element, ...]:
        """Action, a new MessageID, RelatesTo and To, when the request used WS-Addressing or this address requires it."""
        found = _blocks(exchange.envelope)
        if not found and not self.required:
            return ()
        operation = exchange.operation
        if fault is not None:
            action = operation.fault_action if operation and operation.fault_action else _FAULT
        else:
            action = operation.response_action if operation else ""
        values = {"Action": action, "MessageID": f"urn:uuid:{uuid.uuid4()}", "To": ANONYMOUS}
        related = message_id(exchange.envelope)
        if related or self.required:
            values["RelatesTo"] = related or UNSPECIFIED
        return tuple(_block(name, text) for name, text in values.items())

    def _values(self, found: Blocks) -> list[Finding]:
        findings = []
        if self.required and "To" not in found:
            findings.append(_finding("To", None, "wsa:To ontbreekt."))
        if not message_id_of(found):
            text = f"wsa:MessageID ontbreekt, is langer dan {_LONGEST} tekens of bevat witruimte."
            findings.append(_finding("MessageID", _first(found, "MessageID"), text))
        to = _first(found, "To")
        if to is not None and not _absolute(_value(to)) and (self.required or not _value(to)):
            findings.append(_finding("To", to, "wsa:To moet een absoluut adres zijn."))
        for name in _ENDPOINTS:
            node = _first(found, name)
            if node is not None and not _may_be_named(name, _value(node)):
                text = f"Het adres in wsa:{name} moet anoniem zijn: het antwoord gaat over dezelfde verbinding."
                findings.append(
                    _finding(name, node, "wsa:From moet een absoluut adres hebben." if name == "From" else text)
                )
        return findings

    def _strangers(self, envelope: Envelope | None) -> list[Finding]:
        """Reference parameters of an address that is not ours: an address that requires WS-Addressing gives out none."""
        blocks = envelope.headers if envelope and self.required else ()
        text = "Een header met wsa:IsReferenceParameter hoort niet bij dit adres."
        return [_finding("", block, text) for block in blocks if block.get(f"{_WSA}IsReferenceParameter") is not None]


def message_id(envelope: Envelope | None) -> str:
    """The MessageID of a message; empty when there is none that can be used."""
    return message_id_of(_blocks(envelope))


def message_id_of(found: Blocks) -> str:
    """The one MessageID among header blocks, when it is not too long and has no white space in it; else empty."""
    node = _first(found, "MessageID")
    text = _value(node) if node is not None and not len(node) else ""
    return text if len(found.get("MessageID", ())) == 1 and len(text) <= _LONGEST and _VISIBLE.fullmatch(text) else ""


def _doubles(found: Blocks) -> list[Finding]:
    return [
        _finding(name, found[name][1], f"De header wsa:{name} komt dubbel voor.")
        for name in _ONCE
        if len(found.get(name, ())) > 1
    ]


def _shapes(found: Blocks) -> list[Finding]:
    """Plain text where text belongs, and one Address and nothing else where an endpoint belongs."""
    findings = []
    for name, nodes in found.items():
        for node in nodes:
            tags = [child.tag for child in node]
            if name in _TEXTS and tags:
                findings.append(_finding(name, node, f"In wsa:{name} mag alleen tekst staan."))
            if name in _ENDPOINTS and tags and (tags != [f"{_WSA}Address"] or len(node[0])):
                findings.append(_finding(name, node, f"In wsa:{name} mag alleen wsa:Address staan."))
    return findings


def _wrong_action(found: Blocks, operation: Operation | None) -> Finding | None:
    node = _first(found, "Action")
    if node is not None and operation is not None and _value(node) == operation.action:
        return None
    return _finding("Action", node, "wsa:Action moet gelijk zijn aan de soapAction van de operatie in de WSDL.")


def _may_be_named(name: str, address: str) -> bool:
    return address in _ALLOWED[name] if name in _ALLOWED else _absolute(address)


def _absolute(text: str) -> bool:
    return len(text) <= _LONGEST and _ABSOLUTE.fullmatch(text) is not None


def _blocks(envelope: Envelope | None) -> dict[str, list[etree._Element]]:
    """The addressing headers by name."""
    found: dict[str, list[etree._Element]] = {}
    for block in envelope.headers if envelope else ():
        if block.tag.startswith(_WSA):
            found.setdefault(local_name(block.tag), []).append(block)
    return found


def _first(found: Blocks, name: str) -> etree._Element | None:
    return next(iter(found.get(name, ())), None)


def _value(node: etree._Element) -> str:
    """The text of a header, or of the Address inside it."""
    address = node.find(f"{_WSA}Address")
    return ((node if address is None else address).text or "").strip()


def _block(name: str, text: str) -> etree._Element:
    element = etree.Element(_WSA + name, nsmap={"wsa": NAMESPACE})
    element.text = text
    return element


def _finding(name: str, node: etree._Element | None, text: str) -> Finding:
    code = _CODES.get(name, FindingCode.HEADER_ONJUIST)
    return Finding(code, f"/Envelope/Header/{name}".rstrip("/"), text, line_of(node) if node is not None else 0)
