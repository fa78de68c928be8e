"""Claims are fair: every receiver in its turn, one call to find out whether it works again, and no more than there is room for."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, event, insert
from sqlalchemy.orm import Session, sessionmaker

from betaalhub.storage import circuits, outbox
from betaalhub.storage.backlog import backlog
from betaalhub.storage.claim import _Place, _share, claim
from betaalhub.storage.database import reading
from betaalhub.storage.outbox import Job
from betaalhub.storage.tables import OutboxRow
from tests.storage.building import NOW

LEASE = timedelta(minutes=2)
SOON, LATER = NOW + timedelta(minutes=1), NOW + timedelta(hours=1)
BUSY, QUIET, OTHER = "zender:belasting", "zender:parkeren", "zender:aaa"


@pytest.fixture
def queue(sessions: sessionmaker[Session]) -> Queue:
    return Queue(sessions)


class Queue:
    """The outbox, filled by the hundred."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self.sessions = sessions
        self.made = 0

    def fills(self, ontvanger: str, number: int, *, due: datetime = NOW, state: str = "R", attempts: int = 0) -> None:
        rows = [
            {"soort": "STATUSBERICHT", "object_id": self.made + one, "ontvanger": ontvanger, "state": state, "due_at": due,
             "attempts": attempts, "gevraagd": 1, "tijdstip": NOW, "token": "t" if state == "L" else None}
            for one in range(number)
        ]  # fmt: skip
        self.made += number
        with self.sessions.begin() as session:
            session.execute(insert(OutboxRow), rows)

    def claims(self, n: int, *, now: datetime = NOW, **how) -> list[Job]:
        self.made += 1
        return claim(self.sessions, now=now, n=n, lease=LEASE, token=f"claim-{self.made}", **how)

    def taken(self, n: int, **how) -> Counter[str]:
        return Counter(job.ontvanger for job in self.claims(n, **how))

    def spared(self, ontvanger: str, *, until: datetime = SOON) -> None:
        with self.sessions.begin() as session:
            circuits.circuit_failure(session, ontvanger, now=NOW)
            circuits.circuit_open(session, ontvanger, until=until)

    def finishes(self, job: Job) -> None:
        with self.sessions.begin() as session:
            outbox.finish(session, job, now=NOW, next_due=None)
            circuits.circuit_success(session, job.ontvanger)


def test_a_long_backlog_does_not_hold_up_another_receiver(queue: Queue) -> None:
    queue.fills(BUSY, 300, due=NOW - timedelta(days=1))
    queue.fills(QUIET, 2)
    assert queue.taken(8) == {BUSY: 6, QUIET: 2}


def test_receivers_with_much_work_share_alike(queue: Queue) -> None:
    for ontvanger in (BUSY, QUIET, OTHER):
        queue.fills(ontvanger, 40)
    assert queue.taken(9) == {BUSY: 3, QUIET: 3, OTHER: 3}


def test_work_that_waits_for_later_is_jumped_over(queue: Queue) -> None:
    queue.fills("hub", 200, due=LATER)
    queue.fills("psp:psp", 200, due=LATER)
    queue.fills(QUIET, 1)
    assert queue.taken(2) == {QUIET: 1}
    assert queue.taken(2, now=LATER - timedelta(seconds=1)) == {QUIET: 1}  # its lease ran out; the others wait still
    assert queue.taken(2, now=LATER) == {"hub": 1, "psp:psp": 1}


def test_the_oldest_of_a_receiver_goes_first(queue: Queue) -> None:
    for minutes in (3, 1, 2):
        queue.fills(BUSY, 4, due=NOW - timedelta(minutes=minutes))
    (job,) = queue.claims(1)
    assert job.due_at == NOW - timedelta(minutes=3)


def test_a_look_goes_round_from_where_the_last_one_ended(queue: Queue) -> None:
    ontvangers = [f"zender:{number:02}" for number in range(20)]
    for ontvanger in ontvangers:
        queue.fills(ontvanger, 30)
    seen: set[str] = set()
    after = ""
    for _ in range(5):
        jobs = queue.claims(8, after=after)
        after = max(job.ontvanger for job in jobs) if max(job.ontvanger for job in jobs) > after else ""
        seen |= {job.ontvanger for job in jobs}
    assert seen == set(ontvangers)


@pytest.mark.parametrize("after", ["", "hub", BUSY, QUIET, "zzz"])
def test_wherever_a_look_begins_it_finds_everybody(queue: Queue, after: str) -> None:
    for ontvanger in (BUSY, QUIET, "hub"):
        queue.fills(ontvanger, 1)
    assert queue.taken(8, after=after) == {BUSY: 1, QUIET: 1, "hub": 1}


def test_no_more_is_taken_than_there_is_room_for(queue: Queue) -> None:
    queue.fills(BUSY, 10)
    queue.fills(QUIET, 10)
    assert queue.taken(8, room={BUSY: 1, QUIET: 0}.__getitem__) == {BUSY: 1}


def test_what_was_held_too_long_comes_first_also_behind_a_backlog(queue: Queue) -> None:
    queue.fills(BUSY, 50, due=NOW - timedelta(days=1))
    queue.fills(QUIET, 1, due=NOW - timedelta(seconds=1), state="L")
    assert queue.taken(2) == {BUSY: 1, QUIET: 1}


def test_a_receiver_that_is_spared_gets_nothing_and_others_do(queue: Queue) -> None:
    queue.fills(BUSY, 10)
    queue.fills(QUIET, 1)
    queue.spared(BUSY)
    assert queue.taken(4) == {QUIET: 1}


def test_many_spared_receivers_do_not_hide_the_last_one(queue: Queue) -> None:
    for number in range(12):
        queue.fills(f"zender:{number:02}", 5)
        queue.spared(f"zender:{number:02}")
    queue.fills("zender:zz", 1)
    assert queue.taken(1) == {"zender:zz": 1}


def test_one_message_finds_out_whether_a_receiver_works_again(queue: Queue) -> None:
    queue.fills(BUSY, 10)
    queue.spared(BUSY)
    (probe,) = queue.claims(8, now=SOON)
    assert probe.probe
    assert queue.claims(8, now=SOON) == []
    queue.finishes(probe)
    assert len(queue.claims(8, now=SOON)) == 8


def test_a_probe_that_is_never_heard_of_again_is_done_by_another(queue: Queue) -> None:
    queue.fills(BUSY, 10)
    queue.spared(BUSY)
    queue.claims(8, now=SOON)
    assert len(queue.claims(8, now=SOON + LEASE)) == 1


def test_of_all_nodes_one_gets_the_probe(queue: Queue) -> None:
    queue.fills(BUSY, 40)
    queue.spared(BUSY)
    jobs: list[Job] = []
    threads = [threading.Thread(target=lambda: jobs.extend(queue.claims(4, now=SOON))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(jobs) == 1


def test_a_psp_account_that_is_spared_waits_for_its_own_probe(queue: Queue) -> None:
    queue.fills("psp:psp", 3)
    queue.spared("psp:psp")
    assert queue.claims(4, now=LATER) == []


def test_a_claim_costs_as_many_statements_whatever_waits(queue: Queue, engine: Engine) -> None:
    def cost() -> int:
        statements: list[str] = []
        event.listen(engine, "before_cursor_execute", lambda _c, _k, sql, *_: statements.append(sql))
        assert len(queue.claims(4)) == 4
        return len(statements)

    queue.fills(BUSY, 20)
    queue.fills(QUIET, 20)
    few = cost()
    queue.fills(BUSY, 400)
    assert cost() == few <= 9


def test_the_backlog_tells_who_waits_since_when(queue: Queue) -> None:
    queue.fills(BUSY, 3, due=NOW - timedelta(hours=2), attempts=1)
    queue.fills(BUSY, 2, due=LATER)
    queue.fills(BUSY, 1, due=SOON, state="L")
    queue.fills(BUSY, 1, due=NOW, state="L")
    queue.fills(BUSY, 4, state="X")
    queue.fills(QUIET, 9, state="D")
    with reading(queue.sessions) as session:
        (line,) = backlog(session, NOW)
    assert (line.ontvanger, line.soort, line.wacht, line.nu) == (BUSY, "STATUSBERICHT", 5, 3)
    assert (line.oudste, line.bezig, line.verlopen) == (NOW - timedelta(hours=2), 2, 1)
    assert (line.geprobeerd, line.dood) == (3, 4)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 5)), max_size=8), st.integers(1, 12))
def test_nobody_gets_a_second_before_another_has_its_first(waiting: list[tuple[int, int]], n: int) -> None:
    places = [_Place(f"z{number}", list(range(due)), most) for number, (due, most) in enumerate(waiting)]
    chosen = _share(places, n)
    sizes = {place.ontvanger: len(chosen.get(place.ontvanger, [])) for place in places}
    can = {place.ontvanger: min(len(place.ids), place.most) for place in places}
    assert sum(sizes.values()) == min(n, sum(can.values()))
    assert all(sizes[one] <= can[one] for one in sizes)
    least = min((size for one, size in sizes.items() if size < can[one]), default=n)
    assert all(size <= least + 1 for size in sizes.values())
