"""Which questions can be answered, and which moments a Dutch day has."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from betaalhub.domain.zoekvraag import MAX_DAYS, Zoekvraag, check_zoekvraag

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
DAY = 86_400  # seconds
DAYS = st.dates(date(2000, 1, 1), date(2098, 12, 31))


@given(DAYS, st.integers(0, MAX_DAYS - 1), st.integers(-3 * DAY, 3 * DAY), st.booleans())
def test_a_moment_lies_in_a_period_when_its_dutch_day_does(vanaf: date, more: int, beside: int, end: bool) -> None:
    tot = vanaf + timedelta(days=more)
    first, after = moments(vanaf, tot)
    moment = (after if end else first) + timedelta(seconds=beside)
    assert (first <= moment < after) == (vanaf <= moment.astimezone(AMSTERDAM).date() <= tot)


def moments(vanaf: date, tot: date) -> tuple[datetime, datetime]:
    period = Zoekvraag(vanaf=vanaf, tot_en_met=tot).period
    assert period is not None and {one.tzinfo for one in period} == {UTC}
    return period


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-24", 24)])
def test_a_day_is_an_hour_shorter_or_longer_when_the_clock_changes(day: str, hours: int) -> None:
    first, after = moments(date.fromisoformat(day), date.fromisoformat(day))
    assert after - first == timedelta(hours=hours)


@given(DAYS, st.integers(-400, 800))
def test_a_period_has_1_to_366_days(vanaf: date, more: int) -> None:
    vraag = Zoekvraag(vanaf=vanaf, tot_en_met=vanaf + timedelta(days=more))
    assert (check_zoekvraag(vraag) == ()) == (0 <= more < MAX_DAYS)


def test_everything_that_is_wrong_is_told_at_once() -> None:
    vraag = Zoekvraag(vanaf=date(2026, 1, 1), zaaknummer="ZAAK-1", vanaf_cent=2, tot_en_met_cent=1)
    assert [one.element for one in check_zoekvraag(vraag)] == [
        "/ZoekBetalingen/TotEnMet",
        "/ZoekBetalingen/BedragTotEnMetInCenten",
    ]


@pytest.mark.parametrize("way", ["zaaknummer", "klant_kenmerk", "betaalkenmerk"])
def test_one_kenmerk_is_enough(way: str) -> None:
    assert check_zoekvraag(Zoekvraag(**{way: "482710936577"})) == ()  # type: ignore[arg-type]
