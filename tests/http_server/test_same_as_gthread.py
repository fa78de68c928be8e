"""Whatever bytes come, in whatever pieces: our worker answers what gunicorn's gthread answers, and closes when it closes."""

from __future__ import annotations

import re
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hostile.refusals import REFUSED
from tests.http_server import echo
from tests.http_server.server import Server, everything
from tests.http_server.streams import BODY, GOOD, stream

NAMES = [name.removeprefix("do_") for name in vars(echo) if name.startswith("do_")]
OTHERS = ("meet", "wait", "go", "waiting", "hang", "doom", "large", "exit")
BETTER = ("text", "again", "stale")  # see the last two tests
ANSWERS = [name for name in NAMES if name not in (*OTHERS, *BETTER)]
# Which of several faults gunicorn names on its page depends on how much it had read.
_PAGE = re.compile(rb"Content-Length: \d+\r\n\r\n<html>.*?</html>\n", re.DOTALL)
_VARIABLE = re.compile(rb"Date: [^\r]*\r\n|127\.0\.0\.1:\d+")


def heard(server: Server, pieces: list[bytes], unix: bool = False) -> bytes:
    """All that is answered to these bytes, after which the sender has nothing more to say."""
    with server.connect(unix) as sock:
        try:
            for piece in pieces:
                sock.sendall(piece)
            sock.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # refused, and perhaps closed, before all was sent
        return _PAGE.sub(b"", _VARIABLE.sub(b"", everything(sock))).replace(str(server.unix).encode(), b"SOCKET")


def same(both: tuple[Server, Server], pieces: list[bytes], unix: bool = False) -> bytes:
    """What both answer."""
    with ThreadPoolExecutor(2) as pool:
        ours, theirs = pool.map(lambda one: heard(one, pieces, unix), both)
    assert ours == theirs
    return ours


@settings(max_examples=150, deadline=None)
@given(data=stream, cuts=st.lists(st.integers(0, 300), max_size=3))
def test_any_stream(both: tuple[Server, Server], data: bytes, cuts: list[int]) -> None:
    places = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    same(both, [data[begin:end] for begin, end in zip(places, places[1:], strict=False)])


@pytest.mark.parametrize("name", REFUSED)
def test_every_refusal(both: tuple[Server, Server], name: str) -> None:
    assert same(both, [REFUSED[name]]).startswith(b"HTTP/1.1 4")


@pytest.mark.parametrize("unix", [False, True])
@pytest.mark.parametrize(
    "lines", ["", "Connection: close\r\n", "Connection: keep-alive\r\n", "X-Forwarded-Proto: https\r\n"]
)
@pytest.mark.parametrize("name", ANSWERS)
def test_every_kind_of_answer(both: tuple[Server, Server], name: str, lines: str, unix: bool) -> None:
    ask = f"POST /{name} HTTP/1.1\r\nHost: hub:81\r\nContent-Length: {len(BODY)}\r\n{lines}\r\n".encode() + BODY
    answer = same(both, [ask, GOOD[2]], unix)
    assert answer.startswith(b"HTTP/1.1 ") or name == "oserror"
    assert b"Injected:" not in answer and b"GEHEIM" not in answer


@pytest.mark.parametrize("version", ["1.0", "1.1"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("name", ANSWERS)
def test_every_kind_of_answer_to_other_methods(
    both: tuple[Server, Server], name: str, method: str, version: str
) -> None:
    same(both, [f"{method} /{name} HTTP/{version}\r\nHost: hub\r\n\r\n".encode()])


@pytest.mark.parametrize("size", [0, 100, 60_000, 70_000, 2_000_000])
@pytest.mark.parametrize("name", ["tell", "some", "nothing"])
def test_bodies_of_every_size(both: tuple[Server, Server], name: str, size: int) -> None:
    head = f"POST /{name} HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n\r\n".encode()
    same(both, [head, b"x" * size, GOOD[2]])
    same(both, [head, b"x" * (size // 2)])


@pytest.mark.parametrize("end", [-60, -3])  # in the middle of the head, and of the body
def test_a_sender_that_says_no_more_halfway_is_cut_off(both: tuple[Server, Server], end: int) -> None:
    def listen(server: Server) -> bytes:
        with server.connect() as sock:
            sock.sendall(GOOD[0][:end])
            return everything(sock)

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(listen, both)) == [b"", b""]


def test_many_requests_at_once_on_one_connection(both: tuple[Server, Server]) -> None:
    asked = [GOOD[(0, 1, 3)[number % 3]].replace(b"/", b"/%d-" % number, 1) for number in range(60)]
    assert same(both, [b"".join(asked)]).count(b"HTTP/1.1 200 OK") == 60


def test_both_wrote_the_same_log(both: tuple[Server, Server]) -> None:
    """Hooks, access log and errors, of one request of each kind."""
    for name in set(ANSWERS) - {"file"}:  # of a file that the kernel sends, gunicorn counts no bytes
        same(both, [f"GET /log/{name}?{name} HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n\r\n".encode()])
    kept = re.compile(r"(?:before|after|access|Error handling).*(?:log/|SystemExit).*")
    ours, theirs = (sorted(kept.findall(one.told())) for one in both)
    assert ours == theirs and len(ours) > 2 * len(ANSWERS)


def test_where_gunicorn_sends_half_an_answer_ours_is_a_clean_500(both: tuple[Server, Server]) -> None:
    ours, theirs = (heard(one, [b"GET /text HTTP/1.1\r\nHost: x\r\n\r\n"]) for one in both)
    assert ours.startswith(b"HTTP/1.1 500 ") and theirs.startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("name", [b"again", b"stale"])
def test_where_gunicorn_mixes_two_answers_ours_is_the_last(both: tuple[Server, Server], name: bytes) -> None:
    ours, theirs = (heard(one, [b"GET /%b HTTP/1.1\r\nHost: x\r\n\r\n" % name]) for one in both)
    assert ours.startswith(b"HTTP/1.1 500 Oh\r\n")
    assert (b"X-First" in ours, b"X-Second" in ours, b"second" in ours) == (False, True, True)
    assert (b"chunked" in ours) == (name == b"again")  # that one announces no length for the second
    assert b"X-First" in theirs
