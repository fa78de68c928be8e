"""WS-Addressing 1.0 for synchronous calls, as Digikoppeling WUS 2W-be asks: judged when present, and echoed."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from lxml import etree

from betaalhub.wire.codes import FindingCode
from betaalhub.wire.envelope import Envelope
from betaalhub.wire.exchange import Exchange
from betaalhub.wire.faults import WireFault, invalid
from betaalhub.wire.schema_index import local_name

NAMESPACE = "http://www.w3.org/2005/08/addressing"
ANONYMOUS = f"{NAMESPACE}/anonymous"
_WSA = f"{{{NAMESPACE}}}"
_FAULT = f"{NAMESPACE}/soap/fault"
_ONCE = ("To", "Action", "MessageID", "ReplyTo", "FaultTo", "From")
_LONGEST_ID = 1000


@dataclass(frozen=True, slots=True)
class Addressing:
    """A header policy. With `required` a message without WS-Addressing is refused."""

    required: bool = False

    @property
    def understood(self) -> frozenset[str]:
        """Every header block of WS-Addressing."""
        return frozenset(_WSA + name for name in (*_ONCE, "RelatesTo"))

    def check(self, exchange: Exchange) -> None:
        """Refuse duplicates, an Action of another operation, a missing MessageID and an answer to another address."""
        found = _blocks(exchange.envelope)
        if not found and not self.required:
            return
        if any(len(found.get(name, ())) > 1 for name in _ONCE):
            raise _wrong("Een header van WS-Addressing komt dubbel voor.")
        if exchange.operation is None or found.get("Action", [""])[0] != exchange.operation.action:
            raise WireFault("SOAPACTION_ONJUIST", "De wsa:Action ontbreekt of hoort niet bij de operatie.")
        if not 0 < len(found.get("MessageID", [""])[0]) <= _LONGEST_ID:
            raise _wrong("De wsa:MessageID ontbreekt of is te lang.")
        for name in ("ReplyTo", "FaultTo"):
            if found.get(name, [ANONYMOUS])[0] != ANONYMOUS:
                raise _wrong(f"Het adres in wsa:{name} moet anoniem zijn: het antwoord gaat over dezelfde verbinding.")

    def reply(self, exchange: Exchange, fault: WireFault | None) -> tuple[etree._Element, ...]:
        """Action, a new MessageID, RelatesTo and To, when the request used WS-Addressing."""
        found = _blocks(exchange.envelope)
        if not found:
            return ()
        operation = exchange.operation
        if fault is not None:
            action = operation.fault_action if operation and operation.fault_action else _FAULT
        else:
            action = operation.response_action if operation else ""
        values = {"Action": action, "MessageID": f"urn:uuid:{uuid.uuid4()}", "To": ANONYMOUS}
        related = found.get("MessageID", [""])[0]
        if 0 < len(related) <= _LONGEST_ID:
            values["RelatesTo"] = related
        return tuple(_block(name, text) for name, text in values.items())


def _blocks(envelope: Envelope | None) -> dict[str, list[str]]:
    """The addressing headers by name: the text, or the Address inside."""
    found: dict[str, list[str]] = {}
    for block in envelope.headers if envelope else ():
        if block.tag.startswith(_WSA):
            address = block.find(_WSA + "Address")
            text = block.text if address is None else address.text
            found.setdefault(local_name(block.tag), []).append((text or "").strip())
    return found


def _block(name: str, text: str) -> etree._Element:
    element = etree.Element(_WSA + name, nsmap={"wsa": NAMESPACE})
    element.text = text
    return element


def _wrong(omschrijving: str) -> WireFault:
    return invalid(FindingCode.HEADER_ONJUIST, omschrijving, element="/Envelope/Header")
