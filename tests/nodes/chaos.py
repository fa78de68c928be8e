"""What goes wrong in a town on several nodes, at random but by seed: processes that are killed, frozen and reloaded, a database that stops."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from betaalhub.demo.journey import wait_until
from tests.nodes.services import Service
from tests.nodes.town import NodesTown
from tests.storage.temp_postgres import FAST, IMMEDIATE

_GAP = (1.0, 5.0)  # seconds between two
_FROZEN = (0.5, 25.0)  # seconds; a lease lasts 16
_AWAY = (0.2, 4.0)  # seconds that PostgreSQL is away


class Kind(StrEnum):
    """What may happen."""

    NOTHING = "nothing"
    ROLLING = "rolling"  # what an administrator does on an ordinary day, node by node: nobody may notice
    EVERYTHING = "everything"


class Chaos:
    """One thing after another until the end; then everything runs again. `happened` tells what."""

    def __init__(self, town: NodesTown, seed: int, kind: Kind) -> None:
        self._town, self._rng, self._kind = town, random.Random(f"{seed}:chaos"), kind
        self._stop = threading.Event()
        self._frozen: list[threading.Timer] = []
        self._began = 0.0
        self.happened: list[str] = []
        self._turn = 0
        ordinary = [(4, self._reload_hub), (2, self._restart_hub), (2, self._restart_worker), (1, self._reload_nginx)]
        worse = [
            (6, self._kill_hub_process),
            (3, self._kill_hub),
            (6, self._kill_worker),
            (4, self._freeze_worker),
            (2, self._stop_postgres),
            (2, self._kill_backend),
        ]
        self._deeds: list[tuple[int, Callable[[], str]]] = [*ordinary, *(worse if kind is Kind.EVERYTHING else ())]

    @contextmanager
    def rages(self) -> Iterator[None]:
        """While this runs."""
        if self._kind is Kind.NOTHING:
            yield
            return
        self._began = time.monotonic()
        thread = threading.Thread(target=self._run, name="chaos", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join()
            for timer in self._frozen:
                timer.join()

    def _run(self) -> None:
        weights = [weight for weight, _ in self._deeds]
        while not self._stop.wait(self._rng.uniform(*_GAP)):
            (deed,) = self._rng.choices([deed for _, deed in self._deeds], weights)
            at = time.monotonic() - self._began
            self.happened.append(f"{at:6.1f} s  {deed()}")

    def _kill_hub_process(self) -> str:
        hub = self._rng.choice(self._town.hubs)
        pid = self._rng.choice(hub.children() or [0])
        if pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return f"kill -9 of a process of {hub.name}"

    def _kill_hub(self) -> str:
        hub = self._rng.choice(self._town.hubs)
        hub.kill()
        return f"kill -9 of {hub.name} (gunicorn's master)"

    def _kill_worker(self) -> str:
        worker = self._rng.choice(self._town.workers)
        worker.kill()
        return f"kill -9 of {worker.name}"

    def _freeze_worker(self) -> str:
        worker, seconds = self._rng.choice(self._town.workers), self._rng.uniform(*_FROZEN)
        worker.signal(signal.SIGSTOP)
        timer = threading.Timer(seconds, worker.signal, [signal.SIGCONT])
        timer.start()
        self._frozen.append(timer)
        return f"{worker.name} is frozen for {seconds:.1f} s"

    def _reload_hub(self) -> str:
        """`systemctl reload`."""
        hub = self._next_hub()
        if not self._town.is_ready(hub):  # systemd reloads no unit that is still starting
            return f"{hub.name} is not ready to be reloaded"
        hub.signal(signal.SIGHUP)
        return f"reload of {hub.name}"

    def _restart_hub(self) -> str:
        """`systemctl restart`: on an ordinary day of a node that gets no more requests, when the other ones are there."""
        hub = self._next_hub()
        if self._kind is not Kind.ROLLING:
            hub.restart()
            return f"restart of {hub.name}"
        if not self._town.all_ready():
            return f"{hub.name} is not restarted: another one is away"
        with self._town.out_of_nginx(hub):
            hub.restart()
            wait_until(hub.name, lambda: self._town.is_ready(hub), seconds=90)
        return f"restart of {hub.name}, taken out of nginx for it"

    def _restart_worker(self) -> str:
        worker = self._rng.choice(self._town.workers)
        worker.restart()
        return f"restart of {worker.name}"

    def _next_hub(self) -> Service:
        self._turn += 1
        return self._town.hubs[self._turn % len(self._town.hubs)]

    def _stop_postgres(self) -> str:
        how, seconds = self._rng.choice([FAST, IMMEDIATE]), self._rng.uniform(*_AWAY)
        self._town.postgres.halt(how)
        time.sleep(seconds)
        self._town.postgres.start()
        return f"PostgreSQL stopped ({'fast' if how == FAST else 'immediate'}), away for {seconds:.1f} s"

    def _kill_backend(self) -> str:
        """One session's process dies; PostgreSQL then ends all sessions and recovers."""
        found = [pid for pid in self._town.postgres.processes() if _is_session(pid)]
        if found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._rng.choice(found), signal.SIGKILL)
        return f"kill -9 of a backend of PostgreSQL ({len(found)} sessions)"

    def _reload_nginx(self) -> str:
        self._town.nginx.signal(signal.SIGHUP)
        return "reload of nginx"


def _is_session(pid: int) -> bool:
    """Does this process of PostgreSQL serve a connection (and not write the log, say)?"""
    with contextlib.suppress(OSError):
        return b" 127.0.0.1(" in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False
