"""Lets the process die at a point that the seed chose: before or after a commit, before or after a call to a neighbour."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.orm import Session, sessionmaker

import betaalhub

_OURS = (str(Path(betaalhub.__file__).parent), str(Path(__file__).parent))
_MECHANICS = ("database.py", "crash.py")  # every transaction passes here: they say nothing of which one it is


class SimulatedCrash(BaseException):
    """The process is gone: nothing of ours may catch it, and only what was committed is left."""


@dataclass
class CrashPoints:
    """Counts the points that were passed and those where the process died; `armed` is how many are still passed before that."""

    passed: Counter[str] = field(default_factory=Counter)
    died: Counter[str] = field(default_factory=Counter)
    armed: int | None = None
    commits: int = 0
    between: Callable[[], None] = lambda: None  # what others do between two transactions of a process

    def point(self, name: str) -> None:
        """The process is here; dies when its time has come."""
        self.passed[name] += 1
        if self.armed is None:
            return
        self.armed -= 1
        if self.armed < 0:
            self.armed = None
            self.died[name] += 1
            raise SimulatedCrash(name)

    @contextmanager
    def process(self, survives: int | None) -> Iterator[None]:
        """A process of its own: it dies after so many points, or never; whatever ran around it goes on afterwards."""
        outer, self.armed = self.armed, survives
        try:
            yield
        finally:
            self.armed = outer

    def watch(self, sessions: sessionmaker[Session]) -> None:
        """Every commit of these sessions is two points: before it and after it."""

        def before(session: Session) -> None:
            if not session.in_nested_transaction():
                self.point(f"before the commit in {_place()}")

        def after(session: Session) -> None:
            if not session.in_nested_transaction():
                self.commits += 1
                self.point(f"after the commit in {_place()}")
                self.between()

        event.listen(sessions, "before_commit", before)
        event.listen(sessions, "after_commit", after)


def _place() -> str:
    """The step, handler or flow whose transaction this is."""
    frame = sys._getframe(2)
    while frame.f_back is not None:
        file = frame.f_code.co_filename
        if file.startswith(_OURS) and not file.endswith(_MECHANICS):
            path = Path(file)
            return f"{path.parent.name}.{path.stem}.{frame.f_code.co_name}"
        frame = frame.f_back
    return "somewhere"
