"""Administrators with an empty desk, with a loaded register, and in a town where something happens."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from gemeentelijke_koppelingen.simulatoren import RunningSimulators, start_simulators
from tests.builders import simulator_config, worldline_config
from tests.cli.administrator import Administrator
from tests.journeys.conftest import near, new_stad, stad

__all__ = ["near", "new_stad", "stad"]


@pytest.fixture
def newcomer(tmp_path: Path) -> Administrator:
    """An administrator who has settings and nothing else."""
    return Administrator.at(tmp_path)


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register with the demo catalogue."""
    directory = tmp_path_factory.mktemp("loaded")
    Administrator.at(directory).types("init")
    return directory / "register.sqlite3"


@pytest.fixture
def administrator(loaded: Path, tmp_path: Path) -> Administrator:
    """An administrator of a register with the demo catalogue."""
    shutil.copy(loaded, tmp_path / "register.sqlite3")
    return Administrator.at(tmp_path)


@pytest.fixture(scope="module")
def neighbours() -> Iterator[RunningSimulators]:
    """Simulators that run and know the passwords."""
    simulators = start_simulators(simulator_config(worldline=worldline_config(None)))
    yield simulators
    simulators.close()
