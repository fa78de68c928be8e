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


def test_a_service_may_demand_addressing() -> None:
    assert call(library(headers=Addressing(required=True)), envelope(leen_uit())).fault[0] == "Client"
