"""A process that stops, is replaced or reloads answers what it was asked, and no caller notices."""

from __future__ import annotations

import http.client
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.hostile.door import read_answer
from tests.http_server.server import WORKERS, Server, everything, serving, until

ASK = b"GET /%b HTTP/1.1\r\nHost: x\r\n\r\n"


class Load:
    """Callers that ask all the time, each on connections that it keeps as long as it may, as nginx does."""

    def __init__(self, server: Server, callers: int = 6) -> None:
        self._server, self._callers = server, callers
        self._enough = threading.Event()
        self.answers = 0

    def _ask(self, number: int) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self._server.port, timeout=30)
        asked = 0
        while not self._enough.is_set():
            path = f"/{number}-{asked}"
            connection.request("POST", path, b"x" * 300)
            answer = connection.getresponse()
            assert (answer.status, path.encode() in answer.read()) == (200, True)
            asked += 1
            self.answers += 1
        connection.close()
        return asked

    def during(self, happens: object) -> int:
        """How many were answered while this happened; raises when one was not."""
        with ThreadPoolExecutor(self._callers) as pool:
            asked = [pool.submit(self._ask, number) for number in range(self._callers)]
            try:
                until(lambda: self.answers > 50)
                happens()  # type: ignore[operator]
                more = self.answers + 50
                until(lambda: self.answers > more or any(one.done() for one in asked))
            finally:
                self._enough.set()
            return sum(one.result() for one in asked)


@pytest.mark.parametrize("worker", WORKERS)
def test_a_reload_under_load_loses_no_request(tmp_path: Path, worker: str) -> None:
    with serving(worker, tmp_path, "--workers", "2") as server:

        def reload() -> None:
            for _ in range(3):
                before = set(server.workers())
                server.process.send_signal(signal.SIGHUP)
                until(lambda before=before: not before & set(server.workers()))

        assert Load(server).during(reload) > 100


@pytest.mark.parametrize("worker", WORKERS)
def test_processes_that_have_answered_enough_are_replaced_and_no_request_is_lost(tmp_path: Path, worker: str) -> None:
    options = ("--workers", "2", "--max-requests", "40", "--max-requests-jitter", "20")
    with serving(worker, tmp_path, *options) as server:
        first = set(server.workers())
        assert Load(server).during(lambda: until(lambda: not first & set(server.workers()))) > 100


def test_what_runs_is_finished_and_says_that_it_was_the_last(tmp_path: Path) -> None:
    with serving("snel", tmp_path) as server, ExitStack() as open_ones:
        waiting, kept, half = (open_ones.enter_context(server.connect()) for _ in range(3))
        kept.sendall(ASK % b"tell")
        assert read_answer(kept).headers["connection"] == "keep-alive"
        half.sendall(b"POST /half HTTP/1.1\r\nHost: x\r\nContent-Le")
        waiting.sendall(ASK % b"wait")
        until(lambda: "before GET /wait" in server.told())
        server.process.send_signal(signal.SIGTERM)
        until(lambda: "Handling signal: term" in server.told())
        kept.sendall(ASK % b"go")  # the proxy had not heard of it yet
        half.sendall(b"ngth: 4\r\n\r\nbody")
        for sock, body in ((kept, b"gone"), (waiting, b"waited"), (half, b"/half")):
            answer = everything(sock)
            assert answer.startswith(b"HTTP/1.1 200 OK\r\n") and body in answer and b"Connection: close" in answer
        assert server.process.wait(10) == 0


def test_a_connection_that_says_nothing_is_closed_soon_when_the_process_stops(tmp_path: Path) -> None:
    with serving("snel", tmp_path) as server, server.connect() as silent, server.connect() as half:
        half.sendall(b"GET / HT")
        silent.sendall(ASK % b"tell")
        assert read_answer(silent).status == 200
        server.process.send_signal(signal.SIGTERM)
        assert everything(silent) == b"" and everything(half) == b""
        assert server.process.wait(10) == 0


def test_a_request_that_does_not_end_holds_up_the_end_no_longer_than_it_may(tmp_path: Path) -> None:
    with serving("snel", tmp_path, "--graceful-timeout", "1") as server, server.connect() as sock:
        sock.sendall(ASK % b"meet")
        until(lambda: "before GET /meet" in server.told())
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(10)


@pytest.mark.parametrize("worker", WORKERS)
def test_a_killed_process_is_replaced(tmp_path: Path, worker: str) -> None:
    with serving(worker, tmp_path) as server:
        (before,) = server.workers()
        os.kill(before, signal.SIGKILL)
        until(lambda: server.workers() not in ([before], []))
        assert server.get("/quick")
