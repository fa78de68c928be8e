"""What was asked to be given back is seen at the desk, with whom and why, until it is done."""

from __future__ import annotations

import pytest

from betaalhub.demo.journey import stuurgegevens
from tests.cli.administrator import Administrator
from tests.journeys.stad import Opdracht, Stad


@pytest.fixture
def asked(stad: Stad) -> Opdracht:
    """A permit that was paid, and of which a part must go back."""
    opdracht = stad.offers("EVENEMENT")
    stad.burger(opdracht).pays()
    stad.work()
    stad.client().service.VraagTerugbetaling(
        Stuurgegevens=stuurgegevens("vergunningen", "terug-1"),
        Kenmerk=opdracht.kenmerk,
        Terugbetaalregel=[{"Regelnummer": 1, "BedragInCenten": 123_45}],
        Reden="Eén dag minder",
    )
    stad.work()
    return opdracht


@pytest.fixture
def desk(stad: Stad) -> Administrator:
    return Administrator(stad.near.register.parent, dict(stad.env))


def test_without_requests_nothing_waits(administrator: Administrator) -> None:
    assert administrator.types("terugbetaling", "list") == "Er wacht geen terugbetaling.\n"
    assert administrator.types("terugbetaling", "list", "--alles") == "Er is nog nooit om terugbetalen gevraagd.\n"


def test_a_request_is_listed_with_whom_and_why(desk: Administrator, asked: Opdracht, stad: Stad) -> None:
    head, line = desk.types("terugbetaling", "list").splitlines()
    k = asked.betaalkenmerk
    assert head.split() == ["TERUGBETALING", "STATUS", "BEDRAG", "SINDS", "BETAALKENMERK", "DOOR", "REDEN"]
    assert line.startswith(stad.stand(asked).Terugbetaling[0].Terugbetaling)
    assert all(part in line for part in ("AANGEVRAAGD", "€ 123,45", f"{k[:4]} {k[4:8]} {k[8:]}", "vergunningen"))
    assert line.endswith("Eén dag minder")


def test_it_stands_in_the_story_of_the_payment(desk: Administrator, asked: Opdracht) -> None:
    told = desk.types("status", asked.betaalkenmerk)
    assert "leverbaar: nee" in told
    assert "terugbetaling aangevraagd → AANGEVRAAGD (Eén dag minder)" in told


def test_one_that_waits_too_long_becomes_uitval(desk: Administrator, asked: Opdracht, stad: Stad) -> None:
    stad.passes(days=15)
    assert "staat al te lang op AANGEVRAAGD" in desk.types("uitval", "list")
