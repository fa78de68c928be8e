"""Runs one seed from its first step to its rest, and gives what was reached or what broke."""

from __future__ import annotations

import random
import traceback
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from sqlalchemy import Engine

from betaalhub.storage.database import reading
from tests.simulation import desk, house, zenders
from tests.simulation.invariants import Broken, check_at_rest, check_step
from tests.simulation.profile import make_profile
from tests.simulation.reached import count_betalingen, transitions
from tests.simulation.steps import ESSENTIAL, NAMES, STEPS
from tests.simulation.world import World, calm, make_world

HORIZON = timedelta(days=200)  # the last question to the PSP comes 180 days after a betaling was paid
SHORTER = timedelta(days=40)  # after people resolved what waited: so long until what they asked for is done


@dataclass
class Result:
    """What one seed did. `broken` is the invariant that did not hold, with the number of the step."""

    seed: int
    steps: int = 0
    story: list[str] = field(default_factory=list)
    broken: str | None = None
    at: int | None = None
    betalingen: int = 0
    passed: Counter[str] = field(default_factory=Counter)
    died: Counter[str] = field(default_factory=Counter)
    transitions: Counter[tuple[str, str, str]] = field(default_factory=Counter)


def simulate(seed: int, engine: Engine, *, steps: int | None = None, only: Collection[int] | None = None) -> Result:
    """Run one seed on this loaded register; `steps` cuts it short, `only` keeps these steps and leaves the others out."""
    profile = make_profile(seed, NAMES, ESSENTIAL)
    world = make_world(seed, profile, STEPS, engine)
    result = Result(seed)
    kept = random.getstate()
    with _quiet_logs(world):
        try:
            _play(world, result, steps or profile.steps, only)
        except Broken as broken:
            result.broken = str(broken)
        except Exception:
            result.broken = f"an error that nobody expected\n{traceback.format_exc()}"
        finally:
            random.setstate(kept)
    result.passed, result.died = world.crash.passed, world.crash.died
    with reading(world.hub.sessions) as session:
        result.transitions, result.betalingen = transitions(session), count_betalingen(session)
    return result


def _play(world: World, result: Result, steps: int, only: Collection[int] | None) -> None:
    judged = 0
    for number in range(1, steps + 1):
        if only is not None and number not in only:
            continue
        result.at = number
        _tell(world, result, number, world.one_step)
        result.steps += 1
        if world.crash.commits != judged:  # nothing was written: there is nothing new to judge
            judged = world.crash.commits
            check_step(world)
    calm(world)
    ends = (
        lambda: come_to_rest(world, HORIZON),
        lambda: _everything_resolved(world),
        lambda: come_to_rest(world, SHORTER),
    )
    for number, end in enumerate(ends, steps + 1):
        result.at = number
        _tell(world, result, number, end)
        if number != steps + 2:  # what people ask for is not done at once
            check_at_rest(world)
    result.at = None


def _tell(world: World, result: Result, number: int, what: Callable[[], str]) -> None:
    world.begin(number)
    at = world.clock()
    place = len(result.story)
    result.story.append("")
    said = "…"
    try:
        said = what()
    finally:
        asides = f" ({'; '.join(world.notes)})" if world.notes else ""
        result.story[place] = f"{number:3}  {at:%d-%m %H:%M:%S}  {said}{asides}"


def come_to_rest(world: World, horizon: timedelta) -> str:
    """Run the clock forward with neighbours that behave, until nothing is due within the horizon."""
    begun = world.clock()
    end = begun + horizon
    while True:
        house.idle(world)
        due = house.next_due(world)
        if due is None or due > end:
            break
        passed = world.clock() - begun
        world.clock.until(max(due, world.clock() + passed))  # ever coarser: what is due waits for a lazy worker
    for zender in zenders.PRODUCTS:
        while zenders.read_on(world, zender, 100):
            pass
    return f"everything comes to rest after {(world.clock() - begun).days} days"


def _everything_resolved(world: World) -> str:
    """The administrators resolve whatever waits, each in some way that fits; what must not wait for ever is decided."""
    house.load(world, "mended")
    said = []
    for _ in range(4):
        for kop in desk.waiting(world):
            said.append(desk.resolve(world, kop.id))
        said.append(desk.decides(world))
        house.idle(world)
    return "; ".join(one for one in said if one) or "nothing waits for a person"


@contextmanager
def _quiet_logs(world: World) -> Iterator[None]:
    """No log lines, but whatever the worker swallowed as an error of our own is kept."""
    processors = structlog.get_config()["processors"]
    kept = list(processors)

    def keep(_logger: object, _method: str, entry: structlog.typing.EventDict) -> structlog.typing.EventDict:
        if entry.get("event") in ("work_failed", "worker_waits"):
            world.wrong.append(f"the worker met an error of our own: {entry.get('error')}\n{traceback.format_exc()}")
        raise structlog.DropEvent

    try:
        processors[:] = [keep]
        structlog.configure(processors=processors)
        yield
    finally:
        processors[:] = kept
        structlog.configure(processors=processors)
