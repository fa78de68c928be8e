"""Less came in than was asked, and a person accepted it: whole is then what came in, also when it goes back."""

from __future__ import annotations

import pytest

from betaalhub.domain.betaalopdracht import ProductregelVerzoek
from betaalhub.domain.uitval import Oplossing
from betaalhub.errors import Refusal
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.terugbetaling_desk import ask_back_by_person
from betaalhub.storage.tables import BetaalopdrachtRow
from tests.flows.movements import ASIDE, PROCEEDS, TUSSEN, balances, resolves, waiting
from tests.flows.refunds import asks_back, lives, looks, refunding, terug, threshold
from tests.flows.test_writing import cannot_deliver
from tests.flows.town import PARKEREN, Town

PAS = ProductregelVerzoek(2, "AFVALPAS", "Vervangende afvalpas", 1, 1_210)


@pytest.fixture
def town(small_town: Town) -> Town:
    refunding(small_town, paid=15_000)
    threshold(small_town, 10**9)
    return small_town


def accepted(town: Town) -> None:
    looks(town)
    resolves(town, "BEDRAG_AFWIJKEND", Oplossing.ACCEPTEREN)


@pytest.mark.parametrize("first", [0, 4_000])
def test_all_that_came_in_goes_back(town: Town, first: int) -> None:
    antwoord, _ = town.started()
    accepted(town)
    if first:
        asks_back(town, antwoord, first)
        lives(town, hours=1)
        assert town.opdracht(antwoord).status == "DEELS_TERUGBETAALD"
    assert asks_back(town, antwoord).bedrag_cent == 15_000 - first
    lives(town, hours=1)
    assert (terug(town).status, town.opdracht(antwoord).status) == ("VOLTOOID", "TERUGBETAALD")
    assert balances(town) == {ASIDE: 3_750, PROCEEDS: -3_750}  # the difference that was accepted stays booked as such
    with pytest.raises(Refusal, match="niets meer over"):
        asks_back(town, antwoord)


def test_a_person_at_her_desk_gives_it_back(town: Town) -> None:
    antwoord, _ = town.started()
    accepted(town)
    door = Door("J. Jansen", town.clock())
    town.does(
        lambda session: ask_back_by_person(
            session, antwoord.betaalkenmerk, (), door=door, keys=town.hub.keys, reden="Gaat niet door"
        )
    )
    assert terug(town).bedrag_cent == 15_000


def test_what_can_not_be_delivered_gives_it_back(town: Town) -> None:
    antwoord, _ = town.started()
    accepted(town)
    cannot_deliver(town, antwoord)
    resolves(town, "NIET_LEVERBAAR", Oplossing.TERUGBETALEN)
    assert (terug(town).bedrag_cent, waiting(town)) == (15_000, [])


def test_each_betaalopdracht_gives_back_its_part(town: Town) -> None:
    refunding(town, paid=14_780, registered=29_560)
    event, parking = town.offers(), town.offers(PARKEREN, PAS, zender="parkeren")
    assert town.joins(parking, event)
    assert town.pays(event).url
    accepted(town)
    asked = asks_back(town, event).bedrag_cent, asks_back(town, parking, zender="parkeren").bedrag_cent
    assert asked == (9_375, 5_405)
    lives(town, hours=1)
    assert [row.status for row in town.all(BetaalopdrachtRow)] == ["TERUGBETAALD", "TERUGBETAALD"]
    assert TUSSEN not in balances(town)
