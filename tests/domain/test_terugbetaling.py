"""Who must look along, over which attempt money goes back, when the PSP is asked, and what all parts together book."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from betaalhub.domain.boeking import post_betaald
from betaalhub.domain.boeking_uitval import Opbrengst, Rekeningen, post_taken
from betaalhub.domain.evidence import BewegingStatus, PogingStatus
from betaalhub.domain.statuses import BtwCode
from betaalhub.domain.terugbetaling import (
    choose_poging,
    inherited,
    is_same_person,
    needs_second,
    next_ended_refund_ask,
    next_refund_ask,
)
from tests.domain.bouwers import beweging, poging, rapport, sleutel

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("levels", "cents"),
    [
        ((500, 900, 100), 500),
        ((None, 900, 100), 900),
        ((None, None, 100), 100),
        ((None, None, None), 0),
        ((0, 5, 5), 0),
    ],
)
def test_the_nearest_threshold_counts_and_none_asks_for_a_second_person(
    levels: tuple[int | None, ...], cents: int
) -> None:
    assert inherited(*levels) == cents
    assert needs_second({"A": 1}, {"A": cents}) == (cents <= 1)


def test_one_product_over_its_threshold_is_enough() -> None:
    thresholds = {"A": 1_000, "B": 50}
    assert not needs_second({"A": 999, "B": 49}, thresholds)
    assert needs_second({"A": 999, "B": 50}, thresholds)
    assert needs_second({"C": 1}, thresholds)


@pytest.mark.parametrize("other", ["J. de Vries", " j.de  vries ", "J DE VRIES"])
def test_a_name_is_the_same_however_it_is_typed(other: str) -> None:
    assert is_same_person("J. de Vries", other)
    assert not is_same_person("J. de Vries", "P. de Vries")


def test_money_goes_back_over_an_attempt_that_has_so_much_left() -> None:
    report = rapport(poging("9", cents=1_000), poging("10", cents=1_000), poging("11", PogingStatus.FAILED, 9_000))
    assert (choose_poging(report, 1_000, newest=False), choose_poging(report, 1_000, newest=True)) == ("9", "10")
    assert choose_poging(report, 1_001, newest=False) is None


@pytest.mark.parametrize(
    ("status", "chosen"), [(BewegingStatus.PENDING, "2"), (BewegingStatus.DONE, "2"), (BewegingStatus.FAILED, "1")]
)
def test_what_goes_back_already_is_not_there_any_more(status: BewegingStatus, chosen: str) -> None:
    moved = beweging("TB-1", cents=400, status=status)
    report = rapport(poging("1"), poging("2"), terugbetalingen=[moved])
    assert choose_poging(report, 601, newest=False) == chosen


@pytest.mark.parametrize("bad", [{"undone": 500}, {"currency": "USD"}])
def test_reversed_or_foreign_money_is_not_given_back(bad: dict[str, object]) -> None:
    assert choose_poging(rapport(poging("1", **bad)), 600, newest=False) is None  # type: ignore[arg-type]


@given(st.integers(0, 95 * 24 * 60))
def test_it_is_asked_again_ever_less_often_and_not_for_ever(minutes: int) -> None:
    now = NOW + timedelta(minutes=minutes)
    due = next_refund_ask(NOW, now)
    assert due is None if now >= NOW + timedelta(days=90) else due is not None and due > now
    assert due is None or due - now <= timedelta(days=1)


def test_one_that_ended_is_asked_about_a_month_longer() -> None:
    days = [timedelta(days=n) for n in (1, 7, 30)]
    assert [next_ended_refund_ask(NOW, NOW + day) for day in [timedelta(0), *days]] == [
        *(NOW + day for day in days),
        None,
    ]


def balance(lines: Counter[tuple[str, int | None]], post: object) -> None:
    for line in post.regels:  # type: ignore[attr-defined]
        lines[line.grootboekrekening, line.regelnummer] += line.debet_cent - line.credit_cent


@given(
    st.lists(st.tuples(st.integers(1, 5_000_000), st.sampled_from(BtwCode)), min_size=1, max_size=4),
    st.data(),
)
def test_paid_minus_all_parts_is_zero_on_every_account_whatever_the_parts(
    sold: list[tuple[int, BtwCode]], data: st.DataObject
) -> None:
    accounts, day = Rekeningen("1310", "2990", "1590", "4990"), date(2026, 11, 26)
    keys = [sleutel(btw, "8010") for _, btw in sold]
    regels = [(n, "regel", cents, key) for n, ((cents, _), key) in enumerate(zip(sold, keys, strict=True), 1)]
    lines: Counter[tuple[str, int | None]] = Counter()
    balance(lines, post_betaald(regels, omschrijving="x", boekdatum=day, tussenrekening="1310", btw_rekening="1590"))
    gone = [0] * len(sold)
    while (left := [place for place, (cents, _) in enumerate(sold) if gone[place] < cents]) and data.draw(
        st.booleans()
    ):
        place = data.draw(st.sampled_from(left))
        part = data.draw(st.integers(1, sold[place][0] - gone[place]))
        deel = Opbrengst(place + 1, "regel", gone[place], gone[place] + part, keys[place])
        balance(lines, post_taken([deel], 0, accounts, boekdatum=day, omschrijving="x"))
        gone[place] += part
    rest = [Opbrengst(place + 1, "regel", gone[place], sold[place][0], keys[place]) for place in left]
    if rest:
        balance(lines, post_taken(rest, 0, accounts, boekdatum=day, omschrijving="x"))
    assert not {key: cents for key, cents in lines.items() if cents}
