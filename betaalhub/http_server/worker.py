"""The gunicorn worker: the thread that reads a request also answers it, and gives the turn away only when that takes long.

One thread at a time has the turn (`turns`): it waits for all connections (`connections`), and answers what is plain
(`plain`) itself. No request changes threads, which is what makes it quick. When the thread that has the turn is not back
within two milliseconds, because it waits for the register or a neighbour, another gets the turn. So as many requests as
there are threads run side by side, and none waits behind a slow one.

Everything that is not plain goes, with the bytes read so far, through the code of gunicorn's own worker `gthread`.
"""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import struct
import time
from collections.abc import Callable
from datetime import timedelta
from types import FrameType
from typing import Any

from gunicorn.errors import HaltServer
from gunicorn.http import get_parser
from gunicorn.http.wsgi import base_environ
from gunicorn.workers.base import Worker
from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, TConn

from betaalhub.http_server.answer import Answer
from betaalhub.http_server.connections import Connection, Connections
from betaalhub.http_server.plain import MOST_BYTES, Limits, PlainReader, PlainRequest, Verdict
from betaalhub.http_server.refusals import GuardedRefusals
from betaalhub.http_server.turns import Turns

_STALL_SECONDS = 5.0  # between two pieces of a request, as SO_RCVTIMEO in `gunicorn_conf`
_WHOLE_SECONDS = 30.0  # for a small request in all
_LINGER_SECONDS = 2.0
_LINGER_BYTES = 65536
_AT_ONCE = struct.pack("ll", 0, 1000)  # a millisecond; 0 would be for ever
_GONE = (errno.EPIPE, errno.ECONNRESET, errno.ENOTCONN, errno.EBADF)


class PlainWorker(GuardedRefusals):
    """`worker_class` for gunicorn on Linux: HTTP/1 without TLS, as behind a proxy."""

    _connections: Connections
    _turns: Turns

    @classmethod
    def check_config(cls, cfg: Any, log: Any) -> None:
        """Stop what this worker does not do. Raises HaltServer."""
        super().check_config(cfg, log)
        other = cfg.is_ssl or cfg.proxy_protocol != "off" or cfg.protocol != "http" or "h2" in cfg.http_protocols
        if other or not hasattr(os, "eventfd"):
            raise HaltServer(
                "This worker does plain HTTP/1 on Linux and no TLS, PROXY protocol, uwsgi or HTTP/2; use gthread"
            )

    def init_process(self) -> None:
        """In the new process: what lives as long as it does, and then the loop."""
        self._keepalive = float(self.cfg.keepalive)
        self._hooks = self.cfg.pre_request, self.cfg.post_request
        self._base = base_environ(self.cfg) | {
            "wsgi.multithread": True, "wsgi.url_scheme": "http", "SERVER_PROTOCOL": "HTTP/1.1", "SCRIPT_NAME": "",
        }  # fmt: skip
        limits = Limits(self.cfg.limit_request_line, self.cfg.limit_request_fields, self.cfg.limit_request_field_size)
        schemes = self.cfg.secure_scheme_headers
        self._over_tcp = PlainReader(limits, not_plain=schemes if self.cfg.forwarded_allow_ips else ())
        self._over_unix = PlainReader(limits, schemes=schemes)
        self._mounted = bool(os.environ.get("SCRIPT_NAME"))  # gunicorn takes it off every path
        self._connections = self.keepalived_conns = Connections(self.sockets, self.worker_connections)
        self._turns = Turns(self.cfg.threads, self._connections.take, self._serve, self._failed)
        Worker.init_process(self)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """SIGTERM: finish what runs."""
        self.alive = False
        self._turns.wake()

    def handle_quit(self, sig: int, frame: FrameType | None) -> None:
        """SIGQUIT: stop now."""
        Worker.handle_quit(self, sig, frame)

    def run(self) -> None:
        """The main thread's life: beat, look after the turns, and at the end wait for what runs."""
        connections = self._connections
        self._turns.start()
        self._watch(lambda: self.alive and self.is_parent_alive(), 1.0)
        self.alive = False
        connections.stop(STOP_KEEPALIVE_LINGER)
        until = time.monotonic() + self.cfg.graceful_timeout
        self._watch(lambda: len(connections) > 0 and time.monotonic() < until, 0.1)
        connections.wake()
        self._turns.stop(1.0)
        for listener in self.sockets:
            listener.close()

    def _watch(self, goes_on: Callable[[], bool], pace: float) -> None:
        beat = 0.0
        while goes_on():
            if time.monotonic() >= beat:
                beat = time.monotonic() + pace
                self.notify()
                if not self._turns.whole():
                    self.alive = False  # gunicorn starts another process
            self._turns.look_after(pace)

    def _serve(self, found: Any) -> None:
        """One step for a connection, or for a listener's new one; raises nothing."""
        connection = None
        try:
            connection = found if isinstance(found, Connection) else self._accept(found)
            if connection is not None:
                self._step(connection)
        except BaseException as error:  # a SystemExit of the application as well: it is not its process
            self._failed(error)
            if connection is not None:
                self._connections.end(connection)

    def _failed(self, error: BaseException) -> None:
        self.log.error("Error in the worker", exc_info=error)

    def _accept(self, listener: Any) -> Connection | None:
        """A new connection, if it is still there; its first bytes usually are as well."""
        try:
            sock, address = listener.accept()
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.ECONNABORTED):
                self.log.error("No connection can be accepted: %s", error.strerror)
                self._connections.pause()
            return None
        try:
            connection = Connection(sock, address, listener.getsockname(), self._base)
            connection.base = self._base | _addresses(connection)  # a caller's Unix address may be any bytes
            self._connections.add(connection)
        except BaseException:
            sock.close()
            raise
        return connection

    def _step(self, connection: Connection) -> None:
        """Read what there is, and answer one request when it is whole."""
        if connection.lingering is not None:
            self._linger(connection)
            return
        if not (connection.ahead or connection.stalled or self._read(connection)):
            return
        connection.ahead = False
        reader = self._over_unix if isinstance(connection.server, str) else self._over_tcp
        request = Verdict.NOT_PLAIN if self._mounted else reader.read(connection.data, connection.base)
        if request is Verdict.INCOMPLETE and not connection.stalled:
            now = time.monotonic()
            connection.begun = connection.begun or now
            self._connections.hand_back(connection, min(_STALL_SECONDS, connection.begun + _WHOLE_SECONDS - now))
            return
        connection.begun = 0.0
        if isinstance(request, PlainRequest):
            connection.data = connection.data[request.length :]
            kept = self._answer(connection, request)
        else:
            kept = self._leave_to_gunicorn(connection)
        if not kept:
            self._part(connection)
        elif connection.data:
            connection.ahead = True
            self._connections.again(connection)
        else:
            self._connections.hand_back(connection, self._keepalive)

    def _read(self, connection: Connection) -> bool:
        """Whether something came that must be looked at."""
        try:
            piece = connection.sock.recv(MOST_BYTES, socket.MSG_DONTWAIT)
        except BlockingIOError:
            self._connections.hand_back(connection, self._keepalive)
            return False
        except OSError:
            piece, connection.data = b"", b""
        if piece:
            connection.data = connection.data + piece if connection.data else piece
        elif connection.data:
            connection.stalled = True  # no more will come, but who sent half a request may still hear so
        else:
            self._connections.end(connection)
            return False
        return True

    def _answer(self, connection: Connection, request: PlainRequest) -> bool:
        """Call the application, as gthread's handle_request does; whether the connection is kept."""
        answer = Answer(request, connection.sock, self.cfg)
        try:
            self._call(request, answer)
        except OSError as error:
            if error.errno not in _GONE:
                self.log.exception("Socket error processing request.")
            return False
        except Exception as error:
            self.handle_error(request, connection.sock, connection.address, error)
            return False
        return not answer.should_close()

    def _call(self, request: PlainRequest, answer: Answer) -> None:
        before, after = self._hooks
        environ = request.environ
        try:
            before(self, request)
            begin = time.monotonic()
            self._count()
            body = self.wsgi(environ, answer.start_response)
            if self._is_last():
                answer.force_close()
            try:
                for piece in body:
                    answer.write(piece)
                answer.close()
            finally:
                self.log.access(answer, request, environ, timedelta(seconds=time.monotonic() - begin))
                if hasattr(body, "close"):
                    body.close()
        except OSError:
            raise
        except (Exception, SystemExit):
            if not answer.headers_sent:
                raise
            self.log.exception("Error handling request")  # a second answer would run into the first
            answer.force_close()
        finally:
            try:
                after(self, request, environ, answer)
            except Exception:
                self.log.exception("Exception in post_request hook")

    def _count(self) -> None:
        """One more, and perhaps the last of this process."""
        self.nr += 1
        if self.nr >= self.max_requests and self.alive:
            self.log.info("Autorestarting worker after current request.")
            self.alive = False
            self._turns.wake()

    def _is_last(self) -> bool:
        """Whether this answer is the last of its connection for a reason of ours."""
        return not self.alive or not self._keepalive or len(self._connections) >= self.max_keepalived

    def _leave_to_gunicorn(self, connection: Connection) -> bool:
        """One request by gthread's own code, on this thread; whether the connection is kept."""
        if connection.stalled:
            with contextlib.suppress(OSError):  # so that gunicorn finds out at once what we waited for
                connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _AT_ONCE)
        theirs = TConn(self.cfg, connection.sock, connection.address, connection.server)
        theirs.initialized = True
        theirs.parser = get_parser(self.cfg, connection.sock, connection.address)
        theirs.parser.unreader.unread(connection.data)
        kept = bool(self.handle(theirs))
        connection.data = theirs.parser.unreader.take_buffered() if kept else b""
        return kept and not connection.stalled

    def _part(self, connection: Connection) -> None:
        """Close our side, and let the caller read our answer before the connection is gone (RFC 9112 section 9.6)."""
        try:
            connection.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self._connections.end(connection)
        else:
            connection.lingering = _LINGER_BYTES
            self._connections.hand_back(connection, _LINGER_SECONDS)

    def _linger(self, connection: Connection) -> None:
        try:
            piece = connection.sock.recv(MOST_BYTES, socket.MSG_DONTWAIT)
        except BlockingIOError:
            piece = None
        except OSError:
            piece = b""
        left = (connection.lingering or 0) - len(piece or b"")
        if piece == b"" or left < 0:
            self._connections.end(connection)
        else:
            connection.lingering = left
            self._connections.hand_back(connection, connection.deadline - time.monotonic())


def _addresses(connection: Connection) -> dict[str, Any]:
    """Who calls and where, for the environ; a unix socket has no addresses (see PlainReader for what stands in)."""
    found: dict[str, Any] = {"gunicorn.socket": connection.sock}
    if isinstance(connection.address, tuple):
        found |= {"REMOTE_ADDR": connection.address[0], "REMOTE_PORT": str(connection.address[1])}
    else:
        found["REMOTE_ADDR"] = (
            connection.address.decode() if isinstance(connection.address, bytes) else connection.address
        )
    if isinstance(connection.server, tuple):
        found |= {"SERVER_NAME": connection.server[0], "SERVER_PORT": str(connection.server[1])}
    else:
        found |= {"SERVER_NAME": connection.server, "SERVER_PORT": ""}
    return found
