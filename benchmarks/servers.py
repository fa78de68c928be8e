"""Servers that answer a StartBetaling with one fixed answer: our door under gunicorn, and the JAX-WS RI in a JVM."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from benchmarks.bediening import cpu_seconds
from betaalhub.resources import wsdl_path
from betaalhub.wire.contract_files import WSDL, ContractFiles
from tests.ports import free_port

TOP = Path(__file__).parents[1]
_JAVA = Path(__file__).parent / "jaxws"
_JARS = Path("/usr/share/java/jaxws-tools.jar")  # its manifest names the others
_PACKAGES = ("jaxws", "openjdk-17-jdk-headless")
_READY_SECONDS = 60
PLAIN = "betaalhub.http_server.worker.PlainWorker"


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers: its name for the table, its port and its first process."""

    name: str
    port: int
    pid: int

    @property
    def processes(self) -> list[int]:
        """The processes that answer: the children, or the process itself when it has none."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [int(pid) for pid in children] or [self.pid]

    def cpu_seconds(self) -> float:
        """What they have used so far, user and system."""
        return sum(cpu_seconds(pid) for pid in self.processes)


@contextlib.contextmanager
def gunicorn(name: str, *arguments: str, workers: int = 2) -> Iterator[Server]:
    """Our door under gunicorn with the values of the hub that matter here, and no log of requests (JAX-WS has none)."""
    port = free_port()
    command = [
        sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", str(workers), "--keep-alive", "75",
        "--no-control-socket", "--log-level", "error", *arguments, "benchmarks.deur_wsgi:application",
    ]  # fmt: skip
    with _running(name, command, TOP, port) as server:
        yield server


@contextlib.contextmanager
def jaxws(name: str, folder: Path) -> Iterator[Server | None]:
    """The JAX-WS RI with schema validation, built from our own WSDL; None, with a line that says why, when that can't be."""
    missing = _install("wsimport", "javac", packages=_PACKAGES)
    if missing:
        print(f"   SKIPPED: JAX-WS, {missing} (Debian: apt-get install {' '.join(_PACKAGES)})")
        yield None
        return
    _build(folder)
    port = free_port()
    command = [
        "java",
        "-Dsun.net.httpserver.nodelay=true",
        "-cp",
        f"{_JARS}:.",
        "echo.Echo",
        f"http://127.0.0.1:{port}/",
    ]
    with _running(name, command, folder, port) as server:
        yield server


def wrk() -> str | None:
    """Where the HTTP benchmarking tool wrk is, installed when that can be done; None otherwise."""
    _install("wrk", packages=("wrk",))
    return shutil.which("wrk")


def _install(*commands: str, packages: Sequence[str]) -> str:
    """Get Debian packages when their commands are missing and we may; what is missing then still, or nothing."""
    wanted = [name for name in commands if shutil.which(name) is None]
    if wanted and os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"   installing {', '.join(packages)} ...", flush=True)
        subprocess.run(
            ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", *packages], capture_output=True
        )
    return ", ".join(f"no {name}" for name in wanted if shutil.which(name) is None)


def _build(folder: Path) -> None:
    """Classes from the WSDL as the hub serves it, cut down to the one operation, and the echo that implements it."""
    folder.mkdir(parents=True)
    wsdl = etree.fromstring(ContractFiles(wsdl_path("betaalhub-v1.wsdl")).documents("http://localhost/")["singleWsdl"])
    for part in (*wsdl.iter(WSDL + "portType"), *wsdl.iter(WSDL + "binding")):
        for operation in part.findall(WSDL + "operation"):
            if operation.get("name") != "StartBetaling":
                part.remove(operation)
    (folder / "one.wsdl").write_bytes(etree.tostring(wsdl))
    shutil.copy(_JAVA / "binding.xml", folder)
    _run(folder, "wsimport", "-quiet", "-Xnocompile", "-s", ".", "-p", "echo", "-b", "binding.xml", "one.wsdl")
    sources = [str(path) for path in folder.glob("echo/*.java")]
    _run(folder, "javac", "-nowarn", "-cp", str(_JARS), "-d", ".", *sources, str(_JAVA / "Echo.java"))


def _run(folder: Path, *command: str) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{command[0]} failed:\n{done.stdout}{done.stderr}")


@contextlib.contextmanager
def _running(name: str, command: list[str], folder: Path, port: int) -> Iterator[Server]:
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + _READY_SECONDS
        while not _answers(port):
            if process.poll() is not None or time.monotonic() > until:
                raise SystemExit(f"{name} does not answer")
            time.sleep(0.1)
        yield Server(name, port, process.pid)
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _answers(port: int) -> bool:
    """Whether somebody answers, whatever it is: gunicorn listens before it has a process that can."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/")
        return bool(connection.getresponse().status)
    return False
