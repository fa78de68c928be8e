"""Spyne's models and operations say the same as the hand-written contract; a change in either is noticed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from lxml import etree

from betaalhub.resources import wsdl_path
from betaalhub.soap import types
from betaalhub.soap.service import betaalhub_service
from betaalhub.wire.agreement import Difference, differences
from betaalhub.wire.contract_files import ContractFiles
from betaalhub.wire.protocol import spyne_application

TYPEN, BERICHTEN, WSDL = "xsd/betaalhub-typen-v1.xsd", "xsd/betaalhub-berichten-v1.xsd", "wsdl/betaalhub-v1.wsdl"

MUTATIONS = [
    (TYPEN, '<xs:maxInclusive value="5000000"/>', '<xs:maxInclusive value="5000001"/>'),
    (TYPEN, '<xs:maxLength value="140"/>', '<xs:maxLength value="141"/>'),
    (TYPEN, '<xs:minLength value="10"/>', ""),
    (TYPEN, 'value="[1-9][0-9]{11}"', 'value="[0-9]{12}"'),
    (TYPEN, '<xs:enumeration value="BEDRIJF">', '<xs:enumeration value="FIRMA">'),
    (TYPEN, '<xs:restriction base="xs:long">', '<xs:restriction base="xs:integer">'),
    (TYPEN, '"Zaaknummer" type="typ:Kenmerk" minOccurs="0"', '"Zaaknummer" type="typ:Kenmerk"'),
    (TYPEN, '"Betaald" type="xs:boolean"', '"Voldaan" type="xs:boolean"'),
    (BERICHTEN, 'type="typ:Productregel" maxOccurs="100"', 'type="typ:Productregel" maxOccurs="99"'),
    (BERICHTEN, '"TotaalInCenten" type="typ:TotaalbedragInCenten"', '"TotaalInCenten" type="typ:BedragInCenten"'),
    (BERICHTEN, '"Vervang" type="xs:boolean"', '"Vervang" nillable="true" type="xs:boolean"'),
    (WSDL, "Biedt een betaalopdracht aan.", "Biedt een rekening aan."),
    (WSDL, '<wsdl:part name="fault" element="ber:BetaalhubFout"/>', '<wsdl:part name="fault" element="ber:Controleer"/>'),
]  # fmt: skip


def disagreements(contract: ContractFiles) -> list[Difference]:
    return differences(contract, spyne_application(betaalhub_service(None), contract, tns=types.BER, name="Betaalhub"))


def test_service_and_contract_agree() -> None:
    assert [str(one) for one in disagreements(ContractFiles(wsdl_path("betaalhub-v1.wsdl")))] == []


@pytest.mark.parametrize(("file", "old", "new"), MUTATIONS, ids=[one[1][:40] for one in MUTATIONS])
def test_a_change_of_the_files_alone_is_noticed(tmp_path: Path, file: str, old: str, new: str) -> None:
    home = wsdl_path("betaalhub-v1.wsdl").parents[1]
    for folder in ("wsdl", "xsd"):
        shutil.copytree(home / folder, tmp_path / folder)
    text = (tmp_path / file).read_text(encoding="utf-8")
    assert text.count(old) >= 1
    (tmp_path / file).write_text(_closed(text.replace(old, new)), encoding="utf-8")
    assert disagreements(ContractFiles(tmp_path / "wsdl" / "betaalhub-v1.wsdl")) != []


def test_every_model_repeats_the_documentation_of_the_contract() -> None:
    for file, namespace in ((TYPEN, types.TYP), (BERICHTEN, types.BER)):
        for node in etree.parse(wsdl_path("betaalhub-v1.wsdl").parents[1] / file).findall("{*}complexType"):
            model = getattr(types, node.get("name"))
            assert model.__namespace__ == namespace
            assert " ".join(model.__doc__.split()) == " ".join(node.findtext("{*}annotation/{*}documentation").split())


def _closed(text: str) -> str:
    """The text, checked to be well-formed still: a mutation must be noticed by the comparison, not by the parser."""
    etree.fromstring(text.encode())
    return text
