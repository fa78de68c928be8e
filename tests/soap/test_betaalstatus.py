"""VraagBetaalstatus gives a page to pay only while something can be paid there."""

from __future__ import annotations

from betaalhub.flows.start_betaling import StartBetalingAntwoord
from tests.soap.loket import Loket


def url(loket: Loket, antwoord: StartBetalingAntwoord) -> str | None:
    return loket.ask("VraagBetaalstatus", Betaalkenmerk=antwoord.betaalkenmerk).text("BetaalUrl")


def test_while_it_is_open_or_being_paid_there_is_a_page(loket: Loket) -> None:
    antwoord = loket.town.offers()
    assert url(loket, antwoord) == antwoord.betaal_url
    assert loket.town.pays(antwoord).url
    assert url(loket, antwoord) == antwoord.betaal_url


def test_when_it_is_paid_there_is_none(loket: Loket) -> None:
    antwoord, _ = loket.town.paid()
    assert url(loket, antwoord) is None


def test_when_its_time_is_over_there_is_none_also_before_it_was_looked_after(loket: Loket) -> None:
    antwoord = loket.town.offers()
    loket.town.clock.forward(days=13, hours=23, minutes=41)
    assert url(loket, antwoord) is None


def test_a_question_without_one_kenmerk_names_both_elements(loket: Loket) -> None:
    answer = loket.ask("VraagBetaalstatus")
    assert answer.bevindingen == [
        ("ZOEKVRAAG_ONJUIST", f"/VraagBetaalstatus/{one}") for one in ("Betaalkenmerk", "Kenmerk")
    ]
