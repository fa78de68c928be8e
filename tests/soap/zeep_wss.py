"""A zeep client that signs what it sends and believes only what the hub signed, as an ESB does on 2W-be-S.

zeep's own `Signature` signs no WS-Addressing and verifies with its own certificate, so this is the plugin that a Python team would write.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from lxml import etree
from signxml import SignatureConfiguration, XMLVerifier
from signxml.exceptions import SignXMLException
from zeep.exceptions import SignatureVerificationFailed

from tests.wire.identities import Identity
from tests.wire.sender import NS, WSA, sign

CONFIRMATION = ".//{http://docs.oasis-open.org/wss/oasis-wss-wssecurity-secext-1.1.xsd}SignatureConfirmation"
MUST = {"Body", "Timestamp", "Action", "MessageID", "RelatesTo", "SignatureConfirmation"}


@dataclass
class Ondertekend:
    """`wsse` for a zeep Client: signs with `who`, and verifies answers and faults against the certificate of `hub` alone."""

    who: Identity
    hub: Identity
    sent: list[etree._Element] = field(default_factory=list)
    verified: list[set[str]] = field(default_factory=list)

    def apply(self, envelope: etree._Element, headers: dict[str, str]) -> tuple[etree._Element, dict[str, str]]:
        """Sign as the last thing before sending."""
        signed = sign(etree.tostring(envelope), self.who, now=datetime.now(UTC))
        self.sent.append(signed)
        return signed, headers

    def verify(self, document: etree._Element) -> None:
        """The signature holds, covers what counts, answers this question, and confirms its signature."""
        covered = verified_parts(etree.tostring(document), self.hub)
        names = {etree.QName(one).localname for one in covered}
        by_name = {etree.QName(one).localname: one for one in covered}
        value = self.sent[-1].findtext(".//ds:SignatureValue", namespaces=NS)
        asked = self.sent[-1].findtext(f".//{{{WSA}}}MessageID")
        if not names >= MUST or by_name["SignatureConfirmation"].get("Value") != value:
            raise SignatureVerificationFailed("Not everything is signed and confirmed")
        if by_name["RelatesTo"].text != asked:
            raise SignatureVerificationFailed("An answer to another question")
        self.verified.append(names)


def verified_parts(document: bytes, hub: Identity) -> list[Any]:
    """What the signature in a message covers, verified with this certificate and no other."""
    references = etree.fromstring(document).findall(".//ds:Reference", NS)
    expect = SignatureConfiguration(require_x509=True, location=".//", expect_references=len(references) or 1)
    verifier = XMLVerifier()
    try:
        found = verifier.verify(document, x509_cert=hub.certificate, id_attribute="Id", expect_config=expect)
    except SignXMLException as error:
        raise SignatureVerificationFailed(str(error)) from error
    return [one.signed_xml for one in (found if isinstance(found, list) else [found])]
