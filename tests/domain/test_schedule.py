"""When the hub asks, tries again and stops: moments that lie ahead, rise and end."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from betaalhub.domain.schedule import circuit_delay, next_ask, retry_delay
from betaalhub.domain.statuses import FINAL, LIVE, BetalingStatus
from tests.domain.bouwers import NOW

B = BetalingStatus
AGES = st.timedeltas(timedelta(0), timedelta(days=200))


def ask(status: B, now: datetime, *, key: bool = True) -> datetime | None:
    """A betaling made at NOW that may take 20 minutes, and had its status at once."""
    return next_ask(
        status, created_at=NOW, expires_at=NOW + timedelta(minutes=20), final_at=NOW, has_psp_key=key, now=now
    )


def plan(status: B) -> list[timedelta]:
    """Every moment that is asked, when each ask comes on time."""
    moments, moment = [], ask(status, NOW)
    while moment is not None:
        moments.append(moment - NOW)
        moment = ask(status, moment)
    return moments


@given(st.sampled_from(B), AGES, st.booleans())
def test_the_next_ask_lies_ahead(status: B, age: timedelta, key: bool) -> None:
    moment = ask(status, NOW + age, key=key)
    assert moment is None or moment > NOW + age


@pytest.mark.parametrize("status", B)
def test_the_moments_rise_and_end(status: B) -> None:
    moments = plan(status)
    assert all(one < two for one, two in pairwise(moments))
    assert ask(status, NOW + timedelta(days=181)) is None


def test_a_betaling_under_way_is_asked_at_1_3_15_and_20_minutes_1_and_6_hours_and_daily_to_90_days() -> None:
    minutes = [moment / timedelta(minutes=1) for moment in plan(B.GESTART)]
    assert minutes == [1, 3, 15, 20, 60, 360, *(1440 * day for day in range(1, 91))]


@pytest.mark.parametrize("status", sorted(FINAL))
def test_after_an_unpaid_end_late_money_is_looked_for_three_times(status: B) -> None:
    assert plan(status) == [timedelta(hours=1), timedelta(days=1), timedelta(days=7)]


def test_after_betaald_refunds_and_chargebacks_are_looked_for_during_half_a_year() -> None:
    assert [moment.days for moment in plan(B.BETAALD)] == [1, 7, 30, 90, 120, 180]


def test_without_a_key_of_the_psp_only_an_open_betaling_is_asked_about() -> None:
    assert all(ask(status, NOW, key=False) is not None for status in LIVE)
    assert all(ask(status, NOW, key=False) is None for status in set(B) - LIVE)


def test_retries_take_longer_and_longer_and_end_with_a_person() -> None:
    delays = [retry_delay(attempt, draw=lambda n: 0) for attempt in range(1, 18)]
    seconds = [5, 15, 60, 300, 900, 3600, 3 * 3600, 6 * 3600, 12 * 3600, *[86400] * 7]
    assert delays == [*(timedelta(seconds=value) for value in seconds), None]


@given(st.integers(), st.integers(min_value=0, max_value=100))
def test_a_retry_waits_its_step_and_at_most_a_tenth_more(attempt: int, drawn: int) -> None:
    bare, delay = retry_delay(attempt, draw=lambda n: 0), retry_delay(attempt, draw=lambda n: drawn)
    assert (bare is None) == (delay is None)
    assert bare is None or delay is None or bare <= delay <= bare * 11 / 10


@given(st.integers(min_value=0, max_value=1000))
def test_a_receiver_that_stays_down_is_spared_longer_but_never_for_long(failures: int) -> None:
    assert timedelta(seconds=10) <= circuit_delay(failures) <= circuit_delay(failures + 1) <= timedelta(minutes=5)
