"""Money goes back: decided by whom it must be, sent once, booked when the PSP says that it is done, and never more than there is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from betaalhub.domain.statuses import GIVEN_BACK, TerugbetalingStatus
from betaalhub.domain.werk import OutboxSoort
from betaalhub.errors import Outcome, Refusal
from betaalhub.flows.ageing import find_too_old
from betaalhub.flows.dead import give_up
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.terugbetaling_besluit import send_again, settle_by_hand
from betaalhub.storage.tables import JournaalpostRow, OutboxRow, TerugbetalingRow
from tests.flows.movements import ASIDE, PROCEEDS, TUSSEN, balances, waiting
from tests.flows.refunds import (
    DONE,
    FAILED,
    PENDING,
    asks_back,
    decides,
    lives,
    looks,
    psp_of,
    refunding,
    reserved,
    terug,
    threshold,
    trouble,
    works,
)
from tests.flows.town import VERGUNNING, Town


@pytest.fixture
def town(small_town: Town) -> Town:
    refunding(small_town)
    return small_town


# --- Who decides


def test_without_a_threshold_a_second_person_decides_and_the_money_goes_back(town: Town) -> None:
    antwoord, _ = town.paid()
    assert asks_back(town, antwoord).status == "AANGEVRAAGD"
    works(town)
    assert psp_of(town).calls == []
    decides(town)
    works(town)
    assert (terug(town).status, terug(town).beslist_door) == ("INGEDIEND", "P. Prins")
    works(town, minutes=2)
    assert terug(town).status == "VOLTOOID"
    assert (town.opdracht(antwoord).status, town.opdracht(antwoord).terugbetaald_cent) == ("TERUGBETAALD", 18_750)
    assert balances(town) == {}
    (command,) = psp_of(town).calls
    assert (command.reference, command.amount_cents, command.poging_id) == (terug(town).nummer, 18_750, "1")


def test_below_the_threshold_it_is_on_its_way_at_once(town: Town) -> None:
    threshold(town, 10_000)
    antwoord, _ = town.paid()
    assert asks_back(town, antwoord, 9_999).status == "GOEDGEKEURD"
    assert terug(town).beslist_door == "systeem"
    lives(town, minutes=10)
    assert [one.amount_cents for one in psp_of(town).calls] == [9_999]
    assert (terug(town).status, town.opdracht(antwoord).status) == ("VOLTOOID", "DEELS_TERUGBETAALD")
    assert balances(town) == {TUSSEN: 8_751, PROCEEDS: -8_751}


def test_cutting_it_into_pieces_takes_no_eyes_away(town: Town) -> None:
    threshold(town, 10_000)
    antwoord, _ = town.paid()
    assert [asks_back(town, antwoord, 6_000).status for _ in range(2)] == ["GOEDGEKEURD", "AANGEVRAAGD"]


def test_nor_does_asking_for_one_productregel_after_the_other(town: Town) -> None:
    psp_of(town).paid = psp_of(town).registered = 37_500
    threshold(town, 20_000)
    antwoord = town.offers(VERGUNNING, replace(VERGUNNING, regelnummer=2))
    assert town.pays(antwoord).url
    looks(town)
    first, second = (asks_back(town, antwoord, regels={nummer: None}) for nummer in (1, 2))
    assert (first.status, second.status) == ("GOEDGEKEURD", "AANGEVRAAGD")


@pytest.mark.parametrize("wie", ["vergunningen", "Vergun Ningen"])
def test_who_asked_does_not_approve(town: Town, wie: str) -> None:
    antwoord, _ = town.paid()
    asks_back(town, antwoord)
    with pytest.raises(Refusal, match="laat een collega"):
        decides(town, wie=wie)
    assert terug(town).status == "AANGEVRAAGD"


def test_a_rejection_frees_the_cents_and_needs_a_reason(town: Town) -> None:
    antwoord, _ = town.paid()
    asks_back(town, antwoord)
    with pytest.raises(Refusal, match="REDEN_ONTBREEKT"):
        decides(town, goedkeuren=False)
    decides(town, goedkeuren=False, reden="Geen recht op")
    assert (terug(town).status, reserved(town)) == ("AFGEWEZEN", (0, 0, 0))
    assert (town.opdracht(antwoord).status, bool(town.opdracht(antwoord).leverbaar)) == ("BETAALD", True)
    with pytest.raises(Refusal, match="al beslist"):
        decides(town)


# --- What the PSP does


@pytest.mark.parametrize("arrived", [True, False])
def test_an_unknown_outcome_is_asked_and_never_sent_twice(town: Town, arrived: bool) -> None:
    psp, (antwoord, _) = psp_of(town), town.paid()
    (psp.after if arrived else psp.before).append(trouble(Outcome.UNKNOWN, "TIMEOUT"))
    asks_back(town, antwoord)
    decides(town)
    works(town)
    assert terug(town).status == "ONBEKEND"
    lives(town, days=3)
    assert len(psp.calls) == 1
    assert terug(town).status == ("VOLTOOID" if arrived else "ONBEKEND")
    assert balances(town) == ({} if arrived else {TUSSEN: 18_750, PROCEEDS: -18_750})
    assert (find_too_old_of(town) == 1) != arrived
    assert waiting(town) == ([] if arrived else ["ONBEKEND_TE_LANG"])


def find_too_old_of(town: Town) -> int:
    return town.does(lambda session: find_too_old(session, town.clock()))


def test_a_person_may_send_what_never_arrived_again_under_the_same_reference(town: Town) -> None:
    psp, (antwoord, _) = psp_of(town), town.paid()
    psp.before.append(trouble(Outcome.UNKNOWN))
    asks_back(town, antwoord)
    decides(town)
    lives(town, days=2)
    find_too_old_of(town)
    town.does(lambda session: send_again(session, terug(town).nummer, door=Door("J. Jansen", town.clock())))
    lives(town, hours=1)
    assert [one.reference for one in psp.calls] == [terug(town).nummer] * 2
    assert (terug(town).status, balances(town), waiting(town)) == ("VOLTOOID", {}, [])


def test_what_shows_up_before_it_is_sent_again_is_not_sent(town: Town) -> None:
    psp, (antwoord, _) = psp_of(town), town.paid()
    psp.after.append(trouble(Outcome.UNKNOWN))
    psp.hides = True
    asks_back(town, antwoord)
    decides(town)
    lives(town, days=2)
    psp.hides = False
    town.does(lambda session: send_again(session, terug(town).nummer, door=Door("J. Jansen", town.clock())))
    lives(town, hours=1)
    assert (len(psp.calls), terug(town).status, balances(town)) == (1, "VOLTOOID", {})


def test_a_refusal_of_the_second_call_says_nothing_of_the_first(town: Town) -> None:
    psp, (antwoord, _) = psp_of(town), town.paid()
    psp.before += [trouble(Outcome.UNKNOWN), trouble(Outcome.REFUSED, "REQUEST_DATA_INCORRECT")]
    asks_back(town, antwoord)
    decides(town)
    lives(town, days=2)
    town.does(lambda session: send_again(session, terug(town).nummer, door=Door("J. Jansen", town.clock())))
    works(town)
    assert terug(town).status == "ONBEKEND"


def test_a_refusal_of_the_repeat_that_is_the_ask_says_nothing_of_the_first_either(town: Town) -> None:
    """The first call arrived, and the PSP is slow to show it: its cents must not be free to go a second time."""
    psp, (antwoord, _) = psp_of(town), town.paid()
    psp.capabilities = replace(psp.capabilities, idempotent_refund=True, repeat_hours=24)
    psp.after.append(trouble(Outcome.UNKNOWN))
    psp.hides = True
    asks_back(town, antwoord, 9_000)
    decides(town)
    works(town)
    psp.before.append(trouble(Outcome.REFUSED, "REQUEST_DATA_INCORRECT"))
    works(town, minutes=2)
    assert (len(psp.calls), terug(town).status, reserved(town)[0], waiting(town)) == (2, "ONBEKEND", 9_000, [])
    psp.hides = False
    looks(town)
    assert (terug(town).status, sum(one.amount_cents for one in psp.moved)) == ("VOLTOOID", 9_000)


def test_what_surely_did_not_arrive_is_sent_when_the_psp_is_there(town: Town) -> None:
    psp, (antwoord, _) = psp_of(town), town.paid()
    psp.before += [trouble(Outcome.NOT_DONE, "CONNECT_FAILED"), trouble(Outcome.REFUSED, "MISCONFIGURED")]
    asks_back(town, antwoord)
    decides(town)
    works(town)
    assert (terug(town).status, terug(town).poging_id) == ("VERZENDEN", None)
    lives(town, hours=2)
    assert (len(psp.calls), len(psp.moved), terug(town).status) == (3, 1, "VOLTOOID")
    assert balances(town) == {}


def test_at_a_psp_that_does_one_reference_once_the_same_call_is_the_ask(town: Town) -> None:
    psp, (antwoord, _) = psp_of(town), town.paid()
    psp.capabilities = replace(psp.capabilities, idempotent_refund=True, repeat_hours=24)
    psp.before.append(trouble(Outcome.UNKNOWN))
    asks_back(town, antwoord)
    decides(town)
    lives(town, hours=1)
    assert (len(psp.calls), len(psp.moved), terug(town).status) == (2, 1, "VOLTOOID")


def test_after_its_hours_it_is_only_asked_about(town: Town) -> None:
    psp, (antwoord, _) = psp_of(town), town.paid()
    psp.capabilities = replace(psp.capabilities, idempotent_refund=True, repeat_hours=24)
    psp.before += [trouble(Outcome.UNKNOWN)] * 9
    asks_back(town, antwoord)
    decides(town)
    lives(town, hours=23)
    calls = len(psp.calls)
    lives(town, days=5)
    assert len(psp.calls) == calls
    assert terug(town).status == "ONBEKEND"


def test_a_refusal_frees_the_cents_and_waits_for_a_person(town: Town) -> None:
    psp, (antwoord, _) = psp_of(town), town.paid()
    psp.before.append(trouble(Outcome.REFUSED, "REQUEST_DATA_INCORRECT"))
    asks_back(town, antwoord)
    decides(town)
    works(town)
    assert (terug(town).status, reserved(town), waiting(town)) == ("MISLUKT", (0, 0, 0), ["TERUGBETALING_MISLUKT"])
    assert not town.opdracht(antwoord).leverbaar


def test_one_that_fails_later_waits_for_a_person_and_one_that_was_done_after_all_is_booked(town: Town) -> None:
    psp, (antwoord, _) = psp_of(town), town.paid()
    psp.becomes = PENDING
    asks_back(town, antwoord)
    decides(town)
    lives(town, minutes=10)
    assert terug(town).status == "INGEDIEND"
    psp.settles(FAILED)
    looks(town)
    assert (terug(town).status, reserved(town), waiting(town)) == ("MISLUKT", (0, 0, 0), ["TERUGBETALING_MISLUKT"])
    psp.settles(DONE)
    looks(town)
    looks(town)
    assert (terug(town).status, reserved(town), waiting(town)) == ("VOLTOOID", (18_750, 18_750, 0), [])
    assert balances(town) == {}


def test_one_that_was_done_after_all_takes_no_more_than_is_left(town: Town) -> None:
    psp, (antwoord, _) = psp_of(town), town.paid()
    psp.becomes = FAILED
    asks_back(town, antwoord)
    decides(town)
    lives(town, minutes=10)
    psp.becomes = DONE
    asks_back(town, antwoord, 10_000)
    decides(town)
    lives(town, minutes=10)
    psp.settles(DONE)
    looks(town)
    assert [row.status for row in town.all(TerugbetalingRow)] == ["VOLTOOID", "VOLTOOID"]
    assert reserved(town) == (18_750, 18_750, 0)
    assert balances(town) == {TUSSEN: -10_000, ASIDE: 10_000}
    assert waiting(town) == ["TERUGBETALING_MISLUKT"]


def test_no_attempt_with_enough_left_is_a_failure_and_nothing_is_sent(town: Town) -> None:
    psp, (antwoord, _) = psp_of(town), town.paid()
    asks_back(town, antwoord)
    psp.gives(1)
    decides(town)
    works(town)
    assert psp.calls == []
    assert terug(town).status == "EXTERN"
    assert sorted(waiting(town)) == ["EXTERNE_TERUGBETALING", "TERUGBETALING_MISLUKT"]


def test_two_persons_may_say_what_became_of_it(town: Town) -> None:
    psp, (antwoord, _) = psp_of(town), town.paid()
    psp.before.append(trouble(Outcome.UNKNOWN))
    asks_back(town, antwoord)
    decides(town)
    works(town)

    def by_hand(tweede: str) -> None:
        town.does(
            lambda session: settle_by_hand(
                session,
                terug(town).nummer,
                TerugbetalingStatus.VOLTOOID,
                door=Door("J. Jansen", town.clock()),
                tweede=tweede,
                keys=town.hub.keys,
                reden="Gezien bij de PSP",
            )
        )

    with pytest.raises(Refusal, match="twee mensen"):
        by_hand("j jansen")
    by_hand("P. Prins")
    assert (terug(town).status, balances(town)) == ("VOLTOOID", {})


# --- Nobody answers


@pytest.mark.parametrize(
    ("outcome", "status", "soort"),
    [(Outcome.UNKNOWN, "ONBEKEND", "ONBEKEND_TE_LANG"), (Outcome.NOT_DONE, "VERZENDEN", "TE_OUD")],
)
def test_when_trying_comes_to_its_end_a_person_is_told(town: Town, outcome: Outcome, status: str, soort: str) -> None:
    psp, (antwoord, _) = psp_of(town), town.paid()
    psp.before.append(trouble(outcome))
    asks_back(town, antwoord)
    decides(town)
    works(town)
    town.does(lambda session: give_up(session, OutboxSoort.TERUGBETALING, terug(town).id, now=town.clock()))
    assert (terug(town).status, waiting(town)) == (status, [soort])
    lives(town, days=2)
    if outcome == Outcome.NOT_DONE:
        assert (terug(town).status, waiting(town)) == ("VOLTOOID", [])


# --- A crash


def test_one_that_was_being_sent_when_the_worker_died_is_asked_about(town: Town) -> None:
    psp, (antwoord, _) = psp_of(town), town.paid()
    asks_back(town, antwoord)
    decides(town)

    def dies() -> None:
        psp.during = lambda: None
        raise KeyboardInterrupt

    psp.during = dies
    with pytest.raises(KeyboardInterrupt):
        works(town)
    assert terug(town).status == "VERZENDEN"
    lives(town, minutes=10)
    assert (len(psp.calls), terug(town).status) == (1, "ONBEKEND")


def test_the_same_report_twice_changes_nothing(town: Town) -> None:
    antwoord, _ = town.paid()
    asks_back(town, antwoord, 5_000)
    decides(town)
    lives(town, minutes=10)
    before = (len(town.all(JournaalpostRow)), town.opdracht(antwoord).versie_gewenst)
    for _ in range(3):
        looks(town)
    assert (len(town.all(JournaalpostRow)), town.opdracht(antwoord).versie_gewenst) == before
    assert terug(town).status in GIVEN_BACK


def test_one_that_is_done_is_asked_about_a_month_longer_and_then_no_more(town: Town) -> None:
    antwoord, _ = town.paid()
    asks_back(town, antwoord, 5_000)
    decides(town)
    lives(town, minutes=10)
    done = terug(town).status_op
    (asked,) = [row.due_at for row in town.all(OutboxRow) if row.soort == "TERUGBETALING"]
    assert asked == done + timedelta(days=1)
    posts = len(town.all(JournaalpostRow))
    for days in (1, 6, 23):
        lives(town, days=days, minutes=1)
    assert "TERUGBETALING" not in [row.soort for row in town.all(OutboxRow)]
    assert (terug(town).status, len(town.all(JournaalpostRow))) == ("VOLTOOID", posts)
