"""A stranger types one command: everything starts, one betaling walks through, and everything stops again."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.administrator import Administrator
from tests.ports import free_ports
from tests.structure.house import TOP

SECONDS = 120.0
PORTS = (
    "BIND",
    "SIMULATOR_PSP_PORT",
    "SIMULATOR_ERP_PORT",
    "SIMULATOR_PRODUCTSYSTEEM_PORT",
    "SIMULATOR_POSTBUS_PORT",
    "SIMULATOR_SMTP_PORT",
)


class Stranger:
    """Somebody with a checkout and no settings but free ports; every run is in the same folder."""

    def __init__(self, directory: Path) -> None:
        self.ports = free_ports(6)
        chosen = {name: str(port) for name, port in zip(PORTS, self.ports, strict=True)}
        chosen |= {"BIND": f"127.0.0.1:{self.ports[0]}", "PROCESSES": "1"}
        self.folder = directory / "de demo"
        self.administrator = Administrator(directory, {f"BETAALHUB_{name}": value for name, value in chosen.items()})

    @contextmanager
    def demo(self, *options: str) -> Iterator[subprocess.Popen[str]]:
        process = self.administrator.starts("demo", "--map", self.folder.name, *options)
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.communicate(timeout=SECONDS)

    def left_behind(self) -> list[str]:
        """Processes of the demo that still run, and ports that are still taken."""
        return [*self.processes(), *(f"port {port}" for port in self.ports if not _is_free(port))]

    def processes(self, word: str = "") -> dict[str, str]:
        """The demo's own processes by number, with their command lines; known by the folder of their register."""
        found = {}
        for path in Path("/proc").glob("[0-9]*"):
            try:
                env, line = (path / "environ").read_text(errors="replace"), (path / "cmdline").read_text()
            except OSError:
                continue
            if f"{self.folder}/betaalhub.sqlite3" in env and word in line:
                found[path.name] = line.replace("\0", " ")
        return found


def _is_free(port: int) -> bool:
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return sock.connect_ex(("127.0.0.1", port)) != 0


def read_until(process: subprocess.Popen[str], sign: str) -> str:
    """What the demo prints, up to and including the line with this sign; everything when it ends before."""
    assert process.stdout is not None
    read = ""
    for line in process.stdout:
        read += line
        if sign in line:
            break
    return read


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Stranger:
    return Stranger(tmp_path_factory.mktemp("vreemdeling"))


@pytest.fixture(scope="module")
def story(stranger: Stranger) -> str:
    """The first run, that stops by itself."""
    with stranger.demo("--stop-na-betaling") as process:
        out, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, out + err
    return out


def test_one_betaling_walks_through_everything(story: str) -> None:
    for sign in (
        "StartBetaling",
        "betaalkenmerk",
        "U hebt betaald",
        "leverbaar         ja",
        "mag leveren",
        "uw betaalbewijs (",
    ):
        assert sign in story
    assert re.search(r"boekstuknummer +\d{4}-\d{6}", story)


def test_the_story_fits_a_terminal_of_100_columns(story: str) -> None:
    assert not [line for line in story.splitlines() if len(line) > 100 and "http" not in line]
    assert "\x1b" not in story


def test_nothing_is_left_behind_but_files_that_only_the_owner_reads(story: str, stranger: Stranger) -> None:
    assert not stranger.left_behind()
    for name in ("demo.env", "aansluiting.netrc"):
        assert (stranger.folder / name).stat().st_mode & 0o777 == 0o600


@pytest.fixture(scope="module")
def second(story: str, stranger: Stranger) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The second run in the same folder keeps serving; what it printed until then."""
    with stranger.demo() as process:
        yield process, read_until(process, "set -a")


def pasted(stranger: Stranger, told: str, start: str) -> str:
    """What the command that the demo told gives in a shell in the same folder."""
    (command,) = re.findall(rf"^    ({start}.*?)$\n(?!      )", told, re.MULTILINE | re.DOTALL)
    place = {"cwd": stranger.folder.parent, "env": {**os.environ, "PYTHONPATH": str(TOP)}}
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=SECONDS, **place)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_second_run_in_the_same_folder_works(second: tuple[subprocess.Popen[str], str]) -> None:
    assert re.search(r"boekstuknummer +\d{4}-000002", second[1])


def test_the_soap_call_that_it_tells_works_every_time(stranger: Stranger, second: tuple) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    first = pasted(stranger, second[1], "sed")
    time.sleep(1.1)  # the number in it is the second of the clock
    again = pasted(stranger, second[1], "sed")
    urls = {re.search(r"BetaalUrl>(http[^<]+)<", answer)[1] for answer in (first, again)}
    assert len(urls) == 2


def test_the_timeline_that_it_tells_works(stranger: Stranger, second: tuple) -> None:
    assert "BETAALD  € 272,00" in pasted(stranger, second[1], r"\(")


def test_ctrl_c_stops_everything(stranger: Stranger, second: tuple[subprocess.Popen[str], str]) -> None:
    process, _ = second
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=SECONDS)
    assert (process.returncode, err) == (0, "")
    assert out.endswith("Alles is gestopt.\n")
    assert not stranger.left_behind()


def test_a_stop_from_outside_while_starting_stops_everything(story: str, stranger: Stranger) -> None:
    with stranger.demo() as process:
        read_until(process, "✓ simulatoren")
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=SECONDS)
    assert (process.returncode, err) == (0, "")
    assert not stranger.left_behind()


def test_a_hub_that_dies_is_reported_with_the_end_of_its_log(story: str, stranger: Stranger) -> None:
    with stranger.demo() as process:
        read_until(process, "set -a")
        master = min(stranger.processes("gunicorn"), key=int)
        subprocess.run(["kill", "-9", master], check=True)
        _, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 2
    assert err.startswith("Fout: hub is gestopt (code -9). Het eind van de demo/log/hub.log:\n")
    assert "http_request" in err
    assert not stranger.left_behind()
