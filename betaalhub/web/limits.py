"""How often something may be tried: a small count of misses per key, kept in memory."""

from __future__ import annotations

from collections import OrderedDict, deque
from datetime import datetime, timedelta
from threading import Lock


class Attempts:
    """At most `limit` tries per key within `window`.

    Kept in memory, so every process counts by itself: with four processes the limit is at worst four times as high.
    At most `keys` keys are remembered; the one tried longest ago is forgotten first.
    """

    def __init__(self, limit: int, window: timedelta, *, keys: int = 10_000) -> None:
        self._limit, self._window, self._keys = limit, window, keys
        self._tries: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._lock = Lock()

    def take(self, key: str, now: datetime) -> bool:
        """Count one try (UTC); False when there were too many already, and then it is not counted."""
        with self._lock:
            tries = self._tries.setdefault(key, deque())
            self._tries.move_to_end(key)
            while len(self._tries) > self._keys:
                self._tries.popitem(last=False)
            while tries and tries[0] <= now - self._window:
                tries.popleft()
            if len(tries) >= self._limit:
                return False
            tries.append(now)
            return True

    def give_back(self, key: str) -> None:
        """The last try was a hit: it does not count."""
        with self._lock:
            if self._tries.get(key):
                self._tries[key].pop()
