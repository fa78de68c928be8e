"""A request that we read ourselves is one that gunicorn reads as well, and reads the same, to the last byte."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings

from betaalhub.http_server.plain import Limits, PlainReader, Verdict
from tests.hostile.refusals import REFUSED
from tests.http_server.gunicorn_itself import TCP, UNIX, Read, by_gunicorn, by_us, config
from tests.http_server.streams import GOOD, NAMES, TARGETS, VALUES, VERSIONS, stream

CFG = config()
NARROW = config(limit_request_line=40, limit_request_fields=3, limit_request_field_size=60)


def same(data: bytes, cfg: Any = CFG, server: Any = TCP) -> None:
    """What holds for all bytes: ours is gunicorn's, and what we wait for gunicorn waits for too."""
    found = by_us(data, cfg, server)
    if isinstance(found, Read):
        assert found == by_gunicorn(data, cfg, server)
    elif found is Verdict.INCOMPLETE:
        assert by_gunicorn(data, cfg, server) is None


@pytest.mark.parametrize("server", [TCP, UNIX])
@settings(max_examples=500, deadline=None)
@given(data=stream)
@example(data=b"")
def test_whatever_comes(server: Any, data: bytes) -> None:
    same(data, CFG, server)
    same(data, NARROW, server)


@settings(max_examples=200, deadline=None)
@given(data=stream)
def test_whatever_comes_in_however_many_pieces_the_whole_is_read_the_same(data: bytes) -> None:
    for end in range(0, len(data), 7):
        same(data[:end])


@pytest.mark.parametrize("server", [TCP, UNIX])
@pytest.mark.parametrize("name", NAMES)
def test_every_field_with_every_value(name: bytes, server: Any) -> None:
    for value in VALUES:
        for more in (b"", b"Host: x\r\n", name + b": x\r\n"):
            same(b"POST /x HTTP/1.1\r\n" + more + name + b": " + value + b"\r\n\r\nhello", CFG, server)


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_in_every_version(target: bytes) -> None:
    for version in VERSIONS:
        same(b"GET " + target + b" " + version + b"\r\nHost: x\r\n\r\n")


@pytest.mark.parametrize("name", REFUSED)
def test_what_gunicorn_refuses_is_left_to_gunicorn(name: str) -> None:
    assert by_us(REFUSED[name], CFG) is Verdict.NOT_PLAIN


@pytest.mark.parametrize("data", GOOD[:3])
def test_what_nearly_everybody_sends_is_plain(data: bytes) -> None:
    assert isinstance(by_us(data + b"rest", CFG), Read)


@pytest.mark.parametrize(
    ("line", "scheme", "port"),
    [("X-Forwarded-Proto: https", "https", "443"), ("X-Forwarded-Proto: http", "http", "80"), ("X: y", "http", "80")],
)
def test_behind_a_unix_socket_the_fields_tell_how_the_caller_came(line: str, scheme: str, port: str) -> None:
    found = by_us(f"GET / HTTP/1.1\r\nHost: hub\r\n{line}\r\n\r\n".encode(), CFG, UNIX)
    assert isinstance(found, Read)
    assert (found.environ["wsgi.url_scheme"], found.environ["SERVER_PORT"]) == (scheme, port)


@pytest.mark.parametrize("first", ["https", "http"])
@pytest.mark.parametrize("second", ["on", "off"])
def test_two_fields_that_tell_it_are_left_to_gunicorn(first: str, second: str) -> None:
    lines = f"X-Forwarded-Proto: {first}\r\nX-Forwarded-Ssl: {second}\r\n"
    assert by_us(f"GET / HTTP/1.1\r\n{lines}\r\n".encode(), CFG, UNIX) is Verdict.NOT_PLAIN


def test_a_request_of_more_than_64_kib_is_read_by_gunicorn_on_demand() -> None:
    head = b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n"
    assert by_us(head % 70_000, CFG) is Verdict.NOT_PLAIN
    assert by_us(head % 60_000, CFG) is Verdict.INCOMPLETE


def test_who_invents_names_does_not_fill_the_memory() -> None:
    reader = PlainReader(Limits(4094, 100, 8190))
    for number in range(1000):
        assert not isinstance(reader.read(b"GET / HTTP/1.1\r\nX-%d: y\r\n\r\n" % number, {}), Verdict)
    assert len(reader._keys) <= 256
