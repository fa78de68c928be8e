"""Takes the one Security header of a message apart; what is not in its place, twice or unknown is refused."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from betaalhub.wire.envelope import Envelope
from betaalhub.wire.schema_index import local_name
from betaalhub.wire.versions import SoapVersion
from betaalhub.wire.wss_faults import insecure
from betaalhub.wire.wss_names import BINARY_TOKEN, SECURITY, SIGNATURE, TIMESTAMP, USERNAME_TOKEN

_KNOWN = (TIMESTAMP, BINARY_TOKEN, SIGNATURE, USERNAME_TOKEN)
_NAME = "id"  # local name, whatever the case, of every attribute that may name an element


@dataclass(frozen=True, slots=True)
class SecurityHeader:
    """The parts of a Security header, each at most once."""

    timestamp: etree._Element | None
    token: etree._Element | None
    signature: etree._Element | None
    username: etree._Element | None


def security_header(envelope: Envelope, version: SoapVersion) -> SecurityHeader | None:
    """The Security header for us, None when there is none. Raises WireFault for two, for one elsewhere in the message, and for parts that we do not know."""
    everywhere = list(envelope.root.iter(SECURITY))
    if not everywhere:
        _refuse_loose_signature(envelope)
        return None
    if len(everywhere) > 1 or everywhere[0].getparent() is not envelope.root[0] or len(envelope.root) != 2:
        raise insecure(
            "Het bericht moet precies één Security-header hebben, rechtstreeks in de Header.", everywhere[-1]
        )
    (security,) = everywhere
    role = (security.get(f"{{{version.envelope}}}{version.role_attribute}") or "").strip()
    if role not in version.roles:
        raise insecure("De Security-header is aan een andere partij gericht (actor of role).", security)
    return _parts(envelope, security)


def _parts(envelope: Envelope, security: etree._Element) -> SecurityHeader:
    found: dict[str, etree._Element] = {}
    for child in security:
        name = local_name(child.tag)
        if child.tag not in _KNOWN:
            raise insecure(f"Dit onderdeel hoort niet in de Security-header: {_printable(name)}.", child)
        if child.tag in found:
            raise insecure(f"{name} komt meer dan één keer voor.", child, at=f"/{name}")
        found[child.tag] = child
    for tag in (SIGNATURE, TIMESTAMP):
        if len(list(envelope.root.iter(tag))) != (tag in found):
            name = local_name(tag)
            raise insecure(f"Het bericht bevat een {name} buiten de Security-header.", at=f"/{name}")
    return SecurityHeader(
        found.get(TIMESTAMP), found.get(BINARY_TOKEN), found.get(SIGNATURE), found.get(USERNAME_TOKEN)
    )


def _refuse_loose_signature(envelope: Envelope) -> None:
    """A signature outside a Security header protects nothing: its sender thinks that it does."""
    if next(envelope.root.iter(SIGNATURE), None) is not None:
        raise insecure("De handtekening (ds:Signature) staat niet in een Security-header.")


def named_elements(root: etree._Element) -> dict[str, etree._Element]:
    """Every element of a message by its id, whatever the attribute is called (Id, wsu:Id, ID, xml:id). Raises WireFault when one id is given twice."""
    found: dict[str, etree._Element] = {}
    for element in root.iter("*"):
        for attribute, text in element.attrib.items():
            if local_name(str(attribute)).lower() != _NAME:
                continue
            name = str(text).strip()
            if name in found:
                raise insecure("Een Id komt meer dan één keer voor in het bericht.", element, at="/Signature")
            found[name] = element
    return found


def _printable(name: str) -> str:
    """A name that we know, or none: what a stranger sends is not repeated."""
    return name if name in {"EncryptedKey", "EncryptedData", "SignatureConfirmation", "Assertion"} else "onbekend"
