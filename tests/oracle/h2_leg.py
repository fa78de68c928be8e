"""The leg on H2: `make oracle-h2`. Installs what it needs where it may, runs the register's tests with both Oracle drivers.

A stand-in, and never called more than that (docs/oracle.md). Ends with 0 when all is as expected, 1 when not, and 77 when this
machine can not have what the leg needs, with a line that says what.
"""

from __future__ import annotations

import os
import shutil
import signal
import site
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from tests.oracle.h2 import JAR, SERVER
from tests.ports import free_port

TOP = Path(__file__).resolve().parents[2]
DRIVERS = {"oracledb": "oracledb", "cx_Oracle": "cx_oracle"}
SKIPPED = 77
PATIENCE = 20.0  # seconds for the server to start
TESTS = ("tests/storage", "tests/oracle")


def main() -> int:
    """Both drivers, one after the other."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the server ends with us
    if lacking := _fetch_java():
        _say(lacking)
        return SKIPPED
    codes = []
    with _server() as address, _children():
        for module, name in DRIVERS.items():
            if find_spec(module) is None:
                _say(f"{module} is niet te bouwen of te installeren op deze machine")
                codes += [1] if os.environ.get("CI") else []  # there a tool that lacks is a failure
                continue
            codes.append(_run(name, address))
    return max(codes) if codes else SKIPPED


def _say(lacking: str) -> None:
    sys.stdout.write(f"Overgeslagen (oracle-h2): {lacking}\n")
    sys.stdout.flush()


def _fetch_java() -> str:
    """Empty when Java and H2 are there or could be installed; else what lacks."""
    if shutil.which("java") and JAR.exists():
        return ""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "check": False}
        packages = ["libh2-java", *([] if shutil.which("java") else ["default-jre-headless"])]
        subprocess.run(["apt-get", "-q", "update"], **quiet)  # type: ignore[call-overload]
        install = ["apt-get", "-q", "install", "-y", "--no-install-recommends", *packages]
        subprocess.run(install, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, **quiet)  # type: ignore[call-overload]
    if not shutil.which("java"):
        return "java ontbreekt (Debian: apt-get install default-jre-headless)"
    return "" if JAR.exists() else f"{JAR} ontbreekt (Debian: apt-get install libh2-java)"


@contextmanager
def _server() -> Iterator[str]:
    """An H2 server on loopback for every process of the tests; gives its address."""
    port = free_port()
    command = [
        "java",
        "-Xmx512m",
        "-Dh2.bindAddress=127.0.0.1",
        "-cp",
        str(JAR),
        "org.h2.tools.Server",
        "-tcp",
        "-tcpPort",
        str(port),
        "-ifNotExists",
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield f"tcp://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(port: int) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    sys.exit("De H2-server komt niet op gang")


@contextmanager
def _children() -> Iterator[None]:
    """Every Python of this environment that is started with the server's address gets the stand-in, also what a test starts."""
    line = f"import os; os.environ.get('{SERVER}') and __import__('tests.oracle.h2_child')\n"
    file = Path(site.getsitepackages()[0]) / "betaalhub_oracle_h2.pth"
    file.write_text(line, encoding="utf-8")
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def _run(name: str, address: str) -> int:
    url = f"oracle+{name}://hub:stand-in@h2/?service_name=HUB_{name.upper()}"
    environment = {**os.environ, "PYTHONPATH": str(TOP), SERVER: address, "BETAALHUB_TEST_ORACLE_URL": url}
    command = [sys.executable, "-m", "pytest", "-p", "tests.oracle.h2_plugin", "-q", *TESTS, *sys.argv[1:]]
    return subprocess.run(command, cwd=TOP, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
