"""One journey in a town whose hub and worker are processes that may be killed; the neighbours live on."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests
from zeep.exceptions import TransportError

from betaalhub.app import make_hub
from betaalhub.demo.journey import wait_until
from betaalhub.errors import BetaalhubError
from betaalhub.settings import Settings
from tests.journeys.burger import Burger
from tests.journeys.crash_launcher import Plan, run_hub, run_worker
from tests.journeys.stad import Clock, Neighbourhood, Opdracht, Stad, is_idle

KILLED = -9
LEASE = timedelta(seconds=20)  # a lease of 16 s has run out
GRACE = timedelta(seconds=70)  # a start that nobody answered is asked about
PROBE = timedelta(seconds=30)  # a PSP account that refused us is probed
ATTEMPT = timedelta(minutes=21)  # an attempt at the PSP is over

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.journeys.crash_launcher"])
_TOP = Path(__file__).resolve().parents[2]
_LOST = (requests.RequestException, BetaalhubError, TransportError)


def points(**counts: int) -> list[str]:
    """Every point of a journey with so many commits and calls; `psp_start` is the call `psp.start`."""
    return [
        f"{when} {name.replace('_', '.', 1)} {number}"
        for name, count in counts.items()
        for number in range(1, count + 1)
        for when in ("before", "after")
    ]


@dataclass(slots=True)
class Scene:
    """A town, its processes, and how far their clocks are ahead."""

    stad: Stad
    directory: Path
    ahead: timedelta = timedelta()
    processes: list[Any] = field(default_factory=list)

    def launch(self, target: Callable[[Plan], None], point: str = "", *, count: bool = False) -> Any:
        """Start the hub or a worker that dies at this point."""
        counts = self.directory / "counts" if count else None
        process = PROCESSES.Process(target=target, args=(Plan(self.stad.env, self.ahead, point, counts),), daemon=True)
        process.start()
        self.processes.append(process)
        return process

    def serve(self, point: str = "", *, count: bool = False) -> Any:
        """Start the hub and wait until it answers."""
        process = self.launch(run_hub, point, count=count)
        wait_until("de hub", lambda: _answers(f"{self.stad.near.address}/health/live"))
        return process

    def work(self, point: str = "", *, count: bool = False) -> int | None:
        """Start a worker and wait until it died or nothing is due any more; gives how it died, None when it did not."""
        process = self.launch(run_worker, point, count=count)
        wait_until("een worker zonder werk", lambda: process.exitcode is not None or self.is_idle())
        if process.exitcode is None and point:
            process.join(0.3)  # the last point may lie behind the last work
        code: int | None = process.exitcode
        stop(process)
        return code

    def work_after_a_kill(self) -> None:
        """A fresh worker, after leases have run out."""
        self.ahead += LEASE
        assert self.work() is None

    def is_idle(self) -> bool:
        """Is nothing held by a worker, and nothing due by the clock of the processes?"""
        with self.stad.register() as session:  # one look: work that is claimed between two would be seen by neither
            return is_idle(session, datetime.now(UTC) + self.ahead)

    def counted(self) -> list[str]:
        """The points that were passed, in the order of `points`."""
        return sorted((self.directory / "counts").read_text(encoding="utf-8").splitlines())

    def finish(self, opdracht: Opdracht) -> None:
        """Whatever happened: the citizen sees what is true, pays if she has not, and everything ends right."""
        self.ahead += GRACE
        for process in self.processes:
            stop(process)
        self.serve()
        for _ in range(3):
            self.work_after_a_kill()
            burger = Burger(opdracht.url)
            if burger.reads == "U hebt betaald":
                break
            pays_on(burger)
        assert self.stad.told(opdracht) == [(2, "BETAALD", True)]
        assert len(self.stad.booked(opdracht)) == 1
        assert sum(1 for order in self.stad.orders() if any(one["captures"] for one in order["payments"])) == 1
        self.stad.check()

    def close(self) -> None:
        """End every process."""
        for process in self.processes:
            stop(process)
        self.stad.close()


def pays_on(burger: Burger) -> None:
    """She pays: from the winkelmandje, or on the PSP's page where she left it."""
    link = re.search(r'href="([^"]*/ps/menu[^"]*)"', burger.browser.page)
    if link:
        burger.browser.open(link[1].replace("&amp;", "&"))
    else:
        burger.presses_pay()
    burger.at_psp()


def stop(process: Any) -> None:
    """End one process at once."""
    if process.exitcode is None:
        process.kill()
    process.join(10)


@contextlib.contextmanager
def survives(scene: Scene, process: Any) -> Iterator[None]:
    """What is done in here may break because the hub is killed; then it stands up again."""
    try:
        yield
    except _LOST:
        process.join(5)
        assert process.exitcode == KILLED, "the hub failed without having been killed"
        scene.serve()


def begin(near: Neighbourhood, directory: Path, port: int) -> Scene:
    """A fresh register and neighbours that remember nothing; no process runs yet."""
    register = Path(shutil.copy(near.register, directory / "register.sqlite3"))
    env = near.settings(register, bind=f"127.0.0.1:{port}", neighbour_timeout=5, worker_lease=16)
    stad = Stad(near, env, make_hub(Settings.from_env(env)), Clock())
    for base in (near.simulators.psp_base, near.simulators.erp_base, near.simulators.productsysteem_base):
        stad.control(base, "reset")
    stad.psp("scenario", default=True, notification="withhold")
    return Scene(stad, directory)


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=1).status_code == 200
    except requests.RequestException:
        time.sleep(0.02)
        return False


class Gunicorn:
    """The hub as `betaalhub serve` runs it, in so many processes."""

    def __init__(self, scene: Scene, *, processes: int) -> None:
        self._address = scene.stad.near.address
        own = {"BETAALHUB_PROCESSES": str(processes), "BETAALHUB_LOG_LEVEL": "ERROR"}
        self._env = {**os.environ, **scene.stad.env, **own}

    def __enter__(self) -> Gunicorn:
        module = ["gunicorn", "-c", "python:betaalhub.gunicorn_conf", "betaalhub.wsgi:application"]
        self._process = subprocess.Popen([sys.executable, "-m", *module], env=self._env, cwd=_TOP)
        wait_until("gunicorn", lambda: self._process.poll() is not None or _answers(f"{self._address}/health/live"))
        assert self._process.poll() is None, "gunicorn did not start"
        return self

    def workers(self) -> list[int]:
        """The process numbers of its workers."""
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        return [int(pid) for pid in children.read_text(encoding="utf-8").split()]

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(30)
