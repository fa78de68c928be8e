"""Writes Spyne objects as XML, with one writer compiled per class; the result is still validated before it is sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal as PythonDecimal
from typing import Any

from lxml import etree
from lxml.etree import SubElement
from spyne import Boolean, ComplexModelBase, Date, DateTime, Decimal, Integer, Unicode
from spyne.model.complex import XmlAttribute, XmlData
from spyne.model.enum import EnumBase
from spyne.protocol import ProtocolBase

from betaalhub.errors import ContractError
from betaalhub.wire.readers import member_namespace

Writer = Callable[[etree._Element, str, Any], None]
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


class Writers:
    """The writers of one service. Safe to share between threads."""

    def __init__(self, protocol: ProtocolBase) -> None:
        self._protocol = protocol
        self._known: dict[type, Writer] = {}

    def write(self, cls: Any, tag: str, instance: Any, *, prefixes: dict[str, str]) -> etree._Element:
        """The element `tag` for an object. The same values give the same bytes. Times must carry a zone."""
        holder = etree.Element("holder", nsmap=prefixes)
        self._writer(cls)(holder, tag, instance)
        return holder[0]

    def _writer(self, cls: Any) -> Writer:
        writer = self._known.get(cls)
        if writer is None:
            writer = self._known[cls] = self._complex(cls) if issubclass(cls, ComplexModelBase) else self._simple(cls)
        return writer

    def _simple(self, cls: Any) -> Writer:
        to_text = text_of(cls, self._protocol)

        def write(parent: etree._Element, tag: str, value: Any) -> None:
            SubElement(parent, tag).text = to_text(value)

        return write

    def _complex(self, cls: Any) -> Writer:
        parts: list[Callable[[etree._Element, Any], None]] = []

        def write(parent: etree._Element, tag: str, instance: Any) -> None:
            if not parts:  # on first use, so that a type may contain itself
                # whole at once: two threads may both be the first, and each member is written once
                parts[:] = [self._part(cls, name, kind) for name, kind in cls.get_flat_type_info(cls).items()]
            element = SubElement(parent, tag)
            for part in parts:
                part(element, instance)

        return write

    def _part(self, cls: Any, name: str, kind: Any) -> Callable[[etree._Element, Any], None]:
        """Writes one member of an object into the object's element."""
        facts = kind.Attributes
        if issubclass(kind, XmlAttribute):
            return _attribute(name, facts.sub_name or name, text_of(kind.type, self._protocol))
        if issubclass(kind, XmlData):
            return _own_text(name, text_of(kind.type, self._protocol))
        tag = f"{{{facts.sub_ns or member_namespace(cls, name)}}}{facts.sub_name or name}"
        write = self._writer(kind)
        if facts.max_occurs > 1:
            return _repeated(name, tag, write)
        return _single(name, tag, write, nil=facts.min_occurs > 0 and facts.nillable)


def text_of(cls: Any, protocol: ProtocolBase) -> Callable[[Any], str]:
    """From a Python value to its text in XML; a DateTime is written in UTC, a Decimal without exponent."""
    if issubclass(cls, EnumBase) or issubclass(cls, Unicode):
        return _string
    if issubclass(cls, Boolean):
        return lambda value: "true" if value else "false"
    if issubclass(cls, Integer):
        return str
    if issubclass(cls, Decimal):
        return lambda value: format(value, "f") if isinstance(value, PythonDecimal) else str(value)
    if issubclass(cls, Date):  # before DateTime: to Spyne a date is one
        return lambda value: str(value.isoformat())
    if issubclass(cls, DateTime):
        return _utc
    return lambda value: str(protocol.to_unicode(cls, value))


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise ContractError(f"A text was to be written, got {type(value).__name__}")
    return str(value)


def _utc(value: dt.datetime) -> str:
    if value.tzinfo is None:
        raise ContractError("A time without zone was to be written")
    return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


def _attribute(name: str, tag: str, to_text: Callable[[Any], str]) -> Callable[[etree._Element, Any], None]:
    def write(element: etree._Element, instance: Any) -> None:
        value = getattr(instance, name, None)
        if value is not None:
            element.set(tag, to_text(value))

    return write


def _own_text(name: str, to_text: Callable[[Any], str]) -> Callable[[etree._Element, Any], None]:
    def write(element: etree._Element, instance: Any) -> None:
        value = getattr(instance, name, None)
        element.text = None if value is None else to_text(value)

    return write


def _single(name: str, tag: str, write: Writer, *, nil: bool) -> Callable[[etree._Element, Any], None]:
    def write_one(element: etree._Element, instance: Any) -> None:
        value = getattr(instance, name, None)
        if value is not None:
            write(element, tag, value)
        elif nil:
            SubElement(element, tag).set(_NIL, "true")

    return write_one


def _repeated(name: str, tag: str, write: Writer) -> Callable[[etree._Element, Any], None]:
    def write_all(element: etree._Element, instance: Any) -> None:
        for value in getattr(instance, name, None) or ():
            write(element, tag, value)

    return write_all
