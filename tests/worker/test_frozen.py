"""A worker that is frozen (SIGSTOP) and wakes when its work is somebody else's: it tells no old news and changes nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.herbereken import publish
from betaalhub.storage.database import lock
from betaalhub.storage.tables import BetaalopdrachtRow, GebeurtenisRow
from tests.flows.town import Town

TOP = Path(__file__).resolve().parents[2]
PATIENCE = 60.0  # seconds
LEASE = 3.0


def wait_until(true: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not true() and time.monotonic() < until:
        time.sleep(0.02)
    assert true()


class Scene:
    """A town in which a permit was paid, and workers that are processes."""

    def __init__(self, town: Town, folder: Path) -> None:
        self.town, self.folder = town, folder
        self.antwoord, _ = town.paid()
        self.ahead = (town.clock() - datetime.now(UTC)).total_seconds()
        self.processes: list[subprocess.Popen[str]] = []

    def worker(self) -> subprocess.Popen[str]:
        url = self.town.engine.url.render_as_string(hide_password=False)
        words = [sys.executable, "-m", "tests.worker.process", url, str(self.folder), str(LEASE), str(self.ahead)]
        environment = {**os.environ, "PYTHONPATH": str(TOP)}
        process = subprocess.Popen(words, cwd=TOP, env=environment, stderr=subprocess.PIPE, text=True)
        self.processes.append(process)
        return process

    def frozen_worker(self, when: str) -> subprocess.Popen[str]:
        """A worker that holds the statusbericht and stands still."""
        (self.folder / when).touch()
        process = self.worker()
        wait_until((self.folder / "frozen").exists)
        return process

    def changes(self) -> None:
        """Meanwhile there is news about the same betaalopdracht."""
        door = Door("klok", self.town.clock())
        id_ = self.town.opdracht(self.antwoord).id
        self.town.does(lambda session: publish(session, lock(session, BetaalopdrachtRow, [id_])[0], door))

    def confirmed(self) -> int:
        return self.town.opdracht(self.antwoord).versie_bevestigd

    def told(self) -> list[int]:
        return [int(line) for line in (self.folder / "told").read_text(encoding="utf-8").split()]

    def recorded(self) -> list[str | None]:
        """What the register says of statusberichten that were told."""
        return [row.gegevens for row in self.town.all(GebeurtenisRow) if row.soort == "STATUSBERICHT"]

    def wakes(self, process: subprocess.Popen[str]) -> str:
        """It goes on where it was, and then is asked to stop; gives its log."""
        process.send_signal(signal.SIGCONT)
        assert process.stderr is not None
        said = ""
        while "lease_lost" not in said:
            line = process.stderr.readline()
            assert line, f"it ended without a word: {said}"
            said += line
        process.terminate()
        said += process.communicate(timeout=PATIENCE)[1]
        assert process.returncode == 0, said
        return said


@pytest.fixture
def scene(town: Town, tmp_path: Path) -> Iterator[Scene]:
    scene = Scene(town, tmp_path)
    yield scene
    for process in scene.processes:
        process.kill()
        process.communicate(timeout=PATIENCE)


def test_who_froze_before_its_call_does_not_tell_old_news_after_new(scene: Scene) -> None:
    frozen = scene.frozen_worker("freeze-before")
    scene.changes()
    scene.worker()
    wait_until(lambda: scene.confirmed() == 3)
    scene.wakes(frozen)
    assert scene.told() == [3]
    assert scene.recorded() == ['{"versie": 3}']


def test_who_froze_while_it_was_answered_changes_nothing_afterwards(scene: Scene) -> None:
    frozen = scene.frozen_worker("freeze-during")
    scene.changes()
    scene.worker()
    wait_until(lambda: scene.confirmed() == 3)
    scene.wakes(frozen)
    assert scene.told() == [2, 3]
    assert scene.recorded() == ['{"versie": 3}']
    assert scene.confirmed() == 3
