"""A gunicorn worker whose threads wait a moment for the next message on a connection before they let it go.

gunicorn's own gthread hands a connection back to the polling thread after each answer, and takes it out again when the
next message comes: two changes of thread per message. An ESB or proxy sends the next one at once, so the thread that
answered looks first (docs/benchmarks.md tells what it saves).
"""

from __future__ import annotations

import select
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

_WAIT_MS = 20


class PatientWorker(ThreadWorker):
    """gthread, with threads that stay with a connection while there is a thread for every connection."""

    def handle(self, conn: Any) -> Any:
        """Answer a request, and those that follow at once on the same connection."""
        kept = super().handle(conn)
        while kept is True and self._may_wait(conn) and _readable(conn):
            kept = super().handle(conn)
        return kept

    def _may_wait(self, conn: Any) -> bool:
        """No other connection waits for this thread, and this process is not stopping."""
        return bool(self.alive) and not conn.is_http2 and self.nr_conns <= self.cfg.threads


def _readable(conn: Any) -> bool:
    """Whether the next request is there, or comes within a moment."""
    poll = select.poll()
    poll.register(conn.sock, select.POLLIN)
    return bool(poll.poll(_WAIT_MS))
