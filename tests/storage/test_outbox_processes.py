"""Workers are processes that die and freeze: nothing is lost and nothing is done twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from betaalhub.domain.werk import OutboxSoort
from betaalhub.storage import outbox
from betaalhub.storage.database import reading
from betaalhub.storage.tables import GebeurtenisRow, OutboxRow

TOP = Path(__file__).resolve().parents[2]
PATIENCE = 60  # seconds
PAST = datetime(2020, 1, 1, tzinfo=UTC)  # workers have the real clock


def start_worker(url: str, *, lease_ms: int, pause_ms: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.storage.outbox_worker", url, str(lease_ms), str(pause_ms)]
    environment = {**os.environ, "PYTHONPATH": str(TOP)}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=TOP, env=environment)


def fill(sessions: sessionmaker[Session], jobs: int) -> None:
    with sessions.begin() as session:
        for object_id in range(1, jobs + 1):
            outbox.enqueue(session, OutboxSoort.STATUSBERICHT, object_id, ontvanger="zender:x", due_at=PAST, now=PAST)


def done(sessions: sessionmaker[Session]) -> Counter[int]:
    """How often each job took effect."""
    with reading(sessions) as session:
        return Counter(session.scalars(select(GebeurtenisRow.onderwerp_id)))


def wait_until(true: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not true() and time.monotonic() < until:
        time.sleep(0.02)
    assert true()


def all_done(sessions: sessionmaker[Session]) -> bool:
    with reading(sessions) as session:
        return session.scalar(select(OutboxRow.id).limit(1)) is None


def end(*workers: subprocess.Popen[str]) -> list[str]:
    """Kill these workers; gives what they said."""
    for worker in workers:
        worker.kill()
    return [worker.communicate(timeout=PATIENCE)[0] for worker in workers]


def test_with_workers_that_are_killed_nothing_is_lost_and_nothing_doubled(
    url: str, sessions: sessionmaker[Session]
) -> None:
    fill(sessions, 60)
    workers = [start_worker(url, lease_ms=400, pause_ms=5) for _ in range(2)]
    for number in range(4):  # each victim has just claimed: it dies with work in its hands
        victim = workers[number % 2]
        assert victim.stdout is not None and victim.stdout.readline() in ("claimed\n", "lost\n", "idle\n", "")
        victim.kill()
        victim.communicate(timeout=PATIENCE)
        workers[number % 2] = start_worker(url, lease_ms=400, pause_ms=5)
    try:
        wait_until(lambda: all_done(sessions))
    finally:
        end(*workers)
    assert done(sessions) == Counter(range(1, 61))


def test_a_worker_that_was_frozen_past_its_lease_can_not_finish(url: str, sessions: sessionmaker[Session]) -> None:
    fill(sessions, 1)
    frozen = start_worker(url, lease_ms=1000, pause_ms=500)
    assert frozen.stdout is not None and frozen.stdout.readline() == "claimed\n"
    frozen.send_signal(signal.SIGSTOP)
    other = start_worker(url, lease_ms=1000, pause_ms=0)
    try:
        wait_until(lambda: all_done(sessions))
        frozen.send_signal(signal.SIGCONT)
        assert frozen.stdout.readline() == "lost\n"
    finally:
        end(frozen, other)
    assert done(sessions) == Counter({1: 1})
