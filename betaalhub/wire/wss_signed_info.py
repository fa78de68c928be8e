"""What a signature says that it covers: its shape, its algorithms and its references, judged before anything is computed."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from betaalhub.wire.addressing import NAMESPACE as WSA_NAMESPACE
from betaalhub.wire.envelope import Envelope
from betaalhub.wire.schema_index import local_name
from betaalhub.wire.wss_faults import insecure
from betaalhub.wire.wss_header import SecurityHeader, named_elements
from betaalhub.wire.wss_names import DIGEST_METHODS, DS, EXC_C14N, INCLUSIVE_NAMESPACES, SIGNATURE_METHODS, WSSE, WSU_ID

_AT = "/Signature"
_MOST_REFERENCES = 30
_SIGNATURE_PARTS = [DS + "SignedInfo", DS + "SignatureValue", DS + "KeyInfo"]
_DIGEST = DS + "DigestMethod"
_REFERENCE_PARTS = [DS + "Transforms", _DIGEST, DS + "DigestValue"]


@dataclass(frozen=True, slots=True)
class SignedInfo:
    """A signature of the right shape, with its token and Timestamp: the nodes it covers, and the kind of key its method needs."""

    signature: etree._Element
    info: etree._Element
    token: etree._Element
    timestamp: etree._Element
    key_kind: str
    covered: tuple[etree._Element, ...]


def read_signed_info(header: SecurityHeader, envelope: Envelope) -> SignedInfo:
    """The signature of a message, when its shape and its algorithms are those that we accept and it covers what we act on.

    Body, Timestamp and every WS-Addressing header must *be* the nodes that the references name, in the place where we read
    them. Raises WireFault BEVEILIGING_ONJUIST. Nothing is computed yet.
    """
    signature = _required(header.signature, "Signature")
    token, timestamp = _required(header.token, "BinarySecurityToken"), _required(header.timestamp, "Timestamp")
    parts = [child.tag for child in signature]
    if parts != _SIGNATURE_PARTS:
        raise insecure("Een Signature bestaat uit SignedInfo, SignatureValue en KeyInfo.", signature, at=_AT)
    info = signature[0]
    names = named_elements(envelope.root)
    _check_key_info(signature[2], token, names)
    method = _check_methods(info)
    covered = _covered(info, names)
    _check_places(covered, (timestamp, token), envelope)
    return SignedInfo(signature, info, token, timestamp, method, covered)


def _check_methods(info: etree._Element) -> str:
    tags = [child.tag for child in info]
    if tags[:2] != [DS + "CanonicalizationMethod", DS + "SignatureMethod"] or set(tags[2:]) != {DS + "Reference"}:
        raise insecure("SignedInfo bestaat uit CanonicalizationMethod, SignatureMethod en Reference.", info, at=_AT)
    if not _exclusive(info[0]):
        raise insecure("CanonicalizationMethod moet exclusive c14n zijn, zonder commentaar.", info[0], at=_AT)
    method = SIGNATURE_METHODS.get(info[1].get("Algorithm", ""))
    if method is None or len(info[1]):
        text = "Onderteken met RSA (ook PSS) of ECDSA en SHA-256, SHA-384 of SHA-512, zonder parameters."
        raise insecure(text, info[1], at=_AT)
    if len(tags) - 2 > _MOST_REFERENCES:
        raise insecure(f"Een handtekening mag hooguit {_MOST_REFERENCES} verwijzingen hebben.", info, at=_AT)
    return method


def _covered(info: etree._Element, names: dict[str, etree._Element]) -> tuple[etree._Element, ...]:
    covered: list[etree._Element] = []
    for reference in info.iterchildren(DS + "Reference"):
        node = _named(reference.get("URI", ""), names)
        if node is None:
            text = 'Elke Reference moet met URI="#…" de wsu:Id van één element in dit bericht noemen.'
            raise insecure(text, reference, at=_AT)
        if any(node is one for one in covered):
            raise insecure("Een element wordt door twee verwijzingen genoemd.", reference, at=_AT)
        _check_reference(reference)
        covered.append(node)
    return tuple(covered)


def _check_reference(reference: etree._Element) -> None:
    """A digest is made in the one way that we accept."""
    if [child.tag for child in reference] != _REFERENCE_PARTS:
        raise insecure("Een Reference bestaat uit Transforms, DigestMethod en DigestValue.", reference, at=_AT)
    transforms, method, _ = reference
    if [child.tag for child in transforms] != [DS + "Transform"] or not _exclusive(transforms[0]):
        raise insecure("De enige Transform mag exclusive c14n zijn, zonder commentaar.", reference, at=_AT)
    if method.get("Algorithm") not in DIGEST_METHODS or len(method):
        raise insecure("DigestMethod moet SHA-256, SHA-384 of SHA-512 zijn.", reference, at=_AT)


def _exclusive(method: etree._Element) -> bool:
    """Exclusive canonicalisation; the only parameter may be the list of namespaces that WSS4J and others add."""
    tags = [child.tag for child in method]
    return method.get("Algorithm") == EXC_C14N and tags in ([], [INCLUSIVE_NAMESPACES])


def _check_places(
    covered: tuple[etree._Element, ...], parts: tuple[etree._Element, etree._Element], envelope: Envelope
) -> None:
    """What we act on is what was signed, and nothing is signed that lies where we do not look."""
    timestamp, token = parts
    body = envelope.root[-1]
    addressing = [block for block in envelope.headers if block.tag.startswith(f"{{{WSA_NAMESPACE}}}")]
    for node in (body, timestamp, *addressing):
        if not any(node is one for one in covered):
            name = local_name(node.tag)
            raise insecure(f"{name} is niet ondertekend. Onderteken Body, Timestamp en alle headers van WS-Addressing.", node, at=_AT)  # fmt: skip
    expected = (body, *envelope.headers, timestamp, token)
    for node in covered:
        if not any(node is one for one in expected):
            raise insecure("De handtekening noemt een element dat niet de Body, een header, het Timestamp of het token is.", node, at=_AT)  # fmt: skip


def _check_key_info(key_info: etree._Element, token: etree._Element, names: dict[str, etree._Element]) -> None:
    """WB009, WB010: the key is named by a direct reference to the token in the same header, in no other way."""
    reference = key_info.find(f"{WSSE}SecurityTokenReference/{WSSE}Reference")
    if len(key_info) != 1 or reference is None or len(key_info[0]) != 1 or len(reference):
        text = "KeyInfo moet precies één SecurityTokenReference met één Reference naar het BinarySecurityToken hebben."
        raise insecure(text, key_info, at=_AT)
    if _named(reference.get("URI", ""), names) is not token:
        raise insecure("KeyInfo moet naar het BinarySecurityToken in deze header verwijzen.", key_info, at=_AT)
    if reference.get("ValueType") not in (None, token.get("ValueType")):
        raise insecure("Het ValueType in KeyInfo is een ander dan dat van het BinarySecurityToken.", key_info, at=_AT)


def _named(uri: str, names: dict[str, etree._Element]) -> etree._Element | None:
    """The element that `#id` names by its wsu:Id; None for every other form."""
    node = names.get(uri[1:]) if uri.startswith("#") else None
    return node if node is not None and node.get(WSU_ID) == uri[1:] else None


def _required(part: etree._Element | None, name: str) -> etree._Element:
    if part is None:
        raise insecure(f"{name} ontbreekt in de Security-header.", at=f"/{name}")
    return part
