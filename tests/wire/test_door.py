"""Who is turned away at the door, and how: always a SOAP fault that says what is wrong, never a crash."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from betaalhub.wire.codes import WIRE_CODES
from betaalhub.wire.request import Limits
from betaalhub.wire.serving import SoapEndpoint
from betaalhub.wire.versions import ENVELOPE_11, ENVELOPE_12
from tests.wire.bibliotheek import BIB, leen_uit, library
from tests.wire.calls import call, envelope, send, send_12

S = f'xmlns:s="{ENVELOPE_11}"'
GOOD = envelope(leen_uit())
LOOSE = '<x:Kop xmlns:x="urn:x" s:mustUnderstand="{}"{}/>'
HREF = "".join(f'<b:Opmerking href="#b{n}" id="b{n + 1}"/>' for n in range(900))

# What is sent, as body or environ → the SOAP fault code, our code, and the code of the first finding if there is one.
REFUSED: dict[str, tuple[bytes, dict[str, Any], str, str]] = {
    "empty": (b"", {}, "Client", "leeg"),
    "not xml": (b"hallo", {}, "Client", "welgevormde"),
    "cut off": (GOOD[:-9], {}, "Client", "welgevormde"),
    "not an envelope": (b"<html/>", {}, "Client", "begint niet"),
    "doctype": (b'<!DOCTYPE s [<!ENTITY e "2">]>' + GOOD, {}, "Client", "DOCTYPE"),
    "doctype of elsewhere": (b'<!DOCTYPE s SYSTEM "file:///etc/passwd">' + GOOD, {}, "Client", "DOCTYPE"),
    "billion laughs": (
        b'<!DOCTYPE s [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
        + envelope(leen_uit(titel="&b;")), {}, "Client", "DOCTYPE",
    ),
    "unknown entity": (envelope(leen_uit(titel="&xxe;")), {}, "Client", "welgevormde"),
    "no body": (f"<s:Envelope {S}/>".encode(), {}, "Client", "Envelope heeft"),
    "two bodies": (f"<s:Envelope {S}><s:Body/><s:Body/></s:Envelope>".encode(), {}, "Client", "Envelope heeft"),
    "body first": (f"<s:Envelope {S}><s:Body/><s:Header/></s:Envelope>".encode(), {}, "Client", "Envelope heeft"),
    "empty body": (f"<s:Envelope {S}><s:Body/></s:Envelope>".encode(), {}, "Client", "precies één element"),
    "two messages": (envelope(leen_uit() * 2), {}, "Client", "precies één element"),
    "text beside": (envelope("los" + leen_uit()), {}, "Client", "losse tekst"),
    "href bomb": (envelope(leen_uit(more=HREF)), {}, "Client", "geen attributen"),
    "unknown charset": (GOOD, {"CONTENT_TYPE": "text/xml; charset=klingon"}, "Client", "tekenset"),
    "wrong charset": (envelope(leen_uit(titel="é")).decode().encode("latin-1"), {}, "Client", "welgevormde"),
    "odd declaration": (b'<?xml version="1.0" encoding="klingon"?>' + GOOD, {"CONTENT_TYPE": "text/xml"}, "Client", ""),
    "short of its length": (GOOD, {"CONTENT_LENGTH": str(len(GOOD) + 9)}, "Client", "korter"),
    "length is no number": (GOOD, {"CONTENT_LENGTH": "-1"}, "Client", "geen getal"),
    "no length": (GOOD, {"CONTENT_LENGTH": ""}, "Client", "leeg"),
    "wrong type in schema": (GOOD.replace(b"<b:Pasnummer", b'<b:Pasnummer a="1"'), {}, "Client", "attribu"),
    "the year 12026": (envelope(leen_uit(more="<b:Ingang>12026-01-01T00:00:00</b:Ingang>")), {}, "Client", "verwerkt"),
    "24 o'clock": (envelope(leen_uit(more="<b:Ingang>2026-01-01T24:00:00Z</b:Ingang>")), {}, "Client", "verwerkt"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_message_is_refused_with_its_cause(desk: SoapEndpoint, case: str) -> None:
    body, environ, faultcode, cause = REFUSED[case]
    answer = call(desk, body, **environ)
    assert (answer.status, answer.fault) == (500, (faultcode, "ONGELDIG_BERICHT"))
    assert cause in answer.findings[0]


CODED: dict[str, tuple[bytes, dict[str, Any], int, str, str]] = {
    "put": (GOOD, {"REQUEST_METHOD": "PUT"}, 405, "Client", "METHODE_NIET_TOEGESTAAN"),
    "json": (b"{}", {"CONTENT_TYPE": "application/json"}, 415, "Client", "MEDIATYPE_ONBEKEND"),
    "nothing said": (GOOD, {"CONTENT_TYPE": ""}, 415, "Client", "MEDIATYPE_ONBEKEND"),
    "multipart": (GOOD, {"CONTENT_TYPE": "multipart/related; type=text/xml"}, 415, "Client", "MEDIATYPE_ONBEKEND"),
    "compressed": (GOOD, {"HTTP_CONTENT_ENCODING": "gzip"}, 415, "Client", "MEDIATYPE_ONBEKEND"),
    "another action": (GOOD, {"HTTP_SOAPACTION": '"urn:anders"'}, 500, "Client", "SOAPACTION_ONJUIST"),
    "unknown operation": (envelope(f'<Steel xmlns="{BIB}"/>'), {}, 500, "Client", "OPERATIE_ONBEKEND"),
    "an answer": (envelope(f'<LeenUitResponse xmlns="{BIB}"/>'), {}, 500, "Client", "OPERATIE_ONBEKEND"),
    "another version": (envelope(leen_uit(), namespace=ENVELOPE_12), {}, 500, "VersionMismatch", "VERSIE_ONBEKEND"),
    "no version": (envelope(leen_uit(), namespace="urn:soap"), {}, 500, "VersionMismatch", "VERSIE_ONBEKEND"),
    "must understand": (
        envelope(leen_uit(), header=LOOSE.format(1, "")), {}, 500, "MustUnderstand", "HEADER_NIET_BEGREPEN",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CODED)
def test_a_refusal_at_the_door_has_its_own_code(desk: SoapEndpoint, case: str) -> None:
    body, environ, status, faultcode, code = CODED[case]
    answer = call(desk, body, **environ)
    assert (answer.status, answer.fault) == (status, (faultcode, code))


def test_every_refusal_is_in_the_table(desk: SoapEndpoint) -> None:
    assert {code for *_, code in CODED.values()} < set(WIRE_CODES)


@pytest.mark.parametrize(("must", "role"), [("0", ""), ("1", ' s:actor="urn:een-ander"')])
def test_a_header_for_nobody_or_another_is_let_through(desk: SoapEndpoint, must: str, role: str) -> None:
    assert call(desk, envelope(leen_uit(), header=LOOSE.format(must, role))).status == 200


def test_soap_1_2_says_sender_and_receiver(desk: SoapEndpoint) -> None:
    theirs = send_12(desk, leen_uit(pas="fout"))
    ours = send_12(desk, leen_uit(pas="KAPOT-FOUT"))
    assert (theirs.status, theirs.fault) == (400, ("Sender", "ONGELDIG_BERICHT"))
    assert (ours.status, ours.fault) == (500, ("Receiver", "INTERNE_FOUT"))


@pytest.mark.parametrize("pas", ["KAPOT-FOUT", "KAPOT-TEKEN", "KAPOT-LANG", "KAPOT-ZONE"])
def test_a_mistake_of_ours_is_a_server_fault_and_never_a_success(desk: SoapEndpoint, pas: str) -> None:
    answer = send(desk, leen_uit(pas=pas))
    assert (answer.status, answer.fault) == (500, ("Server", "INTERNE_FOUT"))
    assert "incident" in answer.text("faultstring")


def test_a_control_character_in_a_fault_is_replaced(desk: SoapEndpoint) -> None:
    answer = send(desk, leen_uit(pas="GEBLOKKEERD"))
    assert answer.fault == ("Client", "PAS_GEBLOKKEERD")
    assert answer.text("faultstring") == "Deze pas is geblokkeerd.\ufffd"


def test_a_renderer_that_fails_leaves_a_bare_fault() -> None:
    class Broken:
        def render(self, fault: object, exchange: object) -> None:
            raise RuntimeError("stuk")

    answer = send(library(fault_renderer=Broken()), leen_uit(pas="fout"))
    assert (answer.status, answer.text("faultcode")) == (500, "soap:Server")


def test_a_schema_that_the_message_names_is_not_fetched(desk: SoapEndpoint) -> None:
    with socket.create_server(("127.0.0.1", 0)) as evil:
        evil.setblocking(False)
        hint = f"urn:x http://127.0.0.1:{evil.getsockname()[1]}/x.xsd"
        xsi = "http://www.w3.org/2001/XMLSchema-instance"
        assert send(desk, leen_uit().replace("><", f' xmlns:i="{xsi}" i:schemaLocation="{hint}"><', 1)).status == 200
        with pytest.raises(BlockingIOError):
            evil.accept()


def test_size_depth_and_number_are_bounded() -> None:
    desk = library(limits=Limits(bytes=3000, depth=8, elements=40))
    deep = "<a>" * 9 + "</a>" * 9
    findings = [send(desk, leen_uit(more=more)).findings[0] for more in ("x" * 3000, deep, "<a/>" * 40, "<a/>" * 300)]
    assert ["te groot" in findings[0], "te diep" in findings[1]] == [True, True]
    assert ["te veel" in one for one in findings[2:]] == [True, True]


def test_the_number_of_attributes_is_bounded() -> None:
    crowd = " ".join(f'a{number}="1"' for number in range(60))
    answer = send(library(limits=Limits(elements=40)), leen_uit().replace("<b:Pasnummer", f"<b:Pasnummer {crowd}"))
    assert "te veel attributen" in answer.findings[0]


def test_a_message_at_the_limit_is_let_in() -> None:
    assert send(library(limits=Limits(bytes=len(GOOD))), leen_uit()).status == 200
    assert send(library(limits=Limits(bytes=len(GOOD) - 1)), leen_uit()).status == 500
