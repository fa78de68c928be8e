"""An amount reads in Dutch, and is read back from what a person types."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from betaalhub.domain.bedrag import in_euro, parse_euro


@given(st.integers(0, 10**11 - 1))
def test_what_reads_as_an_amount_is_that_amount(cents: int) -> None:
    assert parse_euro(in_euro(cents)) == cents


@pytest.mark.parametrize(
    ("typed", "cents"),
    [("187,50", 18_750), ("90", 9_000), ("€1.234,-", 123_400), (" 1234,05 ", 123_405), ("0,01", 1)],
)
def test_an_amount_as_people_type_it(typed: str, cents: int) -> None:
    assert parse_euro(typed) == cents


@pytest.mark.parametrize("typed", ["", "187.50", "1,5", "-3", "1e3", "1.23", "12,345", "tien"])
def test_what_may_mean_two_things_is_no_amount(typed: str) -> None:
    assert parse_euro(typed) is None
