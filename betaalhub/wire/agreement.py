"""Compares what a Spyne application says of itself with the hand-written contract: for tests of every service."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lxml import etree
from spyne import Application
from spyne.interface.wsdl import Wsdl11

from betaalhub.wire.contract_files import WSDL, ContractFiles
from betaalhub.wire.protocol import SpyneOperations
from betaalhub.wire.schema_index import XS, local_name, qualified

_GLOBALS = (XS + "element", XS + "simpleType", XS + "complexType")
_PARTS = (XS + "element", XS + "attribute", XS + "any", XS + "choice")

Facts = dict[tuple[str, str], Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing on which contract and service differ: its kind, its name, and what each says (None: not there)."""

    kind: str
    name: str
    contract: Any
    service: Any

    def __str__(self) -> str:
        return f"{self.kind} {self.name}\n  contract: {self.contract}\n  service:  {self.service}"


def differences(contract: ContractFiles, application: Application, *, documentation: bool = True) -> list[Difference]:
    """Every type, facet, member, operation, fault and documentation of an operation that is not the same in both.

    `documentation` compares each operation's docstring with the contract's text, white space apart.
    """
    wsdl = _service_wsdl(application)
    ours = _types(contract.xsds.values()) | _operations(contract.wsdl, documentation=documentation)
    theirs = _types(wsdl.iter(XS + "schema")) | _operations(wsdl, documentation=documentation)
    # Spyne publishes a global element for every complex type; the contract only for messages and faults.
    spare = {key for key in theirs.keys() - ours.keys() if key[0] == "element"}
    keys = sorted((ours.keys() | theirs.keys()) - spare)
    return [Difference(*key, ours.get(key), theirs.get(key)) for key in keys if ours.get(key) != theirs.get(key)]


def _service_wsdl(application: Application) -> etree._Element:
    """The WSDL that Spyne makes of the application; it is never served."""
    SpyneOperations(application)  # a Spyne application needs a transport before it can describe itself
    document = Wsdl11(application.interface)
    document.build_interface_document("http://localhost/")
    return etree.fromstring(document.get_interface_document())


def _types(schemas: Iterable[etree._Element]) -> Facts:
    """The global elements and types of schemas, without order of declaration, prefixes or documentation."""
    facts: Facts = {}
    for schema in schemas:
        for node in schema.iterchildren(*_GLOBALS):
            name = f"{{{schema.get('targetNamespace')}}}{node.get('name')}"
            if node.tag == XS + "element":
                facts["element", name] = qualified(node, node.get("type")) if node.get("type") else name
                for inner in node.iterchildren(XS + "complexType"):
                    facts["complexType", name] = _complex(inner, schema)
            elif node.tag == XS + "simpleType":
                facts["simpleType", name] = _simple(node)
            else:
                facts["complexType", name] = _complex(node, schema)
    return facts


def _simple(node: etree._Element) -> Any:
    """Base type and facets of a simple type."""
    restriction = node.find(XS + "restriction")
    if restriction is None:
        return local_name(node[-1].tag)
    facets = sorted((local_name(one.tag), one.get("value")) for one in restriction if one.tag != XS + "annotation")
    return qualified(restriction, restriction.get("base", "")), facets


def _complex(node: etree._Element, schema: etree._Element) -> Any:
    """The members of a complex type in order, and what it extends."""
    members = [_member(one, schema) for one in node.iter(*_PARTS) if _own(one, node)]
    bases = [qualified(one, one.get("base", "")) for one in node.iter(XS + "extension")]
    return schema.get("elementFormDefault", "unqualified"), members, bases


def _own(part: etree._Element, type_node: etree._Element) -> bool:
    """Whether a part belongs to the type itself and not to an anonymous type inside it."""
    parent = part.getparent()
    while parent is not None and parent is not type_node:
        if parent.tag == XS + "element":
            return False
        parent = parent.getparent()
    return True


def _member(node: etree._Element, schema: etree._Element) -> tuple[Any, ...]:
    kind: Any = None
    if node.get("type"):
        kind = qualified(node, node.get("type"))
    elif node.get("ref"):
        kind = ("ref", qualified(node, node.get("ref")))
    else:
        for inner in node.iterchildren(XS + "simpleType", XS + "complexType"):
            kind = _simple(inner) if inner.tag == XS + "simpleType" else _complex(inner, schema)
    occurs = (node.get("minOccurs", "1"), node.get("maxOccurs", "1"), node.get("nillable", "false"))
    fixed = tuple(node.get(one) for one in ("use", "default", "fixed"))
    return (local_name(node.tag), node.get("name"), kind, *occurs, *fixed)


def _operations(wsdl: etree._Element, *, documentation: bool) -> Facts:
    """Per operation: the request, response and fault elements, and the documentation."""
    parts = {
        message.get("name"): qualified(message[-1], message[-1].get("element", ""))
        for message in wsdl.iter(WSDL + "message")
    }
    facts: Facts = {}
    for node in wsdl.iterfind(f"{WSDL}portType/{WSDL}operation"):
        elements = {
            kind: sorted(parts[one.get("message", "").rpartition(":")[2]] for one in node.iterchildren(WSDL + kind))
            for kind in ("input", "output", "fault")
        }
        text = " ".join((node.findtext(WSDL + "documentation") or "").split())
        facts["operation", node.get("name", "")] = (elements, text if documentation else "")
    return facts
