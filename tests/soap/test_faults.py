"""The fault catalogue is closed, and its typed detail always fits the contract."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from betaalhub.errors import ContractError, Finding, Refusal
from betaalhub.resources import wsdl_path
from betaalhub.soap.fault_detail import BetaalhubFoutRenderer
from betaalhub.soap.fault_docs import markdown, xsd_documentation
from betaalhub.soap.faults import FOUTEN, Gebruik, as_fault
from betaalhub.wire.codes import Plek
from betaalhub.wire.contract_files import ContractFiles
from betaalhub.wire.envelope import Envelope
from betaalhub.wire.exchange import Exchange
from betaalhub.wire.faults import WireFault
from betaalhub.wire.versions import SOAP11
from tests.contract.samples import BER, ROOT, at, sample

CONTRACT = ContractFiles(wsdl_path("betaalhub-v1.wsdl"))
STUF = {
    "ONGELDIG_BERICHT": "StUF055", "REFERENTIENUMMER_NIET_UNIEK": "StUF016",
    "NIET_GEAUTORISEERD": "StUF052", "PROCES_NIET_BESCHIKBAAR": "StUF049", "INTERNE_FOUT": "StUF058",
}  # fmt: skip


def exchange(message: etree._Element | None = None) -> Exchange:
    one = Exchange({}, SOAP11)
    one.envelope = None if message is None else Envelope(message, (), message)
    return one


def render(fault: WireFault, message: etree._Element | None = None) -> etree._Element:
    detail = BetaalhubFoutRenderer().render(fault, exchange(message))
    assert CONTRACT.validate(detail) == ()
    return detail


def test_the_document_is_made_from_the_catalogue() -> None:
    assert (ROOT / "docs" / "faults.md").read_text(encoding="utf-8") == markdown()


def test_the_contract_lists_the_codes_of_the_catalogue() -> None:
    (kind,) = etree.parse(ROOT / "xsd" / "betaalhub-typen-v1.xsd").iterfind("{*}simpleType[@name='Foutcode']")
    assert kind.findtext("{*}annotation/{*}documentation") == xsd_documentation()


@pytest.mark.parametrize(("code", "stuf"), STUF.items())
def test_codes_have_the_stuf_equivalent_of_the_contract(code: str, stuf: str) -> None:
    assert FOUTEN[code].stuf == stuf


def test_a_fault_of_ours_may_be_repeated_and_one_of_the_caller_may_not() -> None:
    assert all(row.herhaalbaar == (row.plek is Plek.SERVER) for row in FOUTEN.values())


@pytest.mark.parametrize(
    "row", [one for one in FOUTEN.values() if one.gebruik is Gebruik.FOUT], ids=lambda one: one.code
)
def test_every_refusal_becomes_a_typed_fault(row) -> None:
    fault = as_fault(Refusal(row.code, "", (Finding(row.code, "/StartBetaling", "Uitleg."),)), wait_seconds=30)
    detail = render(fault, sample(f"{{{BER}}}StartBetaling"))
    assert fault.faultcode == ("Client" if row.plek is Plek.CLIENT else "Server")
    assert [detail.findtext(f"{{*}}{name}") for name in ("Code", "WachttijdSeconden", "CrossRefnummer")] == [
        row.code,
        "30",
        "R-1",
    ]


def test_while_the_betaler_pays_the_fault_says_when_to_repeat() -> None:
    detail = render(as_fault(Refusal("BETALING_LOOPT", "")), sample(f"{{{BER}}}TrekBetalingIn"))
    assert detail.findtext("{*}WachttijdSeconden") == "60"


@pytest.mark.parametrize("code", ["BESTAAT_NIET", "WAARDE_ONJUIST", "REDEN_ONTBREEKT"])
def test_a_code_outside_the_catalogue_is_our_own_mistake(code: str) -> None:
    with pytest.raises(ContractError):
        as_fault(Refusal(code, "Nee."))


def test_a_finding_of_a_rule_gets_its_line_in_the_message() -> None:
    message = etree.fromstring(etree.tostring(sample(f"{{{BER}}}StartBetaling"), pretty_print=True))
    detail = render(as_fault(Refusal("PRIJS_ONJUIST", "", (Finding("PRIJS_ONJUIST", "/StartBetaling/Productregel/BedragInCenten", "Te veel."),))), message)  # fmt: skip
    assert detail.findtext("{*}Bevinding/{*}Regel") == str(at(message, "Productregel/BedragInCenten").sourceline)


def test_without_a_readable_message_the_fault_still_stands() -> None:
    detail = render(WireFault("INTERNE_FOUT"))
    assert detail.find("{*}CrossRefnummer") is None
    assert detail.findtext("{*}Herhaalbaar") == "true"


@given(st.text(max_size=600), st.text(max_size=600), st.text(max_size=200), st.integers(0, 2**31 - 1))
def test_whatever_the_texts_the_detail_fits_the_contract(text: str, element: str, facet: str, line: int) -> None:
    finding = Finding(text, element, text, line, facet)
    render(WireFault(text, text, plek=Plek.CLIENT, findings=(finding,) * 120), sample(f"{{{BER}}}Controleer"))
