"""The proof that a service and its contract say the same catches every small difference."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from betaalhub.errors import ConfigurationError
from betaalhub.wire.agreement import differences
from betaalhub.wire.contract_files import ContractFiles
from betaalhub.wire.protocol import spyne_application
from betaalhub.wire.serving import make_soap_application
from tests.wire.bibliotheek import BIB, URL, WSDL, Bibliotheek

TYPES, MESSAGES, SERVICE = "xsd/bibliotheek-typen.xsd", "xsd/bibliotheek.xsd", "wsdl/bibliotheek.wsdl"

MUTATIONS = [
    (TYPES, '<xs:maxLength value="12"/>', '<xs:maxLength value="13"/>'),
    (TYPES, '<xs:minLength value="1"/>', ""),
    (TYPES, "[A-Z0-9", "[A-Z1-9"),
    (TYPES, '<xs:enumeration value="FILM"/>', '<xs:enumeration value="FILMS"/>'),
    (TYPES, '<xs:restriction base="xs:int">', '<xs:restriction base="xs:long">'),
    (TYPES, 'name="Aantal" type="typ:Aantal" minOccurs="0"', 'name="Aantal" type="typ:Aantal"'),
    (TYPES, 'use="required"', ""),
    (TYPES, 'base="xs:int">\n        <xs:attribute', 'base="xs:long">\n        <xs:attribute'),
    (TYPES, 'elementFormDefault="qualified"', ""),
    (TYPES, 'name="Tekst"', 'name="Texst"'),
    (MESSAGES, 'maxOccurs="5"', 'maxOccurs="6"'),
    (MESSAGES, 'nillable="true"', ""),
    (MESSAGES, 'name="Tarief" type="xs:decimal"', 'name="Tarief" type="xs:double"'),
    (MESSAGES, 'name="Verlengen"', 'name="Verleng"'),
    (
        MESSAGES,
        '<xs:element name="TerugOp" type="xs:dateTime"/>\n      <xs:element name="Opmerking" type="typ:Tekst" minOccurs="0"/>',
        '<xs:element name="Opmerking" type="typ:Tekst" minOccurs="0"/>\n      <xs:element name="TerugOp" type="xs:dateTime"/>',
    ),
    (SERVICE, '<wsdl:fault name="BibliotheekFout" message="tns:BibliotheekFout"/>', ""),
    (SERVICE, '<wsdl:output message="tns:LeenUitResponse"/>', '<wsdl:output message="tns:LeenUitRequest"/>'),
    (SERVICE, "Leent een of meer", "Leent een paar"),
]


def changed(folder: Path, file: str, old: str, new: str) -> ContractFiles:
    """The contract with one change in one file."""
    shutil.copytree(WSDL.parents[1], folder, dirs_exist_ok=True)
    text = (folder / file).read_text(encoding="utf-8")
    changed_text = text.replace(old, new)
    changed_text = changed_text.replace('type="typ:Tekst"', 'type="typ:Texst"') if "Texst" in new else changed_text
    assert changed_text != text
    (folder / file).write_text(changed_text, encoding="utf-8")
    if "Texst" in new:
        messages = (folder / MESSAGES).read_text(encoding="utf-8")
        (folder / MESSAGES).write_text(messages.replace("typ:Tekst", "typ:Texst"), encoding="utf-8")
    return ContractFiles(folder / SERVICE)


def compare(contract: ContractFiles) -> list[str]:
    application = spyne_application(Bibliotheek, contract, tns=BIB)
    return [f"{one.kind} {one.name}" for one in differences(contract, application)]


def test_the_library_agrees_with_its_contract() -> None:
    assert compare(ContractFiles(WSDL)) == []


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda one: f"{one[0]}: {one[1][:30]}")
def test_every_change_of_the_contract_is_noticed(tmp_path: Path, mutation: tuple[str, str, str]) -> None:
    assert compare(changed(tmp_path, *mutation)) != []


def test_a_difference_tells_what_each_side_says(tmp_path: Path) -> None:
    contract = changed(tmp_path, *MUTATIONS[0])
    (difference,) = differences(contract, spyne_application(Bibliotheek, contract, tns=BIB))
    assert "('maxLength', '13')" in str(difference)
    assert "('maxLength', '12')" in str(difference)


def test_documentation_may_be_left_out_of_the_comparison(tmp_path: Path) -> None:
    contract = changed(tmp_path, *MUTATIONS[-1])
    application = spyne_application(Bibliotheek, contract, tns=BIB)
    assert differences(contract, application, documentation=False) == []


def test_a_service_that_lacks_an_operation_does_not_start(tmp_path: Path) -> None:
    contract = changed(tmp_path, SERVICE, 'element="bib:LeenUit"', 'element="bib:BibliotheekFout"')
    with pytest.raises(ConfigurationError, match="LeenUit"):
        make_soap_application(Bibliotheek, contract, url=URL, tns=BIB)
