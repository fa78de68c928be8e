"""What a simulator will do by itself in a moment: timers that a test can stop, to play the same by hand."""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable

Play = Callable[[str, str], None]


class Planner:
    """Calls `play(name, event)` when an event is due, one at a time, from its own thread. Safe to share between threads."""

    def __init__(self, play: Play) -> None:
        self._play = play
        self._waiting: list[tuple[float, int, str, str]] = []
        self._numbers = itertools.count()
        self._wake = threading.Condition()
        self._auto = True
        self._closed = False
        threading.Thread(target=self._run, name="planner", daemon=True).start()

    def later(self, name: str, event: str, *, seconds: float) -> None:
        """Play an event after so many seconds, unless nothing is played by itself."""
        with self._wake:
            if self._auto and not self._closed:
                heapq.heappush(self._waiting, (time.monotonic() + seconds, next(self._numbers), name, event))
                self._wake.notify()

    def set_auto(self, auto: bool) -> None:
        """False: from now on nothing is played by itself, and what waited is forgotten."""
        with self._wake:
            self._auto = auto
            if not auto:
                self._waiting.clear()

    def close(self) -> None:
        """Stop; what still waits is forgotten."""
        with self._wake:
            self._closed = True
            self._waiting.clear()
            self._wake.notify()

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._closed and (not self._waiting or self._waiting[0][0] > time.monotonic()):
                    self._wake.wait(max(0.0, self._waiting[0][0] - time.monotonic()) if self._waiting else None)
                if self._closed:
                    return
                _, _, name, event = heapq.heappop(self._waiting)
            self._play(name, event)
