"""Compares two versions of the contract files: version 1 only grows, and everything else is named.

A contract is a set of facts: (thing, aspect) → value. Whatever was a fact must stay one. New are allowed: operations with
their messages, global types and elements, optional elements at the end of a sequence, documented values of open codes,
and every text. A facet that becomes looser is refused too: what was refused yesterday may be relied upon.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from pathlib import Path
from typing import Any

from lxml import etree

OURS = ("betaalhub-*.xsd", "betaalstatus-*.xsd", "grootboek-*.xsd")
WSDLS = ("betaalhub-*.wsdl", "betaalstatus-*.wsdl", "grootboek-*.wsdl")
XS = "{http://www.w3.org/2001/XMLSchema}"
WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
SOAP = "{http://schemas.xmlsoap.org/wsdl/soap/}"
MAY_BE_NEW = ("operation ", "message ", "simpleType ", "complexType ", "element ")
QNAMES = {"type", "base", "ref", "element", "message", "binding", "itemType", "substitutionGroup"}
OCCURS = {"minOccurs": "1", "maxOccurs": "1"}

Facts = dict[str, dict[str, str]]  # thing → aspect → value


def contract_files(home: Path) -> list[Path]:
    """The files of our own contracts below a folder with wsdl/ and xsd/, version 1 only."""
    found = [path for pattern in WSDLS for path in (home / "wsdl").glob(pattern)]
    found += [path for pattern in OURS for path in (home / "xsd").glob(pattern)]
    return sorted(path for path in found if path.stem.endswith("-v1"))


def breaks(old: Path, new: Path) -> list[str]:
    """What changed between two folders that is not growth, one sentence each; empty when the contract only grew."""
    before, after = facts(old), facts(new)
    found = [f"{thing}: is gone" for thing in before if thing not in after]
    found += [f"{thing}: may not be added in version 1" for thing in _new_things(before, after)]
    for thing in before.keys() & after.keys():
        found += [f"{thing}: {one}" for one in _changes(before[thing], after[thing])]
    return sorted(found)


def facts(home: Path) -> Facts:
    """Everything that a client can depend on, in all files of our own contracts."""
    found: Facts = {}
    for path in contract_files(home):
        root = etree.parse(path, etree.XMLParser(remove_comments=True, remove_blank_text=True)).getroot()
        for thing, aspects in _schema(path, root) if path.suffix == ".xsd" else _wsdl(path, root):
            found.setdefault(thing, {}).update(aspects)
    return found


def _new_things(before: Facts, after: Facts) -> Iterator[str]:
    """New things of a kind that may not be new, or a new operation that is not bound."""
    for thing in after.keys() - before.keys():
        bound = not thing.startswith("operation ") or {"soapAction", "input message"} <= after[thing].keys()
        if not thing.startswith(MAY_BE_NEW) or not bound:
            yield thing


def _changes(before: dict[str, str], after: dict[str, str]) -> Iterator[str]:
    known = {before[one] for one in _places(before)}
    if known:
        yield from _sequence(before, after)
    for aspect in sorted(before.keys() | after.keys()):
        if aspect.startswith("place "):
            continue
        if aspect not in after:
            yield f"{aspect} is gone"
        elif aspect not in before:
            if not aspect.startswith("documented value ") and not _of_new_child(aspect, known):
                yield f"{aspect} is new"
        elif before[aspect] != after[aspect]:
            yield f"{aspect} was {before[aspect]!r} and is now {after[aspect]!r}"


def _of_new_child(aspect: str, known: Set[str]) -> bool:
    """Whether this tells about an element of a sequence that was not there before; `_sequence` judges that."""
    return aspect.startswith("child ") and aspect.split()[1] not in known


def _sequence(before: dict[str, str], after: dict[str, str]) -> Iterator[str]:
    """The elements that there were come first, in their order; what follows is optional."""
    old, new = ([one[key] for key in _places(one)] for one in (before, after))
    if new[: len(old)] != old:
        moved = next(
            (pair for pair in zip(old, [*new, "nothing"], strict=False) if pair[0] != pair[1]), (old[-1], "nothing")
        )
        yield f"where {moved[0]} stood, there is {moved[1]}; a new element comes at the end"
        return
    for name in new[len(old) :]:
        if after[f"child {name} minOccurs"] != "0":
            yield f"the new element {name} is not optional"


def _places(aspects: dict[str, str]) -> list[str]:
    return sorted((one for one in aspects if one.startswith("place ")), key=lambda one: int(one.split()[1]))


def _schema(path: Path, root: etree._Element) -> Iterator[tuple[str, dict[str, str]]]:
    yield (
        f"schema {path.name}",
        _attributes(root, {"version"})
        | {
            f"{etree.QName(node).localname} {node.get('namespace')}": str(node.get("schemaLocation"))
            for node in root.iterchildren(XS + "import", XS + "include")
        },
    )
    for node in root.iterchildren(XS + "*"):
        kind = etree.QName(node).localname
        if kind in ("annotation", "import", "include"):
            continue
        thing = f"{kind} {{{root.get('targetNamespace')}}}{node.get('name')}"
        aspects = {"simpleType": _simple, "complexType": _complex}.get(kind, _other)(node)
        yield thing, aspects


def _simple(node: etree._Element) -> dict[str, str]:
    restriction = _without_annotation(node)[0]
    found = {"kind": etree.QName(restriction).localname, **_attributes(restriction), **_attributes(node, {"name"})}
    for facet in _without_annotation(restriction):
        name, value = etree.QName(facet).localname, facet.get("value", _inside(facet))
        found[f"{name} {value}" if name in ("enumeration", "pattern") else name] = value
    return found | {f"documented value {one}": "" for one in _documented(node)}


def _documented(node: etree._Element) -> Iterator[str]:
    """The values that the text of an open code lists after `Waarden:`."""
    text = node.findtext(f"{XS}annotation/{XS}documentation") or ""
    for line in text.partition("Waarden:")[2].splitlines():
        value, colon, _ = line.strip().partition(": ")
        if colon:
            yield value


def _complex(node: etree._Element) -> dict[str, str]:
    found = _attributes(node, {"name"})
    for part in _without_annotation(node):
        if part.tag != XS + "sequence":
            found[f"part {_inside(part)}"] = ""
            continue
        found |= {f"sequence {name}": value for name, value in (OCCURS | _attributes(part)).items()}
        for place, child in enumerate(_without_annotation(part), 1):
            name = child.get("name") or _inside(child)
            found[f"place {place}"] = name
            found |= {f"child {name} {key}": value for key, value in _child(child).items()}
    return found


def _child(node: etree._Element) -> dict[str, str]:
    inside = "".join(_inside(one) for one in _without_annotation(node))
    return {"kind": etree.QName(node).localname, "inside": inside} | OCCURS | _attributes(node, {"name"})


def _other(node: etree._Element) -> dict[str, str]:
    return _attributes(node, {"name"}) | {"inside": "".join(_inside(one) for one in _without_annotation(node))}


def _wsdl(path: Path, root: etree._Element) -> Iterator[tuple[str, dict[str, str]]]:
    of = f"of {path.name}"
    yield (
        f"wsdl {path.name}",
        _attributes(root) | {f"extension {_inside(node)}": "" for node in root if not str(node.tag).startswith(WSDL)},
    )
    for node in root.iter(XS + "import"):
        yield f"import {node.get('namespace')} {of}", _attributes(node)
    for node in root.iterchildren(WSDL + "message"):
        parts = {f"part {one.get('name')} {key}": value for one in node.iterchildren(WSDL + "part") for key, value in _attributes(one).items()}  # fmt: skip
        yield f"message {node.get('name')} {of}", parts
    for kind in ("portType", "binding", "service"):
        for node in root.iterchildren(WSDL + kind):
            yield f"{kind} {node.get('name')} {of}", _attributes(node) | _extensions(node)
            for port in node.iterchildren(WSDL + "port"):
                yield f"port {port.get('name')} {of}", _attributes(port)
            for operation in node.iterchildren(WSDL + "operation"):
                yield f"operation {operation.get('name')} {of}", dict(_operation(operation))


def _operation(node: etree._Element) -> Iterator[tuple[str, str]]:
    """One operation, of the portType or of the binding: together they are one thing."""
    yield from ((f"own {key}", value) for key, value in _attributes(node, {"name"}).items())
    for one in node.iterchildren(SOAP + "operation"):
        yield from ((key, value) for key, value in _attributes(one).items())
    for one in _without_annotation(node):
        kind = " ".join(filter(None, (etree.QName(one).localname, one.get("name"))))
        if one.tag.startswith(WSDL):
            yield from ((f"{kind} {key}", value) for key, value in _attributes(one).items())
            yield from ((f"{kind} {_inside(inner)}", "") for inner in one if inner.tag != WSDL + "documentation")


def _extensions(node: etree._Element) -> dict[str, str]:
    found = [one for one in node if not one.tag.startswith(WSDL)]
    return {f"{etree.QName(one).localname} {key}": value for one in found for key, value in _attributes(one).items()}


def _attributes(node: etree._Element, leave_out: Set[str] = frozenset()) -> dict[str, str]:
    """The attributes, with names of types and messages written out."""
    items: Any = node.attrib.items()
    return {
        etree.QName(key).localname: _written_out(node, value) if key in QNAMES else value
        for key, value in items
        if key not in leave_out
    }


def _written_out(node: etree._Element, name: str) -> str:
    prefix, _, local = name.rpartition(":")
    return f"{{{node.nsmap.get(prefix or None, '')}}}{local}"


def _without_annotation(node: etree._Element) -> list[etree._Element]:
    return [one for one in node if one.tag not in (XS + "annotation", WSDL + "documentation")]


def _inside(node: etree._Element) -> str:
    """A part that has no model of its own: its bytes, without its texts."""
    copy = etree.fromstring(etree.tostring(node))
    for one in list(copy.iter(XS + "annotation", WSDL + "documentation")):
        one.getparent().remove(one)
    return etree.tostring(copy, method="c14n", exclusive=True).decode()
