"""A worker with threads in a town, and product systems that hang, are away or answer as a test wants."""

from __future__ import annotations

import dataclasses
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from betaalhub.domain.werk import OutboxSoort
from betaalhub.errors import NeighbourError, Outcome
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.herbereken import publish
from betaalhub.flows.start_betaling import StartBetalingAntwoord
from betaalhub.ports import BetaalopdrachtStand, Ontvangst, Verwerking
from betaalhub.steps.hold import Hold
from betaalhub.storage import outbox
from betaalhub.storage.claim import claim
from betaalhub.storage.database import lock
from betaalhub.storage.tables import BetaalopdrachtRow
from betaalhub.worker.loop import Worker
from tests.flows.town import PARKEREN, Town

PATIENCE = 60.0  # seconds
PERMITS, PARKING = "vergunningen", "parkeren"


def wait_until(true: Callable[[], bool]) -> None:
    """Until it is so; fails when it does not come about."""
    until = time.monotonic() + PATIENCE
    while not true() and time.monotonic() < until:
        time.sleep(0.02)
    assert true()


@dataclass
class Systems:
    """The product systems of all zenders; those in `hanging` answer only after `release`, those in `away` do not answer."""

    hanging: set[str] = field(default_factory=set)
    away: set[str] = field(default_factory=set)
    release: threading.Event = field(default_factory=threading.Event)
    calls: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)

    def meld_betaalstatus(self, stand: BetaalopdrachtStand, *, referentienummer: str, now: datetime) -> Ontvangst:
        self.calls[stand.zender] += 1
        if stand.zender in self.hanging:
            self.release.wait(PATIENCE)
        if stand.zender in self.away:
            raise NeighbourError(Outcome.UNKNOWN, "NO_ANSWER_IN_TIME", neighbour=stand.zender)
        self.told[stand.zender] += 1
        return Ontvangst(Verwerking.VERWERKT, stand.versie, None)


def news(town: Town, zender: str, *, times: int = 1) -> list[StartBetalingAntwoord]:
    """So many betaalopdrachten of this zender of which it is to be told something."""
    regels = (PARKEREN,) if zender == PARKING else ()
    offered = [town.offers(*regels, zender=zender) for _ in range(times)]
    for antwoord in offered:
        tell_again(town, antwoord)
    return offered


def tell_again(town: Town, antwoord: StartBetalingAntwoord) -> None:
    """There is news about this one."""
    id_, door = town.opdracht(antwoord).id, Door("klok", town.clock())
    town.does(lambda session: publish(session, lock(session, BetaalopdrachtRow, [id_])[0], door))


@contextmanager
def working(town: Town, systems: Systems, *, threads: int) -> Iterator[Worker]:
    """A worker works meanwhile; what hangs is released at the end."""
    hub = dataclasses.replace(town.hub, productsysteem=lambda _: systems)
    worker = Worker(hub, concurrency=threads, poll_seconds=0.05)
    worker.start()
    try:
        yield worker
    finally:
        systems.release.set()
        worker.stop()
        worker.join()


def held(town: Town, soort: OutboxSoort, *, frozen: bool = False) -> Hold:
    """A worker has this work in hand; a frozen one has had it for six minutes, of a lease of five."""
    jobs = claim(town.hub.sessions, now=town.clock(), n=20, lease=town.hub.lease, token=uuid.uuid4().hex)
    (job,) = [job for job in jobs if job.soort == soort]
    town.does(lambda session: outbox.give_back(session, [other for other in jobs if other is not job]))
    return Hold(job, town.hub.lease, Hold.clock() - 360 * frozen)
