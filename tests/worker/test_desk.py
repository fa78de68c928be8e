"""The desk of a worker: what goes back, and who is told to stop."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest

from betaalhub.steps.hold import Hold
from betaalhub.storage.outbox import Job
from betaalhub.worker.desk import Desk
from tests.storage.building import NOW


def hold(number: int, *, ontvanger: str = "zender:a", since: float | None = None) -> Hold:
    job = Job(number, "STATUSBERICHT", number, ontvanger, "token", 1, 1, NOW)
    return Hold(job, timedelta(minutes=5), Hold.clock() if since is None else since)


def numbers(holds: list[Hold]) -> list[int]:
    return [one.job.id for one in holds]


def test_what_was_looked_for_before_its_receiver_failed_goes_back() -> None:
    desk, early = Desk(4), hold(2)
    desk.add([hold(1)])
    first = desk.next()
    assert first is not None
    desk.end(first, answered=False)
    desk.add([early, hold(3)])
    assert numbers(desk.to_give_back()) == [2]
    assert numbers([desk.next() or early]) == [3]


def test_what_waited_for_a_quarter_of_its_lease_goes_back() -> None:
    desk = Desk(4)
    desk.add([hold(1, since=Hold.clock() - 76), hold(2)])
    assert numbers(desk.to_give_back()) == [1]


def test_of_which_the_outcome_could_not_be_written_goes_back_and_again_until_it_could() -> None:
    desk = Desk(4)
    desk.add([hold(1)])
    first = desk.next()
    assert first is not None
    desk.end_unwritten(first)
    back = desk.to_give_back()
    desk.keep_back(back)
    assert numbers(desk.to_give_back()) == [1]
    assert desk.to_give_back() == []


def test_who_waits_for_work_hears_that_it_is_over() -> None:
    desk, found = Desk(2), []
    threads = [threading.Thread(target=lambda: found.append(desk.next())) for _ in range(2)]
    for thread in threads:
        thread.start()
    desk.close()
    for thread in threads:
        thread.join(15)
    assert found == [None, None]


def test_what_has_not_begun_goes_back_when_it_is_over() -> None:
    desk = Desk(2)
    desk.add([hold(1), hold(2)])
    desk.close()
    assert desk.next() is None
    assert numbers(desk.to_give_back()) == [1, 2]


@pytest.mark.skipif(not hasattr(time, "CLOCK_BOOTTIME"), reason="this system does not tell how long it slept")
def test_a_hold_counts_the_time_that_the_machine_slept() -> None:
    before = time.clock_gettime(time.CLOCK_BOOTTIME)
    since = Hold.clock()
    assert before <= since <= time.clock_gettime(time.CLOCK_BOOTTIME)
