"""Writes Spyne objects as XML, with one writer compiled per class; the result is still validated before it is sent.

A writer makes text, which is then parsed: several times faster than making one element after the other, and what is
validated is what will be sent.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import Decimal as PythonDecimal
from typing import Any

from lxml import etree
from spyne import Boolean, ComplexModelBase, Date, DateTime, Decimal, Integer, Unicode
from spyne.model.complex import XmlAttribute, XmlData
from spyne.model.enum import EnumBase
from spyne.protocol import ProtocolBase

from betaalhub.errors import ContractError
from betaalhub.wire.parsing import parser_for
from betaalhub.wire.readers import member_namespace

Writer = Callable[[Any], etree._Element]
ToText = Callable[[Any], str]
_NIL = ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/>'
_SPECIAL = re.compile('[&<>"\\t\\n\\r]')
_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
)


# How a member is written: its name, what stands before its text, the way to its text, what stands after it, what is
# written when it is None, and whether it repeats. A plain tuple, since a named one unpacks several times slower.
_Member = tuple[str, str, ToText, str, str, bool]


class Writers:
    """Makes the writers of one service. A writer is safe to share between threads; making one is not."""

    def __init__(self, protocol: ProtocolBase, prefixes: Mapping[str, str]) -> None:
        """`prefixes`: prefix → namespace, as answers should spell them; other namespaces get a prefix of their own."""
        self._protocol = protocol
        self._prefixes = {namespace: prefix for prefix, namespace in prefixes.items()}
        self._contents: dict[type, ToText] = {}

    def writer(self, cls: Any, tag: str) -> Writer:
        """From an object to the element `tag`. The same values give the same bytes. Times must carry a zone.

        The writer raises ContractError for a value that XML cannot hold, or that is not of its type.
        """
        name = self._name(tag)
        self._content(cls)  # after this every namespace of the message has its prefix
        declared = "".join(f' xmlns:{prefix}="{namespace}"' for namespace, prefix in self._prefixes.items())
        write = self._element(cls, name, declared)

        def write_root(instance: Any) -> etree._Element:
            try:
                return etree.fromstring(write(instance).encode(), parser_for())
            except (etree.XMLSyntaxError, UnicodeEncodeError) as error:
                raise ContractError("A text that XML cannot hold was to be written") from error

        return write_root

    def _name(self, tag: str) -> str:
        """`ber:StartBetaling` for `{namespace}StartBetaling`."""
        namespace, _, local = tag[1:].partition("}")
        prefix = self._prefixes.setdefault(namespace, f"n{len(self._prefixes)}")
        return f"{prefix}:{local}"

    def _element(self, cls: Any, name: str, declared: str = "") -> ToText:
        """The text of a whole element; `declared` are the namespaces, which the outermost one declares."""
        content = self._content(cls)
        attributes = _attributes(cls, self._protocol)
        if not attributes:
            return lambda value: f"<{name}{declared}>{content(value)}</{name}>"

        def write(value: Any) -> str:
            texts = [
                f' {tag}="{to_text(found)}"'
                for member, tag, to_text in attributes
                if (found := getattr(value, member)) is not None
            ]
            return f"<{name}{declared}{''.join(texts)}>{content(value)}</{name}>"

        return write

    def _content(self, cls: Any) -> ToText:
        """The text of what stands in an element."""
        if not issubclass(cls, ComplexModelBase):
            return text_of(cls, self._protocol)
        content = self._contents.get(cls)
        return self._complex(cls) if content is None else content

    def _complex(self, cls: Any) -> ToText:
        members: list[_Member] = []

        def content(instance: Any) -> str:
            texts = []
            for name, before, to_text, after, absent, many in members:
                value = getattr(instance, name, None)
                if value is None:
                    texts.append(absent)
                elif many:
                    texts.extend([f"{before}{to_text(one)}{after}" for one in value])
                else:
                    texts.append(f"{before}{to_text(value)}{after}")
            return "".join(texts)

        self._contents[cls] = content  # before its members are looked at, for a type may contain itself
        kinds = cls.get_flat_type_info(cls).items()
        members.extend(self._member(cls, name, kind) for name, kind in kinds if not issubclass(kind, XmlAttribute))
        return content

    def _member(self, cls: Any, name: str, kind: Any) -> _Member:
        facts = kind.Attributes
        if issubclass(kind, XmlData):
            return name, "", text_of(kind.type, self._protocol), "", "", False
        spelled = self._name(f"{{{facts.sub_ns or member_namespace(cls, name)}}}{facts.sub_name or name}")
        many = facts.max_occurs > 1
        absent = f"<{spelled}{_NIL}" if facts.min_occurs > 0 and facts.nillable and not many else ""
        if _attributes(kind, self._protocol):
            return name, "", self._element(kind, spelled), "", absent, many
        return name, f"<{spelled}>", self._content(kind), f"</{spelled}>", absent, many


def text_of(cls: Any, protocol: ProtocolBase) -> ToText:
    """From a Python value to its text in XML, escaped; a DateTime is written in UTC, a Decimal without exponent."""
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
    if issubclass(cls, EnumBase) or issubclass(cls, Unicode):
        return _string
    return lambda value: _string(str(protocol.to_unicode(cls, value)))


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise ContractError(f"A text was to be written, got {type(value).__name__}")
    return value.translate(_ESCAPES) if _SPECIAL.search(value) else value


def _utc(value: dt.datetime) -> str:
    if value.tzinfo is None:
        raise ContractError("A time without zone was to be written")
    return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


def _attributes(cls: Any, protocol: ProtocolBase) -> list[tuple[str, str, ToText]]:
    """The attributes of a class: member, name in XML, and the way to its text."""
    if not issubclass(cls, ComplexModelBase):
        return []
    kinds = cls.get_flat_type_info(cls).items()
    return [
        (name, kind.Attributes.sub_name or name, text_of(kind.type, protocol))
        for name, kind in kinds
        if issubclass(kind, XmlAttribute)
    ]
