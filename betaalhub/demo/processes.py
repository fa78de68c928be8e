"""Starts the demo's processes, waits until they answer, and stops every one of them again."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

from betaalhub.errors import BetaalhubError, ConfigurationError
from betaalhub.settings import PREFIX, Settings

_READY_SECONDS = 60.0
_STOP_SECONDS = 20.0


def check_ports(settings: Settings) -> None:
    """ConfigurationError that names each port that is taken, and the setting with which another one is chosen."""
    hub_host, _, hub_port = settings.bind.rpartition(":")
    wanted = [
        ("BIND", hub_host, int(hub_port)),
        ("SIMULATOR_PSP_PORT", settings.simulator_host, settings.simulator_psp_port),
        ("SIMULATOR_ERP_PORT", settings.simulator_host, settings.simulator_erp_port),
        ("SIMULATOR_PRODUCTSYSTEEM_PORT", settings.simulator_host, settings.simulator_productsysteem_port),
    ]
    taken = [
        f"poort {port} op {host} is al in gebruik; kies een andere met {PREFIX}{name}"
        for name, host, port in wanted
        if not _is_free(host, port)
    ]
    if taken:
        raise ConfigurationError("Starten kan niet:\n  " + "\n  ".join(taken))


def _is_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((host.strip("[]"), port))
        except OSError:
            return False
    return True


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
        self._logs = logs
        self._running: list[tuple[str, subprocess.Popen[bytes]]] = []
        logs.mkdir(parents=True, exist_ok=True)

    def start(
        self, name: str, arguments: Sequence[str], *, extra: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        """Start `betaalhub ARGUMENTS` as a process of its own."""
        with (self._logs / f"{name}.log").open("ab") as log:
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
        raise BetaalhubError(f"{url} geeft na {_READY_SECONDS:.0f} seconden nog geen antwoord; kijk in {self._logs}")

    def check_alive(self) -> None:
        """BetaalhubError with the end of its log when one of the processes has ended by itself."""
        for name, process in self._running:
            if process.poll() is not None:
                tail = (self._logs / f"{name}.log").read_text(errors="replace").splitlines()[-8:]
                raise BetaalhubError(f"{name} is gestopt (code {process.returncode}):\n  " + "\n  ".join(tail))

    def stop(self) -> None:
        """Ask every process to stop, newest first; one that does not listen is killed after a while."""
        for _, process in reversed(self._running):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        until = time.monotonic() + _STOP_SECONDS
        for _, process in reversed(self._running):
            try:
                process.wait(timeout=max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._running.clear()

    def __enter__(self) -> Processes:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
