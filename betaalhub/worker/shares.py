"""Who may have how much of this process: no receiver all of it, and one that does not answer a single call at a time.

Counts only; the threads and their lock are in `worker/desk.py`.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable

from betaalhub.steps.hold import Hold

_AHEAD = 4  # claimed for each call that a receiver may have at the same time


class Shares:
    """The work that was claimed for so many threads, and what of it may begin.

    A receiver may have at most half of the threads (rounded up), and the last free thread only when it has none. It begins with
    one call at a time; each answer lets in one more, and a call without an answer brings it back to one: so a receiver that
    stands up after an outage is not run over, and one that hangs holds one thread.
    """

    def __init__(self, threads: int) -> None:
        """`threads` is how many pieces of work may be under way at the same time, at least 1."""
        self._threads = threads
        self._share = (threads + 1) // 2
        self._window: dict[str, int] = defaultdict(lambda: 1)
        self._busy: dict[str, int] = defaultdict(int)
        self._waiting: dict[str, deque[Hold]] = {}

    @property
    def busy(self) -> int:
        """How many are under way."""
        return sum(self._busy.values())

    @property
    def waiting(self) -> int:
        """How many are claimed and have not begun."""
        return sum(map(len, self._waiting.values()))

    @property
    def wanted(self) -> int:
        """How many more it is of use to claim now: also when all that waits is for receivers that hang, a free thread is of use
        to another."""
        return max(self._threads - self.busy, 2 * self._threads - self.waiting, 0)

    def room(self, ontvanger: str) -> int:
        """How many more may be claimed for this receiver."""
        held = self._busy[ontvanger] + len(self._waiting.get(ontvanger, ()))
        return max(0, _AHEAD * self._window[ontvanger] - held)

    def add(self, hold: Hold) -> None:
        """This was claimed."""
        self._waiting.setdefault(hold.job.ontvanger, deque()).append(hold)

    def begin(self) -> Hold | None:
        """The next that may begin now: the receivers in turn, each the first that was claimed; None when none may."""
        for ontvanger in list(self._waiting):
            if self._may_begin(ontvanger):
                queue = self._waiting.pop(ontvanger)
                hold = queue.popleft()
                if queue:
                    self._waiting[ontvanger] = queue  # behind the others now
                self._busy[ontvanger] += 1
                return hold
        return None

    def _may_begin(self, ontvanger: str) -> bool:
        busy, free = self._busy[ontvanger], self._threads - self.busy
        return free > 0 and busy < min(self._share, self._window[ontvanger]) and (busy == 0 or free > 1)

    def end(self, hold: Hold, *, answered: bool | None) -> list[Hold]:
        """This is no longer under way; gives what is to be given back now, when its receiver did not answer (None: nobody
        knows)."""
        ontvanger = hold.job.ontvanger
        self._busy[ontvanger] -= 1
        if answered is None:
            return []
        if answered:
            self._window[ontvanger] = min(self._share, self._window[ontvanger] + 1)
            return []
        self._window[ontvanger] = 1
        return list(self._waiting.pop(ontvanger, ()))

    def drop(self, unwanted: Callable[[Hold], bool]) -> list[Hold]:
        """Take out what has not begun and is not wanted any more; gives it."""
        gone = [hold for queue in self._waiting.values() for hold in queue if unwanted(hold)]
        for hold in gone:
            queue = self._waiting[hold.job.ontvanger]
            queue.remove(hold)
            if not queue:
                del self._waiting[hold.job.ontvanger]
        return gone
