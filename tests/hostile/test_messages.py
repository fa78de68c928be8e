"""Attacks by character set, by envelope and by value: a SOAP fault each, and nothing has changed."""

from __future__ import annotations

from html import escape

import pytest

from betaalhub.wire.versions import ENVELOPE_11, ENVELOPE_12
from tests.hostile import corpus_encoding, corpus_envelope
from tests.hostile.corpus_values import BY_ELEMENT, MOMENTS
from tests.hostile.door import Door
from tests.hostile.messages import XML_12, controleer, envelope, envelope_12, start
from tests.hostile.verdict import judge

VALUES = [(name, value) for name, values in BY_ELEMENT.items() for value in values]


@pytest.mark.parametrize("attack", corpus_encoding.ATTACKS)
def test_an_attack_by_character_set_is_refused(door: Door, attack: str) -> None:
    body, content_type, code = corpus_encoding.ATTACKS[attack]
    assert code in door.refused(body, content_type).codes


@pytest.mark.parametrize("oddity", corpus_encoding.HARMLESS)
def test_a_character_set_that_we_know_is_read(door: Door, oddity: str) -> None:
    assert judge(door.send(*corpus_encoding.HARMLESS[oddity])).code == "OK"


@pytest.mark.parametrize("attack", corpus_envelope.ATTACKS)
def test_a_wrong_envelope_is_refused(door: Door, attack: str) -> None:
    body, code = corpus_envelope.ATTACKS[attack]
    assert code in door.refused(body).codes


@pytest.mark.parametrize("oddity", corpus_envelope.HARMLESS)
def test_an_odd_envelope_that_keeps_the_rules_is_opened(door: Door, oddity: str) -> None:
    assert judge(door.send(corpus_envelope.HARMLESS[oddity])).code == "OK"


def test_a_header_of_soap_1_2_has_a_role(door: Door) -> None:
    role = f"{ENVELOPE_12}/role/"
    must = "<x s:mustUnderstand='true' s:role='{}'/>"
    for name in ("next", "ultimateReceiver"):
        heard = door.refused(envelope_12(start(), header=must.format(role + name)), XML_12)
        assert heard.code == "HEADER_NIET_BEGREPEN"
    assert judge(door.send(envelope_12(controleer(), header=must.format(role + "none")), XML_12)).code == "OK"


def test_soap_1_1_under_the_media_type_of_1_2_is_another_version(door: Door) -> None:
    heard = door.refused(envelope(start(), namespace=ENVELOPE_11), XML_12)
    assert heard.code == "VERSIE_ONBEKEND"
    assert b"VersionMismatch" in heard.body


@pytest.mark.parametrize(("name", "value"), VALUES, ids=[f"{name}-{at}" for at, (name, _) in enumerate(VALUES)])
def test_a_hostile_value_is_refused_at_its_element(door: Door, name: str, value: str) -> None:
    heard = door.refused(envelope(start(**{name: escape(value)})))
    assert f"/{name}<".encode() in heard.body


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_time_that_does_not_exist_is_refused(door: Door, moment: str) -> None:
    heard = door.refused(envelope(start(rest=f"<b:VervaltOp>{moment}</b:VervaltOp>")))
    assert b"/VervaltOp<" in heard.body
