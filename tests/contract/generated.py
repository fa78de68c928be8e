"""Valid messages of every kind, drawn by Hypothesis from the schemas themselves: a new operation is covered by itself.

    @given(message=generated(CONTRACT, "{urn:betaalhub:berichten:v1}StartBetaling", values={"Zender": st.just("vergunningen")}))

Every lexical form that the schema allows may come: `007` and `+7` for a number, `1` for true, any zone for a time, white
space around what is not a text. A construct that our contracts do not use is refused loudly.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from hypothesis import strategies as st
from lxml import etree

from betaalhub.resources import wsdl_path
from betaalhub.wire.contract_files import ContractFiles
from betaalhub.wire.schema_index import XS, local_name, qualified

Element = etree._Element
Message = st.SearchStrategy[Element]
Values = Mapping[str, st.SearchStrategy[str]]  # by local name of the element, instead of what the schema allows

CONTRACT = ContractFiles(wsdl_path("betaalhub-v1.wsdl"))
_CONTRACTS = (CONTRACT, *(ContractFiles(wsdl_path(name)) for name in ("betaalstatus-v1.wsdl", "grootboek-v1.wsdl")))
_BOUNDS = {"int": (-(2**31), 2**31 - 1), "long": (-(2**63), 2**63 - 1), "integer": (-(10**12), 10**12)}
_ZONES = ("", "Z", "+00:00", "-00:00", "+01:00", "+05:30", "-11:45", "+14:00", "-14:00")
_URL = re.compile(
    r"https?://[a-z0-9]([a-z0-9.-]{0,20}[a-z0-9])?(:[0-9]{1,4})?(/([A-Za-z0-9._~!$&'()*+,;=@-]|%[0-9A-F]{2}){0,12}){0,3}"
    r"(\?([A-Za-z0-9._~!$&'()*+,;=@/?:-]|%[0-9A-F]{2}){0,20})?(#[A-Za-z0-9._~-]{0,8})?"
)
_LINE = st.characters(
    max_codepoint=0xFFFD, exclude_categories=["Cc", "Cf", "Co", "Cs", "Zl", "Zp"], exclude_characters="\u205f"
)
_XML_TEXT = st.characters(codec="utf-8", exclude_characters=["\ufffe", "\uffff"], exclude_categories=["Cc", "Cs"])


@dataclass(frozen=True)
class _Drawer:
    """Makes the strategies of one contract. `values` replaces the values of elements by name."""

    contract: ContractFiles
    values: Values
    most: int
    types: dict[str, Element] = field(default_factory=dict)

    def element(self, node: Element, tag: str) -> Message:
        """The element `tag` with whatever its declaration `node` allows."""
        own = self.values.get(local_name(tag))
        if own is not None:
            return own.map(lambda text: _leaf(tag, text))
        kind = node.find(XS + "complexType")
        if kind is None and node.get("type"):
            kind = self.types.get(qualified(node, node.get("type")))
        if kind is not None and kind.tag == XS + "complexType":
            return self.complex(kind, tag)
        return self.simple(node).map(lambda text: _leaf(tag, text))

    def complex(self, kind: Element, tag: str) -> Message:
        """An element with the members of a complex type, in their order."""
        known = {XS + "annotation", XS + "sequence"}
        if {one.tag for one in kind} - known:
            raise ValueError(f"{tag}: only a sequence can be drawn")
        parts = [self.member(one) for one in kind.iterfind(f"{XS}sequence/*")]
        return st.tuples(*parts).map(lambda drawn: _branch(tag, [child for one in drawn for child in one]))

    def member(self, node: Element) -> st.SearchStrategy[list[Element]]:
        """One member of a sequence as often as it may occur, up to `most` more than it must."""
        if node.tag == XS + "choice":
            return st.one_of(*(self.member(one) for one in node))
        if node.tag != XS + "element" or node.get("name") is None:
            raise ValueError(f"{local_name(node.tag)} cannot be drawn")
        namespace = node.getroottree().getroot().get("targetNamespace")
        one = self.element(node, f"{{{namespace}}}{node.get('name')}")
        least, highest = int(node.get("minOccurs", "1")), node.get("maxOccurs", "1")
        top = least + self.most if highest == "unbounded" else min(int(highest), least + self.most)
        return one.map(lambda child: [child]) if top == least == 1 else st.lists(one, min_size=least, max_size=top)

    def simple(self, node: Element) -> st.SearchStrategy[str]:
        """The texts that the simple type of an element allows."""
        steps = list(self._restrictions(node))
        facets: dict[str, list[str]] = {}
        for step in steps:
            for one in step:
                facets.setdefault(local_name(one.tag), []).append(one.get("value", ""))
        root, spelled = (steps[-1], "base") if steps else (node, "type")
        base = local_name(qualified(root, root.get(spelled)))
        if "enumeration" in facets:
            return st.sampled_from(facets["enumeration"])
        return _texts(base, facets)

    def _restrictions(self, node: Element) -> Iterator[Element]:
        inner = node.find(XS + "simpleType")
        kind = inner if inner is not None else self.types.get(qualified(node, node.get("type")))
        while kind is not None:
            step = kind.find(XS + "restriction")
            if step is None:
                raise ValueError("only a restriction can be drawn")
            yield step
            kind = self.types.get(qualified(step, step.get("base")))


def generated(contract: ContractFiles, tag: str, *, values: Values | None = None, most: int = 2) -> Message:
    """Valid messages with the element `{namespace}name`. Repeated members come at most `most` times more than they must.

    `values` gives the texts of elements of some local names, where only some make sense (a Zender that exists, say).
    """
    drawer = _Drawer(contract, values or {}, most)
    for schema in contract.xsds.values():
        for kind in schema.iterchildren(XS + "complexType", XS + "simpleType"):
            drawer.types[f"{{{schema.get('targetNamespace')}}}{kind.get('name')}"] = kind
    declaration = contract.index.element(tag)
    assert declaration is not None, f"{tag} is not an element of the contract"
    return drawer.element(declaration, tag)


def every_message() -> list[tuple[ContractFiles, str]]:
    """Every request, answer and fault of our own contracts, with the contract."""
    found = []
    for contract in _CONTRACTS:
        for one in contract.operations.values():
            found += [(contract, tag) for tag in (one.request, one.response, *sorted(one.faults))]
    return list(dict.fromkeys(found))


def _texts(base: str, facets: Mapping[str, list[str]]) -> st.SearchStrategy[str]:
    """The texts of a built-in datatype under facets."""
    matches = [re.compile(python_pattern(one)) for one in facets.get("pattern", ())]
    least = int(facets.get("minLength", ["0"])[0])
    longest = int(facets.get("maxLength", ["60"])[0])

    def fits(text: str) -> bool:
        collapsed = text if base in ("string", "anyURI") else text.strip()
        right = least <= len(text) <= longest if base in ("string", "anyURI") else True
        return right and all(one.fullmatch(collapsed) for one in matches)

    if base == "anyURI":
        return st.from_regex(_URL, fullmatch=True).filter(fits)
    if base == "string" and matches and not facets["pattern"][0].isascii():
        # A class of tens of thousands of characters: Hypothesis makes a regex of it very slowly.
        return st.builds(str.__add__, st.sampled_from("aZ0é€(語"), st.text(_LINE, max_size=longest - 1)).filter(fits)
    if base == "string":
        if matches:
            return st.from_regex(matches[0], fullmatch=True, alphabet=st.characters(max_codepoint=0x7E)).filter(fits)
        return st.text(_XML_TEXT, min_size=least, max_size=longest)
    make: dict[str, Callable[[], st.SearchStrategy[str]]] = {
        "boolean": lambda: st.sampled_from(["true", "false", "1", "0"]),
        "date": lambda: st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)).map(dt.date.isoformat),
        "dateTime": _moments,
    }
    whole = make[base]() if base in make else _numbers(base, facets)
    return st.builds(lambda before, text, after: before + text + after, _SPACE, whole, _SPACE).filter(fits)


def _numbers(base: str, facets: Mapping[str, list[str]]) -> st.SearchStrategy[str]:
    """Whole numbers between their bounds, in every spelling."""
    low, high = _BOUNDS[base]
    low = max([low, *map(int, facets.get("minInclusive", ()))])
    high = min([high, *map(int, facets.get("maxInclusive", ()))])
    sign = st.sampled_from(["", "", "", "+", "0", "00"])
    return st.builds(lambda extra, one: extra + str(one) if one >= 0 else str(one), sign, st.integers(low, high))


def _moments() -> st.SearchStrategy[str]:
    """Times from 2000 to 2099, to a nanosecond, in any zone or none."""
    moments = st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2099, 12, 31, 23, 59, 59))  # noqa: DTZ001
    fraction = st.one_of(st.just(""), st.from_regex(r"\.[0-9]{1,9}", fullmatch=True))
    return st.builds(
        lambda at, part, zone: at.replace(microsecond=0).isoformat() + part + zone,
        moments, fraction, st.sampled_from(_ZONES),
    )  # fmt: skip


def python_pattern(pattern: str) -> str:
    """An XSD pattern as Python spells it: `^` and `$` are ordinary characters there, and classes are ASCII."""
    inside, out = False, []
    for at, one in enumerate(pattern):
        escaped = at > 0 and pattern[at - 1] == "\\"
        if one in "[]" and not escaped:
            inside = one == "["
        out.append(f"\\{one}" if one in "^$" and not inside and not escaped else one)
    return "".join(out)


def _leaf(tag: str, text: str) -> Element:
    node = etree.Element(tag)
    node.text = text
    return node


def _branch(tag: str, children: list[Element]) -> Element:
    node = etree.Element(tag)
    node.extend(children)
    return node


_SPACE = st.sampled_from(["", "", "", " ", "\n\t"])
