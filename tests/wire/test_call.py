"""A loan over the counter: what a good message gives, in both versions of SOAP."""

from __future__ import annotations

import datetime as dt

import pytest
import requests
import zeep

from betaalhub.wire.serving import SoapEndpoint
from betaalhub.wire.versions import ENVELOPE_11, ENVELOPE_12
from tests.wire.bibliotheek import ACTION, BIB, TYP, authenticate, leen_uit, library
from tests.wire.calls import call, envelope, send, send_12

UTF8 = {"Content-Type": "text/xml; charset=utf-8"}


def test_a_loan_in_soap_1_1(desk: SoapEndpoint) -> None:
    answer = send(desk, leen_uit(pas="PAS-7"), HTTP_SOAPACTION=f'"{ACTION}"')
    assert (answer.status, answer.text("Pasnummer")) == (200, "PAS-7")
    assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert answer.headers["Content-Length"] == str(len(answer.body))
    assert answer.xml.tag == f"{{{ENVELOPE_11}}}Envelope"


def test_a_loan_in_soap_1_2(desk: SoapEndpoint) -> None:
    kind = f'application/soap+xml; charset=utf-8; action="{ACTION}"'
    answer = send_12(desk, leen_uit(), CONTENT_TYPE=kind)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/soap+xml; charset=utf-8"
    assert answer.xml.tag == f"{{{ENVELOPE_12}}}Envelope"


def test_a_loan_over_real_http(server: str) -> None:
    answer = requests.post(server, envelope(leen_uit(titel="Turks Fruit & co".replace("&", "&amp;"))), headers=UTF8)
    assert answer.status_code == 200
    assert "Turks Fruit &amp; co" in answer.text


def test_a_foreign_client_gets_a_typed_fault(server: str) -> None:
    client = zeep.Client(f"{server}?wsdl")
    with pytest.raises(zeep.exceptions.Fault) as refused:
        client.service.LeenUit(Pasnummer="GEBLOKKEERD", Exemplaar=[{"Titel": "De Aanslag", "Soort": "BOEK"}])
    assert refused.value.code == "soap:Client"
    assert refused.value.detail.findtext(f".//{{{BIB}}}Code") == "PAS_GEBLOKKEERD"


def test_a_foreign_client_gets_typed_values(server: str) -> None:
    client = zeep.Client(f"{server}?wsdl")
    item = {"Titel": "De Aanslag", "Soort": "BOEK", "Boete": {"_value_1": 150, "valuta": "EUR"}}
    loan = client.service.LeenUit(Pasnummer="PAS-1", Exemplaar=[item])
    assert loan.TerugOp == dt.datetime(2026, 12, 1, 12, tzinfo=dt.UTC)
    assert (loan.Exemplaar[0].Boete._value_1, loan.Exemplaar[0].Boete.valuta) == (150, "EUR")


def test_attributes_and_simple_content_go_in_and_out(desk: SoapEndpoint) -> None:
    message = leen_uit().replace("</t:Soort>", '</t:Soort><t:Boete valuta="EUR"> 150 </t:Boete>')
    fine = send(desk, message).xml.find(f".//{{{TYP}}}Boete")
    assert (fine.text, fine.get("valuta")) == ("150", "EUR")


def test_nil_is_nothing_and_not_nil_is_something(desk: SoapEndpoint) -> None:
    xsi = 'xmlns:i="http://www.w3.org/2001/XMLSchema-instance"'
    nil = send(desk, leen_uit(more=f'<b:Opmerking {xsi} i:nil="true"/>'))
    not_nil = send(desk, leen_uit(more=f'<b:Opmerking {xsi} i:nil="false">mooi</b:Opmerking>'))
    assert (nil.text("Opmerking"), not_nil.text("Opmerking")) == ("", "mooi")


def test_every_spelling_of_time_number_and_truth_is_read(desk: SoapEndpoint) -> None:
    for time in ("2026-01-01T10:00:00", "2026-01-01T10:00:00.123456789Z", "2026-01-01T10:00:00+02:00"):
        more = f"<b:Ingang>{time}</b:Ingang><b:Tarief> +1.50 </b:Tarief><b:Verlengen> 1 </b:Verlengen>"
        assert send(desk, leen_uit(more=more)).status == 200


def test_other_character_sets_are_read(desk: SoapEndpoint) -> None:
    message = envelope(leen_uit(titel="Één café")).decode()
    for charset, encoding in (("utf-16", "utf-16"), ("iso-8859-1", "latin-1"), ("utf-8", "utf-8-sig")):
        answer = call(desk, message.encode(encoding), CONTENT_TYPE=f"text/xml; charset={charset}")
        assert answer.text("Titel") == "Één café"


def test_the_same_values_give_the_same_bytes(desk: SoapEndpoint) -> None:
    rewritten = leen_uit().replace("b:", "other:").replace("xmlns:b=", "xmlns:other=").replace("><", ">\n <")
    assert send(desk, leen_uit()).body == send(desk, rewritten).body


def test_the_operation_knows_its_caller() -> None:
    desk = library(authenticate=authenticate)
    answer = send(desk, leen_uit(pas="WIE-BEN-IK"), HTTP_AUTHORIZATION="Basic WkFBSzpzZXNhbQ==")
    assert answer.text("Pasnummer") == "ZAAK"


def test_nobody_gets_in_without_the_password() -> None:
    desk = library(authenticate=authenticate, realm="bieb")
    answer = send(desk, "<geen xml", HTTP_AUTHORIZATION="Basic WkFBSzpmb3V0")
    assert (answer.status, answer.fault) == (401, ("Client", "NIET_GEAUTHENTICEERD"))
    assert answer.headers["WWW-Authenticate"] == 'Basic realm="bieb", charset="UTF-8"'


def test_answers_use_the_prefixes_of_the_contract(desk: SoapEndpoint) -> None:
    assert f'<bib:LeenUitResponse xmlns:bib="{BIB}" xmlns:typ="{TYP}">'.encode() in send(desk, leen_uit()).body
