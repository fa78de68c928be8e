"""Cents are divided whole, in proportion, and never more than fits."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from betaalhub.domain.verdeling import spread

ROOM = st.lists(st.integers(0, 5_000_000), max_size=12)


@given(st.integers(-5, 60_000_000), ROOM)
def test_every_cent_that_fits_is_given_and_no_share_exceeds_its_room(amount: int, room: list[int]) -> None:
    shares = spread(amount, room)
    assert len(shares) == len(room)
    assert sum(shares) == min(max(amount, 0), sum(room))
    assert all(0 <= share <= has for share, has in zip(shares, room, strict=True))


@given(st.integers(0, 5_000_000), ROOM)
def test_each_share_is_within_a_cent_of_its_proportion(amount: int, room: list[int]) -> None:
    total = sum(room)
    given = min(amount, total)
    for share, has in zip(spread(amount, room), room, strict=True):
        assert not total or abs(share - Fraction(given * has, total)) < 1


def test_of_equal_remainders_the_first_gets_the_cent() -> None:
    assert spread(100, (50, 50, 50)) == (34, 33, 33)
    assert spread(2, (1, 1, 1)) == (1, 1, 0)
    assert spread(7, ()) == ()
