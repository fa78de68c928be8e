"""The hand-written WSDL and XSD files: served as they are, compiled to validate with, asked what an operation is."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from betaalhub.errors import ConfigurationError, Finding
from betaalhub.wire import inline
from betaalhub.wire.codes import FindingCode
from betaalhub.wire.findings import findings_of
from betaalhub.wire.schema_index import XS, SchemaIndex, qualified

WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
SOAP_BINDINGS = ("{http://schemas.xmlsoap.org/wsdl/soap/}", "{http://schemas.xmlsoap.org/wsdl/soap12/}")
MAX_FINDINGS = 100
_ADDRESSING_ACTION = "{http://www.w3.org/2007/05/addressing/metadata}Action"
_COMPILING = threading.Lock()
_COMPILE_TRIES = 20
_IMPORTS = (XS + "import", XS + "include")


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the contract; elements are `{namespace}name`. `documentation` has its white space normalised.

    `action` is the soapAction, which is also the WS-Addressing Action of the request; `response_action` and
    `fault_action` are those of the answer and of its typed fault (empty when the contract names none, or several).
    """

    name: str
    request: str
    response: str
    faults: frozenset[str]
    action: str
    response_action: str
    fault_action: str
    documentation: str


class _Files(etree.Resolver):
    """Gives libxml2 the schemas that were read at the start, under `contract:NAME`, and nothing else."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    def resolve(self, system_url: str, public_id: str, context: object) -> object:  # type: ignore[override]
        """The bytes of a file of this contract; raises ConfigurationError for every other address."""
        name = system_url.removeprefix("contract:")
        if name not in self._files:
            raise ConfigurationError(f"Het contract verwijst naar een onbekend schema: {name}")
        return self.resolve_string(self._files[name], context, base_url=system_url)


class ContractFiles:
    """A WSDL with every XSD that it reaches, read once. Safe to share between threads."""

    def __init__(self, wsdl_path: Path | str) -> None:
        """Read the files. Raises ConfigurationError when one is missing, malformed or not a local file."""
        self.wsdl_path = Path(wsdl_path).resolve()
        self.wsdl = _parse(self.wsdl_path)
        if self.wsdl.find(WSDL + "import") is not None:
            raise ConfigurationError(
                f"{self.wsdl_path.name} is over meer WSDL-bestanden verdeeld; dat wordt niet gelezen."
            )
        self.xsds: dict[str, etree._Element] = {}  # file name → root, a schema after those that it imports
        self._collect(self.wsdl, self.wsdl_path, ())
        self.index = SchemaIndex(self.xsds.values())
        self.target_namespaces = tuple(dict.fromkeys(root.get("targetNamespace", "") for root in self.xsds.values()))
        self.prefixes = self._find_prefixes()
        self.operations = {operation.request: operation for operation in self._read_operations()}
        self.actions = {operation.request: operation.action for operation in self.operations.values()}
        self._memory = {name: etree.tostring(self._located(root, "contract:")) for name, root in self.xsds.items()}
        self._local = threading.local()
        self.local_schema()  # a mistake in the schemas shows at the start, not in a request

    def local_schema(self) -> etree.XMLSchema:
        """The compiled schema of this thread: lxml's error log is shared by all users of one schema (soap.md, 3.2)."""
        schema: etree.XMLSchema | None = getattr(self._local, "schema", None)
        if schema is None:
            schema = self._local.schema = self._compile()
        return schema

    def validate(self, element: etree._Element, limit: int = MAX_FINDINGS) -> tuple[Finding, ...]:
        """Everything that is wrong with a message, at most `limit` findings; empty when it fits the contract."""
        schema = self.local_schema()
        try:
            if schema.validate(element):
                return ()
        except etree.XMLSchemaValidateError:  # libxml2 gives up, for example on an entity node
            return (Finding(FindingCode.INHOUD_ONJUIST, "/", "Dit bericht kan niet worden gecontroleerd.", 0),)
        return findings_of(schema.error_log, element, self.index, limit)

    def documents(self, url: str) -> dict[str, bytes]:
        """What is served, by query string: `wsdl`, `singleWsdl` and `xsd=NAME`; only locations differ from the files."""
        wsdl = self._located(self.wsdl, f"{url}?xsd=")
        for address in wsdl.iter(*(binding + "address" for binding in SOAP_BINDINGS)):
            address.set("location", url)
        documents = {"wsdl": _to_bytes(wsdl), "singleWsdl": inline.single_wsdl(wsdl, self.xsds.values())}
        for name, root in self.xsds.items():
            documents[f"xsd={name}"] = _to_bytes(self._located(root, f"{url}?xsd="))
        return documents

    def _collect(self, root: etree._Element, path: Path, above: tuple[Path, ...]) -> None:
        for node in root.iter(*_IMPORTS):
            location = node.get("schemaLocation")
            if location is None:
                continue
            target = (path.parent / location).resolve()
            known = self.xsds.get(target.name)
            if known is not None and known.base != target.as_uri():
                raise ConfigurationError(f"Twee schema's van het contract heten hetzelfde: {target.name}")
            if known is None and target not in above:
                schema = _parse(target)
                self._collect(schema, target, (*above, target))
                self.xsds.setdefault(target.name, schema)

    def _located(self, root: etree._Element, prefix: str) -> etree._Element:
        """A copy of a file in which every schemaLocation is `prefix` plus the name of the file."""
        copy = etree.fromstring(etree.tostring(root.getroottree()), _parser())
        for node in copy.iter(*_IMPORTS):
            location = node.get("schemaLocation")
            if location:
                node.set("schemaLocation", prefix + Path(location).name)
        return copy

    def _compile(self) -> etree.XMLSchema:
        """A whole schema; ConfigurationError when the files do not make one.

        lxml borrows one loader for the whole process while it parses, and two threads can take it from each other: libxml2
        then skips an import with no more than a warning, and a thread with such a schema would refuse every message.
        """
        for _ in range(_COMPILE_TRIES):
            try:
                schema = self._compile_once()
            except etree.XMLSchemaParseError as error:
                wrong = str(error)
                continue
            log: Any = schema.error_log  # the stubs do not know that it can be filtered
            if not log.filter_types([etree.ErrorTypes.SCHEMAP_WARN_UNLOCATED_SCHEMA]):
                return schema
            wrong = "een schema is niet gevonden"
        raise ConfigurationError(f"De schema's van {self.wsdl_path.name} kloppen niet: {wrong}")

    def _compile_once(self) -> etree.XMLSchema:
        parser = _parser()
        parser.resolvers.add(_Files(self._memory))
        driver = etree.Element(XS + "schema", nsmap={"xs": XS[1:-1]})
        for namespace in self.target_namespaces:
            for name in self._files_of(namespace):
                etree.SubElement(driver, XS + "import", namespace=namespace, schemaLocation=f"contract:{name}")
        with _COMPILING:
            return etree.XMLSchema(etree.fromstring(etree.tostring(driver), parser))

    def _files_of(self, namespace: str) -> list[str]:
        """The files to import for a namespace: not those that another file of it includes."""
        files = {name: root for name, root in self.xsds.items() if root.get("targetNamespace", "") == namespace}
        included = {
            Path(node.get("schemaLocation", "")).name for root in files.values() for node in root.iter(XS + "include")
        }
        return [name for name in files if name not in included]

    def _find_prefixes(self) -> dict[str, str]:
        """The prefixes that the contract itself uses for its schemas, for readable answers."""
        found: dict[str, str] = {}
        for root in (self.wsdl, *self.xsds.values()):
            for prefix, namespace in root.nsmap.items():
                if prefix and namespace in self.target_namespaces and namespace not in found.values():
                    found.setdefault(prefix, namespace)
        return found

    def _read_operations(self) -> Iterator[Operation]:
        parts = {
            message.get("name"): qualified(part, part.get("element", ""))
            for message in self.wsdl.iter(WSDL + "message")
            for part in message.iterchildren(WSDL + "part")
        }
        actions = {
            node.get("name"): soap.get("soapAction", "")
            for node in self.wsdl.iterfind(f"{WSDL}binding/{WSDL}operation")
            for soap in node.iterchildren(*(binding + "operation" for binding in SOAP_BINDINGS))
        }
        for node in self.wsdl.iterfind(f"{WSDL}portType/{WSDL}operation"):
            elements = {
                kind: [parts[one.get("message", "").rpartition(":")[2]] for one in node.iterchildren(WSDL + kind)]
                for kind in ("input", "output", "fault")
            }
            addressing = {
                kind: {one.get(_ADDRESSING_ACTION, "") for one in node.iterchildren(WSDL + kind)}
                for kind in ("output", "fault")
            }
            name = node.get("name", "")
            yield Operation(
                name=name,
                request=elements["input"][0],
                response=elements["output"][0],
                faults=frozenset(elements["fault"]),
                action=actions[name],
                response_action="".join(addressing["output"]) or f"{actions[name]}Response",
                fault_action="".join(addressing["fault"]) if len(addressing["fault"]) == 1 else "",
                documentation=" ".join((node.findtext(WSDL + "documentation") or "").split()),
            )


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def _parse(path: Path) -> etree._Element:
    try:
        return etree.parse(path.as_uri(), _parser()).getroot()
    except (OSError, etree.XMLSyntaxError) as error:
        raise ConfigurationError(f"Het contractbestand {path} is niet te lezen.") from error


def _to_bytes(root: etree._Element) -> bytes:
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8")
