"""A hub as it is run: `betaalhub init` and `betaalhub serve` in a folder of their own, and what its processes use."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.aanroepers import Doel
from tests.ports import free_port

AANSLUITING = "esb-demo"
_READY_SECONDS = 60.0
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Served:
    """A running hub: its master process and how long it took from the start to the first ready answer, in seconds."""

    pid: int
    port: int
    ready_seconds: float
    doel: Doel

    @property
    def workers(self) -> list[int]:
        """The processes that answer requests."""
        text = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        return [int(pid) for pid in text.split()]

    def cpu_seconds(self) -> float:
        """What the workers have used so far, user and system."""
        return sum(cpu_seconds(pid) for pid in self.workers)


@dataclass(frozen=True, slots=True)
class Memory:
    """Mebibytes of one process: proportional (shared pages divided) and resident."""

    pss: float
    rss: float


@contextlib.contextmanager
def serving(folder: Path, *, processes: int) -> Iterator[Served]:
    """Start a hub with this many processes on a fresh SQLite register; stopped again on the way out."""
    folder.mkdir(parents=True)
    port = free_port()
    env = _environment(folder, port, processes)
    secret = _init(folder, env)
    command = [sys.executable, "-m", "betaalhub.cli", "serve"]
    with (folder / "hub.log").open("wb") as log:
        begin = time.monotonic()
        process = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            ready = _wait_ready(process, f"http://127.0.0.1:{port}/health/ready", begin)
            yield Served(process.pid, port, ready, Doel(port, "/soap/v1", AANSLUITING, secret))
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def memory(pid: int) -> Memory:
    """What a process occupies now. Linux only."""
    found = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
        name, _, rest = line.partition(":")
        found[name] = int(rest.split()[0]) / 1024
    return Memory(found["Pss"], found["Rss"])


def cpu_seconds(pid: int) -> float:
    """The CPU that a process has used so far, user and system, its threads included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def _environment(folder: Path, port: int, processes: int) -> dict[str, str]:
    """The settings of a site, none of which comes from the person who measures."""
    kept: Mapping[str, str] = {k: v for k, v in os.environ.items() if not k.startswith("BETAALHUB_")}
    needed = ("SECRET_KEY", "PSP_PASSWORD", "ERP_PASSWORD", "PRODUCTSYSTEEM_PASSWORD")
    return {
        **kept,
        **{f"BETAALHUB_{name}": secrets.token_hex(16) for name in needed},
        "BETAALHUB_DATABASE_URL": f"sqlite:///{folder.resolve()}/register.sqlite3",
        "BETAALHUB_BIND": f"127.0.0.1:{port}",
        "BETAALHUB_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "BETAALHUB_PROCESSES": str(processes),
        "BETAALHUB_SOAP_PER_MINUTE": "0",  # how fast it is, not how fast it may be
    }


def _init(folder: Path, env: Mapping[str, str]) -> str:
    """Make the register with the demo catalogue; gives the secret of its aansluiting."""
    kept = folder / "geheim"
    command = [sys.executable, "-m", "betaalhub.cli", "init", "--geheim-naar", str(kept)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    return kept.read_text().strip().partition("=")[2]


def _wait_ready(process: subprocess.Popen[bytes], url: str, begin: float) -> float:
    while time.monotonic() < begin + _READY_SECONDS:
        with contextlib.suppress(urllib.error.URLError, OSError), urllib.request.urlopen(url, timeout=5):
            return time.monotonic() - begin
        if process.poll() is not None:
            raise SystemExit(f"The hub ended by itself with code {process.returncode}; see hub.log in its folder")
        time.sleep(0.02)
    raise SystemExit(f"No hub at {url} after {_READY_SECONDS:.0f} seconds")
