"""Attacks by XML meet a SOAP fault that says what is wrong, and leave no trace."""

from __future__ import annotations

import pytest

from betaalhub.wire.versions import ENVELOPE_11, ENVELOPE_12
from tests.hostile.corpus_xml import ATTACKS, BOMBS, HARMLESS
from tests.hostile.door import Door
from tests.hostile.messages import XML_12
from tests.hostile.verdict import judge


@pytest.mark.parametrize("attack", [*ATTACKS, *BOMBS])
def test_an_attack_by_xml_is_refused(door: Door, attack: str) -> None:
    body, code = (ATTACKS | BOMBS)[attack]
    assert code in door.refused(body).codes


@pytest.mark.parametrize("attack", ATTACKS)
def test_it_is_refused_in_the_words_of_soap_1_2_too(door: Door, attack: str) -> None:
    body, code = ATTACKS[attack]
    heard = door.refused(body.replace(ENVELOPE_11, ENVELOPE_12), XML_12)
    assert code in heard.codes
    assert heard.status == 400


@pytest.mark.parametrize("oddity", HARMLESS)
def test_what_only_looks_odd_is_answered(door: Door, oddity: str) -> None:
    assert judge(door.send(HARMLESS[oddity])).code == "OK"
