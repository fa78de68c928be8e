"""Makes the single-file WSDL, with every schema inside `wsdl:types`, for clients that follow no schemaLocation."""

from __future__ import annotations

import copy
from collections.abc import Iterable

from lxml import etree

from betaalhub.wire.schema_index import XS

_TYPES = "{http://schemas.xmlsoap.org/wsdl/}types"
_MARK = ("schemas", "here")


def single_wsdl(wsdl: etree._Element, schemas: Iterable[etree._Element]) -> bytes:
    """The WSDL as one document, UTF-8. `schemas` come in an order in which each follows those that it imports.

    The schemas are put in as text: moving their nodes would let lxml drop namespace declarations that only the QNames
    inside attribute values use.
    """
    root = copy.deepcopy(wsdl)
    types = root.find(_TYPES)
    if types is not None:
        for child in list(types):
            types.remove(child)
        types.append(etree.ProcessingInstruction(*_MARK))
    document = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    inlined = b"\n".join(etree.tostring(one, encoding="UTF-8", xml_declaration=False) for one in _merge(schemas))
    return document.replace("<?{} {}?>".format(*_MARK).encode(), inlined)


def _merge(schemas: Iterable[etree._Element]) -> list[etree._Element]:
    """One schema per target namespace, with imports by namespace only; included files are put into one."""
    merged: dict[str, etree._Element] = {}
    for schema in schemas:
        own = copy.deepcopy(schema)
        for node in list(own.iterchildren(XS + "include")):
            own.remove(node)
        for node in own.iterchildren(XS + "import"):
            node.attrib.pop("schemaLocation", "")
        first = merged.setdefault(own.get("targetNamespace", ""), own)
        if first is not own:
            for node in list(own):
                first.append(node)
    return list(merged.values())
