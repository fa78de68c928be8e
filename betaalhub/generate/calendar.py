"""When invented betaalopdrachten are made: spread over months with the rhythm of a town, quiet at night and at the weekend."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_WEEK = (1.25, 1.15, 1.1, 1.05, 1.0, 0.55, 0.5)  # Monday to Sunday
_HOURS = (2, 1, 1, 1, 1, 2, 5, 12, 28, 42, 48, 44, 36, 40, 44, 42, 38, 30, 26, 30, 34, 30, 18, 7)
_MONTHS = (1.25, 1.0, 1.1, 1.0, 1.05, 0.95, 0.75, 0.75, 1.1, 1.0, 1.0, 1.05)


def moments(rng: random.Random, count: int, *, first: date, now: datetime) -> Iterator[datetime]:
    """So many moments (UTC), the oldest first, from the beginning of the first day until now."""
    days = [first + timedelta(days=n) for n in range((now.astimezone(_AMSTERDAM).date() - first).days + 1)]
    weights = [_WEEK[day.weekday()] * _MONTHS[day.month - 1] * rng.uniform(0.85, 1.15) for day in days]
    weights[-1] *= max(0.02, _passed(now))
    for day, many in zip(days, _spread(count, weights), strict=True):
        yield from sorted(_within(rng, day, many, now))


def _passed(now: datetime) -> float:
    """Which part of a day's betaalopdrachten has been made by now."""
    local = now.astimezone(_AMSTERDAM)
    return (sum(_HOURS[: local.hour]) + _HOURS[local.hour] * local.minute / 60) / sum(_HOURS)


def _spread(count: int, weights: list[float]) -> Iterator[int]:
    """`count` in whole parts by these weights; nothing is lost by rounding."""
    total, done, share = sum(weights), 0, 0.0
    for weight in weights:
        share += weight
        upto = round(count * share / total)
        yield upto - done
        done = upto


def _within(rng: random.Random, day: date, many: int, now: datetime) -> Iterator[datetime]:
    midnight = datetime.combine(day, time(), _AMSTERDAM).astimezone(UTC)
    room = (now - midnight).total_seconds()
    for hour in rng.choices(range(24), _HOURS, k=many):
        second = hour * 3600 + rng.random() * 3600
        yield midnight + timedelta(seconds=second if second < room else rng.random() * room)
