"""One town with its hub, its neighbours and its people; the seed decides everything, step by step."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from betaalhub.domain.betaalopdracht import Limits
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.keys import Keys, Omgeving, Portaal
from betaalhub.hub import Hub
from betaalhub.storage.database import make_sessions, with_retries
from tests.simulation.catalogue import ACCOUNTS
from tests.simulation.crash import CrashPoints, SimulatedCrash
from tests.simulation.neighbours import ErpModel, OntvangerModel
from tests.simulation.network import Clock, Faults, Line
from tests.simulation.profile import Profile
from tests.simulation.psp_model import Order, PspModel

if TYPE_CHECKING:
    from tests.simulation.burgers import Tab
    from tests.simulation.zenders import Bericht, Feed

T = TypeVar("T")
_DEEP = 2  # so many steps inside each other's calls


@dataclass(frozen=True, slots=True)
class Step:
    """Something that somebody may do: its weight among the others, and what it does; None when it can not be done now."""

    name: str
    title: str
    weight: int
    run: Callable[[World], str | None]


@dataclass
class World:
    """The whole of one seed."""

    seed: int
    profile: Profile
    steps: Sequence[Step]
    clock: Clock
    crash: CrashPoints
    line: Line
    psps: dict[str, PspModel]
    erp: ErpModel
    ontvanger: OntvangerModel
    hub: Hub
    engine: Engine
    notes: list[str] = field(default_factory=list)
    notifications: list[tuple[str, str]] = field(default_factory=list)
    berichten: list[Bericht] = field(default_factory=list)
    feeds: dict[str, Feed] = field(default_factory=dict)
    tabs: list[Tab] = field(default_factory=list)
    numbers: int = 0
    depth: int = 0
    quiet: bool = False
    wrong: list[str] = field(default_factory=list)  # what an actor saw that may never happen

    @property
    def rng(self) -> Random:
        return self.line.rng

    def does(self, work: Callable[[Session], T]) -> T:
        """One transaction, as every entry point makes them."""
        return with_retries(self.hub.sessions, work)

    def omgeving(self) -> Omgeving:
        return Omgeving(self.clock(), self.hub.keys, self.hub.limits, self.hub.portaal)

    def door(self, wie: str) -> Door:
        return Door(wie, self.clock())

    def orders(self) -> Iterator[Order]:
        """Every order at every PSP."""
        for psp in self.psps.values():
            yield from psp.orders.values()

    def psp_of(self, order: Order) -> PspModel:
        return self.psps[order.key.partition("-")[0]]

    def order(self, key: str) -> Order:
        return self.psps[key.partition("-")[0]].orders[key]

    def number(self) -> int:
        self.numbers += 1
        return self.numbers

    def note(self, what: str) -> None:
        self.notes.append(what)

    def begin(self, number: int) -> None:
        """The dice of one step: leaving out another step leaves them as they are."""
        self.line.rng = Random(f"{self.seed}:{number}")
        random.seed(f"{self.seed}:{number}")  # the outbox draws from it which work it takes
        self.notes.clear()

    def one_step(self) -> str:
        """Somebody does something; what it was, in a sentence."""
        weights = [step.weight * self.profile.busy[step.name] for step in self.steps]
        for _ in range(8):
            (step,) = self.rng.choices(self.steps, weights)
            said = self._run(step)
            if said is not None:
                return said
        return "nobody does anything"

    def _run(self, step: Step) -> str | None:
        survives = self.rng.randrange(8) if self.line.hits(0 if self.quiet else self.profile.crash) else None
        self.depth += 1
        try:
            with self.crash.process(survives):
                return step.run(self)
        except SimulatedCrash as crash:
            return f"{step.title}, and the process dies {crash}"
        finally:
            self.depth -= 1

    def elsewhere(self) -> None:
        """Meanwhile somebody else does something: nothing is open now."""
        if 0 < self.depth < _DEEP + 1 and not self.quiet and self.line.hits(self.profile.interleave):
            self.note(f"[meanwhile: {self.one_step()}]")

    def notify(self, account: str, reference: str) -> None:
        """The PSP wants to tell the hub; perhaps it never comes, perhaps it comes twice, in any order."""
        if self.line.hits(self.profile.notifications_lost):
            return
        self.notifications += [(account, reference)] * self.rng.choice([1, 1, 1, 2])


def make_world(seed: int, profile: Profile, steps: Sequence[Step], engine: Engine) -> World:
    """The town of this seed on this loaded register."""
    clock, crash = Clock(), CrashPoints()
    line = Line(clock, crash, profile.faults, Random(f"{seed}:0"), lambda _: None, lambda: None)
    sessions = make_sessions(engine)
    crash.watch(sessions)
    world: World
    psps = {
        account: PspModel(account, kind, line, lambda account, reference: world.notify(account, reference))
        for account, kind in zip(ACCOUNTS, profile.kinds, strict=True)
    }
    erp, ontvanger = ErpModel(line, profile.erp_refuses), OntvangerModel(line, profile.ontvanger_refuses)
    hub = Hub(
        sessions=sessions,
        psps=psps,
        erp=erp,
        productsysteem=lambda _: ontvanger,
        clock=clock,
        keys=Keys(
            draw=lambda n: world.rng.randrange(n),
            token=lambda: f"{world.rng.getrandbits(172):043x}",
            number=lambda: f"{world.rng.getrandbits(104):026X}",
        ),
        limits=Limits(joins_by_klant=profile.joins_by_klant),
        portaal=Portaal("https://betalen.example", "a secret of more than thirty-two characters"),
        soap_url="https://betalen.example/soap/v1",
        attempt=timedelta(minutes=20),
        lease=timedelta(minutes=5),
        pause=lambda _: world.elsewhere(),
    )
    world = World(seed, profile, steps, clock, crash, line, psps, erp, ontvanger, hub, engine)
    line.note, line.elsewhere, crash.between = world.note, world.elsewhere, world.elsewhere
    return world


def calm(world: World) -> None:
    """From now on every neighbour behaves, and no process dies."""
    world.quiet, world.line.faults = True, Faults()
    world.line.down.clear()
    world.erp.refuses = world.ontvanger.refuses = 0
