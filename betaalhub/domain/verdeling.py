"""Divides cents in proportion, so that every cent is given and nobody gets more than fits."""

from __future__ import annotations

from collections.abc import Sequence


def spread(amount: int, room: Sequence[int]) -> tuple[int, ...]:
    """Divide `amount` cents in proportion to `room`, by largest remainder; at most what all rooms hold together.

    Every share is at most its room, and of equal remainders the first one gets the cent: the same question always has the
    same answer.
    """
    total = sum(room)
    given = min(max(amount, 0), total)
    if not given:
        return (0,) * len(room)
    shares = [given * one // total for one in room]
    by_remainder = sorted(range(len(room)), key=lambda place: (-(given * room[place] % total), place))
    for place in by_remainder[: given - sum(shares)]:
        shares[place] += 1
    return tuple(shares)
