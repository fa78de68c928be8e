"""The worker takes away what need not be remembered any more."""

from __future__ import annotations

import time
from datetime import timedelta

from betaalhub.flows.gezien import first_time
from betaalhub.storage.tables import GezienRow
from betaalhub.worker.loop import Worker
from tests.flows.town import NOW, WAIT, Town


def test_what_was_seen_long_ago_is_forgotten_and_the_rest_is_not(town: Town) -> None:
    for number, minutes in enumerate((-60, 60)):
        sleutel, tot = f"{number:064}", NOW + timedelta(minutes=minutes)
        town.does(lambda s, sleutel=sleutel, tot=tot: first_time(s, sleutel, tot, NOW - timedelta(hours=2)))  # type: ignore[misc]
    worker, until = Worker(town.hub, concurrency=1, poll_seconds=0.05), time.monotonic() + WAIT
    worker.start()
    while len(town.all(GezienRow)) > 1 and time.monotonic() < until:
        time.sleep(0.02)
    worker.stop()
    worker.join()
    assert [row.sleutel for row in town.all(GezienRow)] == [f"{1:064}"]
