"""The library behind the server of production: chunked bodies, many callers, and a log without messages."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from tests.wire.bibliotheek import leen_uit
from tests.wire.calls import envelope

XML = {"Content-Type": "text/xml; charset=utf-8"}
SECRET = "GEHEIM-4711"


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("gunicorn") / "log.txt"


@pytest.fixture(scope="module", params=["betaalhub.http_server.worker.PlainWorker", "gthread"])
def desk(request: pytest.FixtureRequest, log: Path) -> Iterator[str]:
    """The address of a gunicorn with one worker of four threads, all its output at debug level in `log`."""
    listener = socket.create_server(("127.0.0.1", 0))
    options = [
        f"--worker-class={request.param}",
        "--threads=4",
        "--no-control-socket",
        "--log-level=debug",
    ]
    command = [sys.executable, "-m", "gunicorn", *options, f"--bind=fd://{listener.fileno()}"]
    with log.open("w") as out:
        process = subprocess.Popen(
            [*command, "tests.wire.bibliotheek_wsgi:application"],
            stdout=out, stderr=out, pass_fds=[listener.fileno()], cwd=Path(__file__).parents[2],
            env=os.environ | {"PYTHONPATH": "."},
        )  # fmt: skip
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/soap"
        wait_for(address)
        yield address
        kept = requests.Session()
        kept.get(f"{address}?wsdl", timeout=30)  # a connection that stays open does not hold up the end
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    listener.close()


def wait_for(address: str) -> None:
    """Ask for the WSDL until it comes: the socket listens before the worker does."""
    for _ in range(100):
        try:
            requests.get(f"{address}?wsdl", timeout=30).raise_for_status()
            return
        except requests.ConnectionError:
            time.sleep(0.1)


def pieces(body: bytes, count: int = 7) -> Iterator[bytes]:
    """The body in pieces, which makes requests send it chunked."""
    size = len(body) // count + 1
    yield from (body[at : at + size] for at in range(0, len(body), size))


def test_a_chunked_message_is_read(desk: str) -> None:
    answer = requests.post(desk, pieces(envelope(leen_uit(pas="PAS-9"))), headers=XML, timeout=30)
    assert (answer.status_code, "PAS-9" in answer.text) == (200, True)


@pytest.mark.parametrize("chunked", [True, False])
def test_a_message_that_is_too_large_gets_to_read_why(desk: str, chunked: bool) -> None:
    body = envelope(leen_uit(titel="x" * 3_000_000))
    answer = requests.post(desk, pieces(body) if chunked else body, headers=XML, timeout=30)
    assert (answer.status_code, "te groot" in answer.text) == (500, True)


def test_many_callers_each_get_their_own_answer(desk: str) -> None:
    def ask(number: int) -> bool:
        wrong = number % 3 == 0
        pas = f"fout-{number}" if wrong else f"PAS-{number}"
        text = requests.post(desk, envelope(leen_uit(pas=pas)), headers=XML, timeout=60).text
        return ("ONGELDIG_BERICHT" in text and pas not in text) if wrong else f">{pas}<" in text

    with ThreadPoolExecutor(8) as callers:
        assert all(callers.map(ask, range(300)))


def test_more_callers_than_threads_keep_their_connections_and_nobody_waits_for_ever(desk: str) -> None:
    sessions = [requests.Session() for _ in range(9)]
    for number in range(5):
        for place, session in enumerate(sessions):
            answer = session.post(desk, envelope(leen_uit(pas=f"PAS-{number}{place}")), headers=XML, timeout=30)
            assert (answer.status_code, f">PAS-{number}{place}<" in answer.text) == (200, True)


def test_messages_that_follow_at_once_on_a_connection_are_answered_in_their_order(desk: str) -> None:
    body = [envelope(leen_uit(pas=f"PAS-{number}")) for number in range(3)]
    head = b"POST /soap HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n"
    host, _, port = desk.removeprefix("http://").removesuffix("/soap").partition(":")
    with socket.create_connection((host, int(port)), timeout=30) as sock:
        sock.sendall(b"".join(head % len(one) + one for one in body))
        told = b""
        while told.count(b"</soap:Envelope>") < len(body):
            told += sock.recv(65536)
    assert [told.count(b">PAS-%d<" % number) for number in range(3)] == [1, 1, 1]
    assert told.index(b">PAS-0<") < told.index(b">PAS-1<") < told.index(b">PAS-2<")


def test_nothing_of_a_message_is_in_the_log(desk: str, log: Path) -> None:
    bodies = [
        envelope(leen_uit(titel=SECRET, pas=pas)) for pas in ("PAS-1", SECRET * 2, "KAPOT-FOUT", "KAPOT-TEKEN", "x")
    ]
    for body in (*bodies, bodies[0][:-9], b"<!DOCTYPE x>" + bodies[0], SECRET.encode()):
        requests.post(desk, body, headers=XML | {"SOAPAction": ""}, timeout=30)
    written = log.read_text()
    assert "soap_incident" in written
    assert SECRET not in written
