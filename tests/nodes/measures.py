"""What citizens and callers see of the town from outside: how long each step takes, and every answer that is no answer."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

# The address of a step, and what it is called in the tables; the first that fits.
_STEPS = (
    (r"/soap/v1", "SOAP"),
    (r"/winkelmandje/[^/]+/betalen", "knop betalen"),
    (r"/winkelmandje/[^/]+/ga", "naar de PSP"),
    (r"/winkelmandje/[^/]+/terug/\d+", "terug van de PSP"),
    (r"/winkelmandje/[^/]+/stand", "stand (JSON)"),
    (r"/winkelmandje/[^/]+/status", "pagina stand"),
    (r"/winkelmandje/[^/]+/\w+", "winkelmandje wijzigen"),
    (r"/winkelmandje/[^/]+", "pagina winkelmandje"),
    (r"/ps/", "PSP (simulator)"),
    (r"/control/", "simulator"),
    (r"/terug", "productsysteem (simulator)"),
)


class Measures:
    """Counts and times, shared by all threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._times: dict[str, list[float]] = defaultdict(list)
        self._errors: Counter[tuple[str, str]] = Counter()
        self.began = time.monotonic()

    def took(self, step: str, seconds: float) -> None:
        """A step was answered."""
        with self._lock:
            self._times[step].append(seconds)

    def failed(self, step: str, how: str) -> None:
        """A step was not answered, or by an error: 503, a SOAP fault that may be repeated, a broken connection."""
        with self._lock:
            self._errors[step, how] += 1

    @property
    def errors(self) -> Counter[tuple[str, str]]:
        """How often each step failed, and how."""
        with self._lock:
            return Counter(self._errors)

    def rows(self) -> list[tuple[str, int, float, float, float]]:
        """Per step: how many answers, and milliseconds p50, p95 and the longest."""
        with self._lock:
            times = {step: sorted(found) for step, found in self._times.items()}
        return [
            (step, len(found), 1000 * _part(found, 0.5), 1000 * _part(found, 0.95), 1000 * found[-1])
            for step, found in sorted(times.items())
        ]

    def session(self, certificate: Path | None) -> requests.Session:
        """A connection of its own; every answer over it is counted, redirects too. `certificate`: whose hub is believed."""
        session = requests.Session()
        session.trust_env = False
        session.verify = str(certificate) if certificate else True
        session.hooks["response"].append(self._seen)
        return session

    def _seen(self, response: requests.Response, **_: Any) -> None:
        step = step_of(response.url)
        if response.status_code >= 400 and step != "SOAP":
            # nginx' own page says 30 seconds, the hub's 60
            where = " van nginx" if response.headers.get("Retry-After") == "30" else ""
            self.failed(step, f"HTTP {response.status_code}{where}")
        elif step != "SOAP":  # a message is timed by its operation, where it is sent
            self.took(step, response.elapsed.total_seconds())


def step_of(url: str) -> str:
    """What a request to this address is called."""
    path = urlsplit(url).path
    return next((name for pattern, name in _STEPS if re.search(pattern, path)), "anders")


def how_of(error: Exception) -> str:
    """A failure in a word: the innermost error that has a name of its own."""
    inner: BaseException = error
    while (next_ := inner.__cause__ or inner.__context__) is not None:
        inner = next_
    return type(inner).__name__


def _part(ordered: list[float], part: float) -> float:
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]
