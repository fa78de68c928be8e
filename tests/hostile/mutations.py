"""Valid messages of every operation, and what a clumsy or hostile sender may make of them; drawn by Hypothesis."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy

from hypothesis import strategies as st
from lxml import etree

from betaalhub.wire.versions import ENVELOPE_11, ENVELOPE_12
from tests.contract.generated import CONTRACT, generated
from tests.contract.samples import BER, TYP
from tests.hostile.messages import TERUG, XML, XML_12

Element = etree._Element
Draw = Callable[[st.SearchStrategy], object]

XSI = "http://www.w3.org/2001/XMLSchema-instance"
REQUESTS = sorted(one.request for one in CONTRACT.operations.values())
# Values that exist in the register of the tests, so that a message comes past the first rule.
KNOWN = {
    "Zender": st.just("vergunningen"),
    "Productcode": st.sampled_from(["EVENEMENT", "OMGEVING", "NIETS"]),
    "TerugkeerUrl": st.just(TERUG),
    "Kenmerk": st.sampled_from(["F-1", "F-2", "F-3"]),
    "Referentienummer": st.sampled_from([f"fuzz-{number}" for number in range(40)]),
    "BedragInCenten": st.sampled_from(["18750", "1", "37500"]),
    "TotaalInCenten": st.sampled_from(["18750", "37500", "1"]),
    "Aantal": st.sampled_from(["1", "2"]),
}
# As they stand in the XML: some are no XML at all.
NUMBERS = (
    b"0", b"-1", b"1e9", b"NaN", b"INF", b"99999999999999999999", b"-2147483648", b"2147483648", b"9223372036854775808", b"1.0", b"0x10",
    b"1" * 5000, b"\xd9\xa1", b"1 2", b"+1", b"007",
)  # fmt: skip
MOMENTS = (
    b"2026-02-30", b"0000-01-01T00:00:00Z", b"12026-01-01T00:00:00Z", b"12026-01-01", b"-0044-03-15T00:00:00Z", b"2026-01-01T24:00:00Z",
    b"0001-01-01T00:00:00+14:00", b"9999-12-31T23:59:59-14:00", b"2016-12-31T23:59:60Z", b"0001-01-01", b"9999-12-31", b"2026-01-01+14:00",
)  # fmt: skip
TEXTS = (
    b"", b" ", b"&#0;", b"&#x1F;", b"\x01", b"\x7f", b"&#xD800;", b"&#xFFFF;", b"\xff", b"\xc3\xa9", b"e&#x301;", b"&#x202E;", b"&#x1F600;",
    b"&#13;", b"&lt;b&gt;", b"<![CDATA[ ]]>", b"<!-- x -->", b"<?x y?>", b"<x/>", b"&amp;", b"&x;", b"' OR 1=1 --", b"%00", b"{{7*7}}",
    b"true", b"TRUE", b"x" * 5000, b"\xe2\x82\xac" * 200,
)  # fmt: skip
_NAMES = ("x", "Kenmerk", "Zender", "Stuurgegevens", "Productregel", "Vervang", "Envelope", "Fault", "é")
_SPACES = (BER, TYP, "", "urn:x", ENVELOPE_11, ENVELOPE_12, BER + "/")
_TAGS = st.builds(
    lambda space, name: f"{{{space}}}{name}" if space else name, st.sampled_from(_SPACES), st.sampled_from(_NAMES)
)
_ATTRIBUTES = st.sampled_from(
    [
        (f"{{{XSI}}}type", "x:StartBetaling"), (f"{{{XSI}}}type", "string"), (f"{{{XSI}}}nil", "true"), (f"{{{XSI}}}nil", "misschien"),
        (f"{{{XSI}}}schemaLocation", "urn:x http://127.0.0.1:9/x.xsd"), ("id", "a"), ("href", "#a"), ("x", "1"),
        (f"{{{ENVELOPE_11}}}mustUnderstand", "1"), (f"{{{ENVELOPE_11}}}encodingStyle", "urn:x"), ("{urn:x}Id", "1"),
        ("{http://www.w3.org/XML/1998/namespace}base", "file:///etc/"), ("{http://www.w3.org/XML/1998/namespace}space", "preserve"),
    ]
)  # fmt: skip
_PLACE = "hier-komt-iets-{}-te-staan"


def _drop(draw: Draw, node: Element) -> None:
    node.getparent().remove(node)


def _double(draw: Draw, node: Element) -> None:
    node.addnext(deepcopy(node))


def _nest(draw: Draw, node: Element) -> None:
    node.append(deepcopy(node))


def _shuffle(draw: Draw, node: Element) -> None:
    parent = node.getparent()
    parent[:] = draw(st.permutations(list(parent)))


def _rename(draw: Draw, node: Element) -> None:
    node.tag = draw(_TAGS)


def _other_space(draw: Draw, node: Element) -> None:
    space, name = draw(st.sampled_from(_SPACES)), etree.QName(node).localname
    node.tag = f"{{{space}}}{name}" if space else name


def _attribute(draw: Draw, node: Element) -> None:
    name, value = draw(_ATTRIBUTES)
    node.set(name, value)


def _loose_text(draw: Draw, node: Element) -> None:
    node.tail = draw(st.sampled_from(["x", " ", "\n", "&"]))


_CHANGES = (_drop, _double, _nest, _shuffle, _rename, _other_space, _attribute, _loose_text)


def _hostile(usual: str) -> st.SearchStrategy[bytes]:
    """Something else than this value: mostly of its own kind, which comes further than what the schema refuses."""
    if re.match(r"\s*\d{4}-\d\d-\d\d", usual):
        return st.sampled_from(MOMENTS * 3 + TEXTS)
    return st.sampled_from(NUMBERS * 2 + TEXTS if re.fullmatch(r"\s*[+-]?\d+\s*", usual) else TEXTS + NUMBERS)


@st.composite
def messages(draw: st.DrawFn, tag: str) -> tuple[bytes, str]:
    """The bytes and the media type of a message of this operation: changed in up to three places, now and then damaged."""
    message = draw(generated(CONTRACT, tag, values=KNOWN))
    texts: list[bytes] = []
    for _ in range(draw(st.sampled_from([0, 1, 1, 1, 2, 3]))):
        inner = list(message.iterdescendants())
        if inner:
            node = draw(st.sampled_from(inner))
            change = draw(st.sampled_from((*_CHANGES, *(None,) * len(_CHANGES))))
            if change is not None:
                change(draw, node)
            elif not len(node):
                texts.append(draw(_hostile(node.text or "")))
                node.text = _PLACE.format(len(texts) - 1)
    version = draw(st.sampled_from([(ENVELOPE_11, XML), (ENVELOPE_12, XML_12)]))
    body = etree.tostring(message)
    for number, text in enumerate(texts):
        body = body.replace(_PLACE.format(number).encode(), text)
    whole = f'<s:Envelope xmlns:s="{version[0]}"><s:Body>'.encode() + body + b"</s:Body></s:Envelope>"
    return draw(st.one_of(st.just(whole), st.just(whole), _damaged(whole))), version[1]


@st.composite
def _damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """Bytes cut off, or a few of them changed, put in or taken out."""
    if draw(st.booleans()):
        return whole[: draw(st.integers(0, len(whole) - 1))]
    damaged = bytearray(whole)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(damaged) - 1))
        damaged[at : at + draw(st.integers(0, 2))] = draw(st.binary(max_size=2))
    return bytes(damaged)
