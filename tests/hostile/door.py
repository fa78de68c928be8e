"""Two ways to the same door: straight into the WSGI application, and as raw bytes through gunicorn."""

from __future__ import annotations

import base64
import http.client
import io
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.builders import ESB, GEHEIM
from tests.hostile.messages import XML
from tests.hostile.verdict import MARKER, Heard, judge

BASIC = "Basic " + base64.b64encode(f"{ESB}:{GEHEIM}".encode()).decode()
_SECONDS = 30.0


@dataclass(frozen=True)
class Inside:
    """The application of this process, and the digest of its register."""

    application: Callable[..., Any]
    digest: Callable[[], str]


@dataclass(frozen=True)
class Door:
    """Sends bodies to the application; `refused` is what an attack must meet."""

    inside: Inside

    def send(self, body: bytes | str, content_type: str = XML, **environ: Any) -> Heard:
        """POST one body with good credentials, or whatever `environ` says."""
        data = body.encode() if isinstance(body, str) else body
        given = {
            "REQUEST_METHOD": "POST", "SCRIPT_NAME": "", "PATH_INFO": "/soap/v1", "QUERY_STRING": "",
            "CONTENT_TYPE": content_type, "CONTENT_LENGTH": str(len(data)), "wsgi.input": io.BytesIO(data),
            "HTTP_AUTHORIZATION": BASIC, **environ,
        }  # fmt: skip
        heard: list[Any] = []
        content = b"".join(
            self.inside.application(given, lambda status, headers, exc_info=None: heard.extend((status, headers)))
        )
        return Heard(int(heard[0][:3]), {name.lower(): value for name, value in heard[1]}, content)

    def refused(self, body: bytes | str, content_type: str = XML, **environ: Any) -> Heard:
        """The SOAP fault for an attack, after which nothing in the register is other than before."""
        with unchanged(self.inside.digest):
            heard = judge(self.send(body, content_type, **environ))
        assert heard.code not in ("OK", "INTERNE_FOUT"), heard.body
        return heard

    @staticmethod
    def check_log(written: str) -> None:
        """No received value and no stack trace was logged."""
        assert MARKER not in written
        assert "Traceback" not in written


@contextmanager
def unchanged(digest: Callable[[], str]) -> Iterator[None]:
    """Nothing in the register may be other afterwards."""
    before = digest()
    yield
    assert digest() == before, "a refused message changed the register"


@dataclass(frozen=True)
class Served:
    """A running gunicorn: its master's pid, its port, its log, the digest of its register."""

    pid: int
    port: int
    log: Path
    digest: Callable[[], str]

    def workers(self) -> list[int]:
        """The pids of the worker processes."""
        return [int(pid) for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()]

    def wait(self) -> None:
        """Until the WSDL comes."""
        for _ in range(300):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            with closing(connection), suppress(OSError):
                connection.request("GET", "/soap/v1?wsdl")
                with connection.getresponse() as answer:
                    assert answer.status == 200
                return
            time.sleep(0.1)
        raise AssertionError(self.log.read_text())


@dataclass(frozen=True)
class Wire:
    """Raw bytes over a socket."""

    served: Served

    def connect(self) -> socket.socket:
        """A fresh connection."""
        return socket.create_connection(("127.0.0.1", self.served.port), timeout=_SECONDS)

    def raw(self, *pieces: bytes) -> Heard:
        """Send bytes as they are, and read one answer."""
        with self.connect() as sock:
            for piece in pieces:
                sock.sendall(piece)
            return read_answer(sock)

    def post(self, body: bytes | str, *headers: str, path: str = "/soap/v1", length: bool = True) -> Heard:
        """POST a body with good credentials and these header lines."""
        return self.raw(self.request(body, *headers, path=path, length=length))

    def request(
        self, body: bytes | str, *headers: str, path: str = "/soap/v1", length: bool = True, method: str = "POST"
    ) -> bytes:
        """The bytes of a request; a header line that is given replaces the usual one of that name."""
        data = body.encode() if isinstance(body, str) else body
        given = {one.partition(":")[0].lower() for one in headers}
        usual = {"Host": "hub.example", "Authorization": BASIC, "Content-Type": XML, "Connection": "close"}
        if length:
            usual["Content-Length"] = str(len(data))
        lines = [f"{name}: {value}" for name, value in usual.items() if name.lower() not in given]
        return "\r\n".join([f"{method} {path} HTTP/1.1", *lines, *headers, "", ""]).encode("latin-1") + data

    def refused(self, request: bytes) -> Heard:
        """The SOAP fault for a request, after which nothing in the register is other than before."""
        with unchanged(self.served.digest):
            heard = judge(self.raw(request))
        assert heard.code not in ("OK", "INTERNE_FOUT"), heard.body
        return heard


def read_answer(sock: socket.socket) -> Heard:
    """The next HTTP answer on a connection; status 0 when the server only closes it."""
    answer = http.client.HTTPResponse(sock)
    try:
        answer.begin()
        body = answer.read()
    except (http.client.HTTPException, ConnectionError):
        return Heard(0, {}, b"")
    return Heard(answer.status, {name.lower(): value for name, value in answer.getheaders()}, body)
