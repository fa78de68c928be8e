"""A service of plain handlers goes through the same door: for simulators of contracts full of attributes."""

from __future__ import annotations

import pytest
from lxml import etree

from betaalhub.errors import ConfigurationError, Finding, Refusal
from betaalhub.wire.contract_files import ContractFiles
from betaalhub.wire.serving import SoapEndpoint, make_element_application
from tests.wire.bibliotheek import BIB, TYP, URL, WSDL, Details, authenticate, leen_uit
from tests.wire.calls import send, send_12

CONTRACT = ContractFiles(WSDL)
FINE = leen_uit().replace("</t:Soort>", '</t:Soort><t:Boete valuta="EUR">150</t:Boete>')


def lend(message: etree._Element, caller: object) -> etree._Element:
    """Answers with the caller's name and the currency of the fine; pas `KAPOT` gives an answer outside the contract."""
    answer = etree.Element(f"{{{BIB}}}LeenUitResponse")
    if message.findtext(f"{{{BIB}}}Pasnummer") == "WEIGER":
        raise Refusal("PAS_ONBEKEND", "Deze pas is onbekend.", (Finding("PAS_ONBEKEND", "/LeenUit", "Weg ermee."),))
    if message.findtext(f"{{{BIB}}}Pasnummer") != "KAPOT":
        etree.SubElement(answer, f"{{{BIB}}}Pasnummer").text = str(caller or "NIEMAND")
    etree.SubElement(answer, f"{{{BIB}}}TerugOp").text = "2026-12-01T12:00:00Z"
    fine = message.find(f".//{{{TYP}}}Boete")
    etree.SubElement(answer, f"{{{BIB}}}Opmerking").text = "-" if fine is None else fine.get("valuta")
    return answer


@pytest.fixture
def desk() -> SoapEndpoint:
    handlers = {f"{{{BIB}}}LeenUit": lend}
    return make_element_application(handlers, CONTRACT, url=URL, fault_renderer=Details())


def test_a_handler_gets_the_element_and_gives_one_back(desk: SoapEndpoint) -> None:
    answer = send(desk, FINE)
    assert (answer.status, answer.text("Opmerking")) == (200, "EUR")
    assert send_12(desk, FINE).status == 200


def test_a_handler_hears_who_calls() -> None:
    desk = make_element_application({f"{{{BIB}}}LeenUit": lend}, CONTRACT, url=URL, authenticate=authenticate)
    assert send(desk, FINE, HTTP_AUTHORIZATION="Basic WkFBSzpzZXNhbQ==").text("Pasnummer") == "ZAAK"


def test_a_message_outside_the_contract_never_reaches_the_handler(desk: SoapEndpoint) -> None:
    answer = send(desk, FINE.replace('valuta="EUR"', ""))
    assert answer.fault == ("Client", "ONGELDIG_BERICHT")


def test_an_answer_outside_the_contract_is_a_server_fault(desk: SoapEndpoint) -> None:
    assert send(desk, leen_uit(pas="KAPOT")).fault == ("Server", "INTERNE_FOUT")


def test_a_refusal_of_the_trade_becomes_a_client_fault(desk: SoapEndpoint) -> None:
    answer = send(desk, leen_uit(pas="WEIGER"))
    assert (answer.fault, answer.findings) == (("Client", "PAS_ONBEKEND"), ["/LeenUit: Weg ermee."])


def test_without_a_renderer_a_fault_has_no_detail() -> None:
    desk = make_element_application({}, CONTRACT, url=URL)
    answer = send(desk, FINE)
    assert (answer.text("faultcode"), answer.xml.find(".//detail")) == ("soap:Client", None)


def test_a_handler_for_no_operation_is_refused_at_the_start() -> None:
    with pytest.raises(ConfigurationError, match="Steel"):
        make_element_application({f"{{{BIB}}}Steel": lend}, CONTRACT, url=URL)
