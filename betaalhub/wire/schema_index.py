"""Answers questions about the declarations in a set of XSDs: which element is this, what may its value be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lxml import etree

XS_NAMESPACE = "http://www.w3.org/2001/XMLSchema"
XS = f"{{{XS_NAMESPACE}}}"


def qualified(node: etree._Element, value: str | None) -> str:
    """The `{namespace}name` that a QName in an attribute of `node` stands for."""
    prefix, _, local = (value or "").rpartition(":")
    namespace = node.nsmap.get(prefix or None)
    return f"{{{namespace}}}{local}" if namespace else local


def local_name(tag: str) -> str:
    """The name without its namespace."""
    return tag.rpartition("}")[2]


class SchemaIndex:
    """The global declarations of a set of schemas, and a way down from a message to the declaration of each part."""

    def __init__(self, schemas: Iterable[etree._Element]) -> None:
        self._elements: dict[str, etree._Element] = {}
        self._attributes: dict[str, etree._Element] = {}
        self._types: dict[str, etree._Element] = {}
        self._groups: dict[str, etree._Element] = {}
        names: set[str] = set()
        attributes: set[str] = set()
        for schema in schemas:
            self._take_globals(schema)
            names.update(node.get("name", "") for node in schema.iter(XS + "element"))
            attributes.update(node.get("name", "") for node in schema.iter(XS + "attribute"))
        self.element_names = frozenset(names - {""})
        self.attribute_names = frozenset(attributes - {""})

    def _take_globals(self, schema: etree._Element) -> None:
        places = {
            XS + "element": self._elements,
            XS + "attribute": self._attributes,
            XS + "complexType": self._types,
            XS + "simpleType": self._types,
            XS + "group": self._groups,
        }
        for node in schema.iterchildren(*places):
            places[node.tag][f"{{{schema.get('targetNamespace')}}}{node.get('name')}"] = node

    def element(self, tag: str) -> etree._Element | None:
        """The declaration of a global element, or None."""
        return self._elements.get(tag)

    def child(self, declaration: etree._Element, tag: str) -> etree._Element | None:
        """The declaration of the child `tag` inside an element declared by `declaration`, or None."""
        for node in self._particles(self._type_of(declaration)):
            if node.get("ref"):
                if qualified(node, node.get("ref")) == tag:
                    return self._elements.get(tag)
            elif self._tag_of(node) == tag:
                return node
        return None

    def mandatory(self, declaration: etree._Element) -> tuple[str, ...]:
        """The children that an element declared by `declaration` can not do without, as `{namespace}name`, in order."""
        found = []
        for node in self._particles(self._type_of(declaration)):
            holders = (node, *node.iterancestors(XS + "sequence", XS + "choice", XS + "group"))
            if all(one.tag != XS + "choice" and one.get("minOccurs") != "0" for one in holders):
                found.append(qualified(node, node.get("ref")) or self._tag_of(node))
        return tuple(found)

    def attribute(self, declaration: etree._Element, name: str) -> etree._Element | None:
        """The declaration of an attribute of that name on an element, or None."""
        type_node = self._type_of(declaration)
        while type_node is not None:
            for node in type_node.iter(XS + "attribute"):
                if node.get("name") == name:
                    return node
            type_node = self._base_of(type_node)
        return None

    def facet(self, declaration: etree._Element, name: str) -> tuple[str, ...]:
        """The values of a facet of an element's or attribute's type, from the nearest restriction that sets it."""
        for restriction in self._restrictions(declaration):
            values = tuple(node.get("value", "") for node in restriction.iterchildren(XS + name))
            if values:
                return values
        return ()

    def builtin(self, declaration: etree._Element) -> str:
        """The XML Schema datatype at the root of a simple type (`int`, `dateTime`, ...), or an empty string."""
        direct = declaration.get("type")
        base = qualified(declaration, direct) if direct else ""
        for restriction in self._restrictions(declaration):
            base = qualified(restriction, restriction.get("base")) or base
        return local_name(base) if base.startswith(XS) else ""

    def _type_of(self, declaration: etree._Element) -> etree._Element | None:
        name = declaration.get("type")
        if name:
            return self._types.get(qualified(declaration, name))
        inner = declaration.find(XS + "complexType")
        return inner if inner is not None else declaration.find(XS + "simpleType")

    def _base_of(self, type_node: etree._Element) -> etree._Element | None:
        for step in type_node.iter(XS + "extension", XS + "restriction"):
            return self._types.get(qualified(step, step.get("base")))
        return None

    def _particles(self, type_node: etree._Element | None) -> Iterator[etree._Element]:
        """Every element that a complex type allows: its own, those of its groups and those of the types it extends."""
        if type_node is None:
            return
        waiting = list(type_node)
        while waiting:
            node = waiting.pop(0)
            if node.tag == XS + "element":
                yield node
            elif node.tag == XS + "group" and node.get("ref"):
                waiting.extend(self._groups.get(qualified(node, node.get("ref")), ()))
            else:
                if node.tag == XS + "extension":
                    yield from self._particles(self._types.get(qualified(node, node.get("base"))))
                waiting.extend(node)

    def _restrictions(self, declaration: etree._Element) -> Iterator[etree._Element]:
        """The steps of derivation from an element's simple type, or simple content, down to the built-in type."""
        type_node = self._type_of(declaration)
        while type_node is not None:
            content = type_node.find(XS + "simpleContent") if type_node.tag == XS + "complexType" else type_node
            step = None if content is None else content.find(XS + "restriction")
            if step is None and content is not None:
                step = content.find(XS + "extension")
            if step is None:
                return
            yield step
            inner = step.find(XS + "simpleType")
            type_node = inner if inner is not None else self._types.get(qualified(step, step.get("base")))

    @staticmethod
    def _tag_of(node: etree._Element) -> str:
        schema = node.getroottree().getroot()
        form = node.get("form", schema.get("elementFormDefault", "unqualified"))
        namespace = schema.get("targetNamespace")
        return f"{{{namespace}}}{node.get('name')}" if form == "qualified" and namespace else node.get("name", "")
