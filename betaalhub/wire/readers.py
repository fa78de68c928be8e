"""Reads a validated message into Spyne objects, with one reader compiled per class.

The message has passed the schema, so names, order, occurrence and facets need no second look; that makes this several
times faster than Spyne's own reading and free of its slips (xsi:nil="false" read as None, href and id followed).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal as PythonDecimal
from typing import Any

from lxml import etree
from spyne import Boolean, ComplexModelBase, Date, DateTime, Decimal, Fault, Integer, Unicode
from spyne.model.complex import XmlAttribute, XmlData
from spyne.model.enum import EnumBase
from spyne.protocol import ProtocolBase

from betaalhub.wire.faults import WireFault
from betaalhub.wire.findings import value_finding
from betaalhub.wire.schema_index import SchemaIndex

Reader = Callable[[etree._Element], Any]
Converter = Callable[[str], Any]
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_TRUE = ("1", "true")
_NO_MEANING = (ValueError, ArithmeticError, Fault)  # what a converter raises for text that fits the schema


# How one child element becomes a value. Plain tuples, since named ones unpack several times slower.
_Leaf = tuple[str, Converter | None]  # one element, by its text: its name and the converter (None: the text as it is)
_Member = tuple[str, Reader, bool]  # every other: its name, the reader of the element in its place, whether it repeats


class Readers:
    """Makes the readers of one service. A reader is safe to share between threads; making one is not."""

    def __init__(self, protocol: ProtocolBase, index: SchemaIndex) -> None:
        self._protocol = protocol
        self._index = index
        self._known: dict[type, Reader] = {}

    def reader(self, cls: Any) -> Reader:
        """From a validated element to the object that it stands for.

        The reader raises WireFault for a value that fits the schema but has no meaning.
        """
        read = self._known.get(cls)
        if read is None:
            read = self._complex(cls) if issubclass(cls, ComplexModelBase) else self._simple(cls)
            read = self._known[cls] = _or_nil(read) if cls.Attributes.nillable else read
        return read

    def _simple(self, cls: Any) -> Reader:
        convert = converter(cls, self._protocol)

        def read(element: etree._Element) -> Any:
            try:
                return convert(element.text or "")
            except _NO_MEANING as error:
                raise self._refuse(element) from error

        return read

    def _complex(self, cls: Any) -> Reader:
        model = cls.__orig__ or cls
        elements, attributes, texts, blank = _members(cls)
        leaves: dict[str, _Leaf] = {}
        others: dict[str, _Member] = {}
        convert = {tag: (name, converter(kind, self._protocol)) for tag, (name, kind) in attributes.items()}
        text = [(name, converter(kind, self._protocol)) for name, kind in texts]

        def read(element: etree._Element) -> Any:
            values = blank.copy()
            child = element
            try:
                for child in element:
                    tag = child.tag
                    if tag in leaves:
                        name, of_text = leaves[tag]
                        values[name] = (child.text or "") if of_text is None else of_text(child.text or "")
                    elif tag in others:  # the contract allows what the service does not read
                        name, of_element, many = others[tag]
                        value = of_element(child)
                        if not many:
                            values[name] = value
                        elif values[name] is None:
                            values[name] = [value]
                        else:
                            values[name].append(value)
            except _NO_MEANING as error:
                raise self._refuse(child) from error
            if convert or text:
                self._read_text(element, values, convert, text)
            instance = model.__new__(model)
            instance.__dict__ = values
            return instance

        self._known[cls] = read  # before its members are looked at, for a type may contain itself
        for tag, (name, kind, many) in elements.items():
            if many or issubclass(kind, ComplexModelBase) or kind.Attributes.nillable:
                others[tag] = name, self.reader(kind), many
            else:
                to_value = converter(kind, self._protocol)
                leaves[tag] = name, None if to_value is str else to_value
        return read

    def _read_text(
        self,
        element: etree._Element,
        values: dict[str, Any],
        attributes: dict[str, tuple[str, Converter]],
        texts: list[tuple[str, Converter]],
    ) -> None:
        """The attributes of an element, and its own text when the type has simple content."""
        try:
            for tag, (name, convert) in attributes.items():
                received = element.get(tag)
                if received is not None:
                    values[name] = convert(received)
            for name, convert in texts:
                values[name] = convert(element.text or "")
        except _NO_MEANING as error:
            raise self._refuse(element) from error

    def _refuse(self, element: etree._Element) -> WireFault:
        top = element
        while (parent := top.getparent()) is not None and parent.getparent() is not None:
            if parent.tag.endswith("}Body"):
                break
            top = parent
        return WireFault("ONGELDIG_BERICHT", findings=(value_finding(element, top, self._index),))


def _or_nil(read: Reader) -> Reader:
    return lambda element: None if element.get(_NIL) in _TRUE else read(element)


def converter(cls: Any, protocol: ProtocolBase) -> Converter:
    """From schema-valid text to a Python value. Times keep their zone, or the lack of one; a date's zone is dropped."""
    if issubclass(cls, EnumBase) or issubclass(cls, Unicode):
        return str
    if issubclass(cls, Boolean):
        return lambda text: text.strip() in _TRUE
    if issubclass(cls, Integer):
        return int
    if issubclass(cls, Decimal):
        return PythonDecimal
    if issubclass(cls, Date):  # before DateTime: to Spyne a date is one
        return lambda text: dt.date.fromisoformat(text.strip()[:10])
    if issubclass(cls, DateTime):
        return lambda text: dt.datetime.fromisoformat(text.strip())
    return lambda text: protocol.from_unicode(cls, text)


def member_namespace(cls: Any, name: str) -> str:
    """The namespace of a member: that of the class of the family that declares it."""
    while cls.__extends__ is not None and name in cls.__extends__.get_flat_type_info(cls.__extends__):
        cls = cls.__extends__
    namespace: str = cls.get_namespace()
    return namespace


def _members(cls: Any) -> tuple[dict[str, Any], dict[str, Any], list[Any], dict[str, Any]]:
    """The members of a class by how they travel: elements, attributes, own text; and the values of an empty object."""
    elements: dict[str, Any] = {}
    attributes: dict[str, Any] = {}
    texts: list[Any] = []
    blank: dict[str, Any] = {}
    for name, kind in cls.get_flat_type_info(cls).items():
        facts = kind.Attributes
        blank[name] = facts.default
        if issubclass(kind, XmlAttribute):
            attributes[facts.sub_name or name] = (name, kind.type)
        elif issubclass(kind, XmlData):
            texts.append((name, kind.type))
        else:
            namespace = facts.sub_ns or member_namespace(cls, name)
            elements[f"{{{namespace}}}{facts.sub_name or name}"] = (name, kind, facts.max_occurs > 1)
    return elements, attributes, texts, blank
