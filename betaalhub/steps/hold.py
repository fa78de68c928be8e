"""A piece of work in hand: may a call for it still begin, and how is it finished."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from betaalhub.domain.werk import OutboxSoort
from betaalhub.errors import LeaseLost
from betaalhub.storage import circuits, outbox
from betaalhub.storage.outbox import Job

# A call begins in the first half of a lease and takes a third of it at most (the settings see to it). The sixth that is left
# is how far the clocks of two nodes may differ, so that nobody takes over what is still being told.
CLOCKS_MAY_DIFFER = 6

_BOOTTIME: int | None = getattr(time, "CLOCK_BOOTTIME", None)


def _since_start() -> float:  # seconds
    """Where the system can tell (Linux) it goes on while the whole machine sleeps too, as a suspended virtual one does."""
    return time.monotonic() if _BOOTTIME is None else time.clock_gettime(_BOOTTIME)


def no_lease() -> None:
    """The check of who acts for a person who waits: no lease was taken, so none can be lost."""


@dataclass(frozen=True, slots=True)
class Hold:
    """A job, and since when it is held, by `clock`."""

    job: Job
    lease: timedelta
    since: float = field(default_factory=_since_start)  # seconds

    @staticmethod
    def clock() -> float:  # seconds
        """The time of this machine since it started, in seconds: it goes on while a process is frozen, and nobody sets it."""
        return _since_start()

    @property
    def soort(self) -> OutboxSoort:
        """What is to be done."""
        return OutboxSoort(self.job.soort)

    def may_begin(self) -> bool:
        """Is there enough of the lease left to begin with it? It may take three calls (`BETAALHUB_WORKER_LEASE` sees to it)."""
        return self._held() < self.lease / 4

    def check(self) -> None:
        """LeaseLost when a call that begins now might still run when somebody else takes over: this process was frozen or very
        slow. Half of the lease is for the call itself, and for clocks that differ."""
        if self._held() >= self.lease / 2:
            raise LeaseLost(f"Outbox {self.job.id} ({self.job.soort}) was held too long to begin a call")

    def _held(self) -> timedelta:
        return timedelta(seconds=self.clock() - self.since)

    def finish(self, session: Session, *, now: datetime, next_due: datetime | None, answered: bool = True) -> None:
        """The work is done (None), or is due again, in the transaction of its effect. `answered`: its receiver was called, and
        works. LeaseLost when somebody else took over: then the effect must not be committed."""
        outbox.finish(session, self.job, now=now, next_due=next_due)
        if self.is_psp:
            return
        if answered and self.job.failed_before:
            circuits.circuit_success(session, self.job.ontvanger)
        elif self.job.probe:
            circuits.circuit_let_go(session, [self.job.ontvanger], now=now)

    @property
    def is_psp(self) -> bool:
        """Of a PSP account the step that calls counts what came of it: citizens call it too (flows/circuit.py)."""
        return self.job.ontvanger.startswith(outbox.PSP)
