"""Messages made up from Spyne's own declarations, and Spyne's own reading and writing of them, to compare ours with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from hypothesis import strategies as st
from lxml import etree
from spyne import Application, Boolean, ComplexModelBase, Date, DateTime, Decimal, Integer
from spyne.model.complex import XmlAttribute, XmlData
from spyne.model.enum import EnumBase
from spyne.protocol.soap import Soap11

from betaalhub.wire.readers import member_namespace

_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
# Not -05:30, which Spyne reads as -04:30.
ZONES = ("Z", "+00:00", "+01:00", "-05:00", "+05:30", "+14:00")
_TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), max_size=20
)
_MOST = 2  # occurrences of a repeated member


def spyne_of(service: Any, tns: str) -> Soap11:
    """Stock Spyne for a service: its protocol, without validation, as it reads and writes by itself."""
    return Application([service], tns=tns, in_protocol=Soap11(), out_protocol=Soap11()).in_protocol


def messages(service: Any) -> Iterator[Any]:
    """The request and the answer of every operation. Typed faults are the door's own work (and Spyne cannot read one)."""
    for method in service.public_methods.values():
        yield from (method.in_message, method.out_message)


def element_of(draw: st.DrawFn, cls: Any, tag: str, zones: Sequence[str], *, nil: bool = False) -> etree._Element:
    """An element that the declaration of `cls` allows: names, order and occurrence; values of the right datatype."""
    element = etree.Element(tag)
    if nil and draw(st.booleans()):
        element.set(_NIL, draw(st.sampled_from(["true", "1"])))
        return element
    if not issubclass(cls, ComplexModelBase):
        element.text = draw(_text_of(cls, zones))
        return element
    for name, kind in cls.get_flat_type_info(cls).items():
        facts = kind.Attributes
        if issubclass(kind, XmlAttribute):
            element.set(name, draw(_text_of(kind.type, zones)))
        elif issubclass(kind, XmlData):
            element.text = draw(_text_of(kind.type, zones))
        else:
            inner = f"{{{facts.sub_ns or member_namespace(cls, name)}}}{facts.sub_name or name}"
            for _ in range(draw(st.integers(facts.min_occurs, min(facts.max_occurs, _MOST)))):
                element.append(element_of(draw, kind, inner, zones, nil=facts.nillable))
    return element


@st.composite
def elements(draw: st.DrawFn, cls: Any, zones: Sequence[str] = ZONES) -> etree._Element:
    """A whole message, as it comes out of a parser; its times end in one of these zones."""
    made = element_of(draw, cls, f"{{{cls.get_namespace()}}}{cls.get_type_name()}", zones)
    return etree.fromstring(etree.tostring(made))


def _text_of(cls: Any, zones: Sequence[str]) -> st.SearchStrategy[str]:
    """The ways to spell a value of a datatype."""
    if issubclass(cls, EnumBase):
        return st.sampled_from(list(cls.__values__))
    if issubclass(cls, Boolean):
        return st.sampled_from(["true", "false", "1", "0"])
    if issubclass(cls, Integer):
        # At most ten characters: Spyne refuses more, also when they are zeros, which the schema allows.
        return st.builds("{}{}".format, st.sampled_from(["", "0", "00"]), st.integers(0, 10**8 - 1))
    if issubclass(cls, Decimal):
        return st.decimals(-(10**9), 10**9, places=2).map(str)
    if issubclass(cls, Date):
        return st.dates(dt.date(1900, 1, 1)).map(str)
    if issubclass(cls, DateTime):
        days = st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 30))
        return st.builds("{}T{}{}".format, days, st.times().map(dt.time.isoformat), st.sampled_from(zones))
    return _TEXTS


def plain(cls: Any, value: Any) -> Any:
    """An object as plain values, to compare with another of the same class."""
    if isinstance(value, list):
        return [plain(cls, one) for one in value]
    if value is None or not issubclass(cls, ComplexModelBase):
        return _plain_leaf(cls, value)
    kinds = cls.get_flat_type_info(cls).items()
    return {name: plain(getattr(kind, "type", kind), getattr(value, name)) for name, kind in kinds}


def _plain_leaf(cls: Any, value: Any) -> Any:
    if value is not None and issubclass(cls, EnumBase):
        return str(value)  # Spyne reads an enumeration as an object that is not equal to its own text
    if isinstance(value, dt.datetime):
        return value.isoformat()  # equal moments in another zone are not the same value
    return value


def infoset(cls: Any, element: etree._Element) -> Any:
    """What an element says, without prefixes; a time as its moment, for Spyne keeps a zone that we write as UTC."""
    if not issubclass(cls, ComplexModelBase):
        return element.tag, dict(element.attrib), _moment(cls, element.text or "")
    kinds = {kind.Attributes.sub_name or name: kind for name, kind in cls.get_flat_type_info(cls).items()}
    inner = [infoset(kinds[etree.QName(child).localname], child) for child in element]
    return element.tag, dict(element.attrib), (element.text or "").strip() if not inner else "", inner


def _moment(cls: Any, text: str) -> Any:
    moment = issubclass(cls, DateTime) and not issubclass(cls, Date) and text
    return dt.datetime.fromisoformat(text) if moment else text
