"""What gunicorn answers by itself (a broken request, a failure before the application answered) carries our headers as well."""

from __future__ import annotations

from typing import Any

from gunicorn.workers.gthread import ThreadWorker


class GuardedRefusals(ThreadWorker):
    """Gunicorn's own `gthread`, of which the answers that no application gave begin with `refusal_headers`.

    `post_worker_init` of `gunicorn_conf` sets them: whole lines, each with its end.
    """

    refusal_headers = b""

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Tell what is wrong with a request, as gunicorn does."""
        super().handle_error(req, _Answering(client, self.refusal_headers), addr, exc)


class _Answering:
    """A socket that puts headers after the first line of what is sent in one piece."""

    def __init__(self, sock: Any, headers: bytes) -> None:
        self._sock, self._headers = sock, headers

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def sendall(self, data: bytes) -> None:
        """The answer, its headers first; gunicorn sends a refusal whole."""
        self._sock.sendall(data.replace(b"\r\n", b"\r\n" + self._headers, 1))
