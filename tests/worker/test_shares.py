"""What a receiver may have of one worker: half of its threads, one call at a time until it answers, and never the last thread
when it has another."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from betaalhub.steps.hold import Hold
from betaalhub.storage.outbox import Job
from betaalhub.worker.shares import Shares
from tests.storage.building import NOW

A, B, C = "zender:a", "zender:b", "zender:c"


def hold(ontvanger: str, number: int = 1) -> Hold:
    return Hold(Job(number, "STATUSBERICHT", number, ontvanger, "token", 1, 1, NOW), timedelta(minutes=5))


def filled(threads: int, **waiting: int) -> Shares:
    """A worker of so many threads, with so much claimed per zender."""
    shares = Shares(threads)
    for code, number in waiting.items():
        for one in range(number):
            shares.add(hold(f"zender:{code}", one))
    return shares


def begun(shares: Shares) -> list[Hold]:
    """Everything that may begin now."""
    found = []
    while (one := shares.begin()) is not None:
        found.append(one)
    return found


def warm(shares: Shares, ontvanger: str) -> None:
    """This receiver answered often enough to have all that it may."""
    for _ in range(40):
        shares.add(hold(ontvanger))
        one = shares.begin()
        assert one is not None
        shares.end(one, answered=True)


def test_a_receiver_begins_with_one_call() -> None:
    assert len(begun(filled(8, a=10))) == 1


def test_each_answer_lets_in_one_more_up_to_half_of_the_threads() -> None:
    shares, under_way = filled(8, a=40), []
    seen = []
    for _ in range(6):
        under_way += begun(shares)
        seen.append(len(under_way))
        shares.end(under_way.pop(0), answered=True)
    assert seen == [1, 2, 3, 4, 4, 4]


def test_no_answer_brings_it_back_to_one_and_gives_back_what_waits() -> None:
    shares = Shares(8)
    warm(shares, A)
    for number in range(6):
        shares.add(hold(A, number))
    first, *others = begun(shares)
    assert len(others) == 3
    assert [one.job.id for one in shares.end(first, answered=False)] == [4, 5]
    for one in others:
        shares.end(one, answered=True)
    assert shares.room(A) == 4 * 4


@pytest.mark.parametrize(("threads", "most"), [(1, 1), (2, 1), (3, 2), (4, 2), (5, 3), (8, 4), (64, 32)])
def test_at_most_half_of_the_threads_hang_on_one_receiver(threads: int, most: int) -> None:
    shares = Shares(threads)
    warm(shares, A)
    for number in range(200):
        shares.add(hold(A, number))
    assert len(begun(shares)) == most


def test_two_slow_receivers_leave_a_thread_for_a_third() -> None:
    shares = Shares(4)
    for ontvanger in (A, B):
        warm(shares, ontvanger)
    for number in range(8):
        shares.add(hold(A if number < 4 else B, number))
    assert len(begun(shares)) == 3
    shares.add(hold(C))
    assert [one.job.ontvanger for one in begun(shares)] == [C]


def test_receivers_take_turns_and_each_keeps_its_order() -> None:
    shares, seen = filled(1, a=3, b=2), []
    while (one := shares.begin()) is not None:
        seen.append((one.job.ontvanger[-1], one.job.id))
        shares.end(one, answered=True)
    assert seen == [("a", 0), ("b", 0), ("a", 1), ("b", 1), ("a", 2)]


def test_little_is_claimed_ahead_for_a_receiver_that_did_not_answer_yet() -> None:
    shares = Shares(16)
    assert (shares.room(A), shares.wanted) == (4, 32)
    shares.add(hold(A))
    assert (shares.room(A), shares.wanted) == (3, 31)


def test_when_only_receivers_that_hang_have_work_here_a_free_thread_is_still_of_use() -> None:
    shares = filled(4, a=4, b=4, c=4)
    assert (len(begun(shares)), shares.wanted) == (3, 1)
    shares.add(hold("zender:d"))
    assert (len(begun(shares)), shares.wanted) == (1, 0)


def test_what_is_not_wanted_any_more_is_taken_out() -> None:
    shares = filled(4, a=2, b=3)
    assert len(shares.drop(lambda one: one.job.ontvanger == B)) == 3
    assert shares.waiting == 2


@given(
    st.integers(1, 9), st.lists(st.tuples(st.sampled_from([A, B, C]), st.sampled_from(["add", "good", "bad", None])))
)
def test_whatever_happens_no_thread_is_given_twice_and_nothing_is_forgotten(
    threads: int, happens: list[tuple[str, str | None]]
) -> None:
    shares = Shares(threads)
    under_way: list[Hold] = []
    added = gone = 0
    for ontvanger, what in happens:
        if what == "add":
            shares.add(hold(ontvanger, added))
            added += 1
        elif mine := [one for one in under_way if one.job.ontvanger == ontvanger]:
            under_way.remove(mine[0])
            answered = {"good": True, "bad": False, None: None}[what]
            gone += 1 + len(shares.end(mine[0], answered=answered))
        under_way += begun(shares)
        assert len(under_way) == shares.busy <= threads
        assert added == shares.busy + shares.waiting + gone
        if shares.waiting:  # somebody waits only while there is a reason
            assert shares.busy
