"""A register for every seed: a copy of one that is migrated and has the demo catalogue; SQLite by default, PostgreSQL on request."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, create_engine

from betaalhub.storage.database import make_engine, make_sessions, migrate
from tests.builders import load
from tests.simulation.catalogue import catalogus

_MEMORY = Path("/dev/shm")  # a file that needs no disk, where there is one


class Registers:
    """Makes registers that are alike and empty; `url` of a PostgreSQL server without a database name, or None for SQLite."""

    def __init__(self, room: Path, url: str | None = None) -> None:
        self._url = url
        self._folder = Path(tempfile.mkdtemp(dir=room))
        self._name = f"simulation_{os.getpid()}"
        if url:
            _administer(url, f"DROP DATABASE IF EXISTS {self._name}_template", f"CREATE DATABASE {self._name}_template")
        engine = make_engine(self._address("template"))
        migrate(engine)
        load(make_sessions(engine), catalogus())
        engine.dispose()

    def _address(self, name: str) -> str:
        return f"{self._url}/{self._name}_{name}" if self._url else f"sqlite:///{self._folder}/{name}.sqlite3"

    @contextmanager
    def fresh(self) -> Iterator[Engine]:
        """A register of its own, gone afterwards."""
        if self._url:
            _administer(self._url, f"CREATE DATABASE {self._name}_seed TEMPLATE {self._name}_template")
        else:
            shutil.copy(self._folder / "template.sqlite3", self._folder / "seed.sqlite3")
        engine = make_engine(self._address("seed"))
        try:
            yield engine
        finally:
            engine.dispose()
            if self._url:
                _administer(self._url, f"DROP DATABASE {self._name}_seed WITH (FORCE)")
            else:
                for path in self._folder.glob("seed.sqlite3*"):
                    path.unlink()


@contextmanager
def room() -> Iterator[Path]:
    """A folder for the registers of all processes, in memory where the machine has that; gone afterwards."""
    memory = str(_MEMORY) if _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="betaalhub_simulation_", dir=memory) as folder:
        yield Path(folder)


def _administer(url: str, *statements: str) -> None:
    engine = create_engine(f"{url}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()
