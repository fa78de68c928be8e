"""How often something may be done: buckets that fill by time, and never hold more than they are given."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from betaalhub.soap.limits import Buckets, LoginLimit
from betaalhub.wire.faults import WireFault
from tests.soap.conftest import NOW


@given(st.lists(st.floats(0, 30), max_size=60), st.integers(1, 10), st.integers(1, 300))
def test_never_more_than_what_was_there_and_what_came_in(gaps: list[float], size: int, per_minute: int) -> None:
    buckets, now, taken = Buckets(size=size, per_minute=per_minute), NOW, 0
    for gap in gaps:
        now += timedelta(seconds=gap)
        taken += buckets.take("een", now) == 0
        assert taken <= size + per_minute * (now - NOW) / timedelta(minutes=1) + 1e-6


@given(st.integers(1, 10), st.integers(1, 5000))
def test_after_the_wait_that_was_told_there_is_one(size: int, per_minute: int) -> None:
    buckets = Buckets(size=size, per_minute=per_minute)
    for _ in range(size):
        assert buckets.take("een", NOW) == 0
    wait = buckets.take("een", NOW)
    assert wait >= 1
    assert buckets.take("een", NOW + timedelta(seconds=wait)) == 0


def test_a_clock_that_steps_back_gives_nothing_and_takes_nothing() -> None:
    buckets = Buckets(size=1, per_minute=60)
    assert buckets.take("een", NOW) == 0
    assert buckets.take("een", NOW - timedelta(hours=1)) == 1
    assert buckets.take("een", NOW + timedelta(seconds=1)) == 0


def test_strangers_do_not_make_the_memory_grow() -> None:
    buckets = Buckets(size=1, per_minute=60, most_keys=10)
    for number in range(100):
        buckets.take(number, NOW)
    assert len(buckets) == 10


def guess(limit: LoginLimit, address: str, naam: str) -> None:
    environ = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": address}
    limit.check(environ, naam)
    limit.failed(environ, naam)


@pytest.mark.parametrize("other", ["192.0.2.1", "198.51.100.9, 192.0.2.1"])
def test_who_guesses_with_many_names_must_wait_too(other: str) -> None:
    limit = LoginLimit(lambda: NOW, behind_proxy=True)
    for number in range(60):
        guess(limit, "192.0.2.1", f"naam-{number}")
    with pytest.raises(WireFault, match="TE_VEEL_VERZOEKEN"):
        guess(limit, other, "nog-een")
    guess(limit, "192.0.2.2", "nog-een")


def test_of_ipv6_one_party_has_a_whole_network() -> None:
    limit = LoginLimit(lambda: NOW, behind_proxy=True)
    for number in range(60):
        guess(limit, f"2001:db8::{number + 1:x}", f"naam-{number}")
    with pytest.raises(WireFault, match="TE_VEEL_VERZOEKEN"):
        guess(limit, "2001:db8::ffff", "nog-een")


def test_without_a_proxy_its_header_is_not_believed() -> None:
    limit = LoginLimit(lambda: NOW)
    for number in range(10):
        guess(limit, f"192.0.2.{number}", "esb-demo")
    with pytest.raises(WireFault, match="TE_VEEL_VERZOEKEN"):
        guess(limit, "192.0.2.99", "esb-demo")


def test_behind_an_esb_one_old_password_does_not_keep_out_a_neighbour_that_was_right_before() -> None:
    limit, esb = LoginLimit(lambda: NOW), {"REMOTE_ADDR": "127.0.0.1"}
    limit.succeeded(esb, "parkeren")
    for number in range(60):
        limit.failed(esb, f"oud-{number}")
    limit.check(esb, "parkeren")
    with pytest.raises(WireFault, match="TE_VEEL_VERZOEKEN"):
        limit.check(esb, "vergunningen")


def test_guessing_at_a_name_that_was_right_stays_bounded() -> None:
    limit, esb = LoginLimit(lambda: NOW), {"REMOTE_ADDR": "127.0.0.1"}
    limit.succeeded(esb, "parkeren")
    for _ in range(10):
        limit.failed(esb, "parkeren")
    with pytest.raises(WireFault, match="TE_VEEL_VERZOEKEN"):
        limit.check(esb, "parkeren")
