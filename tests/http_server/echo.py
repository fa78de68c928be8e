"""A WSGI application that says what it was asked, and has an address for everything an application can do to a server."""

from __future__ import annotations

import ctypes
import json
import re
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parents[2] / "LICENSE"
_TEXT = [("Content-Type", "text/plain")]
_meeting = threading.Barrier(4)
_told = threading.Event()
Start = Callable[..., Any]


def application(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """Do what the last part of the path says; where there is nothing of that name, tell the request."""
    name = environ["PATH_INFO"].rpartition("/")[2]
    return globals().get(f"do_{name}", do_tell)(environ, start)


def do_tell(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """The environ and the body, as JSON."""
    body = environ["wsgi.input"].read()
    apart = (
        "wsgi.errors",
        "wsgi.input",
        "wsgi.file_wrapper",
        "wsgi.early_hints",
        "gunicorn.socket",
        "REMOTE_PORT",
        "SERVER_PORT",
    )
    told = {name: value for name, value in environ.items() if name not in apart}
    return _answer(start, json.dumps([told, body.decode("latin-1")], sort_keys=True).encode())


def _answer(start: Start, body: bytes, status: str = "200 OK", *more: tuple[str, str]) -> list[bytes]:
    start(status, [*_TEXT, ("Content-Length", str(len(body))), *more])
    return [body]


def do_some(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """Reads a little of the body, and leaves the rest."""
    return _answer(start, environ["wsgi.input"].read(3))


def do_lines(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """Reads the body by lines."""
    return _answer(start, b"|".join(environ["wsgi.input"]))


def do_pieces(environ: dict[str, Any], start: Start) -> Iterator[bytes]:
    """Several pieces of an unknown length."""
    start("200 OK", _TEXT)
    yield from (b"one", b"", b"two")


def do_nothing(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    start("200 OK", _TEXT)
    return []


def do_bare(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    start("200 OK", [])
    return [b"x"]


def do_write(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """The old way, with `write`."""
    write = start("200 OK", _TEXT)
    write(b"one")
    return [b"two"]


def do_short(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """More than was announced."""
    start("200 OK", [("Content-Length", "2")])
    return [b"abc", b"d"]


def do_204(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    return _answer(start, b"", "204 No Content")


def do_304(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    return _answer(start, b"none of this", "304 Not Modified", ("ETag", '"x"'))


def do_hop(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """Fields that are the server's own."""
    return _answer(start, b"x", "200 OK", ("Connection", "upgrade"), ("Transfer-Encoding", "chunked"), ("X-A", "b"))


def do_odd(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """Fields that are unusual and allowed."""
    return _answer(start, b"x", "200 OK", ("X-Empty", ""), ("X-Space", "  a "), ("X-Latin", "\xe9"), ("x.y_z", "\t"))


def do_split(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    return _answer(start, b"x", "200 OK", ("X-A", "b\r\nX-Injected: c"))


def do_splitname(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    return _answer(start, b"x", "200 OK", ("X-A: b\r\nX-Injected", "c"))


def do_badstatus(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    return _answer(start, b"x", "200 OK\r\nX-Injected: c")


def do_badlength(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    start("200 OK", [("Content-Length", "many")])
    return [b"x"]


def do_number(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    start("200 OK", [("X-A", 5)])
    return [b"x"]


def do_text(environ: dict[str, Any], start: Start) -> Iterable[Any]:
    start("200 OK", _TEXT)
    return ["not bytes"]


def do_twice(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    start("200 OK", _TEXT)
    start("200 OK", _TEXT)
    return [b"x"]


def do_again(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """A second start with the error that made it needed."""
    start("200 OK", [("X-First", "1"), ("Content-Length", "5")])
    try:
        raise ValueError("x")
    except ValueError:
        start("500 Oh", [("X-Second", "2")], sys.exc_info())
    return [b"second"]


def do_stale(environ: dict[str, Any], start: Start) -> Iterator[bytes]:
    """A second start after an empty piece, for which nothing was sent."""
    start("200 OK", [("X-First", "1")])
    yield b""
    try:
        raise ValueError("x")
    except ValueError:
        start("500 Oh", [("X-Second", "2"), ("Content-Length", "6")], sys.exc_info())
    yield b"second"


def do_colon(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """A name that would be read as another field."""
    return _answer(start, b"x", "200 OK", ("Set-Cookie: a", "b"))


def do_boom(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    raise ValueError("GEHEIM-4711")


def do_lateboom(environ: dict[str, Any], start: Start) -> Iterator[bytes]:
    start("200 OK", _TEXT)
    yield b"one"
    raise ValueError("GEHEIM-4711")


def do_exit(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    raise SystemExit(3)


def do_oserror(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    raise FileNotFoundError("GEHEIM-4711")


def do_file(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """By the server's own way to send a file."""
    size = _FILE.stat().st_size
    start("200 OK", [("Content-Length", str(size))])
    return environ["wsgi.file_wrapper"](_FILE.open("rb"))  # type: ignore[no-any-return]


def do_large(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    return _answer(start, b"x" * 30_000_000)


def do_meet(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """Waits for three others who ask this at the same time."""
    _meeting.wait(30)
    return _answer(start, b"met")


def do_wait(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """Waits until somebody asks for `go`."""
    return _answer(start, b"waited" if _told.wait(30) else b"in vain")


def do_go(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    _told.set()
    return _answer(start, b"gone")


def do_doom(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """The other threads of the server die as soon as they get a turn."""
    for thread in threading.enumerate():
        if thread.name.startswith("http-") and thread is not threading.current_thread():
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), ctypes.py_object(SystemExit))
    return _answer(start, b"")


def do_waiting(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """From here on `wait` waits again."""
    _told.clear()
    return _answer(start, b"")


def do_hang(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """Never ends, and lets no other thread run."""
    re.match("(a+)+$", "a" * 60 + "b")
    return _answer(start, b"")
