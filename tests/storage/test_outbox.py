"""The outbox: one row per kind and object, held by one worker at a time, and no wish is swallowed."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from betaalhub.domain.werk import OutboxSoort
from betaalhub.errors import LeaseLost
from betaalhub.storage import circuits, outbox
from betaalhub.storage.claim import claim
from betaalhub.storage.database import reading, with_retries
from betaalhub.storage.outbox import Job
from betaalhub.storage.tables import OutboxRow
from tests.storage.building import NOW

LEASE = timedelta(minutes=2)
SOON, LATER = NOW + timedelta(minutes=1), NOW + timedelta(hours=1)
PSP = "psp:psp"


@pytest.fixture
def hub(sessions: sessionmaker[Session]) -> Desk:
    return Desk(sessions)


class Desk:
    """The outbox at hand, each call in a transaction of its own."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self.sessions = sessions
        self.claims = 0

    def wish(
        self, object_id: int = 1, *, soort: OutboxSoort = OutboxSoort.VRAAG_PSP, due=NOW, ontvanger: str = PSP
    ) -> None:
        with_retries(
            self.sessions,
            lambda session: outbox.enqueue(session, soort, object_id, ontvanger=ontvanger, due_at=due, now=NOW),
        )

    def claim(self, *, now=NOW, n: int = 10, **how) -> list[Job]:
        self.claims += 1
        return claim(self.sessions, now=now, n=n, lease=LEASE, token=f"token-{self.claims}", **how)

    def finish(self, job: Job, *, next_due=None, now=NOW) -> None:
        with self.sessions.begin() as session:
            outbox.finish(session, job, now=now, next_due=next_due)

    def fail(self, job: Job, *, next_due, now=NOW) -> None:
        with self.sessions.begin() as session:
            outbox.fail(session, job, now=now, next_due=next_due, fout="TIMEOUT")

    def row(self) -> OutboxRow:
        with reading(self.sessions) as session:
            return session.scalars(select(OutboxRow)).one()

    def rows(self) -> list[OutboxRow]:
        with reading(self.sessions) as session:
            return list(session.scalars(select(OutboxRow)))

    def failure(self, ontvanger: str = PSP, *, until=None) -> int:
        with self.sessions.begin() as session:
            failures = circuits.circuit_failure(session, ontvanger, now=NOW)
            if until:
                circuits.circuit_open(session, ontvanger, until=until)
            return failures


def test_what_is_due_is_claimed_once(hub: Desk) -> None:
    hub.wish()
    (job,) = hub.claim()
    assert (job.soort, job.object_id, job.ontvanger, job.attempts) == ("VRAAG_PSP", 1, PSP, 1)
    assert hub.claim() == []


def test_what_is_not_due_waits(hub: Desk) -> None:
    hub.wish(due=LATER)
    assert hub.claim(now=SOON) == []
    assert len(hub.claim(now=LATER)) == 1


def test_a_wish_of_a_transaction_that_failed_was_never_made(hub: Desk) -> None:
    with pytest.raises(LeaseLost), hub.sessions.begin() as session:
        outbox.enqueue(session, OutboxSoort.VERVAL, 1, ontvanger="hub", due_at=NOW, now=NOW)
        raise LeaseLost("the transaction of its effect")
    assert hub.claim() == []


def test_done_work_is_not_done_again(hub: Desk) -> None:
    hub.wish()
    hub.finish(hub.claim()[0])
    assert hub.claim(now=LATER) == []


def test_work_may_plan_its_next_time(hub: Desk) -> None:
    hub.wish()
    hub.finish(hub.claim()[0], next_due=LATER)
    assert hub.claim(now=SOON) == []
    (job,) = hub.claim(now=LATER)
    assert job.attempts == 1


def test_two_wishes_make_one_row_at_the_earlier_time(hub: Desk) -> None:
    hub.wish(due=LATER)
    hub.wish(due=SOON)
    hub.wish(due=LATER)
    assert (hub.row().due_at, hub.row().gevraagd) == (SOON, 3)
    assert len(hub.claim(now=SOON)) == 1


def test_a_wish_while_the_work_is_under_way_is_never_swallowed(hub: Desk) -> None:
    hub.wish()
    (job,) = hub.claim()
    hub.wish(due=LATER)
    hub.finish(job, next_due=LATER)
    assert len(hub.claim()) == 1


def test_a_wish_does_not_take_the_work_from_its_worker(hub: Desk) -> None:
    hub.wish()
    (job,) = hub.claim()
    hub.wish()
    assert hub.claim() == []
    hub.finish(job)


@pytest.mark.parametrize("next_due", [LATER, None])
def test_a_wish_while_the_work_fails_is_tried_at_once(hub: Desk, next_due) -> None:
    hub.wish()
    (job,) = hub.claim()
    hub.wish()
    hub.fail(job, next_due=next_due)
    assert len(hub.claim()) == 1


def test_failed_work_keeps_its_count_and_its_reason(hub: Desk) -> None:
    hub.wish()
    hub.fail(hub.claim()[0], next_due=SOON)
    assert hub.row().laatste_fout == "TIMEOUT"
    (job,) = hub.claim(now=SOON)
    assert job.attempts == 2


def test_dead_work_waits_for_a_new_wish(hub: Desk) -> None:
    hub.wish()
    hub.fail(hub.claim()[0], next_due=None)
    assert hub.claim(now=LATER) == []
    hub.wish(due=LATER)
    (job,) = hub.claim(now=LATER)
    assert job.attempts == 1


def test_success_forgets_the_failures(hub: Desk) -> None:
    hub.wish()
    hub.fail(hub.claim()[0], next_due=NOW)
    hub.finish(hub.claim()[0], next_due=NOW)
    assert hub.row().laatste_fout is None
    assert hub.claim()[0].attempts == 1


def test_a_lease_that_ran_out_is_due_again(hub: Desk) -> None:
    hub.wish()
    (first,) = hub.claim()
    (second,) = hub.claim(now=NOW + LEASE)
    assert second.id == first.id
    assert second.attempts == 2


@pytest.mark.parametrize("end", ["finish", "fail"])
def test_who_lost_its_lease_can_not_write_the_outcome(hub: Desk, end: str) -> None:
    hub.wish()
    (slow,) = hub.claim()
    (quick,) = hub.claim(now=NOW + LEASE)
    with pytest.raises(LeaseLost):
        getattr(hub, end)(slow, next_due=None)
    hub.finish(quick)
    with pytest.raises(LeaseLost):
        getattr(hub, end)(slow, next_due=None)
    assert hub.rows() == []


def test_nobody_finishes_twice(hub: Desk) -> None:
    hub.wish()
    (job,) = hub.claim()
    hub.finish(job, next_due=NOW)
    with pytest.raises(LeaseLost):
        hub.finish(job)


def test_a_claim_takes_no_more_than_was_asked(hub: Desk) -> None:
    for object_id in range(1, 8):
        hub.wish(object_id)
    assert [len(hub.claim(n=3)) for _ in range(4)] == [3, 3, 1, 0]


def test_failures_in_a_row_are_counted_and_forgotten(hub: Desk) -> None:
    assert [hub.failure(), hub.failure(), hub.failure("erp:demostad")] == [1, 2, 1]
    with hub.sessions.begin() as session:
        circuits.circuit_success(session, PSP)
    assert hub.failure() == 1


def test_a_closed_circuit_lets_work_through_at_once(hub: Desk) -> None:
    hub.wish()
    hub.failure(until=LATER)
    with hub.sessions.begin() as session:
        circuits.circuit_success(session, PSP)
    assert len(hub.claim()) == 1


def test_work_that_was_not_begun_is_given_back_as_it_was(hub: Desk) -> None:
    hub.wish(due=NOW - timedelta(hours=1))
    (job,) = hub.claim()
    with hub.sessions.begin() as session:
        assert outbox.give_back(session, [job]) == [job]
    assert (hub.row().state, hub.row().due_at, hub.row().attempts) == ("R", NOW - timedelta(hours=1), 0)
    with pytest.raises(LeaseLost):
        hub.finish(job)


def test_what_somebody_else_holds_by_now_is_not_given_back(hub: Desk) -> None:
    hub.wish()
    (slow,) = hub.claim()
    (quick,) = hub.claim(now=NOW + LEASE)
    with hub.sessions.begin() as session:
        assert outbox.give_back(session, [slow]) == []
    hub.finish(quick)


def test_a_wish_for_work_that_was_given_back_is_one_wish_more(hub: Desk) -> None:
    hub.wish()
    (job,) = hub.claim()
    hub.wish()
    with hub.sessions.begin() as session:
        outbox.give_back(session, [job])
    assert (hub.row().gevraagd, len(hub.claim())) == (2, 1)


def test_what_older_versions_left_behind_is_taken_away_and_nothing_else(hub: Desk) -> None:
    for object_id in (1, 2, 3):
        hub.wish(object_id)
    with hub.sessions.begin() as session:
        session.execute(update(OutboxRow).where(OutboxRow.object_id < 3).values(state=outbox.DONE))
    with hub.sessions.begin() as session:
        assert outbox.forget_done(session) == 2
    assert [row.object_id for row in hub.rows()] == [3]


def test_a_wish_revives_what_an_older_version_called_done(hub: Desk) -> None:
    hub.wish()
    with hub.sessions.begin() as session:
        session.execute(update(OutboxRow).values(state=outbox.DONE, attempts=4))
    hub.wish(due=SOON)
    assert (hub.row().state, hub.row().due_at, hub.row().attempts) == ("R", SOON, 0)


def test_a_first_wish_that_meets_another_first_wish_is_made_again(hub: Desk) -> None:
    """Both look, and neither sees a row; the second waits for the first at the key."""
    looked, wished = threading.Event(), threading.Event()

    def first() -> None:
        with hub.sessions.begin() as session:
            looked.wait(15)
            outbox.enqueue(session, OutboxSoort.VERVAL, 1, ontvanger="hub", due_at=NOW, now=NOW)
            wished.set()

    thread = threading.Thread(target=first)
    thread.start()
    looked.set()
    wished.wait(15)
    hub.wish(soort=OutboxSoort.VERVAL, ontvanger="hub")
    thread.join()
    assert hub.row().gevraagd == 2


def test_parallel_wishes_are_all_counted(hub: Desk) -> None:
    threads = [threading.Thread(target=hub.wish) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert hub.row().gevraagd == 8


def test_parallel_failures_are_all_counted(hub: Desk) -> None:
    threads = [threading.Thread(target=hub.failure) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert hub.failure() == 9


def test_parallel_claims_share_the_work_without_doubles(hub: Desk) -> None:
    for object_id in range(40):
        hub.wish(object_id)
    taken: list[int] = []

    def take(number: int) -> None:
        for turn in range(4):
            jobs = claim(hub.sessions, now=NOW, n=5, lease=LEASE, token=f"{number}-{turn}")
            taken.extend(job.object_id for job in jobs)

    threads = [threading.Thread(target=take, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken += [job.object_id for job in hub.claim(n=40)]
    assert sorted(taken) == list(range(40))
