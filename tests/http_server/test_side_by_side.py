"""Requests that wait hold up nobody, callers that do nothing or little cost nothing, and a process that hangs is replaced."""

from __future__ import annotations

import resource
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.hostile.door import read_answer
from tests.http_server.server import WORKERS, Server, everything, serving, until

ASK = b"GET /%b HTTP/1.1\r\nHost: x\r\n\r\n"


def test_as_many_requests_as_there_are_threads_run_side_by_side(server: Server) -> None:
    with ThreadPoolExecutor(4) as callers:
        assert list(callers.map(lambda _: server.get("/meet"), range(4))) == [b"met"] * 4


def test_a_request_that_waits_holds_up_nobody(server: Server) -> None:
    server.get("/waiting")
    with ExitStack() as open_ones:
        waiting = [open_ones.enter_context(server.connect()) for _ in range(3)]
        for sock in waiting:
            sock.sendall(ASK % b"wait")
        for _ in range(50):
            assert server.get("/quick")
        server.get("/go")
        assert [read_answer(sock).body for sock in waiting] == [b"waited"] * 3


def test_what_came_at_the_same_moment_as_a_request_that_waits_is_answered(server: Server) -> None:
    """All are ready before the first of them is looked at, because the only free thread is busy with another."""
    server.get("/waiting")
    with ExitStack() as open_ones:
        callers = [open_ones.enter_context(server.connect()) for _ in range(12)]
        for sock in callers:
            sock.sendall(ASK % b"warm")
            assert read_answer(sock).status == 200
        for number, sock in enumerate(callers):
            sock.sendall(ASK % (b"wait" if number in (0, 5, 7) else b"quick"))
        assert {read_answer(sock).status for number, sock in enumerate(callers) if number not in (0, 5, 7)} == {200}
        server.get("/go")
        assert [read_answer(callers[number]).body for number in (0, 5, 7)] == [b"waited"] * 3


def test_more_requests_that_wait_than_threads_are_all_answered_in_the_end(server: Server) -> None:
    server.get("/waiting")
    with ExitStack() as open_ones:
        waiting = [open_ones.enter_context(server.connect()) for _ in range(3)]
        for sock in waiting:
            sock.sendall(ASK % b"wait")
        others = [open_ones.enter_context(server.connect()) for _ in range(20)]
        for sock in others:
            sock.sendall(ASK % b"go" + ASK % b"wait")
        assert all(read_answer(sock).status == 200 for sock in [*waiting, *others])


def test_a_caller_that_does_not_read_holds_up_nobody_and_may_leave(server: Server) -> None:
    with ExitStack() as open_ones:
        for _ in range(3):
            open_ones.enter_context(server.connect()).sendall(ASK % b"large")
        assert [server.get("/quick") != b"" for _ in range(20)] == [True] * 20
    with ThreadPoolExecutor(4) as callers:  # they have left: all threads are there again
        assert list(callers.map(lambda _: server.get("/meet"), range(4))) == [b"met"] * 4


def test_a_large_answer_is_whole(server: Server) -> None:
    assert len(server.get("/large")) == 30_000_000


def test_hundreds_of_connections_that_say_nothing_hold_up_nobody(tmp_path: Path) -> None:
    """Gunicorn's own worker gives each of them a thread for five seconds, unless the kernel keeps it away."""
    with serving("snel", tmp_path) as server, ExitStack() as open_ones:
        silent = [open_ones.enter_context(server.connect()) for _ in range(300)]
        for sock in silent[::2]:
            sock.sendall(ASK % b"once")
            assert read_answer(sock).status == 200
        assert server.get("/quick")
        for sock in silent[1::2]:
            sock.sendall(ASK % b"at-last")
            assert read_answer(sock).status == 200


def test_senders_of_single_bytes_hold_up_nobody(tmp_path: Path) -> None:
    """Twice as many as there are threads; gunicorn's own worker can not do this."""
    whole = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nthe body."
    with serving("snel", tmp_path) as server, ExitStack() as open_ones:
        slow = [open_ones.enter_context(server.connect()) for _ in range(8)]
        for at in range(len(whole)):
            for sock in slow:
                sock.sendall(whole[at : at + 1])
            if at % 8 == 0:
                assert server.get("/quick")
        assert all(b"the body." in read_answer(sock).body for sock in slow)


def test_connections_above_the_most_wait_for_a_place(tmp_path: Path) -> None:
    with serving("snel", tmp_path, "--worker-connections", "20") as server, ExitStack() as open_ones:
        silent = [open_ones.enter_context(server.connect()) for _ in range(30)]
        last = silent.pop()
        last.sendall(ASK % b"tell")
        last.settimeout(0.5)
        with pytest.raises(TimeoutError):
            last.recv(1)
        for sock in silent:
            sock.close()
        last.settimeout(30)
        assert read_answer(last).status == 200


def test_a_process_without_file_descriptors_left_goes_on_when_there_are_some(tmp_path: Path) -> None:
    with serving("snel", tmp_path) as server, ExitStack() as open_ones:
        (worker,) = server.workers()
        resource.prlimit(worker, resource.RLIMIT_NOFILE, (30, 30))
        silent = [open_ones.enter_context(server.connect()) for _ in range(60)]
        until(lambda: "No connection can be accepted" in server.told())
        for sock in silent:
            sock.close()
        assert server.get("/quick") and server.workers() == [worker]


def test_a_silent_connection_is_closed_after_keep_alive(tmp_path: Path) -> None:
    with serving("snel", tmp_path, "--keep-alive", "1") as server, server.connect() as sock:
        begin = time.monotonic()
        sock.sendall(ASK % b"tell")
        assert b"Connection: keep-alive" in everything(sock)
        assert time.monotonic() - begin >= 1


def test_callers_with_an_unreadable_address_take_no_thread_away(tmp_path: Path) -> None:
    with serving("snel", tmp_path) as server:
        (worker,) = server.workers()
        for number in range(5):  # one more than there are threads
            with socket.socket(socket.AF_UNIX) as sock:
                sock.bind(b"\0\xff\xfe%d-%d" % (server.port, number))
                sock.settimeout(30)
                sock.connect(str(server.unix))
                assert sock.recv(1) == b""
        with ThreadPoolExecutor(4) as callers:
            assert list(callers.map(lambda _: server.get("/meet"), range(4))) == [b"met"] * 4
        assert server.workers() == [worker]


def test_a_process_of_which_a_thread_died_is_replaced(tmp_path: Path) -> None:
    with serving("snel", tmp_path, "--graceful-timeout", "1") as server, server.connect() as sock:
        before = server.workers()
        server.get("/waiting")
        server.get("/doom")
        sock.sendall(ASK % b"wait")  # so that another gets the turn
        until(lambda: server.workers() not in (before, []) and not set(before) & set(server.workers()))
        assert server.get("/quick")


def test_the_second_of_two_requests_at_once_does_not_wait_for_the_poller(server: Server) -> None:
    """The poller looks up after a second by itself; ten times that is more than any good run takes."""
    begin = time.monotonic()
    with server.connect() as sock, server.connect() as other:
        for _ in range(10):
            server.get("/waiting")
            sock.sendall(ASK % b"wait" + ASK % b"quick")
            other.sendall(ASK % b"go")
            assert read_answer(other).status == 200
            heard = b""
            while heard.count(b"HTTP/1.1 200 OK") < 2:
                heard += sock.recv(4096)
    assert time.monotonic() - begin < 5


def test_an_application_that_ends_the_process_ends_its_own_connection_only(tmp_path: Path) -> None:
    with serving("snel", tmp_path) as server, server.connect() as sock:
        before = server.workers()
        sock.sendall(ASK % b"exit")
        assert everything(sock) == b""
        assert server.get("/") and server.workers() == before


@pytest.mark.parametrize("worker", WORKERS)
def test_a_process_in_which_nothing_runs_any_more_is_replaced(tmp_path: Path, worker: str) -> None:
    with serving(worker, tmp_path, "--timeout", "2") as server, server.connect() as sock:
        (before,) = server.workers()
        sock.sendall(ASK % b"hang")
        until(lambda: server.workers() not in ([before], []))
        assert server.get("/quick")


@pytest.mark.parametrize("worker", WORKERS)
def test_a_process_of_which_all_threads_wait_long_is_not_replaced(tmp_path: Path, worker: str) -> None:
    with serving(worker, tmp_path, "--timeout", "2") as server, ExitStack() as open_ones:
        before = server.workers()
        waiting = [open_ones.enter_context(server.connect()) for _ in range(4)]
        for sock in waiting[:3]:
            sock.sendall(ASK % b"meet")
        waiting[0].settimeout(5)
        with pytest.raises(TimeoutError):  # longer than the timeout of a process
            waiting[0].recv(1)
        waiting[3].sendall(ASK % b"meet")
        waiting[0].settimeout(30)
        assert [read_answer(sock).body for sock in waiting] == [b"met"] * 4
        assert server.workers() == before


def test_a_broken_connection_is_no_error_in_the_log(server: Server) -> None:
    with server.connect() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")  # leaves with a reset
        sock.sendall(ASK % b"large")
    assert server.get("/quick")
    assert "Traceback" not in server.told()
