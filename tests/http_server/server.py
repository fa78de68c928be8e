"""A gunicorn of one process over `echo`, and raw connections to it."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.structure.house import TOP

WORKERS = {
    "snel": "betaalhub.http_server.worker.PlainWorker",
    "gthread": "betaalhub.http_server.refusals.GuardedRefusals",
}
CONFIG = """
import socket, struct

def when_ready(server):
    for listener in server.LISTENERS:
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 5, 0))

def pre_request(worker, req):
    worker.log.info("before %s %s %s", req.method, req.path, req.query)

def post_request(worker, req, environ, resp):
    headers = sorted(name for name, _ in req.headers)
    worker.log.info("after %s %s %s", headers, environ["RAW_URI"], resp and resp.status)
"""


@dataclass(frozen=True)
class Server:
    """A running gunicorn."""

    process: subprocess.Popen[bytes]
    port: int
    unix: Path
    log: Path

    def connect(self, unix: bool = False) -> socket.socket:
        """A fresh connection."""
        if not unix:
            return socket.create_connection(("127.0.0.1", self.port), timeout=30)
        sock = socket.socket(socket.AF_UNIX)
        sock.settimeout(30)
        sock.connect(str(self.unix))
        return sock

    def get(self, path: str) -> bytes:
        """The body of a good answer, on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            body = answer.read()
            assert answer.status in (200, 204), body
            return body
        finally:
            connection.close()

    def workers(self) -> list[int]:
        """The pids of the processes that answer."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in children.read_text().split()]

    def told(self) -> str:
        """The log so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")


@contextmanager
def serving(worker: str, folder: Path, *options: str) -> Iterator[Server]:
    """One process of four threads on a port and a Unix socket, until it is no longer needed."""
    folder.mkdir(exist_ok=True)
    (folder / "conf.py").write_text(CONFIG)
    listener, local = socket.create_server(("127.0.0.1", 0)), socket.socket(socket.AF_UNIX)
    local.bind(str(folder / "hub.sock"))
    fds = [listener.fileno(), local.fileno()]
    command = [
        sys.executable, "-m", "gunicorn", "--config", str(folder / "conf.py"), "--worker-class", WORKERS[worker], "--threads", "4", "--keep-alive", "20",
        "--bind", f"fd://{fds[0]}", "--bind", f"fd://{fds[1]}", "--no-control-socket", "--forwarded-allow-ips", "", "--forwarder-headers", "",
        "--access-logfile", "-", "--access-logformat", "access %(m)s %(U)s %(q)s %(s)s %(B)s %({host}i)s %({content-length}o)s",
        *options, "tests.http_server.echo:application",
    ]  # fmt: skip
    with (folder / "log.txt").open("wb") as out:
        process = subprocess.Popen(
            command, cwd=TOP, env=os.environ | {"PYTHONPATH": "."}, stdout=out, stderr=out, pass_fds=fds
        )
    server = Server(process, listener.getsockname()[1], folder / "hub.sock", folder / "log.txt")
    try:
        server.get("/")
        yield server
    finally:
        left = [os.pidfd_open(pid) for pid in server.workers()] if process.poll() is None else []
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        finally:
            process.kill()
            for one in left:  # one that hangs would live on without its master
                with suppress(ProcessLookupError):
                    signal.pidfd_send_signal(one, signal.SIGKILL)
                os.close(one)
            listener.close()
            local.close()


def everything(sock: socket.socket) -> bytes:
    """All that comes until the other side closes."""
    heard = bytearray()
    with suppress(ConnectionError):
        while piece := sock.recv(1 << 20):
            heard += piece
    return bytes(heard)


def until(condition: object, seconds: float = 30) -> None:
    """Wait for something that happens in another process."""
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)
