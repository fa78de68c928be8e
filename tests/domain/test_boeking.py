"""Double entry: every journaalpost balances, btw is split half up, and turning it round gives zero."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from betaalhub.domain.boeking import (
    Betaald,
    Boekingsregel,
    Journaalpost,
    JournaalSoort,
    boekdatum,
    btw_deel,
    post_betaald,
    post_te_verrekenen,
    post_terugbetaling,
    post_terugboeking,
    reverse,
)
from betaalhub.domain.statuses import BtwCode
from betaalhub.errors import ContractError
from tests.domain.bouwers import CENTS, sleutel

DAY = date(2026, 11, 24)
RATES = {BtwCode.HOOG: 21, BtwCode.LAAG: 9}
SOLD = st.lists(st.tuples(CENTS, st.sampled_from(BtwCode), st.sampled_from(["8010", "8020"])), min_size=1, max_size=8)


def lines(sold: list[tuple[int, BtwCode, str]]) -> list[Betaald]:
    return [(n, f"regel {n}", cents, sleutel(btw, account)) for n, (cents, btw, account) in enumerate(sold, 1)]


def book(post: object, sold: list[tuple[int, BtwCode, str]]) -> Journaalpost:
    return post(  # type: ignore[operator,no-any-return]
        lines(sold), omschrijving="Betaling", boekdatum=DAY, tussenrekening="1320", btw_rekening="1500"
    )


def balance(*posts: Journaalpost) -> Counter[tuple[str, int | None]]:
    """Debet minus credit per grootboekrekening and productregel, without what is zero."""
    found: Counter[tuple[str, int | None]] = Counter()
    for post in posts:
        for item in post.regels:
            found[item.grootboekrekening, item.regelnummer] += item.debet_cent - item.credit_cent
    return Counter({key: cents for key, cents in found.items() if cents})


@given(SOLD, st.sampled_from([post_betaald, post_terugbetaling, post_terugboeking]))
def test_every_journaalpost_balances(sold: list[tuple[int, BtwCode, str]], post: object) -> None:
    made = book(post, sold)
    assert sum(item.debet_cent for item in made.regels) == sum(item.credit_cent for item in made.regels)
    assert sum(item.debet_cent for item in made.regels) == sum(cents for cents, _, _ in sold)
    assert all((item.debet_cent > 0) != (item.credit_cent > 0) for item in made.regels)


@given(SOLD, st.sampled_from([post_terugbetaling, post_terugboeking]))
def test_paid_and_given_back_is_zero_on_every_account_and_productregel(
    sold: list[tuple[int, BtwCode, str]], post: object
) -> None:
    assert not balance(book(post_betaald, sold), book(post, sold))


@given(SOLD)
def test_turning_round_twice_is_the_same(sold: list[tuple[int, BtwCode, str]]) -> None:
    made = book(post_betaald, sold)
    back = reverse(made, soort=JournaalSoort.CORRECTIE, boekdatum=DAY, omschrijving="Correctie")
    assert not balance(made, back)
    assert reverse(back, soort=made.soort, boekdatum=made.boekdatum, omschrijving=made.omschrijving) == made


@given(SOLD)
def test_each_productregel_is_booked_once_without_its_btw(sold: list[tuple[int, BtwCode, str]]) -> None:
    made = balance(book(post_betaald, sold))
    assert made["1320", None] == sum(cents for cents, _, _ in sold)
    assert -made["1500", None] == sum(btw_deel(cents, btw) for cents, btw, _ in sold)
    for n, (cents, btw, account) in enumerate(sold, 1):
        assert -made[account, n] == cents - btw_deel(cents, btw)


@given(CENTS, st.sampled_from(BtwCode))
def test_the_btw_is_the_nearest_cent_half_up(cents: int, btw: BtwCode) -> None:
    rate = RATES.get(btw, 0)
    assert btw_deel(cents, btw) == floor(Fraction(cents * rate, 100 + rate) + Fraction(1, 2))
    assert 0 <= btw_deel(cents, btw) < cents


@pytest.mark.parametrize(
    ("cents", "btw", "deel"),
    [
        (12100, BtwCode.HOOG, 2100),
        (1740, BtwCode.HOOG, 302),
        (10900, BtwCode.LAAG, 900),
        (1740, BtwCode.BUITEN_HEFFING, 0),
        (1740, BtwCode.VERLEGD, 0),
        (1, BtwCode.HOOG, 0),
    ],
)
def test_btw_of_known_amounts(cents: int, btw: BtwCode, deel: int) -> None:
    assert btw_deel(cents, btw) == deel


def test_a_paid_betaalopdracht_reads_in_the_books_as_expected() -> None:
    made = book(post_betaald, [(1740, BtwCode.BUITEN_HEFFING, "8010"), (12100, BtwCode.HOOG, "8020")])
    assert [(item.grootboekrekening, item.debet_cent, item.credit_cent, item.regelnummer) for item in made.regels] == [
        ("1320", 13840, 0, None),
        ("8010", 0, 1740, 1),
        ("8020", 0, 10000, 2),
        ("1500", 0, 2100, None),
    ]
    assert made.soort == JournaalSoort.BETAALD


@given(CENTS)
def test_surplus_waits_on_te_verrekenen_ontvangsten(cents: int) -> None:
    made = post_te_verrekenen(cents, omschrijving="Dubbel", boekdatum=DAY, tussenrekening="1320", te_verrekenen="2290")
    assert balance(made) == Counter({("1320", None): cents, ("2290", None): -cents})


@given(st.integers(-3, 3), st.integers(-3, 3))
def test_a_line_has_either_debet_or_credit(debet: int, credit: int) -> None:
    if sorted((debet, credit))[0] == 0 < max(debet, credit):
        Boekingsregel("8010", None, None, BtwCode.NUL, debet, credit, "x")
    else:
        with pytest.raises(ContractError):
            Boekingsregel("8010", None, None, BtwCode.NUL, debet, credit, "x")


@given(st.lists(st.tuples(st.booleans(), st.integers(min_value=1, max_value=3)), max_size=4))
def test_a_journaalpost_that_does_not_balance_can_not_be_made(sides: list[tuple[bool, int]]) -> None:
    regels = tuple(Boekingsregel("1", None, None, BtwCode.NUL, n * d, n * (not d), "x") for d, n in sides)
    if regels and sum(n if d else -n for d, n in sides) == 0:
        Journaalpost(JournaalSoort.CORRECTIE, DAY, "x", regels)
    else:
        with pytest.raises(ContractError):
            Journaalpost(JournaalSoort.CORRECTIE, DAY, "x", regels)


def test_nothing_paid_is_nothing_to_book() -> None:
    with pytest.raises(ContractError):
        book(post_betaald, [])


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 12, 31, 22, 59, tzinfo=UTC), date(2026, 12, 31)),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), date(2027, 1, 1)),  # winter: one hour ahead
        (datetime(2026, 6, 30, 21, 59, tzinfo=UTC), date(2026, 6, 30)),
        (datetime(2026, 6, 30, 22, 0, tzinfo=UTC), date(2026, 7, 1)),  # summer: two
    ],
)
def test_the_boekdatum_is_the_date_in_amsterdam(moment: datetime, day: date) -> None:
    assert boekdatum(moment) == day
