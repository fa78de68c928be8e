"""The desk of one worker process: one thread claims for all, the others take what may begin and say how it ended."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from betaalhub.steps.hold import Hold
from betaalhub.worker.shares import Shares


@dataclass(slots=True)
class Tally:
    """What was done since the last time that somebody asked, per receiver."""

    done: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)


class Desk:
    """Shared between the threads of a worker; every method may be called from any of them."""

    def __init__(self, threads: int) -> None:
        """`threads` is how many pieces of work may be under way at the same time."""
        self._shares = Shares(max(threads, 1))
        self._low = max(1, threads // 2)
        self._changed = threading.Condition()
        self._closed = False
        self._back: list[Hold] = []
        self._failed_at: dict[str, float] = {}
        self._tally = Tally()

    @property
    def closed(self) -> bool:
        """Is the worker to stop?"""
        return self._closed

    def close(self) -> None:
        """No more work begins."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def next(self) -> Hold | None:
        """What may begin, as soon as there is something; None when the worker stops."""
        with self._changed:
            found: list[Hold] = []

            def ready() -> bool:
                if not self._closed and (hold := self._shares.begin()):
                    found.append(hold)
                return self._closed or bool(found)

            self._changed.wait_for(ready)
            return found[0] if found else None

    def end(self, hold: Hold, *, answered: bool) -> None:
        """It ended; when its receiver gave no answer, what was claimed for it goes back."""
        with self._changed:
            self._back += self._shares.end(hold, answered=answered)
            if not answered:
                self._failed_at[hold.job.ontvanger] = Hold.clock()
            (self._tally.done if answered else self._tally.failed)[hold.job.ontvanger] += 1
            self._changed.notify_all()

    def end_unwritten(self, hold: Hold) -> None:
        """The register was away when its outcome was to be written: it goes back, and is done again."""
        with self._changed:
            self._shares.end(hold, answered=None)
            self._back.append(hold)

    def add(self, holds: Sequence[Hold]) -> None:
        """These were claimed. What was looked for before its receiver failed goes back: it may be spared by now."""
        with self._changed:
            for hold in holds:
                if hold.since > self._failed_at.get(hold.job.ontvanger, 0):
                    self._shares.add(hold)
                else:
                    self._back.append(hold)
            self._changed.notify_all()

    def wanted(self) -> int:
        """How many more are to be claimed now."""
        with self._changed:
            return self._shares.wanted

    def room(self, ontvanger: str) -> int:
        """How many more may be claimed for this receiver."""
        with self._changed:
            return self._shares.room(ontvanger)

    def pause(self, seconds: float) -> None:
        """Wait so long, or until the worker stops."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed, seconds)

    def wait_until_low(self, seconds: float) -> None:
        """Wait until little is left to begin, or so long, or until the worker stops."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._shares.waiting < self._low, seconds)

    def to_give_back(self) -> list[Hold]:
        """What is not to be done here: its receiver gives no answer, it waited too long, or the worker stops."""
        with self._changed:
            back = self._back + self._shares.drop(lambda hold: self._closed or not hold.may_begin())
            self._back = []
            return back

    def keep_back(self, holds: Sequence[Hold]) -> None:
        """These could not be given back yet."""
        with self._changed:
            self._back += holds

    def counts(self) -> tuple[Tally, int, int]:
        """What was done since the last time, how many are under way, and how many wait here."""
        with self._changed:
            tally, self._tally = self._tally, Tally()
            return tally, self._shares.busy, self._shares.waiting
