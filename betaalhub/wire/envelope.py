"""Opens an envelope: safe parsing, bounded size and depth, one Header at most, one Body with one element."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import islice

from lxml import etree

from betaalhub.wire.charset import check_charset
from betaalhub.wire.codes import FindingCode
from betaalhub.wire.faults import WireFault, invalid
from betaalhub.wire.findings import line_of
from betaalhub.wire.parsing import parser_for
from betaalhub.wire.request import Limits
from betaalhub.wire.schema_index import local_name
from betaalhub.wire.versions import SoapVersion

_TRUE, _FALSE = ("1", "true"), ("0", "false")


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message taken apart: the whole, its header blocks, and the one element of the Body."""

    root: etree._Element
    headers: tuple[etree._Element, ...]
    message: etree._Element


def parse(body: bytes, charset: str, limits: Limits) -> list[etree._Element]:
    """Every element of a message in document order, so the root first.

    Hold on to the list until the message has been read: lxml then makes the Python side of each element once, which
    is most of what reading costs. Raises WireFault when the message is not well-formed, holds a DOCTYPE or is over a bound.
    """
    if len(body) > limits.elements:  # fewer bytes than that cannot hold too many of anything
        _check_signs(body, limits)
    check_charset(body, charset)
    try:
        root = etree.fromstring(body, parser_for(charset))
    except etree.XMLSyntaxError as error:
        raise invalid(FindingCode.NIET_WELGEVORMD, "Dit is geen welgevormde XML.", line=error.lineno or 0) from error
    except (LookupError, ValueError) as error:
        raise invalid(FindingCode.TEKENSET_ONBEKEND, "De tekenset van het bericht is onbekend of onjuist.") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise invalid(FindingCode.DOCTYPE_VERBODEN, "Een DOCTYPE is niet toegestaan.")
    return _within_bounds(root, limits)


def open_envelope(root: etree._Element, version: SoapVersion, understood: frozenset[str]) -> Envelope:
    """The parts of an envelope of this version. Raises WireFault when it breaks a rule of SOAP or asks too much."""
    namespace = version.envelope
    if root.tag != f"{{{namespace}}}Envelope":
        if local_name(root.tag) == "Envelope":
            raise WireFault("VERSIE_ONBEKEND")
        raise invalid(FindingCode.ENVELOPE_ONJUIST, "Het bericht begint niet met een SOAP Envelope.", element="/")
    parts = [child.tag for child in root]
    header, body = f"{{{namespace}}}Header", f"{{{namespace}}}Body"
    if parts not in ([body], [header, body]):
        raise invalid(FindingCode.ENVELOPE_ONJUIST, "Een Envelope heeft hooguit één Header en daarna precies één Body.")
    if len(root[-1]) != 1:
        text = "De Body moet precies één element bevatten."
        raise invalid(FindingCode.ENVELOPE_ONJUIST, text, element="/Envelope/Body", line=line_of(root[-1]))
    for part in (root, *root):
        _refuse_text(part)
    headers = tuple(root[0]) if len(parts) == 2 else ()
    _check_understood(headers, version, understood)
    return Envelope(root, headers, root[-1][0])


def make_envelope(
    content: etree._Element, version: SoapVersion, headers: tuple[etree._Element, ...] = ()
) -> etree._Element:
    """An Envelope with `content` as the one element of its Body, and a Header only when there is something in it."""
    namespace = version.envelope
    root = etree.Element(f"{{{namespace}}}Envelope", nsmap={"soap": namespace})
    if headers:
        etree.SubElement(root, f"{{{namespace}}}Header").extend(headers)
    etree.SubElement(root, f"{{{namespace}}}Body").append(content)
    return root


def envelope_bytes(envelope: etree._Element) -> bytes:
    """The message as it is sent, in UTF-8."""
    document: bytes = etree.tostring(envelope, xml_declaration=True, encoding="UTF-8")
    return document


def _check_signs(body: bytes, limits: Limits) -> None:
    """Cheap bounds before a tree is built, whatever the character set.

    Two angle brackets an element, and an equals sign an attribute or declaration of a namespace. libxml2 judges tens of
    thousands of attributes very slowly.
    """
    if body.count(b"<") > 2 * limits.elements + 100:
        raise _too_many(limits)
    if body.count(b"=") > limits.elements:
        text = f"Het bericht heeft te veel attributen of is-tekens; hooguit {limits.elements}."
        raise invalid(FindingCode.TE_VEEL_ELEMENTEN, text)


def _within_bounds(root: etree._Element, limits: Limits) -> list[etree._Element]:
    """Every element, when there are not too many and none lies too deep."""
    elements = list(islice(root.iter("*"), limits.elements + 1))
    # A message of fewer elements than the deepest level cannot reach it; the others are asked in one expression.
    if len(elements) > limits.depth and _has_level(limits.depth + 1)(root):
        text = f"Het bericht is te diep genest; hooguit {limits.depth} niveaus."
        raise invalid(FindingCode.TE_DIEP_GENEST, text)
    if len(elements) > limits.elements:
        raise _too_many(limits)
    return elements


@cache
def _has_level(level: int) -> etree.XPath:
    """Whether a document has an element at this level, the root being level 1."""
    return etree.XPath(f"boolean({'/*' * level})")


def _too_many(limits: Limits) -> WireFault:
    text = f"Het bericht heeft te veel elementen; hooguit {limits.elements}."
    return invalid(FindingCode.TE_VEEL_ELEMENTEN, text)


def _refuse_text(element: etree._Element) -> None:
    texts = [element.text, *(child.tail for child in element)]
    if any(text and text.strip() for text in texts):
        name = local_name(element.tag)
        raise invalid(FindingCode.ENVELOPE_ONJUIST, f"In {name} mag geen losse tekst staan.")


def _check_understood(headers: tuple[etree._Element, ...], version: SoapVersion, understood: frozenset[str]) -> None:
    for block in headers:
        must = (block.get(f"{{{version.envelope}}}mustUnderstand") or "0").strip()
        if must not in (*_TRUE, *_FALSE):
            text = "mustUnderstand mag alleen 0, 1, false of true zijn."
            raise invalid(FindingCode.HEADER_ONJUIST, text, element="/Envelope/Header", line=line_of(block))
        role = (block.get(f"{{{version.envelope}}}{version.role_attribute}") or "").strip()
        if must in _TRUE and role in version.roles and block.tag not in understood:
            raise WireFault("HEADER_NIET_BEGREPEN")
