"""The installed hub under gunicorn: it answers, it logs what it should and no more, and it stops when asked."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.packaging.conftest import Installed
from tests.ports import free_port

TOKEN = "geheim" * 7 + "x"
SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Served:
    """A hub that was started, asked some things and stopped: how it ended and the lines of its log."""

    code: int
    status: dict[str, int]
    log: list[dict[str, object]]


def ask(url: str) -> int:
    """The status of an answer, 0 when nobody listens."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


@contextlib.contextmanager
def running(installed: Installed, log: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    env = {**installed.env, "BETAALHUB_BIND": f"127.0.0.1:{port}", "BETAALHUB_PROCESSES": "1"}
    with log.open("wb") as out:
        process = subprocess.Popen(
            [str(installed.python.parent / "betaalhub"), "serve"], cwd=installed.cwd, env=env, stdout=out, stderr=out
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def served(installed: Installed, tmp_path_factory: pytest.TempPathFactory) -> Served:
    installed.run("betaalhub", "migrate")
    log, port = tmp_path_factory.mktemp("log") / "hub.log", free_port()
    base = f"http://127.0.0.1:{port}"
    with running(installed, log, port) as process:
        until = time.monotonic() + SECONDS
        while not ask(f"{base}/health/live") and process.poll() is None and time.monotonic() < until:
            time.sleep(0.05)
        paths = {"ready": "/health/ready", "wsdl": "/soap/v1?wsdl", "page": f"/nl/winkelmandje/{TOKEN}?x={TOKEN}"}
        status = {name: ask(base + path) for name, path in paths.items()}
        process.send_signal(signal.SIGTERM)
        code = process.wait(SECONDS)
    lines = log.read_text(encoding="utf-8").splitlines()
    return Served(code, status, [json.loads(line) if line.startswith("{") else {"other": line} for line in lines])


def test_it_answers(served: Served) -> None:
    assert served.status == {"ready": 200, "wsdl": 200, "page": 404}, served.log


def test_it_stops_without_complaint(served: Served) -> None:
    assert served.code == 0
    assert not [line for line in served.log if line.get("level") in {"error", "critical"}]


def test_every_line_of_its_log_is_json(served: Served) -> None:
    assert not [line for line in served.log if "other" in line]


def test_a_request_is_logged_without_the_token(served: Served) -> None:
    [line] = [line for line in served.log if line["event"] == "http_request" and "winkelmandje" in str(line["path"])]
    assert (line["method"], line["path"], line["status"]) == ("GET", "/nl/winkelmandje/***", 404)
    assert TOKEN not in json.dumps(served.log)


def test_health_checks_do_not_fill_the_log(served: Served) -> None:
    assert not [line for line in served.log if "/health/" in str(line.get("path"))]


def test_it_leaves_no_control_socket_behind(served: Served, installed: Installed) -> None:
    assert not list(Path(installed.env["HOME"]).rglob("gunicorn.ctl"))


def test_it_refuses_to_listen_to_the_world_without_a_tls_proxy(installed: Installed) -> None:
    env = {**installed.env, "BETAALHUB_BIND": f"0.0.0.0:{free_port()}"}
    command = [str(installed.python.parent / "betaalhub"), "serve"]
    done = subprocess.run(command, cwd=installed.cwd, env=env, capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode != 0
    assert "BETAALHUB_TLS_PROXY=ja" in done.stderr
