"""Processes as systemd runs them: each with its log, killed with all its children, and started again when it ends."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.structure.house import TOP

RESTART_SECONDS = 0.5
STOP_SECONDS = 90.0


class Service:
    """One process and its children. `pid` changes when it is started again."""

    def __init__(self, name: str, command: Sequence[str], env: Mapping[str, str], logs: Path, *, port: int = 0) -> None:
        """`port`: where it listens, for who wants to ask it something itself."""
        self.name, self.port = name, port
        self._command, self._env, self._log = list(command), {**env, "PYTHONFAULTHANDLER": "1"}, logs / f"{name}.log"
        self._lock = threading.Lock()
        self._wanted = False
        self._shot = False
        self.deaths: list[str] = []  # the ends that nobody asked for
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and keep it running."""
        with self._lock:
            self._wanted = True
            self._begin()

    def _begin(self) -> None:
        self._shot = False
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, env=self._env, cwd=TOP, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )  # fmt: skip

    @property
    def pid(self) -> int:
        """Its first process."""
        assert self._process is not None
        return self._process.pid

    @property
    def log(self) -> str:
        """Everything that it wrote."""
        return self._log.read_text(encoding="utf-8", errors="replace") if self._log.exists() else ""

    def children(self) -> list[int]:
        """The processes that it started and that run now."""
        with contextlib.suppress(OSError):
            return [int(one) for one in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()]
        return []

    def look(self) -> bool:
        """Start it again when it ended though it was to run; whether it did."""
        with self._lock:
            if not self._wanted or self._process is None or (code := self._process.poll()) is None:
                return False
            self._end_group()
            if not self._shot:
                self.deaths.append(f"{self.name} ended by itself with code {code}")
            time.sleep(RESTART_SECONDS)
            self._begin()
            return True

    def kill(self) -> None:
        """Kill -9 of its first process; what is left of its children ends with it, as systemd sees to."""
        with self._lock:
            if self._process is not None and self._process.poll() is None:
                self._shot = True
                self._process.kill()
                self._process.wait()

    def signal(self, number: signal.Signals) -> None:
        """Send its first process a signal."""
        with self._lock:
            if self._process is not None and self._process.poll() is None:
                self._process.send_signal(number)

    def restart(self) -> None:
        """Ask it to stop, wait until it has, and start it again."""
        with self._lock:
            if self._wanted:
                self._end()
                self._begin()

    def stop(self) -> None:
        """Ask it to stop and wait until it has."""
        with self._lock:
            self._wanted = False
            self._end()

    def _end(self) -> None:
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGCONT)
            self._process.terminate()
            try:
                code = self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.deaths.append(
                    f"{self.name} did not stop in {STOP_SECONDS:.0f} s (its log tells what each thread did)"
                )
                self._process.send_signal(signal.SIGABRT)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(5)
            else:
                if code not in (0, -signal.SIGTERM):  # the latter when it had hardly begun
                    self.deaths.append(f"{self.name} stopped with code {code}")
        self._end_group()
        self._process.wait()

    def _end_group(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)  # a session of its own: nobody else is in it


class Supervisor:
    """Looks after services until it is closed, which stops them, the newest first."""

    def __init__(self) -> None:
        self._services: list[Service] = []
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="supervisor", daemon=True)
        self._thread.start()

    def start(self, service: Service) -> Service:
        """Start this one and keep it running."""
        service.start()
        self._services.append(service)
        return service

    def _run(self) -> None:
        while not self._closing.wait(0.05):
            for service in list(self._services):
                service.look()

    def close(self) -> None:
        """Stop them all."""
        self._closing.set()
        self._thread.join()
        for service in reversed(self._services):
            service.stop()
