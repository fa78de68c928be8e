"""Starts the demo's processes, waits until they answer, and stops every one of them again."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

from betaalhub.errors import BetaalhubError

_READY_SECONDS = 60.0
_STOP_SECONDS = 20.0
_TAIL = 8  # lines of a log


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except (urllib.error.URLError, OSError):
        return False


class Processes:
    """The processes of one demo, as a context: leaving it stops them all, the newest first."""

    def __init__(self, env: Mapping[str, str], logs: Path) -> None:
        """`env` is the whole environment of the processes; each writes its log into the folder `logs`."""
        self._env = dict(env)
        self.logs = logs
        self._running: list[tuple[str, subprocess.Popen[bytes]]] = []
        logs.mkdir(parents=True, exist_ok=True)

    def start(
        self, name: str, arguments: Sequence[str], *, extra: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        """Start `betaalhub ARGUMENTS` as a process of its own."""
        with (self.logs / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "betaalhub.cli", *arguments],
                env={**self._env, **(extra or {})},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C reaches only the demo, which stops the others in order
            )
        self._running.append((name, process))
        return process

    def wait_for(self, url: str) -> None:
        """Wait until this address answers; BetaalhubError that names the log when a process died or time is up."""
        until = time.monotonic() + _READY_SECONDS
        while time.monotonic() < until:
            self.check_alive()
            if _answers(url):
                return
            time.sleep(0.05)
        raise BetaalhubError(f"{url} geeft na {_READY_SECONDS:.0f} seconden nog geen antwoord; kijk in {self.logs}")

    def check_alive(self, *, patience: float = 0.0) -> None:
        """BetaalhubError with the end of its log when one of the processes has ended by itself; waits `patience` s for it."""
        until = time.monotonic() + patience
        while not (dead := [one for one in self._running if one[1].poll() is not None]) and time.monotonic() < until:
            time.sleep(0.05)
        for name, process in dead:
            path = self.logs / f"{name}.log"
            tail = path.read_text(errors="replace").splitlines()[-_TAIL:]
            raise BetaalhubError(
                f"{name} is gestopt (code {process.returncode}). Het eind van {path}:\n  " + "\n  ".join(tail)
            )

    def stop(self) -> None:
        """Ask every process to stop, newest first; what does not listen, or was left behind by the dead, is killed."""
        running = [process for _, process in reversed(self._running)]
        try:
            for process in running:
                if process.poll() is None:
                    process.send_signal(signal.SIGTERM)
            until = time.monotonic() + _STOP_SECONDS
            for process in running:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=max(0.1, until - time.monotonic()))
        finally:  # also when Ctrl-C comes again: then nobody is waited for
            for process in running:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)  # each leads a group of its own
                process.wait()
            self._running.clear()

    def __enter__(self) -> Processes:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
