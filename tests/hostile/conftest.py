"""A hub with the demo catalogue, once in this process and once as a real gunicorn with the shipped configuration."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select

from betaalhub.app import make_application
from betaalhub.settings import Settings
from betaalhub.storage.database import make_engine, make_sessions, migrate
from betaalhub.storage.tables import METADATA
from tests.builders import demo_catalogus, load, settings_env
from tests.hostile.door import Door, Inside, Served, Wire
from tests.hostile.messages import TERUG
from tests.structure.house import TOP


@pytest.fixture(scope="session")
def register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated register with the catalogue, closed: to be copied."""
    path = tmp_path_factory.mktemp("register") / "register.sqlite3"
    engine = make_engine(f"sqlite:///{path}")
    migrate(engine)
    load(make_sessions(engine), demo_catalogus(terug=TERUG, push=None))
    engine.dispose()
    return path


@pytest.fixture(scope="module")
def inside(register: Path, tmp_path_factory: pytest.TempPathFactory) -> Inside:
    """The whole WSGI application in this process."""
    return make_inside(register, tmp_path_factory.mktemp("inside"))


def make_inside(register: Path, folder: Path, **changes: object) -> Inside:
    """The application over its own copy of a register; `changes` are settings."""
    own = Path(shutil.copy(register, folder))
    settings = Settings.from_env(settings_env(own, **changes))
    return Inside(make_application(settings), _digest(own))


@pytest.fixture(scope="module", params=["snel", "gthread"])
def served(
    request: pytest.FixtureRequest, register: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """A gunicorn with one worker of four threads, started as the deployment starts it, once with each HTTP worker."""
    folder = tmp_path_factory.mktemp("served")
    own = Path(shutil.copy(register, folder))
    listener = socket.create_server(("127.0.0.1", 0))
    env = {
        **settings_env(own, processes=1, threads=4, log_format="json", http_worker=request.param),
        "PATH": os.environ["PATH"],
    }
    command = [sys.executable, "-m", "gunicorn", "--config", "python:betaalhub.gunicorn_conf", "--bind", f"fd://{listener.fileno()}"]  # fmt: skip
    with (folder / "hub.log").open("wb") as out:
        process = subprocess.Popen(command, cwd=TOP, env=env, stdout=out, stderr=out, pass_fds=[listener.fileno()])
    try:
        hub = Served(process.pid, listener.getsockname()[1], folder / "hub.log", _digest(own))
        hub.wait()
        yield hub
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        finally:
            process.kill()
            listener.close()


@pytest.fixture
def door(request: pytest.FixtureRequest, capfd: pytest.CaptureFixture[str]) -> Iterator[Door]:
    """The door in this process; a test leaves no marker in its log."""
    inside: Inside = request.getfixturevalue("inside")
    yield Door(inside)
    written = capfd.readouterr()
    Door.check_log(written.out + written.err)


@pytest.fixture
def wire(served: Served) -> Iterator[Wire]:
    """The door over a socket; a test leaves no marker in the log, and loses no worker."""
    before, size = served.workers(), served.log.stat().st_size
    yield Wire(served)
    Door.check_log(served.log.read_bytes()[size:].decode("utf-8", "replace"))
    assert served.workers() == before, "a worker was lost"


class _digest:
    """Everything in a register, as one hash: of every table, every row."""

    def __init__(self, path: Path) -> None:
        self._engine = create_engine(f"sqlite:///{path}")

    def __call__(self) -> str:
        with self._engine.connect() as connection:
            rows = [
                (table.name, sorted(map(repr, connection.execute(select(table)))))
                for table in METADATA.sorted_tables
                if table.name not in NO_BUSINESS
            ]
        return hashlib.sha256(repr(rows).encode()).hexdigest()


NO_BUSINESS: frozenset[str] = frozenset()  # tables in which the door itself may write while it refuses
