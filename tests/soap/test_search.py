"""A product system searches among its own betaalopdrachten, by SOAP."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from betaalhub.soap.application import make_soap
from tests.builders import BUUR
from tests.flows.town import PARKEREN, VERGUNNING
from tests.soap.loket import KLANT, Loket, items, kenmerken, own

PERIOD = {"Vanaf": "2026-11-24", "TotEnMet": "2026-11-24"}
ZAAK = replace(VERGUNNING, zaaknummer="ZAAK-77")
CODE = "ZOEKVRAAG_ONJUIST"


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).astimezone(UTC)


def test_it_finds_the_newest_first_with_how_each_stands_now(loket: Loket) -> None:
    paid, _ = loket.town.paid()
    opened = loket.town.offers()
    first, second = items(loket.ask("ZoekBetalingen", **PERIOD), "Gevonden")
    assert [first["Betaalkenmerk"], second["Betaalkenmerk"]] == own(opened, paid)
    assert (first["Status"], first["Versie"], first["Leverbaar"]) == ("OPEN", "1", "false")
    assert (second["Status"], second["Versie"], second["Leverbaar"]) == ("BETAALD", "2", "true")
    assert (second["OntvangenInCenten"], second["BetaaldOp"]) == ("18750", "2026-11-24T09:30:30Z")
    assert (second["Kenmerk"], second["Winkelmandje"]) == ("zaak-1", paid.winkelmandje)
    assert "BetaaldOp" not in first


def test_each_filter_leaves_out_what_does_not_fit(loket: Loket) -> None:
    town = loket.town
    paid, _ = town.paid()
    case, klant = town.offers(ZAAK), town.offers(klant_kenmerk=KLANT)
    cheap = town.offers(replace(VERGUNNING, productcode="OMGEVING", bedrag_cent=8_450))
    for question, wanted in (
        ({"Status": ["BETAALD", "TERUGBETAALD"]}, [paid]),
        ({"Status": "OPEN"}, [cheap, klant, case]),
        ({"Productcode": "OMGEVING"}, [cheap]),
        ({"Zaaknummer": "ZAAK-77"}, [case]),
        ({"BedragTotEnMetInCenten": 18_749}, [cheap]),
        ({"Status": "OPEN", "BedragVanafInCenten": 18_750}, [klant, case]),
        ({"KlantKenmerk": KLANT}, [klant]),
        ({"Zaaknummer": "ZAAK-77", "KlantKenmerk": KLANT}, []),
    ):
        assert kenmerken(loket.ask("ZoekBetalingen", **PERIOD, **question)) == own(*wanted), question


@pytest.mark.parametrize("way", ["Zaaknummer", "KlantKenmerk", "Betaalkenmerk"])
def test_without_a_period_a_kenmerk_finds_it_however_old(loket: Loket, way: str) -> None:
    antwoord = loket.town.offers(ZAAK, klant_kenmerk=KLANT)
    loket.town.offers()
    loket.town.clock.forward(days=3000)
    value = {"Zaaknummer": "ZAAK-77", "KlantKenmerk": KLANT, "Betaalkenmerk": antwoord.betaalkenmerk}[way]
    assert kenmerken(loket.ask("ZoekBetalingen", **{way: value})) == own(antwoord)


def test_the_kenmerk_of_a_winkelmandje_finds_all_of_its_own_in_it_and_nothing_of_others(loket: Loket) -> None:
    town = loket.town
    mine, also, theirs = town.offers(), town.offers(), town.offers(PARKEREN, zender="parkeren")
    assert town.joins(also, mine) and town.joins(theirs, mine)
    question = {"Betaalkenmerk": mine.winkelmandje}
    assert kenmerken(loket.ask("ZoekBetalingen", **question)) == own(also, mine)
    assert kenmerken(loket.ask("ZoekBetalingen", zender="parkeren", **question)) == own(theirs)


def test_nothing_of_one_zender_is_found_by_another(loket: Loket) -> None:
    antwoord = loket.town.offers(ZAAK, klant_kenmerk=KLANT)
    ways = (PERIOD, {"Zaaknummer": "ZAAK-77"}, {"KlantKenmerk": KLANT}, {"Betaalkenmerk": antwoord.betaalkenmerk})
    for way in ways:
        assert kenmerken(loket.ask("ZoekBetalingen", zender="parkeren", **way)) == []
        assert loket.ask("ZoekBetalingen", user=BUUR, **way).fault == ("Client", "NIET_GEAUTORISEERD")


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-03-28T23:59:59.999999+01:00", "2026-03-28"),
        ("2026-03-29T00:00:00+01:00", "2026-03-29"),  # the day of 23 hours
        ("2026-03-29T23:59:59+02:00", "2026-03-29"),
        ("2026-10-25T00:00:00+02:00", "2026-10-25"),  # the day of 25 hours
        ("2026-10-25T23:59:59+01:00", "2026-10-25"),
        ("2026-12-31T23:30:00+01:00", "2026-12-31"),
    ],
)
def test_a_day_is_a_dutch_day(loket: Loket, moment: str, day: str) -> None:
    loket.town.clock.now = at(moment)
    antwoord = loket.town.offers()
    assert kenmerken(loket.ask("ZoekBetalingen", Vanaf=day, TotEnMet=day)) == own(antwoord)
    for beside in (-1, 1):
        other = date.fromisoformat(day) + timedelta(days=beside)
        assert kenmerken(loket.ask("ZoekBetalingen", Vanaf=other, TotEnMet=other)) == []


@pytest.mark.parametrize(
    ("question", "elements"),
    [
        ({}, ["Vanaf", "TotEnMet", "Zaaknummer", "KlantKenmerk", "Betaalkenmerk"]),
        ({"Status": "OPEN"}, ["Vanaf", "TotEnMet", "Zaaknummer", "KlantKenmerk", "Betaalkenmerk"]),
        ({"Vanaf": "2026-11-24"}, ["TotEnMet"]),
        ({"TotEnMet": "2026-11-24"}, ["Vanaf"]),
        ({"Vanaf": "2026-11-24", "TotEnMet": "2026-11-23"}, ["TotEnMet"]),
        ({"Vanaf": "2025-11-24", "TotEnMet": "2026-11-25"}, ["TotEnMet"]),
        ({"Vanaf": "2026-11-24", "BedragVanafInCenten": 2, "BedragTotEnMetInCenten": 1}, ["TotEnMet", "BedragTotEnMetInCenten"]),
        ({**PERIOD, "Vervolg": "482710936577.0123456789abcdef"}, ["Vervolg"]),
    ],
)  # fmt: skip
def test_a_question_that_cannot_be_answered_tells_everything_that_is_wrong(
    loket: Loket, question: dict[str, object], elements: list[str]
) -> None:
    answer = loket.ask("ZoekBetalingen", **question)
    assert answer.fault == ("Client", CODE)
    assert answer.bevindingen == [(CODE, f"/ZoekBetalingen/{one}") for one in elements]


def test_a_period_of_366_days_is_the_longest(loket: Loket) -> None:
    antwoord = loket.town.offers()
    question = {"Vanaf": "2025-11-24", "TotEnMet": "2026-11-24"}
    assert kenmerken(loket.ask("ZoekBetalingen", **question)) == own(antwoord)


def test_pages_tell_each_once_while_others_are_made(loket: Loket) -> None:
    """Five were made in the same instant; more come while somebody pages."""
    old = [loket.town.offers() for _ in range(5)]
    first = loket.ask("ZoekBetalingen", **PERIOD, Maximum=2)
    loket.town.offers()
    loket.town.clock.forward(seconds=1)
    loket.town.offers()
    second = loket.ask("ZoekBetalingen", **PERIOD, Maximum=2, Vervolg=first.text("Vervolg"))
    last = loket.ask("ZoekBetalingen", **PERIOD, Maximum=2, Vervolg=second.text("Vervolg"))
    assert kenmerken(first) + kenmerken(second) + kenmerken(last) == own(*reversed(old))
    assert last.text("Vervolg") is None


def test_a_vervolg_fits_its_own_question_and_zender_only(loket: Loket) -> None:
    for _ in range(3):
        loket.town.offers(klant_kenmerk=KLANT)
        loket.town.offers(PARKEREN, zender="parkeren", klant_kenmerk=KLANT)
    code = str(loket.ask("ZoekBetalingen", **PERIOD, Maximum=1).text("Vervolg"))
    other = str(loket.ask("VraagKlantoverzicht", KlantKenmerk=KLANT, Vervolg=code).fault[1])
    assert other == CODE
    for changed in (
        {"zender": "parkeren", **PERIOD, "Vervolg": code},
        {**PERIOD, "Status": "OPEN", "Vervolg": code},
        {"Vanaf": "2026-11-23", "TotEnMet": "2026-11-24", "Vervolg": code},
        {**PERIOD, "Vervolg": ("1" if code[0] != "1" else "2") + code[1:]},
        {**PERIOD, "Vervolg": code[:-1] + ("0" if code[-1] != "0" else "1")},
    ):
        answer = loket.ask("ZoekBetalingen", **changed)
        assert answer.bevindingen == [(CODE, "/ZoekBetalingen/Vervolg")]
    assert loket.ask("ZoekBetalingen", **PERIOD, Maximum=100, Vervolg=code).status == 200


def test_a_vervolg_of_another_installation_is_refused(loket: Loket) -> None:
    for _ in range(2):
        loket.town.offers()
    code = loket.ask("ZoekBetalingen", **PERIOD, Maximum=1).text("Vervolg")
    other = replace(loket.town.hub, portaal=replace(loket.town.hub.portaal, secret="another secret of this length"))
    elsewhere = Loket(loket.town, make_soap(other, public_url=other.soap_url))
    assert elsewhere.ask("ZoekBetalingen", **PERIOD, Vervolg=code).fault == ("Client", CODE)
