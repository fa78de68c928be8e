"""Whose turn it is: one thread waits for work and does it itself, and another takes over when it is not back soon."""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable
from typing import Any

_PAUSE = 0.1  # after a failure, so that one that stays does not fill the log
_PATIENCE = 0.002  # a request that takes longer waits for something, or is worth a change of threads


class _Turn:
    """One thread's time in charge. Only that thread writes `busy` and `served`, only the main thread `over`."""

    __slots__ = ("busy", "over", "served")

    def __init__(self) -> None:
        self.busy = self.over = False
        self.served = 0


class Turns:
    """Some threads that `take` work one at a time and `serve` it side by side.

    `take` waits for work, a second at most, and gives None when there is none; it may be called by two threads at once
    when the turn has just changed. `serve` does the work. Neither should raise; when one does all the same, `failed` is
    told, and the thread goes on.
    """

    def __init__(
        self,
        threads: int,
        take: Callable[[], Any],
        serve: Callable[[Any], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        self._take, self._serve, self._failed = take, serve, failed
        self._turn = _Turn()
        self._stopped = False
        self._vacant: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._alarm: queue.SimpleQueue[None] = queue.SimpleQueue()  # its put may be called by a signal handler
        self._asleep = False
        self._threads = [threading.Thread(target=self._run, name=f"http-{n}", daemon=True) for n in range(threads)]

    def start(self) -> None:
        """Give the first turn."""
        for thread in self._threads:
            thread.start()
        self._vacant.put(None)

    def look_after(self, seconds: float) -> None:
        """Sleep while nobody works, so long at most; else wait a moment, and give the turn away if its thread is stuck."""
        turn = self._turn
        if not turn.busy:
            self._asleep = True
            if not self._turn.busy:
                with contextlib.suppress(queue.Empty):
                    self._alarm.get(timeout=seconds)
            self._asleep = False
            return
        served = turn.served
        time.sleep(_PATIENCE)
        if turn.busy and turn.served == served:
            turn.over = True
            self._turn = _Turn()
            self._vacant.put(None)

    def wake(self) -> None:
        """Let `look_after` return; also from a signal handler."""
        self._alarm.put(None)

    def whole(self) -> bool:
        """Whether all threads live. When one has died another gets a turn, for the dead one may have had it."""
        if all(thread.is_alive() for thread in self._threads):
            return True
        self._vacant.put(None)
        return False

    def stop(self, seconds: float) -> None:
        """Let the threads end; one that still works has so long."""
        self._stopped = self._turn.over = True
        for _ in self._threads:
            self._vacant.put(None)
        until = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(until - time.monotonic(), 0))

    def _run(self) -> None:
        while True:
            self._vacant.get()
            if self._stopped:
                return
            turn = self._turn = _Turn()
            while not turn.over and not self._stopped:
                try:
                    self._once(turn)
                except BaseException as error:  # a thread that died would never give its turn away
                    turn.busy = False
                    self._failed(error)
                    time.sleep(_PAUSE)

    def _once(self, turn: _Turn) -> None:
        work = self._take()
        if work is None:
            return
        turn.served += 1
        turn.busy = True
        if self._asleep:
            self._asleep = False
            self._alarm.put(None)
        self._serve(work)
        turn.busy = False
