"""What follows from the facts: the status of a betaalopdracht and of its winkelmandje, and what a product system is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from betaalhub.domain.parents import (
    BetaalopdrachtFeiten,
    derive_betaalopdracht,
    derive_winkelmandje,
    is_payable,
    published,
    times_covered,
)
from betaalhub.domain.statuses import TRANSITIONS, BetaalopdrachtStatus, WinkelmandjeStatus
from tests.domain.bouwers import NOW, feiten

O, W = BetaalopdrachtStatus, WinkelmandjeStatus  # noqa: E741
COVER = st.sampled_from([(), (1000,), (1000, 1000)])
FACTS = st.builds(
    lambda regels, refunded, **anders: feiten(*regels, refunded=refunded, **anders),
    st.lists(COVER, min_size=1, max_size=3),
    st.sampled_from([0, 1, 1000, 3000]),
    live=st.booleans(),
    ingetrokken=st.booleans(),
    verlopen=st.booleans(),
    teruggeboekt_cent=st.sampled_from([0, 500]),
    open_uitval=st.booleans(),
)
PAID = {O.BETAALD, O.DEELS_TERUGBETAALD, O.TERUGBETAALD}


@given(FACTS)
def test_it_is_paid_when_every_productregel_is_covered(facts: BetaalopdrachtFeiten) -> None:
    found = derive_betaalopdracht(facts)
    ended = facts.ingetrokken or facts.verlopen
    assert (found.status in PAID) == (all(found.regels_betaald.values()) and not ended)


@given(FACTS)
def test_leverbaar_asks_for_paid_kept_and_undisputed_money(facts: BetaalopdrachtFeiten) -> None:
    found = derive_betaalopdracht(facts)
    if found.leverbaar:
        assert found.status == O.BETAALD
        assert not facts.open_uitval
        assert found.ontvangen_cent - found.terugbetaald_cent - found.teruggeboekt_cent >= facts.totaal_cent


@given(FACTS)
def test_the_amounts_are_those_of_the_facts(facts: BetaalopdrachtFeiten) -> None:
    found = derive_betaalopdracht(facts)
    assert found.ontvangen_cent == sum(sum(regel.toewijzingen) for regel in facts.regels)
    assert found.terugbetaald_cent == facts.terugbetaald_cent


@given(st.lists(st.sampled_from(["start", "stop", "pay", "refund", "refund all", "chargeback"]), max_size=8))
def test_a_life_of_one_fact_at_a_time_takes_steps_that_are_in_the_table(life: list[str]) -> None:
    """Money comes before it goes back; each fact alone moves the status along the table, or not at all."""
    now = feiten((), ())
    for fact in life:
        before = derive_betaalopdracht(now)
        if fact in ("start", "stop"):
            now = replace(now, live=fact == "start")
        elif fact == "pay" and before.status not in PAID:
            now = replace(now, live=False, regels=tuple(replace(r, toewijzingen=(1000,)) for r in now.regels))
        elif fact.startswith("refund") and before.status in PAID:
            now = replace(now, terugbetaald_cent=2000 if fact.endswith("all") else max(500, now.terugbetaald_cent))
        elif fact == "chargeback" and before.status in PAID:
            now = replace(now, teruggeboekt_cent=2000)
        after = derive_betaalopdracht(now)
        assert after.status == before.status or after.status in TRANSITIONS[O][before.status]


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        (feiten(()), O.OPEN),
        (feiten((), live=True), O.IN_BETALING),
        (feiten((1000,), ()), O.OPEN),
        (feiten((1000,), (1000,)), O.BETAALD),
        (feiten((1000,), live=True), O.BETAALD),  # another betaling lives beside the one that paid
        (feiten((1000,), refunded=1), O.DEELS_TERUGBETAALD),
        (feiten((1000,), refunded=1000), O.TERUGBETAALD),
        (feiten((1000, 1000), refunded=1000), O.BETAALD),  # the second payment went back
        (feiten((1000, 1000), refunded=1001), O.DEELS_TERUGBETAALD),
        (feiten((1000,), refunded=799, tekort_cent=200), O.DEELS_TERUGBETAALD),
        (feiten((1000,), refunded=800, tekort_cent=200), O.TERUGBETAALD),  # all that came in
        (feiten((1000, 1000), refunded=800, tekort_cent=200), O.BETAALD),
        (feiten((1000,), refunded=1500), O.TERUGBETAALD),  # more went back than came in: made elsewhere
        (feiten((), ingetrokken=True), O.INGETROKKEN),
        (feiten((), verlopen=True), O.VERLOPEN),
        (feiten((1000,), verlopen=True), O.VERLOPEN),  # LAAT_BETAALD: a person decides
        (feiten(), O.OPEN),
    ],
)
def test_the_status_of_a_betaalopdracht(facts: BetaalopdrachtFeiten, status: O) -> None:
    assert derive_betaalopdracht(facts).status == status


def test_a_chargeback_takes_leverbaar_away_and_not_the_status() -> None:
    found = derive_betaalopdracht(feiten((1000,), teruggeboekt_cent=1000))
    assert (found.status, found.leverbaar) == (O.BETAALD, False)


def test_each_productregel_tells_whether_it_is_paid() -> None:
    assert derive_betaalopdracht(feiten((1000,), (), (500,))).regels_betaald == {1: True, 2: False, 3: False}


@pytest.mark.parametrize(("cents", "times"), [((), 0), ((999,), 0), ((1000,), 1), ((1000, 1000), 2), ((400, 600), 1)])
def test_a_productregel_is_covered_so_many_times(cents: tuple[int, ...], times: int) -> None:
    assert times_covered(feiten(cents).regels[0]) == times


@pytest.mark.parametrize(
    ("statuses", "live", "status"),
    [
        ([], False, W.OPEN),
        ([O.OPEN], False, W.OPEN),
        ([O.OPEN, O.VERLOPEN], False, W.OPEN),
        ([O.IN_BETALING], True, W.AFREKENEN),
        ([O.BETAALD, O.OPEN], False, W.OPEN),
        ([O.BETAALD, O.TERUGBETAALD], False, W.BETAALD),
        ([O.BETAALD, O.INGETROKKEN], False, W.BETAALD),
        ([O.VERLOPEN, O.INGETROKKEN], False, W.VERLOPEN),
    ],
)
def test_the_status_of_a_winkelmandje(statuses: list[O], live: bool, status: W) -> None:
    assert derive_winkelmandje(statuses, live=live) == status


@given(st.lists(st.sampled_from(O), max_size=4))
def test_a_winkelmandje_is_frozen_while_a_betaling_lives(statuses: list[O]) -> None:
    assert derive_winkelmandje(statuses, live=True) == W.AFREKENEN


@given(FACTS, FACTS)
def test_a_product_system_is_told_of_everything_but_the_flapping_of_in_betaling(
    one: BetaalopdrachtFeiten, two: BetaalopdrachtFeiten
) -> None:
    before, after = derive_betaalopdracht(one), derive_betaalopdracht(two)
    calm = {O.OPEN, O.IN_BETALING}
    status = O.OPEN if {before.status, after.status} <= calm else after.status
    seen = replace(after, regels_betaald=before.regels_betaald, status=status)
    was = replace(before, status=O.OPEN if status == O.OPEN and before.status in calm else before.status)
    assert published(before, after) == (was != seen)


def test_starting_and_stopping_to_pay_is_not_told() -> None:
    waiting, paying = derive_betaalopdracht(feiten(())), derive_betaalopdracht(feiten((), live=True))
    assert not published(waiting, paying)
    assert not published(paying, waiting)
    assert published(paying, derive_betaalopdracht(feiten((1000,))))


@pytest.mark.parametrize(
    ("status", "minutes_left", "payable"),
    [
        (O.OPEN, 21, True),
        (O.OPEN, 20, True),
        (O.OPEN, 19, False),  # an attempt would not fit any more
        (O.IN_BETALING, 1, True),
        (O.IN_BETALING, -1, True),  # the one that is under way goes on
        *((status, 999, False) for status in O if status not in (O.OPEN, O.IN_BETALING)),
    ],
)
def test_there_is_a_page_to_pay_while_an_attempt_fits_or_is_under_way(
    status: O, minutes_left: int, payable: bool
) -> None:
    until = NOW + timedelta(minutes=20)
    assert is_payable(status, NOW + timedelta(minutes=minutes_left), until) is payable
