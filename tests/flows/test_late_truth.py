"""A betaling that "failed" and was paid after all, while its betaalopdracht found company: nobody is left with a dead page."""

from __future__ import annotations

from dataclasses import replace

import pytest

from betaalhub.domain.evidence import BewegingStatus, PogingStatus
from betaalhub.domain.statuses import BetaalopdrachtStatus
from betaalhub.domain.uitval import Oplossing
from betaalhub.flows.mandje import MandjeStand, view_mandje
from betaalhub.flows.paginastatus import Paginastatus
from betaalhub.flows.start_betaling import StartBetalingAntwoord
from betaalhub.storage.database import reading
from betaalhub.storage.tables import BetalingRow, UitvalRow
from tests.flows.movements import ASIDE, PROCEEDS, TUSSEN, balances, resolves, says, taken
from tests.flows.refunds import decides, refunding, works
from tests.flows.test_late_money import paid_late
from tests.flows.town import Town, rapport

APPROVED, FAILED = PogingStatus.APPROVED, PogingStatus.FAILED


@pytest.fixture
def town(small_town: Town) -> Town:
    return small_town


def stand(town: Town, antwoord: StartBetalingAntwoord) -> MandjeStand:
    """What the holder of its BetaalUrl is shown."""
    with reading(town.hub.sessions) as session:
        token = town.opdracht(antwoord).token
        return view_mandje(session, token, portaal=town.hub.portaal, now=town.clock(), attempt=town.hub.attempt)


def page(town: Town, antwoord: StartBetalingAntwoord) -> Paginastatus:
    return stand(town, antwoord).paginastatus


def failed(town: Town) -> tuple[StartBetalingAntwoord, BetalingRow]:
    antwoord, betaling = town.started()
    town.clock.forward(seconds=30)
    town.answered(betaling, rapport(FAILED, at=town.clock()))
    town.clock.forward(seconds=30)
    return antwoord, betaling


def test_who_joined_in_between_goes_on_with_a_winkelmandje_that_can_be_paid(town: Town) -> None:
    first, betaling = failed(town)
    second = town.offers()
    assert town.joins(second, first)
    town.answered(betaling, rapport(APPROVED, at=town.clock()))
    assert town.opdracht(first).status == BetaalopdrachtStatus.BETAALD
    assert (page(town, first), page(town, second)) == (Paginastatus.PAID, Paginastatus.CART)
    assert town.pays(second).url


def test_who_was_joined_by_it_goes_on_with_a_winkelmandje_that_can_be_paid(town: Town) -> None:
    first, betaling = failed(town)
    second = town.offers()
    assert town.joins(first, second)
    town.answered(betaling, rapport(APPROVED, at=town.clock()))
    assert (page(town, first), page(town, second)) == (Paginastatus.PAID, Paginastatus.CART)
    assert town.pays(second).url


def test_money_that_an_earlier_ask_saw_counts_though_its_answer_comes_last(town: Town) -> None:
    antwoord, betaling = town.started()
    slow = rapport(APPROVED, at=town.clock())
    twice = replace(slow, pogingen=(*slow.pogingen, replace(slow.pogingen[0], psp_id="2")))
    town.clock.forward(seconds=2)
    town.answered(betaling, rapport(APPROVED, at=town.clock()))
    town.answered(betaling, twice)
    assert [row.soort for row in town.all(UitvalRow)] == ["DUBBEL_BETAALD"]
    assert town.opdracht(antwoord).status == BetaalopdrachtStatus.BETAALD


def test_while_the_new_attempt_lives_it_keeps_both_and_says_so_when_it_is_double(town: Town) -> None:
    first, betaling = failed(town)
    second = town.offers()
    assert town.joins(second, first)
    assert town.pays(first).url
    newest = town.all(BetalingRow)[-1]
    town.answered(betaling, rapport(APPROVED, at=town.clock()))
    assert town.mandje(first).id == town.mandje(second).id
    town.clock.forward(seconds=30)
    town.answered(newest, rapport(APPROVED, cents=37_500, at=town.clock()))
    assert town.opdracht(second).status == BetaalopdrachtStatus.BETAALD
    assert page(town, first) == Paginastatus.DOUBLE


def test_an_older_answer_that_shows_more_money_is_heard(town: Town) -> None:
    _, betaling = town.started()
    asked_first = town.clock()
    town.clock.forward(seconds=30)
    town.answered(betaling, rapport(APPROVED, at=town.clock()))
    town.answered(betaling, rapport(APPROVED, cents=20_000, registered=18_750, at=asked_first))
    town.answered(betaling, rapport(FAILED, registered=18_750, at=asked_first))
    assert town.all(BetalingRow)[-1].ontvangen_cent == 20_000
    assert [row.soort for row in town.all(UitvalRow)] == ["DUBBEL_BETAALD"]


def test_a_surplus_that_the_psp_takes_back_by_itself_waits_for_a_person(town: Town) -> None:
    _, betaling = town.started()
    town.clock.forward(seconds=30)
    town.answered(betaling, rapport(APPROVED, cents=20_000, registered=18_750, at=town.clock()))
    town.clock.forward(seconds=30)
    town.answered(betaling, rapport(APPROVED, at=town.clock()))
    assert sorted(row.soort for row in town.all(UitvalRow)) == ["DUBBEL_BETAALD", "PSP_SPREEKT_ZICH_TEGEN"]


@pytest.mark.parametrize(("cents", "shown"), [(18_750, Paginastatus.REFUNDED), (9_000, Paginastatus.PART_REFUNDED)])
def test_who_paid_late_and_got_it_back_reads_so(town: Town, cents: int, shown: Paginastatus) -> None:
    refunding(town)
    antwoord, _ = paid_late(town)
    resolves(town, "LAAT_BETAALD", Oplossing.TERUGBETALEN, regels={1: cents})
    assert page(town, antwoord) == Paginastatus.LATE
    decides(town)
    assert page(town, antwoord) == (Paginastatus.COMING_BACK if cents == 18_750 else Paginastatus.LATE)
    works(town)
    works(town, hours=1)
    assert (town.opdracht(antwoord).status, page(town, antwoord)) == (BetaalopdrachtStatus.VERLOPEN, shown)


def test_a_surplus_is_booked_though_money_in_another_currency_came_beside_it(town: Town) -> None:
    """Found by seed 60 of the simulation."""
    _, betaling = town.started()
    town.clock.forward(seconds=30)
    paid = rapport(APPROVED, at=town.clock())
    town.answered(betaling, paid)
    town.clock.forward(seconds=30)
    (poging,) = paid.pogingen
    twice = (poging, replace(poging, psp_id="2"), replace(poging, psp_id="3", currency="USD"))
    town.answered(betaling, replace(paid, observed_at=town.clock(), pogingen=twice))
    assert balances(town) == {TUSSEN: 37_500, ASIDE: -18_750, PROCEEDS: -18_750}


def test_another_amount_that_went_back_is_told_so_and_can_be_paid_again(town: Town) -> None:
    refunding(town, paid=18_000, registered=18_000)
    antwoord, betaling = town.started()
    town.clock.forward(seconds=30)
    town.answered(betaling, rapport(APPROVED, cents=18_000, registered=18_000, at=town.clock()))
    resolves(town, "BEDRAG_AFWIJKEND", Oplossing.TERUGBETALEN)
    assert page(town, antwoord) == Paginastatus.DIFFERS
    decides(town)
    works(town)
    works(town, hours=1)
    assert (town.opdracht(antwoord).status, page(town, antwoord)) == (BetaalopdrachtStatus.OPEN, Paginastatus.RETURNED)
    assert town.pays(antwoord).url


def test_what_the_bank_took_is_told_until_it_comes_back(town: Town) -> None:
    antwoord, betaling = town.paid()
    says(town, betaling, taken(5_000))
    assert page(town, antwoord) == Paginastatus.TAKEN_BACK
    assert stand(town, antwoord).teruggeboekt_cent == 5_000
    says(town, betaling, taken(5_000, status=BewegingStatus.FAILED))
    assert (page(town, antwoord), stand(town, antwoord).teruggeboekt_cent) == (Paginastatus.PAID, 0)


def test_what_the_bank_took_of_too_much_leaves_her_paid(town: Town) -> None:
    antwoord, betaling = town.paid()
    says(town, betaling, cents=28_750)
    says(town, betaling, taken(10_000), cents=28_750)
    assert page(town, antwoord) != Paginastatus.TAKEN_BACK
    says(town, betaling, taken(10_000), taken(18_750, psp_id="1:chargeback:C2"), cents=28_750)
    shown = stand(town, antwoord)
    assert (shown.paginastatus, shown.teruggeboekt_cent) == (Paginastatus.TAKEN_BACK, 28_750)


def test_too_much_is_told_with_all_that_was_received(town: Town) -> None:
    antwoord, betaling = town.paid()
    says(town, betaling, cents=19_750)
    shown = stand(town, antwoord)
    assert (shown.paginastatus, shown.ontvangen_cent, shown.totaal_cent) == (Paginastatus.DOUBLE, 19_750, 18_750)


def test_two_betalingen_are_told_with_what_both_brought_until_the_bank_took_both(town: Town) -> None:
    antwoord, betaling = failed(town)
    assert town.pays(antwoord).url
    newest = town.all(BetalingRow)[-1]
    town.answered(betaling, rapport(APPROVED, at=town.clock()))
    town.clock.forward(seconds=30)
    town.answered(newest, rapport(APPROVED, at=town.clock()))
    shown = stand(town, antwoord)
    assert (shown.paginastatus, shown.ontvangen_cent) == (Paginastatus.DOUBLE, 37_500)
    says(town, newest, taken())
    assert page(town, antwoord) == Paginastatus.DOUBLE
    says(town, betaling, taken())
    shown = stand(town, antwoord)
    assert (shown.paginastatus, shown.teruggeboekt_cent) == (Paginastatus.TAKEN_BACK, 37_500)
