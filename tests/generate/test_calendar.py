"""Invented betaalopdrachten come with the rhythm of a town."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from betaalhub.generate.calendar import moments

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)  # a Tuesday


@given(st.integers(0, 500), st.integers(0, 400), st.integers(0, 86_399))
def test_as_many_as_asked_in_order_and_none_of_the_future(count: int, days: int, second: int) -> None:
    now = NOW.replace(hour=0, minute=0) + timedelta(seconds=second)
    first = (now - timedelta(days=days)).astimezone(AMSTERDAM).date()
    found = list(moments(random.Random(1), count, first=first, now=now))
    assert len(found) == count
    assert found == sorted(found)
    assert all(first <= one.astimezone(AMSTERDAM).date() and one <= now for one in found)


def test_a_monday_is_busier_than_a_sunday_and_noon_than_night() -> None:
    found = [
        one.astimezone(AMSTERDAM)
        for one in moments(random.Random(1), 20_000, first=NOW.date() - timedelta(days=363), now=NOW)
    ]
    per_day, per_hour = Counter(one.weekday() for one in found), Counter(one.hour for one in found)
    assert per_day[0] > 1.8 * per_day[6]
    assert per_hour[11] > 10 * per_hour[3]
