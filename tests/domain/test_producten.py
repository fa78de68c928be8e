"""The catalogue: which version is valid on a date, and which amounts its price rule lets through."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from betaalhub.domain.producten import Product, is_prijs_ok, is_valid, periods, pick_valid
from betaalhub.domain.statuses import Prijsregel
from tests.domain.bouwers import CENTS, GIFT, PARKEREN, UITTREKSEL

DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))
VERSIONS = st.lists(
    st.builds(
        lambda van, days: replace(
            UITTREKSEL, geldig_van=van, geldig_tot=None if days is None else van + timedelta(days=days)
        ),
        DAYS,
        st.none() | st.integers(min_value=0, max_value=400),
    ),
    max_size=5,
)
LAST_YEAR = replace(UITTREKSEL, geldig_van=date(2025, 1, 1), geldig_tot=date(2025, 12, 31), prijs_cent=1700)
THIS_YEAR = replace(UITTREKSEL, geldig_van=date(2026, 1, 1), geldig_tot=None, prijs_cent=1740)


@pytest.mark.parametrize(
    ("on", "prijs"), [(date(2025, 1, 1), 1700), (date(2025, 12, 31), 1700), (date(2026, 1, 1), 1740)]
)
def test_the_price_changes_at_midnight_of_the_new_year(on: date, prijs: int) -> None:
    found = pick_valid([THIS_YEAR, LAST_YEAR], on)
    assert found is not None and found.prijs_cent == prijs


def test_before_the_first_version_nothing_is_sold() -> None:
    assert pick_valid([THIS_YEAR, LAST_YEAR], date(2024, 12, 31)) is None


@given(VERSIONS, DAYS)
def test_the_version_that_is_picked_is_valid_and_the_newest(versions: list[Product], on: date) -> None:
    valid = [item for item in versions if is_valid(item, on)]
    found = pick_valid(versions, on)
    assert (found is None) == (not valid)
    assert found is None or (found in valid and found.geldig_van == max(item.geldig_van for item in valid))


@given(VERSIONS, DAYS)
def test_the_periods_say_of_every_day_which_version_counts(versions: list[Product], on: date) -> None:
    found = [item for item, first, last in periods(versions) if first <= on and (last is None or on <= last)]
    picked = pick_valid(versions, on)
    assert [item.geldig_van for item in found] == ([] if picked is None else [picked.geldig_van])


@given(VERSIONS)
def test_periods_stand_in_order_of_time_and_none_lies_in_another(versions: list[Product]) -> None:
    found = periods(versions)
    for (_, first, last), (_, after, _) in zip(found, found[1:], strict=False):
        assert last is not None and first <= last < after


@given(st.integers(min_value=1, max_value=999), CENTS)
def test_a_fixed_price_is_exact_a_maximum_bounds_and_a_free_one_does_neither(aantal: int, cents: int) -> None:
    assert is_prijs_ok(UITTREKSEL, aantal=aantal, bedrag_cent=cents) == (cents == 1740 * aantal)
    assert is_prijs_ok(PARKEREN, aantal=aantal, bedrag_cent=cents) == (cents <= 12000 * aantal)
    assert is_prijs_ok(GIFT, aantal=aantal, bedrag_cent=cents)


@pytest.mark.parametrize("rule", [Prijsregel.VAST, Prijsregel.MAXIMUM])
def test_a_rule_without_its_price_lets_nothing_through(rule: Prijsregel) -> None:
    assert not is_prijs_ok(replace(GIFT, prijsregel=rule), aantal=1, bedrag_cent=1)
