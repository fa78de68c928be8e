"""A worker that is told to stop hears it, whichever of its threads the kernel gives the signal to."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from betaalhub.demo.journey import wait_until
from betaalhub.storage.database import make_engine, migrate
from tests.builders import settings_env

# One that works, one that claims, one that keeps house, one that probes, one that watches, and the first, which waits for them.
THREADS = 6


def at_rest(task: Path) -> bool:
    """Does this thread sleep, and use no CPU for as long as we look?"""
    looks = set()
    for _ in range(10):
        fields = (task / "stat").read_text().rpartition(")")[2].split()
        switches = [line for line in (task / "status").read_text().splitlines() if "ctxt_switches" in line]
        looks.add((fields[0], *switches))
        time.sleep(0.02)
    return len(looks) == 1 and next(iter(looks))[0] == "S"


def test_a_signal_that_another_thread_gets_stops_it_too(tmp_path: Path) -> None:
    register = tmp_path / "register.sqlite3"
    engine = make_engine(f"sqlite:///{register}")
    migrate(engine)
    engine.dispose()
    env = {**os.environ, **settings_env(register)}
    worker = subprocess.Popen([sys.executable, "-m", "betaalhub.cli", "worker"], env=env, stderr=subprocess.DEVNULL)
    try:
        tasks = Path(f"/proc/{worker.pid}/task")
        wait_until("de draden van de worker", lambda: len(list(tasks.iterdir())) == THREADS)
        wait_until("de hoofddraad, die wacht", lambda: at_rest(tasks / str(worker.pid)))
        other = next(int(one.name) for one in tasks.iterdir() if int(one.name) != worker.pid)
        assert ctypes.CDLL(None).tgkill(worker.pid, other, int(signal.SIGTERM)) == 0
        assert worker.wait(30) == 0
    finally:
        worker.kill()
        worker.wait()
