"""A worker in a process of its own, for the tests: takes work until none is left, and writes one gebeurtenis per job.

    python outbox_worker.py URL LEASE_MILLISECONDS PAUSE_MILLISECONDS

It says `claimed` after each claim, `lost` when its lease was gone, and `idle` when it has seen no work for a while.
"""

from __future__ import annotations

import sys
import time
import uuid
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from betaalhub.errors import LeaseLost
from betaalhub.storage import outbox
from betaalhub.storage.claim import claim
from betaalhub.storage.database import make_engine, make_sessions, with_retries
from tests.storage.building import make_gebeurtenis


def say(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


def work(url: str, lease: timedelta, pause: float) -> None:
    sessions = make_sessions(make_engine(url))
    last_seen = time.monotonic()
    while time.monotonic() < last_seen + 3 * lease.total_seconds():
        jobs = claim(sessions, now=datetime.now(UTC), n=5, lease=lease, token=uuid.uuid4().hex)
        if not jobs:
            time.sleep(0.02)
            continue
        say("claimed")
        last_seen = time.monotonic()
        for job in jobs:
            time.sleep(pause)  # the call to a neighbour

            def effect(session: Session, job: outbox.Job = job) -> None:
                session.add(make_gebeurtenis(job.object_id))
                outbox.finish(session, job, now=datetime.now(UTC), next_due=None)

            try:
                with_retries(sessions, effect)
            except LeaseLost:
                say("lost")
    say("idle")


if __name__ == "__main__":
    work(sys.argv[1], timedelta(milliseconds=int(sys.argv[2])), int(sys.argv[3]) / 1000)
