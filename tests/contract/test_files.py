"""The contract files compile, load in a SOAP client, and explain themselves in Dutch, element by element."""

from __future__ import annotations

import re

import pytest
import zeep
from lxml import etree

from tests.contract.samples import DOCDATA, OURS, ROOT, WSDL, WSDLS, XS, declarations, schema

SOAP = "{http://schemas.xmlsoap.org/wsdl/soap/}"
WSAM_ACTION = "{http://www.w3.org/2007/05/addressing/metadata}Action"
PASCAL = re.compile(r"[A-Z][A-Za-z0-9]*$")


def wsdl(name: str) -> etree._Element:
    return etree.parse(ROOT / "wsdl" / name).getroot()


def test_all_schemas_compile_together() -> None:
    assert isinstance(schema(*OURS, DOCDATA), etree.XMLSchema)


@pytest.mark.parametrize("name", WSDLS)
def test_a_soap_client_loads_the_wsdl(name: str) -> None:
    client = zeep.Client(str(ROOT / "wsdl" / name))
    (service,) = client.wsdl.services.values()
    (port,) = service.ports.values()
    assert set(port.binding._operations) == {
        node.get("name") for node in wsdl(name).iterfind(f"{WSDL}portType/{WSDL}operation")
    }


@pytest.mark.parametrize("name", (*OURS, DOCDATA))
def test_every_declaration_is_explained_in_dutch(name: str) -> None:
    kinds = ("schema", "element", "attribute", "complexType", "simpleType", "enumeration")
    silent = [
        node.get("name") or node.get("value")
        for node in declarations(name, *kinds)
        if not _documentation(node) and node.getparent() is not None and not _is_anonymous(node)
    ]
    assert silent == []


@pytest.mark.parametrize("name", WSDLS)
def test_every_part_of_a_wsdl_is_explained(name: str) -> None:
    root = wsdl(name)
    parts = [root, *root.iterfind(f"{WSDL}portType/{WSDL}operation")]
    parts += [node for kind in ("message", "portType", "binding", "service") for node in root.iterfind(WSDL + kind)]
    assert [node.get("name") for node in parts if not (node.findtext(WSDL + "documentation") or "").strip()] == []


@pytest.mark.parametrize("name", OURS)
def test_our_own_names_are_pascal_case(name: str) -> None:
    names = [node.get("name") for node in declarations(name, "element", "complexType", "simpleType")]
    assert [one for one in names if not PASCAL.match(one)] == []


@pytest.mark.parametrize("name", OURS)
def test_types_are_flat_sequences_without_attributes(name: str) -> None:
    kinds = ("choice", "all", "attribute", "extension", "any", "group")
    assert [node.tag for node in declarations(name, *kinds)] == []
    assert {node.getroottree().getroot().get("elementFormDefault") for node in declarations(name, "schema")} == {
        "qualified"
    }


@pytest.mark.parametrize("name", OURS)
def test_every_text_and_number_is_bounded(name: str) -> None:
    unbounded = {"xs:string", "xs:anyURI", "xs:integer", "xs:decimal", "xs:normalizedString", "xs:token"}
    loose = [node.get("name") for node in declarations(name, "element") if node.get("type") in unbounded]
    assert loose == []
    assert [node.get("base") for node in declarations(name, "restriction") if len(node) == 0] == []


@pytest.mark.parametrize("name", WSDLS[:3])
def test_shape_of_our_services(name: str) -> None:
    root = wsdl(name)
    namespace = root.get("targetNamespace")
    assert len(root.findall(WSDL + "portType")) == 1
    assert {part.get("name") for part in root.iterfind(f"{WSDL}message/{WSDL}part")} <= {"parameters", "fault"}
    for operation in root.iterfind(f"{WSDL}portType/{WSDL}operation"):
        one = operation.get("name")
        assert operation.find(WSDL + "input").get(WSAM_ACTION) == f"{namespace}:{one}"
        assert operation.find(WSDL + "output").get(WSAM_ACTION) == f"{namespace}:{one}Response"
        assert _part(root, operation.find(WSDL + "input")) == one
        assert _part(root, operation.find(WSDL + "output")) == f"{one}Response"
    actions = {
        node.get("name"): node.find(SOAP + "operation").get("soapAction")
        for node in root.iterfind(f"{WSDL}binding/{WSDL}operation")
    }
    assert actions == {one: f"{namespace}:{one}" for one in actions}


@pytest.mark.parametrize("name", WSDLS)
def test_imports_are_relative(name: str) -> None:
    (location,) = [node.get("schemaLocation") for node in wsdl(name).iter(XS + "import")]
    assert location.startswith("../xsd/") and (ROOT / "wsdl" / location).is_file()


def test_requests_and_answers_open_with_stuurgegevens() -> None:
    for name in OURS[1:]:
        for node in declarations(name, "complexType"):
            first = node.find(f"{XS}sequence/{XS}element")
            if _is_message(name, node) and node.get("name") != "BetaalhubFout":
                kind = "StuurgegevensAntwoord" if node.get("name").endswith("Response") else "Stuurgegevens"
                assert (first.get("name"), first.get("type")) == ("Stuurgegevens", f"typ:{kind}"), node.get("name")


def _documentation(node: etree._Element) -> str:
    found = node.find(f"{XS}annotation/{XS}documentation")
    return (
        ""
        if found is None or found.get("{http://www.w3.org/XML/1998/namespace}lang") != "nl"
        else (found.text or "").strip()
    )


def _is_anonymous(node: etree._Element) -> bool:
    return node.tag == XS + "complexType" and node.get("name") is None


def _is_message(name: str, node: etree._Element) -> bool:
    return any(
        one.get("name") == node.get("name") and one.getparent().tag == XS + "schema"
        for one in declarations(name, "element")
    )


def _part(root: etree._Element, node: etree._Element) -> str:
    message = node.get("message").partition(":")[2]
    return root.find(f"{WSDL}message[@name='{message}']/{WSDL}part").get("element").partition(":")[2]


def test_the_statusbericht_says_the_same_as_vraagbetaalstatus() -> None:
    """One stand of a betaalopdracht, told in two ways: the same elements in the same order, and no other."""

    def elements(name: str, kind: str) -> list[tuple[str | None, ...]]:
        (found,) = [node for node in declarations(name, "complexType") if node.get("name") == kind]
        return [
            tuple(one.get(key) for key in ("name", "type", "minOccurs", "maxOccurs"))
            for one in found.iter(XS + "element")
        ][1:]

    asked = elements("betaalhub-berichten-v1.xsd", "VraagBetaalstatusResponse")
    only_asked = {"BetaalUrl", "Terugbetaling"}  # a secret for the betaler; the amounts are in the statusbericht
    assert elements("betaalstatus-v1.xsd", "MeldBetaalstatus") == [one for one in asked if one[0] not in only_asked]
