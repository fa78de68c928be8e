"""Towns for journeys: the simulators and one HTTP server for a whole run, a fresh register for every town."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server

from betaalhub.storage.database import make_engine, make_sessions, migrate
from gemeentelijke_koppelingen.simulatoren import RunningSimulators, start_simulators
from tests.builders import WORLDLINE, demo_catalogus, load, simulator_config, worldline_config
from tests.journeys.crash_scene import Scene, begin
from tests.journeys.stad import Neighbourhood, NewStad, Quiet, Stad
from tests.ports import free_port


def loaded_register(directory: Path, simulators: RunningSimulators) -> Path:
    """A migrated register with the catalogue, closed: every town gets a copy."""
    register = directory / "register.sqlite3"
    engine = make_engine(f"sqlite:///{register}")
    migrate(engine)
    load(make_sessions(engine), demo_catalogus(terug=simulators.terugkeer_url, push=simulators.productsysteem_url))
    engine.dispose()
    return register


@pytest.fixture(scope="session")
def near(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neighbourhood]:
    """The neighbourhood of all towns of this run."""
    towns: list[Neighbourhood] = []

    def door(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return towns[0](environ, start_response)

    server = make_server("127.0.0.1", 0, door, threaded=True, request_handler=Quiet)
    address = f"http://127.0.0.1:{server.server_port}"
    simulators = start_simulators(
        simulator_config(
            hub_notification_url=f"{address}/psp/psp/melding?reference=",
            worldline=worldline_config(f"{address}/psp/{WORLDLINE['account']}/melding"),
        )
    )
    register = loaded_register(tmp_path_factory.mktemp("register"), simulators)
    towns.append(Neighbourhood(simulators, address, register))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield towns[0]
    server.shutdown()
    server.server_close()
    simulators.close()


@pytest.fixture
def new_stad(near: Neighbourhood, tmp_path: Path) -> Iterator[NewStad]:
    """Makes towns, with other settings where a test names them; what happened in one is checked before the next, and at the end."""
    made: list[Stad] = []

    def finish() -> None:
        if made:
            made[-1].check()
            made[-1].close()

    def make(**changes: object) -> Stad:
        finish()
        directory = tmp_path / str(len(made))
        directory.mkdir()
        made.append(Stad.found(near, directory, **changes))
        return made[-1]

    yield make
    finish()


@pytest.fixture
def stad(new_stad: NewStad) -> Stad:
    """A fresh town, in which everything must be right at the end."""
    return new_stad()


@pytest.fixture
def impatient_stad(new_stad: NewStad) -> Stad:
    """A town that waits for a neighbour one second only, for neighbours that hang."""
    return new_stad(neighbour_timeout=1)


@pytest.fixture(scope="module")
def crash_near(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Neighbourhood, int]]:
    """Neighbours that outlive every kill, and the port of the hub that they notify."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    simulators = start_simulators(simulator_config(hub_notification_url=f"{address}/psp/psp/melding?reference="))
    register = loaded_register(tmp_path_factory.mktemp("register"), simulators)
    yield Neighbourhood(simulators, address, register), port
    simulators.close()


@pytest.fixture
def scene(crash_near: tuple[Neighbourhood, int], tmp_path: Path) -> Iterator[Scene]:
    """A town of which hub and worker are processes; none of them runs yet."""
    near, port = crash_near
    scene = begin(near, tmp_path, port)
    yield scene
    scene.close()
