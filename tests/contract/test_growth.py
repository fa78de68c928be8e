"""Version 1 of the contract only grows: the files are compared with the frozen ones, and the comparer with every way to cheat."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.contract.freeze import FROZEN, TOP, freeze
from tests.contract.growth import breaks, contract_files

TYPEN, BERICHTEN, GROOTBOEK = "xsd/betaalhub-typen-v1.xsd", "xsd/betaalhub-berichten-v1.xsd", "xsd/grootboek-v1.xsd"
WSDL = "wsdl/betaalhub-v1.wsdl"
OPERATION = """<wsdl:operation name="VraagFactuur">
      <wsdl:input message="tns:ControleerRequest" wsam:Action="urn:betaalhub:dienst:v1:VraagFactuur"/>
      <wsdl:output message="tns:ControleerResponse" wsam:Action="urn:betaalhub:dienst:v1:VraagFactuurResponse"/>
    </wsdl:operation>
  </wsdl:portType>"""
BOUND = """<wsdl:operation name="VraagFactuur">
      <soap:operation soapAction="urn:betaalhub:dienst:v1:VraagFactuur"/>
      <wsdl:input><soap:body use="literal"/></wsdl:input><wsdl:output><soap:body use="literal"/></wsdl:output>
    </wsdl:operation>
  </wsdl:binding>"""
_END_OF_BETALER = '<xs:element name="Taal" type="typ:Taal" minOccurs="0">'
_LAST = "Niet meegegeven: Nederlands.</xs:documentation></xs:annotation>\n      </xs:element>\n"
_NEW = '      <xs:element name="Land" type="typ:Naam" minOccurs="0"/>\n'

# (file, old text, new text, what the message must name)
REFUSED = [
    (WSDL, 'name="MeldLevering"', 'name="MeldAflevering"', "operation MeldLevering of betaalhub-v1.wsdl: input message is gone"),
    (WSDL, "</wsdl:portType>", OPERATION, "operation VraagFactuur"),  # in the portType, not in the binding
    (WSDL, 'soapAction="urn:betaalhub:dienst:v1:Controleer"', 'soapAction=""', "soapAction"),
    (WSDL, 'wsam:Action="urn:betaalhub:dienst:v1:Controleer"', 'wsam:Action="urn:x"', "input Action"),
    (WSDL, 'targetNamespace="urn:betaalhub:dienst:v1"', 'targetNamespace="urn:betaalhub:dienst:v2"', "targetNamespace"),
    (WSDL, 'name="parameters" element="ber:Controleer"', 'name="body" element="ber:Controleer"', "part parameters"),
    (WSDL, 'name="parameters" element="ber:Controleer"', 'name="parameters" element="ber:VraagProducten"', "part parameters element"),
    (WSDL, '<wsdl:fault name="BetaalhubFout" message="tns:BetaalhubFout" wsam:Action="urn:betaalhub:dienst:v1:BetaalhubFout"/>', "", "fault BetaalhubFout"),
    (WSDL, "soap/http", "soap/smtp", "transport"),
    (WSDL, 'style="document"', 'style="rpc"', "style"),
    (WSDL, '<soap:body use="literal"/>', '<soap:body use="encoded"/>', "use"),
    (WSDL, 'port name="BetaalhubSoap11"', 'port name="Betaalhub11"', "port BetaalhubSoap11"),
    (WSDL, 'service name="Betaalhub"', 'service name="Hub"', "service Betaalhub"),
    (WSDL, '"../xsd/betaalhub-berichten-v1.xsd"', '"../xsd/betaalstatus-v1.xsd"', "schemaLocation"),
    (BERICHTEN, '"Kenmerk" type="typ:Kenmerk">', '"EigenKenmerk" type="typ:Kenmerk">', "Kenmerk"),
    (BERICHTEN, 'name="Reden" type="typ:Toelichting"', 'name="Reden" nillable="true" type="typ:Toelichting"', "nillable"),
    (BERICHTEN, 'elementFormDefault="qualified"', 'elementFormDefault="unqualified"', "elementFormDefault"),
    (BERICHTEN, '<xs:element name="BetaalhubFout" type="ber:BetaalhubFout">', '<xs:element name="Fout" type="ber:BetaalhubFout">', "BetaalhubFout: is gone"),
    (BERICHTEN, 'type="typ:Productregel" maxOccurs="100"', 'type="typ:Productregel" maxOccurs="99"', "maxOccurs"),
    (BERICHTEN, '"Vervang" type="xs:boolean" minOccurs="0"', '"Vervang" type="xs:boolean"', "minOccurs"),
    (BERICHTEN, 'name="TotaalInCenten" type="typ:TotaalbedragInCenten"', 'name="TotaalInCenten" type="typ:BedragInCenten"', "TotaalInCenten type"),
    (TYPEN, _LAST, _LAST + _NEW.replace(' minOccurs="0"', ""), "the new element Land is not optional"),
    (TYPEN, "      " + _END_OF_BETALER, _NEW + "      " + _END_OF_BETALER, "there is Land"),
    (TYPEN, '<xs:maxLength value="140"/>', '<xs:maxLength value="139"/>', "maxLength"),
    (TYPEN, '<xs:maxLength value="140"/>', '<xs:maxLength value="141"/>', "maxLength"),
    (TYPEN, '<xs:maxLength value="140"/>', "", "maxLength is gone"),
    (TYPEN, '<xs:maxLength value="140"/>', '<xs:minLength value="3"/><xs:maxLength value="140"/>', "minLength is new"),
    (TYPEN, '<xs:pattern value="[1-9][0-9]{11}"/>', '<xs:pattern value="[1-9][0-9]{12}"/>', "pattern"),
    (TYPEN, '<xs:enumeration value="en">', '<xs:enumeration value="fr">', "enumeration en is gone"),
    (TYPEN, '<xs:enumeration value="nl">', '<xs:enumeration value="fr"/><xs:enumeration value="nl">', "enumeration fr is new"),
    (TYPEN, 'base="xs:long"', 'base="xs:int"', "base"),
    (TYPEN, "        VERLOPEN: niet op tijd betaald.\n", "", "documented value VERLOPEN is gone"),
    (TYPEN, 'targetNamespace="urn:betaalhub:typen:v1"', 'targetNamespace="urn:betaalhub:typen:v2"', "targetNamespace"),
    (GROOTBOEK, 'type="gbk:Boekingsregel" minOccurs="2"', 'type="gbk:Boekingsregel" minOccurs="3"', "minOccurs"),
    (GROOTBOEK, '<xs:complexType name="Journaalpost">', '<xs:complexType name="Journaalpost" mixed="true">', "mixed"),
]  # fmt: skip
GROWTH = [
    [(WSDL, "</wsdl:portType>", OPERATION), (WSDL, "</wsdl:binding>", BOUND)],
    [(TYPEN, _LAST, _LAST + _NEW)],
    [(TYPEN, _LAST, _LAST + _NEW + _NEW.replace("Land", "Plaats"))],
    [(TYPEN, "</xs:schema>", '<xs:simpleType name="Land"><xs:restriction base="xs:string"/></xs:simpleType></xs:schema>')],
    [(BERICHTEN, "</xs:schema>", '<xs:element name="VraagFactuur" type="ber:Controleer"/></xs:schema>')],
    [(TYPEN, "        VERLOPEN: niet op tijd betaald.\n", "        VERLOPEN: niet op tijd betaald.\n        KWIJT: nieuw.\n")],
    [(TYPEN, "Hoeveel stuks.", "Hoeveel stuks u verkoopt."), (WSDL, "Biedt een betaalopdracht aan.", "Biedt aan.")],
    [(WSDL, "http://localhost:8080/soap/v1", "https://betalen.example.nl/soap/v1")],
    [(WSDL, "  <wsdl:types>", "  <!-- Een opmerking. -->\n\n  <wsdl:types>")],
    [(TYPEN, '    version="1.0">', '    version="1.1">')],
]  # fmt: skip


def changed(home: Path, file: str, old: str, new: str) -> Path:
    """The folder, with the first occurrence of a text replaced."""
    text = (home / file).read_text(encoding="utf-8")
    assert old in text, f"{old} is not in {file}"
    (home / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return home


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the contract that a test may spoil."""
    freeze(TOP, tmp_path, force=True)
    return tmp_path


def test_the_contract_has_only_grown_since_it_was_frozen() -> None:
    assert breaks(FROZEN, TOP) == []


def test_every_file_of_ours_is_frozen_and_nothing_of_a_neighbour() -> None:
    assert len(contract_files(FROZEN)) == 7
    assert not [path.name for path in FROZEN.rglob("*") if "docdata" in path.name]


@pytest.mark.parametrize(("file", "old", "new", "named"), REFUSED, ids=[f"{one[0]} {one[3]}" for one in REFUSED])
def test_what_is_not_growth_is_refused_and_named(copy: Path, file: str, old: str, new: str, named: str) -> None:
    found = breaks(TOP, changed(copy, file, old, new))
    assert [one for one in found if named in one], found


@pytest.mark.parametrize("steps", GROWTH, ids=[one[0][2].strip()[:40] for one in GROWTH])
def test_growth_passes(copy: Path, steps: list[tuple[str, str, str]]) -> None:
    for step in steps:
        changed(copy, *step)
    assert breaks(TOP, copy) == []


def test_an_operation_can_not_go(copy: Path) -> None:
    for end in ("message", "fault"):
        text = (copy / WSDL).read_text(encoding="utf-8")
        start = text.index('    <wsdl:operation name="MeldLevering">')
        stop = text.index("</wsdl:operation>", start) + len("</wsdl:operation>")
        assert end in text[start:stop]
        (copy / WSDL).write_text(text[:start] + text[stop:], encoding="utf-8")
    assert breaks(TOP, copy) == ["operation MeldLevering of betaalhub-v1.wsdl: is gone"]


@pytest.mark.parametrize("name", [path.relative_to(TOP).as_posix() for path in contract_files(TOP)])
def test_a_file_can_not_go(copy: Path, name: str) -> None:
    (copy / name).unlink()
    assert [one for one in breaks(TOP, copy) if one.endswith("is gone")]


def test_a_new_file_is_not_growth(copy: Path) -> None:
    shutil.copyfile(TOP / TYPEN, copy / "xsd/betaalhub-extra-v1.xsd")
    assert breaks(TOP, copy) == ["schema betaalhub-extra-v1.xsd: may not be added in version 1"]


def test_freezing_refuses_what_is_not_growth_unless_nobody_uses_it(
    copy: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    frozen = tmp_path_factory.mktemp("frozen")
    freeze(TOP, frozen, force=True)
    changed(copy, TYPEN, '<xs:maxLength value="140"/>', '<xs:maxLength value="139"/>')
    assert freeze(copy, frozen, force=False) != [] == breaks(frozen, TOP)
    assert freeze(copy, frozen, force=True) == [] == breaks(frozen, copy)
