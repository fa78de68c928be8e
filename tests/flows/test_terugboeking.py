"""The bank takes money back: booked and told at once, once; months later it may come back, and then all is as before."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from betaalhub.domain.betaalopdracht import ProductregelVerzoek
from betaalhub.domain.evidence import BewegingStatus, PogingStatus
from betaalhub.domain.terugboeking import allot_terugboeking
from betaalhub.flows.ageing import find_too_old
from betaalhub.storage.tables import (
    BetaalopdrachtRow,
    BetalingRow,
    BoekingsleutelRow,
    GebeurtenisRow,
    JournaalpostRow,
    TerugboekingRow,
    ToewijzingRow,
    UitvalRow,
)
from betaalhub.worker.loop import run_until_idle
from tests.flows.movements import ASIDE, DONE, FAILED, PROCEEDS, TUSSEN, balances, nameless, says, taken, waiting
from tests.flows.town import PARKEREN, Town, rapport

PAS = ProductregelVerzoek(2, "AFVALPAS", "Vervangende afvalpas", 1, 1_210)


@pytest.fixture
def town(small_town: Town) -> Town:
    return small_town


def terugboeking(town: Town) -> TerugboekingRow:
    (row,) = town.all(TerugboekingRow)
    return row


def test_it_is_booked_told_and_waits_for_a_person(town: Town) -> None:
    antwoord, betaling = town.paid()
    town.psp.answer = PogingStatus.APPROVED
    run_until_idle(town.hub)
    says(town, betaling, taken())
    run_until_idle(town.hub)
    opdracht, told = town.opdracht(antwoord), town.ontvanger.told[-1]
    assert (opdracht.status, opdracht.teruggeboekt_cent, opdracht.leverbaar) == ("BETAALD", 18_750, False)
    assert (told.status, told.teruggeboekt_cent, told.leverbaar) == ("BETAALD", 18_750, False)
    assert (terugboeking(town).status, waiting(town)) == ("GEMELD", ["TERUGBOEKING"])
    assert balances(town) == {}


def test_the_same_evidence_again_changes_nothing(town: Town) -> None:
    antwoord, betaling = town.paid()
    found = says(town, betaling, taken())
    versie, events = town.opdracht(antwoord).versie_gewenst, len(town.all(GebeurtenisRow))
    for _ in range(2):
        town.answered(betaling, found)
        says(town, betaling, taken())
    assert town.opdracht(antwoord).versie_gewenst == versie
    assert (len(town.all(TerugboekingRow)), len(town.all(GebeurtenisRow))) == (1, events)


def test_months_later_it_comes_back_and_all_is_as_before(town: Town) -> None:
    antwoord, betaling = town.paid()
    says(town, betaling, taken())
    town.clock.forward(days=100)
    says(town, betaling, taken(status=FAILED))
    opdracht, (uitval,) = town.opdracht(antwoord), town.all(UitvalRow)
    assert (opdracht.status, opdracht.teruggeboekt_cent, opdracht.leverbaar) == ("BETAALD", 0, True)
    assert (terugboeking(town).status, uitval.status, uitval.oplossing) == ("GEWONNEN", "OPGELOST", "AUTOMATISCH")
    assert balances(town) == {TUSSEN: 18_750, PROCEEDS: -18_750}
    assert town.all(ToewijzingRow)[0].gereserveerd_cent == town.all(BetalingRow)[0].gereserveerd_cent == 0
    says(town, betaling, taken(status=FAILED))
    assert balances(town) == {TUSSEN: 18_750, PROCEEDS: -18_750}


def test_an_older_answer_that_comes_late_undoes_nothing(town: Town) -> None:
    _, betaling = town.paid()
    old = says(town, betaling, taken())
    says(town, betaling, taken(status=FAILED))
    town.answered(betaling, old)
    assert terugboeking(town).status == "GEWONNEN"


def test_a_bank_that_takes_it_again_takes_it_again(town: Town) -> None:
    antwoord, betaling = town.paid()
    for status in (BewegingStatus.DONE, FAILED, BewegingStatus.DONE, BewegingStatus.DONE):
        says(town, betaling, taken(status=status))
    assert [row.status for row in town.all(TerugboekingRow)] == ["GEWONNEN", "GEMELD"]
    assert (town.opdracht(antwoord).teruggeboekt_cent, balances(town)) == (18_750, {})


@pytest.mark.parametrize("status", [BewegingStatus.PENDING, BewegingStatus.UNKNOWN, FAILED])
def test_what_is_not_taken_yet_is_no_money(town: Town, status: BewegingStatus) -> None:
    antwoord, betaling = town.paid()
    says(town, betaling, taken(status=status))
    assert (town.all(TerugboekingRow), town.opdracht(antwoord).leverbaar) == ([], True)


def test_another_amount_for_the_same_terugboeking_is_for_a_person(town: Town) -> None:
    _, betaling = town.paid()
    says(town, betaling, taken())
    says(town, betaling, taken(18_000))
    says(town, betaling, taken(18_000))
    assert [row.omschrijving[:31] for row in town.all(UitvalRow)][1:] == ["De PSP noemt nu € 180,00 voor e"]
    assert terugboeking(town).bedrag_cent == 18_750


def test_those_without_a_number_are_told_apart_when_the_list_turns_round(town: Town) -> None:
    _, betaling = town.paid()
    for found in (
        [(10_000, DONE)],
        [(3_000, DONE), (10_000, DONE)],
        [(10_000, FAILED), (3_000, DONE), (10_000, DONE)],
        [(10_000, DONE), (3_000, DONE), (10_000, FAILED)],
    ):
        says(town, betaling, *nameless(*found))
    assert [(row.bedrag_cent, row.status) for row in town.all(TerugboekingRow)] == [
        (10_000, "GEMELD"),
        (3_000, "GEMELD"),
    ]
    assert waiting(town) == ["TERUGBOEKING", "TERUGBOEKING"]
    assert balances(town) == {TUSSEN: 5_750, PROCEEDS: -5_750}


def test_one_without_a_number_comes_back_and_is_taken_again(town: Town) -> None:
    _, betaling = town.paid()
    for found in (
        [(10_000, DONE)],
        [(3_000, DONE), (10_000, FAILED)],
        [(10_000, DONE), (10_000, FAILED), (3_000, DONE)],
        [(3_000, DONE), (10_000, FAILED), (10_000, DONE)],
    ):
        says(town, betaling, *nameless(*found))
    assert [(row.bedrag_cent, row.status) for row in town.all(TerugboekingRow)] == [
        (10_000, "GEWONNEN"),
        (3_000, "GEMELD"),
        (10_000, "GEMELD"),
    ]
    assert balances(town) == {TUSSEN: 5_750, PROCEEDS: -5_750}


def test_another_currency_is_for_a_person(town: Town) -> None:
    _, betaling = town.paid()
    for _ in range(2):
        says(town, betaling, taken(currency="USD"))
    assert (town.all(TerugboekingRow), waiting(town)) == ([], ["TERUGBOEKING"])


def test_a_number_that_is_too_long_keeps_no_money_out(town: Town) -> None:
    _, betaling = town.paid()
    for number in ("1" * 300, "1" * 299 + "2"):
        says(town, betaling, *(taken(100, psp_id=one) for one in ("1" * 300, number)))
    assert len(town.all(TerugboekingRow)) == 2


def test_more_than_there_is_lies_aside_and_says_so(town: Town) -> None:
    antwoord, betaling = town.paid()
    says(town, betaling, taken(18_750), taken(1_000, psp_id="1:chargeback:C2"))
    assert balances(town) == {TUSSEN: -1_000, ASIDE: 1_000}
    assert (town.opdracht(antwoord).teruggeboekt_cent, town.all(BetalingRow)[0].gereserveerd_cent) == (18_750, 18_750)
    assert "€ 10,00 terug dat op geen productregel ligt" in town.all(UitvalRow)[-1].omschrijving
    says(town, betaling, taken(), taken(1_000, FAILED, psp_id="1:chargeback:C2"))
    assert (balances(town), waiting(town)) == ({}, ["TERUGBOEKING"])


def test_what_was_received_too_much_goes_first(town: Town) -> None:
    antwoord, betaling = town.started()
    town.answered(betaling, rapport(PogingStatus.APPROVED, cents=37_500, registered=18_750))
    says(town, town.all(BetalingRow)[0], taken(18_750), cents=37_500)
    row = town.all(BetalingRow)[0]
    assert (row.gereserveerd_cent, row.meer_gereserveerd_cent, town.opdracht(antwoord).teruggeboekt_cent) == (
        18_750,
        18_750,
        0,
    )
    assert balances(town) == {TUSSEN: 18_750, PROCEEDS: -18_750}
    says(town, row, taken(18_750, FAILED), cents=37_500)
    assert town.all(BetalingRow)[0].gereserveerd_cent == 0
    assert balances(town) == {TUSSEN: 37_500, PROCEEDS: -18_750, ASIDE: -18_750}


def test_each_betaalopdracht_loses_its_part(town: Town) -> None:
    event, parking = town.offers(), town.offers(PARKEREN, PAS, zender="parkeren")
    assert town.joins(parking, event)
    assert town.pays(event).url
    (betaling,) = town.all(BetalingRow)
    town.clock.forward(seconds=30)
    town.answered(betaling, rapport(PogingStatus.APPROVED, cents=29_560, at=town.clock()))
    says(town, betaling, taken(10_000), cents=29_560)
    parts = [row.teruggeboekt_cent for row in town.all(BetaalopdrachtRow)]
    assert parts == [6_343, 3_657]
    assert waiting(town) == ["TERUGBOEKING", "TERUGBOEKING"]
    says(town, betaling, taken(10_000), taken(19_560, psp_id="1:chargeback:C2"), cents=29_560)
    assert (balances(town), [row.leverbaar for row in town.all(BetaalopdrachtRow)]) == ({}, [False, False])


def test_it_comes_from_the_accounts_on_which_the_proceeds_lie(town: Town) -> None:
    """The catalogue is another by the time that the bank takes the money."""
    _, betaling = town.paid()
    town.does(lambda session: session.execute(update(BoekingsleutelRow).values(grootboekrekening="8999")))
    says(town, betaling, taken())
    assert balances(town) == {}


def test_nobody_decides_for_four_months(town: Town) -> None:
    _, betaling = town.paid()
    says(town, betaling, taken())
    bookings = ["BOEKING_ONBEANTWOORD"] * 2  # which no worker took along
    town.clock.forward(days=119)
    assert [town.does(lambda session: find_too_old(session, town.clock())) for _ in range(3)] == [1, 1, 0]
    assert waiting(town) == ["TERUGBOEKING", *bookings]
    town.clock.forward(days=2)
    assert [town.does(lambda session: find_too_old(session, town.clock())) for _ in range(2)] == [1, 0]
    assert waiting(town) == ["TERUGBOEKING", *bookings, "TE_OUD"]
    says(town, betaling, taken(status=FAILED))
    assert waiting(town) == bookings


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 10**7), st.integers(0, 9_000), st.dictionaries(st.integers(1, 9), st.integers(0, 9_000)))
def test_no_part_loses_more_than_it_has(cents: int, surplus: int, left: dict[int, int]) -> None:
    whole = surplus + sum(left.values())
    found = allot_terugboeking(cents, surplus_left=surplus, left=left, whole_left=whole)
    assert found.surplus + sum(found.toewijzingen.values()) + found.beyond == cents
    assert found.beyond == max(0, cents - whole)
    assert found.surplus == min(cents, surplus)
    assert all(0 < part <= left[key] for key, part in found.toewijzingen.items())


def test_a_betaling_that_is_not_paid_loses_from_what_lies_aside(town: Town) -> None:
    antwoord, betaling = town.started()
    town.clock.forward(seconds=30)
    found = rapport(PogingStatus.APPROVED, cents=400, registered=18_750, at=town.clock())
    town.answered(betaling, replace(found, terugboekingen=(taken(400),)))
    assert (town.opdracht(antwoord).status, terugboeking(town).bedrag_cent) == ("OPEN", 400)  # she may pay again
    assert town.all(BetalingRow)[0].meer_gereserveerd_cent == 400
    assert [post.soort for post in town.all(JournaalpostRow)][-1] == "TERUGBOEKING"
