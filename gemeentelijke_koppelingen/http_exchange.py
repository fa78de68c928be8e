"""One HTTP request to a neighbour with a total deadline, and what is surely known when it fails.

The standard library's client instead of a pool, on purpose: connecting is a step of its own here, so "surely never
arrived" (NOT_DONE) is told from "may have arrived" (UNKNOWN) by where the call broke and not by the name of an
exception; and a kept-alive connection that the peer just closed would turn a plain call into an unknown outcome.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import cast
from urllib.parse import SplitResult, urlsplit

from betaalhub.errors import ConfigurationError, NeighbourError, Outcome
from gemeentelijke_koppelingen.deadline import TimedReader, seconds_left

MAX_ANSWER_BYTES = 8 * 1024 * 1024
_CHUNK = 64 * 1024


class ExchangeCode(StrEnum):
    """Our own codes for a call that failed below the neighbour's application."""

    MISCONFIGURED = "MISCONFIGURED"  # the neighbour does not accept our credentials or address
    CONNECT_FAILED = "CONNECT_FAILED"
    TLS_FAILED = "TLS_FAILED"
    TOO_BUSY = "TOO_BUSY"  # HTTP 429
    NO_ANSWER_IN_TIME = "NO_ANSWER_IN_TIME"
    CONNECTION_LOST = "CONNECTION_LOST"
    ANSWER_TOO_LARGE = "ANSWER_TOO_LARGE"
    ANSWER_EMPTY = "ANSWER_EMPTY"
    ANSWER_NOT_XML = "ANSWER_NOT_XML"
    ANSWER_NOT_UNDERSTOOD = "ANSWER_NOT_UNDERSTOOD"
    SOAP_FAULT = "SOAP_FAULT"
    EIGEN_BERICHT_ONJUIST = "EIGEN_BERICHT_ONJUIST"  # our own message does not fit the contract: it was never sent


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a neighbour listens and how we get in. Timeouts in seconds; `timeout` bounds a whole call."""

    url: str
    neighbour: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    verify_tls: bool = True
    ca_file: str | None = None
    connect_timeout: float = 5.0
    timeout: float = 30.0

    def __post_init__(self) -> None:
        parts = _split(self.url, self.neighbour)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ConfigurationError(f"{self.neighbour}: the address must be an absolute http(s) URL")
        if parts.username or parts.password:
            raise ConfigurationError(f"{self.neighbour}: put user and password in their own settings, not in the URL")
        if self.user is not None and ":" in self.user:
            raise ConfigurationError(f"{self.neighbour}: a user name for HTTP Basic holds no colon")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the HTTP status, the whole body, and the Content-Type ("" when there was none)."""

    status: int
    content: bytes = field(repr=False)
    media_type: str = ""


def post(endpoint: Endpoint, body: bytes, headers: Mapping[str, str], *, timeout: float) -> Answer:
    """POST `body` to the endpoint; see `exchange`."""
    return exchange(endpoint, "POST", body, headers, timeout=timeout)


def exchange(
    endpoint: Endpoint, method: str, body: bytes | None, headers: Mapping[str, str], *, timeout: float
) -> Answer:
    """Send a request and read the whole answer within `timeout` seconds, connecting included.

    Raises NeighbourError: NOT_DONE when no connection came about, UNKNOWN when it broke after that.
    """
    deadline = time.monotonic() + timeout
    connection = _connect(endpoint, min(endpoint.connect_timeout, timeout))
    sock = connection.sock
    try:
        connection.sock = cast(socket.socket, _TimedSocket(sock, deadline))
        parts = urlsplit(endpoint.url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, body=body, headers={**headers, "Connection": "close"})
        response = connection.getresponse()
        return Answer(response.status, _read(response, endpoint.neighbour), response.headers.get("Content-Type", ""))
    except TimeoutError:
        raise NeighbourError(Outcome.UNKNOWN, ExchangeCode.NO_ANSWER_IN_TIME, neighbour=endpoint.neighbour) from None
    except (OSError, http.client.HTTPException):
        raise NeighbourError(Outcome.UNKNOWN, ExchangeCode.CONNECTION_LOST, neighbour=endpoint.neighbour) from None
    finally:
        sock.close()


def _connect(endpoint: Endpoint, timeout: float) -> http.client.HTTPConnection:
    """An open connection, TLS done; whatever goes wrong here, nothing was sent."""
    parts = _split(endpoint.url, endpoint.neighbour)
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        context = _tls(endpoint.verify_tls, endpoint.ca_file)
        connection = http.client.HTTPSConnection(str(parts.hostname), parts.port, timeout=timeout, context=context)
    else:
        connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=timeout)
    try:
        connection.connect()
    except ssl.SSLError:
        connection.close()
        raise NeighbourError(Outcome.NOT_DONE, ExchangeCode.TLS_FAILED, neighbour=endpoint.neighbour) from None
    except (OSError, UnicodeError):
        connection.close()
        raise NeighbourError(Outcome.NOT_DONE, ExchangeCode.CONNECT_FAILED, neighbour=endpoint.neighbour) from None
    return connection


def _read(response: http.client.HTTPResponse, neighbour: str) -> bytes:
    """The whole body, at most MAX_ANSWER_BYTES."""
    chunks: list[bytes] = []
    size = 0
    while chunk := response.read(_CHUNK):
        size += len(chunk)
        if size > MAX_ANSWER_BYTES:
            raise NeighbourError(Outcome.UNKNOWN, ExchangeCode.ANSWER_TOO_LARGE, neighbour=neighbour)
        chunks.append(chunk)
    return b"".join(chunks)


def _split(url: str, neighbour: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise ConfigurationError(f"{neighbour}: the address is no URL") from None
    return parts


@lru_cache(maxsize=16)
def _tls(verify: bool, ca_file: str | None) -> ssl.SSLContext:
    """A TLS 1.2+ context; without verification only where a setting says so."""
    try:
        context = ssl.create_default_context(cafile=ca_file)
    except OSError:
        raise ConfigurationError(f"the CA file {ca_file} cannot be read") from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


class _TimedSocket:
    """A socket whose every send and receive gets only the time that is left: a peer that drips is cut off too."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._sock = sock
        self._deadline = deadline

    def sendall(self, data: bytes) -> None:
        """Send all of it within the deadline."""
        self._sock.settimeout(seconds_left(self._deadline))
        self._sock.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        """What http.client reads the answer from."""
        return io.BufferedReader(TimedReader(self._sock, self._deadline))

    def close(self) -> None:
        """Nothing: http.client lets go of a socket before its answer is read; `post` closes the real one."""
