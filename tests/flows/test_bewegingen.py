"""What others gave back at the PSP, what came in too much and what can not be delivered: found, booked and linked once."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from betaalhub.domain.uitval import Oplossing
from betaalhub.errors import Outcome, Refusal
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.terugbetaling import request_surplus, surplus_left
from betaalhub.flows.terugbetaling_besluit import decide, link
from betaalhub.storage.database import lock
from betaalhub.storage.tables import BetalingRow, TerugbetalingRow, ToewijzingRow, UitvalRow
from tests.flows.movements import ASIDE, PROCEEDS, TUSSEN, balances, resolves, waiting
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
    trouble,
    works,
)
from tests.flows.test_writing import cannot_deliver
from tests.flows.town import Town


@pytest.fixture
def town(small_town: Town) -> Town:
    refunding(small_town)
    return small_town


# --- What others gave back at the PSP


def test_a_refund_that_somebody_makes_there_keeps_things_from_being_delivered(town: Town) -> None:
    psp, (antwoord, _) = psp_of(town), town.paid()
    psp.gives(5_000, status=PENDING)
    looks(town)
    looks(town)
    assert (town.all(TerugbetalingRow), waiting(town)) == ([], ["EXTERNE_TERUGBETALING"])
    assert not town.opdracht(antwoord).leverbaar
    psp.settles(FAILED)
    looks(town)
    assert waiting(town) == []
    assert town.opdracht(antwoord).leverbaar


def test_one_that_was_seen_coming_is_one_uitval(town: Town) -> None:
    psp = psp_of(town)
    town.paid()
    psp.gives(5_000, status=PENDING)
    looks(town)
    psp.settles(DONE)
    looks(town)
    (uitval,) = town.all(UitvalRow)
    assert (uitval.status, uitval.terugbetaling_id) == ("OPEN", terug(town).id)
    assert balances(town) == {TUSSEN: 13_750, ASIDE: 5_000, PROCEEDS: -18_750}


def test_our_reference_with_another_amount_is_not_ours(town: Town) -> None:
    psp, (antwoord, _) = psp_of(town), town.paid()
    asks_back(town, antwoord, 5_000)
    psp.before.append(trouble(Outcome.UNKNOWN))
    decides(town)
    works(town)
    psp.gives(4_000, terug(town).nummer)
    looks(town)
    assert sorted(row.status for row in town.all(TerugbetalingRow)) == ["EXTERN", "ONBEKEND"]


def test_what_was_refunded_twice_there_is_ours_once(town: Town) -> None:
    psp, (antwoord, _) = psp_of(town), town.paid()
    asks_back(town, antwoord, 5_000)
    decides(town)
    lives(town, minutes=10)
    psp.gives(5_000, terug(town).nummer)
    looks(town)
    assert [(row.status, row.bedrag_cent) for row in town.all(TerugbetalingRow)] == [
        ("VOLTOOID", 5_000),
        ("EXTERN", 5_000),
    ]
    assert balances(town) == {TUSSEN: 8_750, ASIDE: 5_000, PROCEEDS: -13_750}


def test_more_than_there_is_left_is_linked_as_far_as_it_goes(town: Town) -> None:
    psp, (antwoord, _) = psp_of(town), town.paid()
    asks_back(town, antwoord, 10_000)
    decides(town)
    lives(town, minutes=10)
    psp.gives(18_750)
    looks(town)
    door = Door("J. Jansen", town.clock())
    nummer = terug(town).nummer
    with pytest.raises(Refusal, match="meer dan er van deze productregel"):
        town.does(lambda session: link(session, nummer, {1: 8_751}, door=door, keys=town.hub.keys))
    town.does(lambda session: link(session, nummer, None, door=door, keys=town.hub.keys))
    assert (terug(town).status, reserved(town)) == ("GEKOPPELD", (18_750, 18_750, 0))
    assert balances(town) == {TUSSEN: -10_000, ASIDE: 10_000}
    assert (town.opdracht(antwoord).status, town.opdracht(antwoord).terugbetaald_cent) == ("TERUGBETAALD", 18_750)


def test_nothing_is_linked_beyond_what_was_accepted_instead_of_the_whole(town: Town) -> None:
    psp = psp_of(town)
    psp.paid = 15_000
    antwoord, _ = town.started()
    looks(town)
    resolves(town, "BEDRAG_AFWIJKEND", Oplossing.ACCEPTEREN)
    asks_back(town, antwoord, 10_000)
    psp.gives(8_000)
    looks(town)
    (toewijzing,) = town.all(ToewijzingRow)
    with pytest.raises(Refusal, match="van deze betaling nog over"):
        town.does(
            lambda session: link(
                session, terug(town).nummer, {toewijzing.id: 8_000}, door=Door("J", town.clock()), keys=town.hub.keys
            )
        )


def test_what_the_psp_did_and_takes_back_is_for_a_person(town: Town) -> None:
    psp, (antwoord, _) = psp_of(town), town.paid()
    asks_back(town, antwoord)
    decides(town)
    lives(town, minutes=10)
    psp.settles(FAILED)
    looks(town)
    looks(town)
    assert (terug(town).status, waiting(town)) == ("VOLTOOID", ["TERUGBETALING_MISLUKT"])


def test_what_comes_free_again_is_held_by_what_somebody_gave_back_beyond_it(town: Town) -> None:
    """Found by seed 3 of the simulation: what a rejected terugbetaling freed could be promised a second time."""
    psp = refunding(town)
    antwoord, _ = town.started()
    looks(town)
    asked = asks_back(town, antwoord)
    psp.gives(18_750)
    looks(town)
    door, nummer = Door("J. Jansen", town.clock()), terug(town).nummer
    town.does(lambda session: link(session, nummer, None, door=door, keys=town.hub.keys))
    town.does(lambda session: decide(session, asked.terugbetaling, goedkeuren=False, door=door, reden="Al terug"))
    assert reserved(town) == (0, 18_750, 18_750)


def test_refunds_without_a_number_are_told_apart_when_the_list_turns_round(town: Town) -> None:
    psp = psp_of(town)
    town.paid()
    for moved in ((500,), (300, 500), (500, 300), (500, 300, 300)):
        psp.moved = []
        for cents in moved:
            psp.gives(cents)
        looks(town)
    assert sorted(row.bedrag_cent for row in town.all(TerugbetalingRow)) == [300, 300, 500]
    assert len({row.beweging_sleutel for row in town.all(TerugbetalingRow)}) == 3
    assert {row.terugbetaling_id for row in town.all(UitvalRow)} == {row.id for row in town.all(TerugbetalingRow)}
    assert balances(town) == {TUSSEN: 17_650, ASIDE: 1_100, PROCEEDS: -18_750}


def test_one_that_failed_there_too_is_not_the_one_that_we_know(town: Town) -> None:
    """Somebody tried it twice; the PSP gives refunds no number, and names the newest first."""
    psp = psp_of(town)
    town.paid()
    psp.gives(5_000)
    looks(town)
    psp.moved = []
    psp.gives(5_000, status=FAILED)
    psp.gives(5_000)
    looks(town)
    assert [(row.status, row.bedrag_cent) for row in town.all(TerugbetalingRow)] == [("EXTERN", 5_000)]
    assert waiting(town) == ["EXTERNE_TERUGBETALING"]
    assert balances(town) == {TUSSEN: 13_750, ASIDE: 5_000, PROCEEDS: -18_750}
    psp.settles(FAILED)
    looks(town)
    assert waiting(town) == ["EXTERNE_TERUGBETALING", "TERUGBETALING_MISLUKT"]


# --- What came in too much


def test_what_was_paid_twice_goes_back_over_the_newest_attempt(town: Town) -> None:
    psp = refunding(town, pogingen=2)
    antwoord, _ = town.started()
    looks(town)
    (betaling,) = town.all(BetalingRow)
    assert surplus_left(betaling) == 18_750
    administratie_id = town.opdracht(antwoord).administratie_id

    def ask(cents: int) -> None:
        def work(session: Session) -> None:
            (row,) = lock(session, BetalingRow, [betaling.id])
            door = Door("J. Jansen", town.clock())
            request_surplus(
                session, row, cents, administratie_id=administratie_id, door=door, keys=town.hub.keys, reden="Dubbel"
            )

        town.does(work)

    with pytest.raises(Refusal, match="TERUGBETALING_TE_HOOG"):
        ask(18_751)
    ask(18_750)
    assert reserved(town) == (0, 18_750, 18_750)
    decides(town)
    lives(town, minutes=10)
    assert [one.poging_id for one in psp.calls] == ["2"]
    assert (town.opdracht(antwoord).status, balances(town)) == ("BETAALD", {TUSSEN: 18_750, PROCEEDS: -18_750})


# --- What can not be delivered


@pytest.mark.parametrize("ends", ["rejected", "refused"])
def test_what_can_not_be_delivered_waits_again_when_it_is_not_given_back(town: Town, ends: str) -> None:
    psp, (antwoord, _) = psp_of(town), town.paid()
    cannot_deliver(town, antwoord)
    assert waiting(town) == ["NIET_LEVERBAAR"]
    asks_back(town, antwoord)
    assert waiting(town) == []
    if ends == "rejected":
        decides(town, goedkeuren=False, reden="Eerst nabellen")
    else:
        psp.before.append(trouble(Outcome.REFUSED))
        decides(town)
        works(town)
    assert "NIET_LEVERBAAR" in waiting(town)
