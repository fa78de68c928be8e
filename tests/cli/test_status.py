"""The telephone rings: what happened to this payment?"""

from __future__ import annotations

import re

import pytest

from tests.cli.administrator import Administrator
from tests.journeys.stad import Opdracht, Stad


@pytest.fixture
def paid(stad: Stad) -> Opdracht:
    betaler = {"Soort": "BURGER", "Naam": "Sjaan van Zomeren", "Email": "sjaan@voorbeeld.example"}
    opdracht = stad.offers("EVENEMENT", "OMGEVING", Betaler=betaler)
    stad.burger(opdracht).pays()
    stad.work()
    return opdracht


@pytest.fixture
def helpdesk(stad: Stad, paid: Opdracht) -> Administrator:
    return Administrator(stad.near.register.parent, dict(stad.env))


def test_the_story_is_told_by_either_kenmerk_however_it_is_typed(helpdesk: Administrator, paid: Opdracht) -> None:
    k = paid.betaalkenmerk
    told = helpdesk.types("status", k)
    assert helpdesk.types("status", k[:4], k[4:8], k[8:]) == told
    assert helpdesk.types("status", f"{k[:4]} {k[4:8]} {k[8:]}") == told
    assert helpdesk.types("status", paid.winkelmandje) == told


def test_the_story_has_the_facts_and_stands_in_columns(helpdesk: Administrator, paid: Opdracht) -> None:
    lines = helpdesk.types("status", paid.betaalkenmerk).splitlines()
    assert re.fullmatch(r"Winkelmandje \d{4} \d{4} \d{4}  BETAALD  € 272,00", lines[0])
    parts = lines[2 : lines.index("", 2)]
    assert [part.split()[0] for part in parts] == ["betaalopdracht", "betaling", "journaalpost"]
    assert len({part.index("€") for part in parts if "€" in part}) == 1
    moments = lines[lines.index("", 2) + 1 :]
    assert all(re.match(r"  \d\d-\d\d-\d{4} \d\d:\d\d:\d\d  \w", moment) for moment in moments)


def test_nobody_is_named_in_the_story(helpdesk: Administrator, paid: Opdracht, stad: Stad) -> None:
    told = helpdesk.types("status", paid.betaalkenmerk)
    assert not re.search(r"(?i)sjaan|zomeren|@|winkelmandje/", told)


def test_a_typing_mistake_is_seen(helpdesk: Administrator, paid: Opdracht) -> None:
    wrong = str(int(paid.betaalkenmerk) + 1)
    assert helpdesk.types("status", wrong, code=2) == "Fout: Dit kenmerk klopt niet. Kijk de 12 cijfers goed na.\n"


def test_a_kenmerk_that_nobody_has_is_not_found(administrator: Administrator, paid: Opdracht) -> None:
    said = administrator.types("status", paid.betaalkenmerk, code=2)
    assert said == "Fout: Er is geen betaling met dit kenmerk.\n"
