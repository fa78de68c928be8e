"""WS-Addressing: judged when it is there, echoed in the answer, demanded when the service says so."""

from __future__ import annotations

import pytest

from betaalhub.wire.addressing import ANONYMOUS, NAMESPACE, Addressing
from tests.wire.bibliotheek import ACTION, leen_uit, library
from tests.wire.calls import Answer, call, envelope

DESK = library(headers=Addressing())


def wsa(**values: str) -> str:
    blocks = {"Action": ACTION, "MessageID": "urn:uuid:1", **values}
    return "".join(f'<w:{name} xmlns:w="{NAMESPACE}">{text}</w:{name}>' for name, text in blocks.items() if text)


def header(answer: Answer, name: str) -> str | None:
    return answer.xml.findtext(f".//{{{NAMESPACE}}}{name}")


def test_the_answer_relates_to_the_request() -> None:
    answer = call(DESK, envelope(leen_uit(), header=wsa(MessageID="urn:uuid:4711")))
    assert (answer.status, header(answer, "RelatesTo")) == (200, "urn:uuid:4711")
    assert (header(answer, "Action"), header(answer, "To")) == (f"{ACTION}Response", ANONYMOUS)
    assert header(answer, "MessageID") not in (None, "urn:uuid:4711")


def test_a_fault_relates_to_the_request_too() -> None:
    answer = call(DESK, envelope(leen_uit(pas="fout"), header=wsa()))
    assert (answer.fault[0], header(answer, "RelatesTo")) == ("Client", "urn:uuid:1")


def test_without_addressing_nothing_is_added() -> None:
    assert call(DESK, envelope(leen_uit())).xml.find("{*}Header") is None


def test_every_addressing_header_is_understood() -> None:
    to = f'<w:To xmlns:w="{NAMESPACE}" s:mustUnderstand="1">urn:bieb</w:To>'
    assert call(DESK, envelope(leen_uit(), header=to + wsa())).status == 200


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        (wsa(Action="urn:anders"), "SOAPACTION_ONJUIST"),
        (wsa(Action=""), "SOAPACTION_ONJUIST"),
        (wsa(MessageID=""), "ONGELDIG_BERICHT"),
        (wsa() * 2, "ONGELDIG_BERICHT"),
        (wsa(ReplyTo="<w:Address>http://evil.example/</w:Address>"), "ONGELDIG_BERICHT"),
    ],
)
def test_wrong_addressing_is_refused(headers: str, code: str) -> None:
    assert call(DESK, envelope(leen_uit(), header=headers)).fault == ("Client", code)


STRICT = library(headers=Addressing(required=True))
EPR = "<w:Address>{}</w:Address>"
GOOD = {"To": "https://bieb.example/soap?OIN=00000001002220647000"}


def test_a_service_may_demand_addressing() -> None:
    answer = call(STRICT, envelope(leen_uit()))
    assert answer.fault == ("Client", "ONGELDIG_BERICHT")
    assert [one.split(":")[0] for one in answer.findings] == ["/Envelope/Header/To", "/Envelope/Header/MessageID"]


def test_where_addressing_is_demanded_every_answer_has_its_headers() -> None:
    for body in (b"", envelope(leen_uit()), envelope(leen_uit(), header=wsa(**GOOD))):
        answer = call(STRICT, body)
        assert all(header(answer, name) for name in ("Action", "MessageID", "RelatesTo"))


def test_an_answer_to_no_known_message_says_so() -> None:
    assert header(call(STRICT, b"<x/>"), "RelatesTo") == f"{NAMESPACE}/unspecified"


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"To": ANONYMOUS},
        {"ReplyTo": EPR.format(ANONYMOUS), "FaultTo": EPR.format(f"{NAMESPACE}/none")},
        {"From": EPR.format("https://zaak.example/?OIN=00000001002220647000")},
        {"MessageID": "vth@f81d4fae-7dec-11d0-a765-00a0c91e6bf6@zaak.example"},
        {"RelatesTo": "urn:uuid:0"},
    ],
)
def test_what_digikoppeling_allows_is_accepted(more: dict[str, str]) -> None:
    assert call(STRICT, envelope(leen_uit(), header=wsa(**{**GOOD, **more}))).status == 200


PARAMETERS = EPR.format(ANONYMOUS) + "<w:ReferenceParameters><x>1</x></w:ReferenceParameters>"


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"To": "bieb"}, "To"),
        ({"To": "https://bieb.example/met spatie"}, "To"),
        ({"To": "urn:a<x/>"}, "To"),
        ({"MessageID": "met spatie"}, "MessageID"),
        ({"MessageID": "x" * 1001}, "MessageID"),
        ({"MessageID": "urn:a<x/>"}, "MessageID"),
        ({"RelatesTo": "<x/>"}, "RelatesTo"),
        ({"ReplyTo": EPR.format(f"{NAMESPACE}/none")}, "ReplyTo"),
        ({"ReplyTo": EPR.format("")}, "ReplyTo"),
        ({"ReplyTo": PARAMETERS}, "ReplyTo"),
        ({"FaultTo": EPR.format("http://evil.example/")}, "FaultTo"),
        ({"From": "iemand"}, "From"),
        ({"From": EPR.format("urn:a") * 2}, "From"),
    ],
)
def test_another_form_is_refused_at_its_place(more: dict[str, str], place: str) -> None:
    answer = call(STRICT, envelope(leen_uit(), header=wsa(**{**GOOD, **more})))
    assert answer.fault == ("Client", "ONGELDIG_BERICHT")
    assert answer.findings[0].startswith(f"/Envelope/Header/{place}:")


def test_two_different_message_ids_are_not_one() -> None:
    answer = call(
        STRICT, envelope(leen_uit(), header=wsa(**GOOD) + f'<w:MessageID xmlns:w="{NAMESPACE}">urn:2</w:MessageID>')
    )
    assert answer.fault == ("Client", "ONGELDIG_BERICHT")
    assert header(answer, "RelatesTo") == f"{NAMESPACE}/unspecified"


def test_a_reference_parameter_of_another_is_refused_where_addressing_is_demanded() -> None:
    stray = f'<x:Sessie xmlns:x="urn:x" xmlns:w="{NAMESPACE}" w:IsReferenceParameter="true">1</x:Sessie>'
    assert call(STRICT, envelope(leen_uit(), header=wsa(**GOOD) + stray)).fault == ("Client", "ONGELDIG_BERICHT")
    assert call(DESK, envelope(leen_uit(), header=wsa() + stray)).status == 200


def test_a_wrong_action_is_told_at_its_place() -> None:
    answer = call(STRICT, envelope(leen_uit(), header=wsa(**GOOD, Action="urn:anders")))
    assert answer.fault == ("Client", "SOAPACTION_ONJUIST")
    assert answer.findings[0].startswith("/Envelope/Header/Action:")
