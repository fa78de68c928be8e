"""What was asked to be given back is seen at the desk, with whom and why, until it is done."""

from __future__ import annotations

import pytest

from betaalhub.cli.screen import in_fours
from betaalhub.demo.journey import stuurgegevens
from betaalhub.storage.tables import TerugbetalingRow, WinkelmandjeRow
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


def newest(stad: Stad) -> str:
    return str(stad.rows(TerugbetalingRow)[-1].nummer)


def test_one_is_shown_with_what_can_be_done(desk: Administrator, asked: Opdracht, stad: Stad) -> None:
    nummer = newest(stad)
    shown = desk.types("terugbetaling", "show", nummer[:6].lower())
    assert shown.startswith(f"Terugbetaling {nummer}: AANGEVRAAGD, € 123,45\n")
    assert "1  € 123,45  " in shown
    assert f'betaalhub terugbetaling keur-goed {nummer} --door "UW NAAM"' in shown
    assert "Een ander dan vergunningen beslist" in shown


def test_a_colleague_approves_and_the_money_goes_back(desk: Administrator, asked: Opdracht, stad: Stad) -> None:
    said = desk.types("terugbetaling", "keur-goed", newest(stad), "--door", "P. Prins")
    assert "beslist door   P. Prins" in said
    assert "De hub stuurt haar naar de PSP" in said
    stad.passes(minutes=10)
    assert "Klaar. U hoeft niets te doen." in desk.types("terugbetaling", "show", newest(stad))
    assert desk.types("terugbetaling", "list") == "Er wacht geen terugbetaling.\n"


def test_a_rejection_says_why(desk: Administrator, asked: Opdracht, stad: Stad) -> None:
    said = desk.types("terugbetaling", "wijs-af", newest(stad), "--reden", "Geen recht op", "--door", "P. Prins")
    assert "AFGEWEZEN" in said
    assert "Geen recht op" in said
    assert "Geen recht op" in desk.types("status", asked.betaalkenmerk)


def test_a_person_asks_back_what_is_left(desk: Administrator, asked: Opdracht, stad: Stad) -> None:
    why = ("--reden", "Rest", "--door", "J. Jansen")
    said = desk.types("terugbetaling", "vraag-aan", asked.betaalkenmerk, *why)
    assert "AANGEVRAAGD, € 64,05" in said
    said = desk.types("terugbetaling", "vraag-aan", asked.betaalkenmerk, *why, code=2)
    assert said == (
        "Fout: Er is niets meer over om terug te betalen. "
        "Er loopt al een terugbetaling; kijk met: betaalhub terugbetaling list.\n"
    )
    said = desk.types("terugbetaling", "keur-goed", newest(stad), "--door", "j. jansen", code=2)
    assert said == "Fout: Wie een terugbetaling vraagt, keurt haar niet zelf goed: laat een collega het doen.\n"


@pytest.mark.parametrize(
    ("given", "heard"),
    [
        (["vraag-aan", "123", "--reden", "x", "--door", "J"], "Dit kenmerk klopt niet. Kijk de 12 cijfers goed na."),
        (["vraag-aan", "482710936578", "--reden", "x", "--door", "J"], "Dit kenmerk klopt niet."),
        (["vraag-aan", "4827 1093 6577", "--reden", "x", "--door", "J"], "Er is geen betaalopdracht met kenmerk 4827"),
        (["vraag-aan", "KENMERK", "--regel", "9", "--reden", "x", "--door", "J"], "Regel 9: Deze betaalopdracht heeft"),
        (
            ["vraag-aan", "KENMERK", "--regel", "1=999,99", "--reden", "x", "--door", "J"],
            "Er is nog € 64,05 over. Er loopt al een",
        ),
        (
            ["vraag-aan", "KENMERK", "--regel", "een", "--reden", "x", "--door", "J"],
            "regelnummer en euro's: 2 of 2=12,50",
        ),
        (["vraag-aan", "KENMERK", "--reden", " ", "--door", "J"], "--reden: dit mag niet leeg zijn."),
        (["keur-goed", "ZZZZZZ", "--door", "J"], "nummer ZZZZZZ. Kijk met: betaalhub terugbetaling list"),
        (["keur-goed", "ZZZ", "--door", "J"], "Geef ten minste 6 tekens van het nummer."),
        (["koppel", "NUMMER", "--door", "J"], "Koppelen kan alleen wat bij de PSP zelf is teruggestort (EXTERN)"),
        (["koppel", "NUMMER", "--betaalkenmerk", "1", "--door", "J"], "Noem bij --betaalkenmerk ook met --regel"),
        (["uitbetaald", "NUMMER", "--bewijs", "B", "--door", "J"], "Deze betaling liep via de PSP"),
    ],
)
def test_what_can_not_be_says_why(
    desk: Administrator, asked: Opdracht, stad: Stad, given: list[str], heard: str
) -> None:
    words = {"KENMERK": asked.betaalkenmerk, "NUMMER": newest(stad)}
    assert heard in desk.types("terugbetaling", *(words.get(one, one) for one in given), code=2)


def test_what_was_paid_too_much_is_found_by_its_winkelmandje(stad: Stad, desk: Administrator) -> None:
    opdracht = stad.offers("EVENEMENT")
    stad.psp("scenario", attempts=2)
    stad.burger(opdracht).pays()
    stad.passes(minutes=1)
    stad.resolves("DUBBEL_BETAALD", "TERUGBETALEN")
    shown = desk.types("terugbetaling", "show", newest(stad))
    (mandje,) = stad.rows(WinkelmandjeRow)
    assert f"betaalkenmerk  {in_fours(mandje.kenmerk)}\n" in shown
    assert "te veel of anders betaald geld; het hoort bij geen productregel." in shown
    assert in_fours(mandje.kenmerk) in desk.types("terugbetaling", "list")


def test_every_command_is_told_in_one_whole_line(desk: Administrator) -> None:
    assert "..." not in desk.types("terugbetaling", "--help")
