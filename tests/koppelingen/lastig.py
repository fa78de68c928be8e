"""A neighbour that misbehaves on a bare socket: it refuses, hangs, drips, hangs up or talks nonsense."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Behaviour = Callable[[socket.socket, threading.Event], None]


def answer(body: bytes, *, status: str = "200 OK", media_type: str = "text/xml; charset=utf-8") -> Behaviour:
    """Answer every request with this."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n".encode()

    def behave(connection: socket.socket, stop: threading.Event) -> None:
        _read_request(connection)
        connection.sendall(head + body)

    return behave


def hang_up(connection: socket.socket, stop: threading.Event) -> None:
    """Read the request and close without a word."""
    _read_request(connection)


def hang_up_at_once(connection: socket.socket, stop: threading.Event) -> None:
    """Close before anything is read."""


def hang(connection: socket.socket, stop: threading.Event) -> None:
    """Read the request and say nothing."""
    _read_request(connection)
    stop.wait(60)


def drip(connection: socket.socket, stop: threading.Event) -> None:
    """Send a byte of the body now and then, for ever: no single read ever takes long."""
    _read_request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n")
    while not stop.wait(0.02):
        connection.sendall(b" ")


def drip_headers(connection: socket.socket, stop: threading.Event) -> None:
    """Send a byte of the head now and then, for ever."""
    _read_request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while not stop.wait(0.02):
        connection.sendall(b"x")


def cut_off(connection: socket.socket, stop: threading.Event) -> None:
    """Promise more than is sent."""
    _read_request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 5000\r\n\r\n<Envelope>")


def flood(connection: socket.socket, stop: threading.Event) -> None:
    """Send more than anybody asked for."""
    _read_request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n")
    for _ in range(12):
        connection.sendall(b" " * 1024 * 1024)


def not_http(connection: socket.socket, stop: threading.Event) -> None:
    """Another protocol lives here."""
    connection.sendall(b"220 mail.example.nl ESMTP\r\n")
    stop.wait(0.2)


@contextmanager
def neighbour(behaviour: Behaviour) -> Iterator[str]:
    """The address of a server that behaves so, over plain HTTP."""
    stop = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection, suppress(OSError):
                behaviour(connection, stop)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/soap"
    finally:
        stop.set()
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


@contextmanager
def nobody() -> Iterator[str]:
    """An address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    yield f"http://127.0.0.1:{port}/soap"


@contextmanager
def never_accepts() -> Iterator[str]:
    """An address that never completes a connection: its queue is full."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = [socket.socket() for _ in range(8)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/soap"
        for one in waiting:
            one.close()


def _read_request(connection: socket.socket) -> bytes:
    """One whole HTTP request."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += _some(connection)
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [one.split(b":")[1] for one in head.split(b"\r\n") if one.lower().startswith(b"content-length")]
    length = int(lengths[0]) if lengths else 0  # a GET has none
    while len(body) < length:
        body += _some(connection)
    return body


def _some(connection: socket.socket) -> bytes:
    piece = connection.recv(65536)
    if not piece:
        raise ConnectionResetError
    return piece
