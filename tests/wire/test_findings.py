"""What the sender of a wrong message is told: every mistake at once, in Dutch, and never his own values."""

from __future__ import annotations

import threading
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from betaalhub.errors import Finding
from betaalhub.wire.contract_files import ContractFiles
from betaalhub.wire.serving import SoapEndpoint
from tests.wire.bibliotheek import BIB, TYP, WSDL, leen_uit, library
from tests.wire.calls import call, envelope, send

CONTRACT = ContractFiles(WSDL)
DESK = library()
MARK = "§"
XSI = "http://www.w3.org/2001/XMLSchema-instance"


def findings(message: str) -> tuple[Finding, ...]:
    return CONTRACT.validate(etree.fromstring(message))


def test_all_mistakes_are_told_at_once() -> None:
    wrong = leen_uit(pas="veel te lang en klein", soort="PLAAT", more="<b:Tarief>gratis</b:Tarief>")
    assert [(one.element, one.facet) for one in findings(wrong)] == [
        ("/LeenUit/Pasnummer", "maxLength"),
        ("/LeenUit/Pasnummer", "pattern"),
        ("/LeenUit/Exemplaar/Soort", "enumeration"),
        ("/LeenUit/Tarief", None),
    ]


def test_the_text_names_the_element_and_the_rule() -> None:
    wrong = leen_uit(pas="te-lang-voor-een-pas", soort="PLAAT", more="<b:Verlengen>ja</b:Verlengen>")
    texts = [one.omschrijving for one in findings(wrong) if one.facet != "pattern"]
    assert texts == [
        "Pasnummer: de waarde is te lang; hooguit 12 tekens.",
        "Soort: de waarde moet een van deze zijn: BOEK, FILM.",
        "Verlengen: de waarde moet true of false zijn.",
    ]


def test_a_missing_element_is_named() -> None:
    (finding,) = findings(leen_uit().replace("<t:Soort>BOEK</t:Soort>", ""))
    assert (finding.code, finding.element) == ("ELEMENT_ONTBREEKT", "/LeenUit/Exemplaar/Soort")


def test_an_unknown_element_is_not_named_but_what_was_expected_is() -> None:
    (finding,) = findings(f'<LeenUit xmlns="{BIB}"><Pasje>1</Pasje></LeenUit>')
    assert finding.element == "/LeenUit/*"
    assert finding.omschrijving == "Onbekend element: dit element hoort hier niet; verwacht: Pasnummer."


@pytest.mark.parametrize("declared", ["", ' xmlns="urn:elders"'], ids=["none", "another"])
def test_a_right_name_in_the_wrong_namespace_is_told_where_it_belongs(declared: str) -> None:
    (finding,) = findings(f'<b:LeenUit xmlns:b="{BIB}"><Pasnummer{declared}>A</Pasnummer></b:LeenUit>')
    assert (finding.code, finding.element) == ("ELEMENT_ONVERWACHT", "/LeenUit/Pasnummer")
    assert finding.omschrijving == f"Pasnummer: dit element hoort in de naamruimte {BIB}."


def test_the_line_and_the_position_point_at_the_mistake() -> None:
    item = f'<t:Exemplaar xmlns:t="{BIB}"/>\n'
    message = f'<x:LeenUit xmlns:x="{BIB}"><x:Pasnummer>A</x:Pasnummer>\n<Exemplaar xmlns="{BIB}"/>\n{item}</x:LeenUit>'
    assert [(one.element, one.regel) for one in findings(message)] == [
        ("/LeenUit/Exemplaar[1]/Titel", 2),
        ("/LeenUit/Exemplaar[2]/Titel", 3),
    ]


def test_attributes_are_judged_too() -> None:
    boete = '<t:Boete munt="EUR">veel</t:Boete>'
    told = findings(leen_uit().replace("</t:Soort>", f"</t:Soort>{boete}"))
    assert [(one.code, one.element) for one in told] == [
        ("ATTRIBUUT_ONVERWACHT", "/LeenUit/Exemplaar/Boete"),
        ("ATTRIBUUT_ONTBREEKT", "/LeenUit/Exemplaar/Boete/@valuta"),
        ("WAARDE_ONJUIST", "/LeenUit/Exemplaar/Boete"),
    ]


def test_never_more_than_a_hundred_findings(desk: SoapEndpoint) -> None:
    many = leen_uit().replace("</b:LeenUit>", "<b:Exemplaar/>" * 4 + "</b:LeenUit>")
    crowd = many.replace("<t:Titel>", '<t:Titel a="1" b="2">' * 1)
    attributes = " ".join(f'a{n}="1"' for n in range(500))
    assert len(findings(crowd.replace('a="1"', attributes))) <= 100


# Every place of a message where a stranger's text can stand and is wrong.
PLACES = (
    "<b:LeenUit xmlns:b={ber} xmlns:t={typ}><b:Pasnummer>{value}</b:Pasnummer></b:LeenUit>",
    "<b:LeenUit xmlns:b={ber} xmlns:t={typ}><b:Pasnummer a={attribute}>1</b:Pasnummer></b:LeenUit>",
    "<b:LeenUit xmlns:b={ber} xmlns:t={typ}><b:Pasnummer>1</b:Pasnummer><b:Exemplaar><t:Titel>x</t:Titel>"
    "<t:Soort>{value}</t:Soort><t:Aantal>{value}</t:Aantal><t:Boete valuta='E'>{value}</t:Boete></b:Exemplaar>"
    "<b:Ingang>{value}</b:Ingang><b:Tarief>{value}</b:Tarief><b:Verlengen>{value}</b:Verlengen></b:LeenUit>",
    "<b:LeenUit xmlns:b={ber} xmlns:i={xsi}><b:Pasnummer i:type={attribute} i:nil={attribute}>1</b:Pasnummer></b:LeenUit>",
    "<b:LeenUit xmlns:b={ber}>{value}<b:Vreemd>{value}</b:Vreemd></b:LeenUit>",
    "<b:Vreemd xmlns:b={ber}>{value}</b:Vreemd>",
    "{value}<b:LeenUit xmlns:b={ber}/>",
    "<b:LeenUit xmlns:b={ber}>{value}",
)
STRANGE = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), max_size=300)


@settings(max_examples=60, deadline=None)
@given(place=st.sampled_from(PLACES), text=STRANGE)
def test_a_received_value_never_comes_back(place: str, text: str) -> None:
    value = f"{MARK}{text}{MARK}"
    given_ = {"ber": quoteattr(BIB), "typ": quoteattr(TYP), "xsi": quoteattr(XSI)}
    message = place.format(value=escape(value), attribute=quoteattr(value), **given_)
    answer = send(DESK, message)
    assert answer.status == 500
    assert MARK.encode() not in answer.body


@settings(max_examples=30, deadline=None)
@given(text=STRANGE)
def test_nothing_of_the_http_headers_comes_back(text: str) -> None:
    value = f"{MARK}{text}{MARK}"
    for header in ("HTTP_SOAPACTION", "CONTENT_TYPE", "HTTP_CONTENT_ENCODING", "CONTENT_LENGTH", "REQUEST_METHOD"):
        answer = call(DESK, envelope(leen_uit(pas="fout")), **{header: value})
        assert answer.status != 200
        assert MARK.encode() not in answer.body


def test_two_threads_never_get_each_others_findings() -> None:
    mine = {"Pasnummer": leen_uit(pas="fout"), "Soort": leen_uit(soort="PLAAT"), "Titel": leen_uit(titel="x" * 501)}
    mixed: list[str] = []

    def ask(name: str, message: str) -> None:
        for _ in range(200):
            mixed.extend(one for one in send(DESK, message).findings if name not in one)

    threads = [threading.Thread(target=ask, args=pair) for pair in mine.items() for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert mixed == []
