"""One run: citizens and readers for so many seconds, with or without chaos, then rest, and everything reconciled."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from benchmarks.bediening import cpu_seconds
from tests.builders import ZENDERS
from tests.nodes.chaos import Chaos, Kind
from tests.nodes.desk import Desk
from tests.nodes.lezer import Lezer
from tests.nodes.measures import Measures
from tests.nodes.reconcile import reconcile, seen_wrongly
from tests.nodes.rest import Rest
from tests.nodes.town import NodesTown
from tests.nodes.zaken import Actor, Ledger


@dataclass(frozen=True, slots=True)
class Plan:
    """How long, how many citizens at once, and which dice."""

    seconds: float = 60.0
    citizens: int = 8
    seed: int = 1
    chaos: Kind = Kind.NOTHING
    story: str = ""  # only this one


@dataclass(slots=True)
class Outcome:
    """What came of a run."""

    measures: Measures
    ledger: Ledger
    load_seconds: float = 0.0
    drain_seconds: float = 0.0
    differences: list[str] = field(default_factory=list)
    happened: list[str] = field(default_factory=list)  # the chaos, in order
    cpu: dict[str, float] = field(default_factory=dict)  # seconds, per kind of process
    again: Callable[[], list[str]] = list  # compare everything once more


def run(
    town: NodesTown, plan: Plan, *, reconciled: bool = True, say: Callable[[str], None] = lambda _: None
) -> Outcome:
    """The whole of it. BetaalhubError when the town does not come to rest."""
    outcome = Outcome(Measures(), Ledger())
    readers = [
        Lezer(zender, town.at, outcome.measures, plan.seed) for zender in sorted({*ZENDERS.values(), "parkeren"})
    ]
    chaos, desk = Chaos(town, plan.seed, plan.chaos), Desk(town.engine)
    meanwhile = [desk.approves_until, *(reader.reads_until for reader in readers)]
    with _meanwhile(meanwhile), chaos.rages():
        began = time.monotonic()
        _citizens(town, plan, outcome)
        outcome.load_seconds = time.monotonic() - began
    outcome.happened = chaos.happened
    say(f"{len(outcome.ledger.zaken)} zaken in {outcome.load_seconds:.0f} s; nu tot rust komen")
    desk.approves()
    rest = Rest(town)
    rest.in_real_time()
    outcome.drain_seconds = time.monotonic() - began - outcome.load_seconds
    outcome.cpu = cpu_of(town)
    if not reconciled:
        return outcome
    rest.time_passes()
    for reader in readers:
        reader.reads_all()
    outcome.again = lambda: [*seen_wrongly(outcome.measures), *reconcile(town, outcome.ledger, readers)]
    outcome.differences = outcome.again()
    return outcome


def _citizens(town: NodesTown, plan: Plan, outcome: Outcome) -> None:
    until = time.monotonic() + plan.seconds

    def lives(number: int) -> None:
        actor = Actor(number, plan.seed, town, outcome.measures, outcome.ledger)
        while time.monotonic() < until:
            actor.one(plan.story)

    _together([lambda number=number: lives(number) for number in range(plan.citizens)])


def _together(works: list[Callable[[], None]]) -> None:
    """All at once; the first error of one of them is raised when all have ended."""
    errors: list[BaseException] = []

    def guarded(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:  # a thread's error would only be printed
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(work,), daemon=True) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


@contextmanager
def _meanwhile(works: list[Callable[[threading.Event], None]]) -> Iterator[None]:
    """Each of these in a thread of its own, until the end."""
    stop = threading.Event()
    threads = [threading.Thread(target=work, args=(stop,), daemon=True) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def cpu_of(town: NodesTown) -> dict[str, float]:
    """CPU seconds that the processes which run now have used, per kind, and this one: the citizens."""
    found: dict[str, float] = {}
    for service in town.services():
        kind = service.name.rstrip("0123456789")
        for pid in (service.pid, *service.children()):
            found[kind] = found.get(kind, 0.0) + cpu_seconds(pid)
    found["burgers"] = cpu_seconds(os.getpid())
    return found
