"""Turns what libxml2 reports into findings with a Dutch text built from element and rule, never from a received value."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from typing import Any

from lxml import etree

from betaalhub.errors import Finding
from betaalhub.wire.codes import FindingCode
from betaalhub.wire.schema_index import SchemaIndex, local_name

_FACET_ERROR = re.compile(r"SCHEMAV_CVC_([A-Z]+)_VALID$")
_FACETS = {
    name.upper(): name
    for name in (
        "length", "minLength", "maxLength", "pattern", "enumeration", "minInclusive", "maxInclusive", "minExclusive",
        "maxExclusive", "totalDigits", "fractionDigits",
    )
}  # fmt: skip
_FACET_TEXT = {
    "length": "de waarde moet precies {} tekens lang zijn",
    "minLength": "de waarde is te kort; minstens {} tekens",
    "maxLength": "de waarde is te lang; hooguit {} tekens",
    "pattern": "de waarde heeft niet de vorm {}",
    "enumeration": "de waarde moet een van deze zijn: {}",
    "minInclusive": "de waarde is te laag; minstens {}",
    "maxInclusive": "de waarde is te hoog; hooguit {}",
    "minExclusive": "de waarde is te laag; meer dan {}",
    "maxExclusive": "de waarde is te hoog; minder dan {}",
    "totalDigits": "het getal heeft te veel cijfers; hooguit {}",
    "fractionDigits": "het getal heeft te veel decimalen; hooguit {}",
}
_DATATYPE_TEXT = {
    "boolean": "true of false",
    "int": "een geheel getal",
    "long": "een geheel getal",
    "integer": "een geheel getal",
    "decimal": "een getal",
    "date": "een datum (jjjj-mm-dd)",
    "dateTime": "een datum met tijd (jjjj-mm-ddTuu:mm:ss, met tijdzone)",
    "anyURI": "een internetadres",
    "base64Binary": "base64",
}
_CONTENT_TEXT = {
    "SCHEMAV_CVC_COMPLEX_TYPE_2_1": "dit element moet leeg zijn",
    "SCHEMAV_CVC_COMPLEX_TYPE_2_2": "dit element mag geen andere elementen bevatten",
    "SCHEMAV_CVC_TYPE_3_1_2": "dit element mag geen andere elementen bevatten",
    "SCHEMAV_CVC_COMPLEX_TYPE_2_3": "tussen de elementen mag geen tekst staan",
    "SCHEMAV_CVC_ELT_3_1": "dit element mag niet leeg gelaten worden met xsi:nil",
    "SCHEMAV_CVC_AU": "het attribuut heeft niet de vaste waarde uit het contract",
}
_ATTRIBUTE = re.compile(r"attribute '([^']+)'")
_EXPECTED = re.compile(r"\{([^}]*)\}([^\s,)]+)")
_STEP = re.compile(r"^(?:(?P<prefix>[^:\[\]]+):)?(?P<name>[^:\[\]]+)(?:\[(?P<index>\d+)\])?$")
_LONGEST_RULE = 200
_MOST_NAMES = 8


def findings_of(errors: Any, message: etree._Element, index: SchemaIndex, limit: int) -> tuple[Finding, ...]:
    """The first `limit` errors of one validation of `message` as findings, in document order, without duplicates."""
    found = (_finding(error, message, index) for error in islice(errors, limit))
    return tuple(dict.fromkeys(found))


def element_path(element: etree._Element, top: etree._Element, index: SchemaIndex) -> str:
    """`/StartBetaling/Productregel[2]/BedragInCenten`; a name that is in no schema is written as `*`."""
    steps = []
    node: etree._Element | None = element
    while node is not None:
        name = local_name(node.tag)
        steps.append((name if name in index.element_names else "*") + ("" if node is top else _position(node)))
        node = None if node is top else node.getparent()
    return "/" + "/".join(reversed(steps))


def _position(node: etree._Element) -> str:
    """`[2]` for the second of several siblings of the same name, nothing for an only one."""
    before = sum(1 for _ in node.itersiblings(node.tag, preceding=True))
    alone = not before and next(node.itersiblings(node.tag), None) is None
    return "" if alone else f"[{before + 1}]"


def value_finding(element: etree._Element, top: etree._Element, index: SchemaIndex) -> Finding:
    """A value that fits the schema and yet has no meaning here, such as the year 12026 or the time 24:00:00."""
    path = element_path(element, top, index)
    text = f"{_subject(path)}: deze waarde kan niet worden verwerkt."
    return Finding(FindingCode.WAARDE_ONJUIST, path, text, line_of(element))


def line_of(element: etree._Element) -> int:
    """The line on which an element starts in the message as received, counted from 1; 0 when unknown."""
    line: int | None = element.sourceline  # type: ignore[assignment]  # the stubs have no type for it
    return line or 0


def _finding(error: Any, message: etree._Element, index: SchemaIndex) -> Finding:
    element = _locate(error.path, message)
    declaration = _declaration(element, message, index)
    attribute = _known(_ATTRIBUTE.findall(error.message), index.attribute_names)
    if error.type_name == "SCHEMAV_ELEMENT_CONTENT":
        code, facet, rule, child = _content_rule(error.message, element, message, index)
    else:
        code, facet, rule, child = _rule(error, element, declaration, attribute[0] if attribute else None, index)
    path = element_path(element, message, index)
    if child:
        path = f"{path}/{child}"
    elif attribute:
        path = f"{path}/@{attribute[0]}"
    return Finding(code, path, f"{_subject(path)}: {rule}.", error.line or 0, facet)


def _subject(path: str) -> str:
    """What a finding is about, for a reader: the last step of its path."""
    name = path.rpartition("/")[2].partition("[")[0]
    return "Onbekend element" if name.startswith("*") else name


def _rule(
    error: Any, element: etree._Element, declaration: etree._Element | None, attribute: str | None, index: SchemaIndex
) -> tuple[FindingCode, str | None, str, str]:
    """The code, the facet, the rule in Dutch and the one missing child of an error."""
    kind = error.type_name
    if declaration is not None and attribute:
        declaration = index.attribute(declaration, attribute)
    facet = _FACET_ERROR.match(kind)
    if facet and facet.group(1) in _FACETS:
        name = _FACETS[facet.group(1)]
        return FindingCode.WAARDE_ONJUIST, name, _facet_text(name, declaration, index), ""
    if kind.startswith("SCHEMAV_CVC_DATATYPE_VALID"):
        builtin = index.builtin(declaration) if declaration is not None else ""
        expected = _DATATYPE_TEXT.get(builtin, "een waarde van het juiste type")
        return FindingCode.WAARDE_ONJUIST, None, f"de waarde moet {expected} zijn", ""
    if kind == "SCHEMAV_CVC_COMPLEX_TYPE_4":
        return FindingCode.ATTRIBUUT_ONTBREEKT, None, "dit attribuut is verplicht en ontbreekt", ""
    if kind.startswith("SCHEMAV_CVC_COMPLEX_TYPE_3_2"):
        return FindingCode.ATTRIBUUT_ONVERWACHT, None, "er staat een attribuut dat hier niet hoort", ""
    if kind == "SCHEMAV_CVC_TYPE_3_1_1":
        return FindingCode.ATTRIBUUT_ONVERWACHT, None, "dit element mag geen attributen hebben", ""
    if kind == "SCHEMAV_CVC_ELT_1":
        return FindingCode.ELEMENT_ONVERWACHT, None, "dit element kent het contract niet", ""
    if kind == "SCHEMAV_CVC_AU":
        return FindingCode.WAARDE_ONJUIST, "fixed", _CONTENT_TEXT[kind], ""
    return FindingCode.INHOUD_ONJUIST, None, _CONTENT_TEXT.get(kind, "de inhoud klopt niet met het contract"), ""


def _content_rule(
    told: str, element: etree._Element, message: etree._Element, index: SchemaIndex
) -> tuple[FindingCode, str | None, str, str]:
    """A missing or unexpected child. Only names that the contract itself declares are taken from libxml2's text."""
    expected = _EXPECTED.findall(told.rpartition("Expected is")[2])
    namespaces = {name: namespace for namespace, name in expected if name in index.element_names}
    missing = "Missing child element(s)" in told
    must = _absent(element if missing else element.getparent(), message, index)
    names = [f"{name} (verplicht)" if name in must and len(namespaces) > 1 else name for name in namespaces]
    listed = ", ".join(names[:_MOST_NAMES])
    if missing:
        first = must[:1] or (list(namespaces) if len(namespaces) == 1 else [])
        if first:
            return FindingCode.ELEMENT_ONTBREEKT, None, "dit element is verplicht en ontbreekt", first[0]
        return FindingCode.ELEMENT_ONTBREEKT, None, f"er ontbreekt een element; verwacht: {listed}", ""
    if namespace := namespaces.get(local_name(element.tag)):  # the right name in the wrong namespace, or in none
        return FindingCode.ELEMENT_ONVERWACHT, None, f"dit element hoort in de naamruimte {namespace}", ""
    hint = f"; verwacht: {listed}" if listed else ""
    return FindingCode.ELEMENT_ONVERWACHT, None, f"dit element hoort hier niet{hint}", ""


def _absent(holder: etree._Element | None, message: etree._Element, index: SchemaIndex) -> list[str]:
    """The names of the mandatory children that an element of the message does not have."""
    declaration = None if holder is None else _declaration(holder, message, index)
    if holder is None or declaration is None:
        return []
    return [local_name(tag) for tag in index.mandatory(declaration) if holder.find(tag) is None]


def _facet_text(name: str, declaration: etree._Element | None, index: SchemaIndex) -> str:
    values = index.facet(declaration, name) if declaration is not None else ()
    rule = (" of " if name == "pattern" else ", ").join(values)
    if name == "minLength" and rule == "1":
        return "de waarde mag niet leeg zijn"
    if not rule or len(rule) > _LONGEST_RULE or not rule.isprintable():
        return f"de waarde voldoet niet aan de regel {name} in het contract"
    return _FACET_TEXT[name].format(rule)


def _known(names: Iterable[str], declared: frozenset[str]) -> list[str]:
    return [name for name in names if name in declared]


def _declaration(element: etree._Element, message: etree._Element, index: SchemaIndex) -> etree._Element | None:
    """The declaration under which an element of the message falls, or None when it is not one of the contract's."""
    chain = [element.tag]
    while element is not message and (parent := element.getparent()) is not None:
        element = parent
        chain.append(element.tag)
    declaration = index.element(chain.pop())
    while chain and declaration is not None:
        declaration = index.child(declaration, chain.pop())
    return declaration


def _locate(path: str | None, message: etree._Element) -> etree._Element:
    """The element that libxml2 names: `*` counts all siblings, a name counts those with the same name and prefix.

    The prefixes are the sender's own, so the path cannot be used as an XPath expression.
    """
    node = message
    for step in (path or "").split("/")[2:]:
        match = _STEP.match(step)
        if match is None:
            return node
        name, prefix = match["name"], match["prefix"]
        same = (one for one in node if name == "*" or (local_name(one.tag) == name and one.prefix == prefix))
        found = next(islice(same, int(match["index"] or 1) - 1, None), None)
        if found is None:
            return node
        node = found
    return node
