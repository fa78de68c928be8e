"""The line to the neighbours: what is asked may not arrive, the answer may get lost or come late, and the world goes on meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TypeVar

from betaalhub.errors import MISCONFIGURED, NeighbourError, Outcome
from tests.simulation.crash import CrashPoints

T = TypeVar("T")
NO_ANSWER = "GEEN_ANTWOORD"
START = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@dataclass
class Clock:
    """The time of the whole town; what was under way lands when its moment comes."""

    now: datetime = START
    _landing: list[tuple[datetime, int, Callable[[], object]]] = field(default_factory=list)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, passed: timedelta) -> None:
        self.until(self.now + passed)

    def until(self, moment: datetime) -> None:
        """Move on to that moment, never back; what lands before it does so in its order."""
        while self._landing and self._landing[0][0] <= moment:
            at, _, effect = self._landing.pop(0)
            self.now = max(self.now, at)
            effect()
        self.now = max(self.now, moment)

    def later(self, passed: timedelta, effect: Callable[[], object]) -> None:
        """Something that is under way and lands after so long, whoever still waits for it."""
        self._landing.append((self.now + passed, len(self._landing), effect))
        self._landing.sort(key=lambda one: one[:2])


_HURTS = {"psp.refund": 4, "psp.start": 2}  # what goes wrong here is worst, so it does so more often


@dataclass
class Faults:
    """How often a call goes wrong, in parts of a thousand; all zero is a quiet day."""

    not_arrived: int = 0
    lost_before: int = 0  # a timeout, and nothing happened
    lost_after: int = 0  # a timeout, and it happened
    lands_late: int = 0  # a timeout, and it happens minutes later
    refused: int = 0  # the neighbour does not know us
    lies: int = 0  # an answer of some time ago
    slow: int = 0


@dataclass
class Line:
    """One line for all neighbours; `rng` is that of the present step, `note` writes into its story."""

    clock: Clock
    crash: CrashPoints
    faults: Faults
    rng: Random
    note: Callable[[str], None]
    elsewhere: Callable[[], None]
    down: dict[str, datetime] = field(default_factory=dict)

    def hits(self, parts: int) -> bool:
        """Does something with this chance happen now?"""
        return parts > 0 and self.rng.randrange(1000) < parts

    def call(self, name: str, neighbour: str, effect: Callable[[], T], *, reads: bool = False) -> T:
        """Bring a question to a neighbour and its answer back, as far as the network lets them through."""
        self.crash.point(f"before {name}")
        self.elsewhere()
        often = _HURTS.get(name, 1)
        if self.down.get(neighbour, START) > self.clock():
            self.note(f"{name}: {neighbour} is away")
            raise NeighbourError(Outcome.NOT_DONE, "NIET_BEREIKBAAR", neighbour=neighbour)
        if self.hits(often * self.faults.not_arrived):
            self.note(f"{name} does not arrive")
            raise NeighbourError(Outcome.NOT_DONE, "NIET_BEREIKBAAR", neighbour=neighbour)
        if self.hits(self.faults.refused):
            self.note(f"{name}: {neighbour} does not know us")
            raise NeighbourError(Outcome.REFUSED, MISCONFIGURED, neighbour=neighbour)
        if self.hits(often * self.faults.lost_before):
            self._timeout(f"{name} gets no answer, and nothing happened", neighbour)
        if not reads and self.hits(often * self.faults.lands_late):
            self.clock.later(timedelta(seconds=self.rng.randrange(31, 400)), lambda: _landed(effect))
            self._timeout(f"{name} gets no answer, and lands later", neighbour)
        answer = effect()
        self.elsewhere()
        if self.hits(self.faults.slow):
            self.clock.forward(timedelta(seconds=self.rng.randrange(1, 30)))
        if self.hits(often * self.faults.lost_after):
            self._timeout(f"the answer to {name} gets lost", neighbour)
        self.crash.point(f"after {name}")
        return answer

    def _timeout(self, what: str, neighbour: str) -> None:
        self.note(what)
        self.clock.forward(timedelta(seconds=30))
        raise NeighbourError(Outcome.UNKNOWN, NO_ANSWER, neighbour=neighbour)


def _landed(effect: Callable[[], object]) -> None:
    """Nobody waits for this answer any more, whatever it is."""
    try:
        effect()
    except NeighbourError:
        return
