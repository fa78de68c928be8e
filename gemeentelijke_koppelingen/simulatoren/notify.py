"""The notifications of a simulated PSP, sent later and again until the hub says 200: a GET that carries the reference, or what
the PSP makes of it."""

from __future__ import annotations

import heapq
import itertools
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

# Docdata sends at most ten times (manual, 3.12); its own intervals are not published, these are short on purpose.
LADDER = (0.2, 0.5, 1.0, 2.0, 5.0, 5.0, 10.0, 10.0, 20.0)
_TIMEOUT = 5.0
_SENDERS = 4

Result = Callable[[str, int], None]
MakeRequest = Callable[[str], urllib.request.Request]


class Notifier:
    """Sends notifications from its own threads. `result(reference, status)` hears of each try; 0 means no answer."""

    def __init__(self, url: str | None, result: Result, *, request: MakeRequest | None = None) -> None:
        """`url` is what the reference is appended to; None: nobody is notified. `request` makes another request of it than
        a GET of that address."""
        self._url = url
        self._request = request or self._get_request
        self._result = result
        self._waiting: list[tuple[float, int, str, int]] = []
        self._numbers = itertools.count()
        self._wake = threading.Condition()
        self._closed = False
        self._senders = ThreadPoolExecutor(_SENDERS, thread_name_prefix="notify")
        threading.Thread(target=self._run, name="notifier", daemon=True).start()

    def later(self, reference: str, *, delay: float = 0.0, tries: int = 0) -> None:
        """Send after `delay` seconds; `tries` were made before."""
        with self._wake:
            heapq.heappush(self._waiting, (time.monotonic() + delay, next(self._numbers), reference, tries))
            self._wake.notify()

    def now(self, reference: str) -> None:
        """Send once, in this thread, and wait for the answer."""
        if self._url is not None:
            self._result(reference, self._sent(reference))

    def close(self) -> None:
        """Stop; what still waits is forgotten."""
        with self._wake:
            self._closed = True
            self._waiting.clear()
            self._wake.notify()
        self._senders.shutdown(wait=False, cancel_futures=True)

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._closed and (not self._waiting or self._waiting[0][0] > time.monotonic()):
                    self._wake.wait(max(0.0, self._waiting[0][0] - time.monotonic()) if self._waiting else None)
                if self._closed:
                    return
                _, _, reference, tries = heapq.heappop(self._waiting)
                if self._url is not None:
                    self._senders.submit(self._send, reference, tries)

    def _send(self, reference: str, tries: int) -> None:
        status = self._sent(reference)
        self._result(reference, status)
        if status != 200 and tries < len(LADDER):
            self.later(reference, delay=LADDER[tries], tries=tries + 1)

    def _get_request(self, reference: str) -> urllib.request.Request:
        url = f"{self._url}{quote(reference, safe='')}"
        return urllib.request.Request(url, headers={"User-Agent": "Betaalhub PSP-simulator"})

    def _sent(self, reference: str) -> int:
        try:
            with _OPENER.open(self._request(reference), timeout=_TIMEOUT) as response:
                return int(response.status)
        except urllib.error.HTTPError as error:
            error.close()
            return error.code
        except (OSError, ValueError):
            return 0


# No proxy from the environment: the hub is near. No redirect: a notification address is exact.
class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Follow nothing: the redirect's own status is the answer."""


_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)
