"""The hub's own processes, time, neighbours that are away, and the catalogue that somebody changes."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from betaalhub.flows.ageing import find_too_old
from betaalhub.flows.gezien import forget_seen
from betaalhub.flows.load_catalogus import load_catalogus
from betaalhub.storage.database import reading
from betaalhub.storage.tables import CircuitRow, OutboxRow
from betaalhub.worker.loop import run_once
from tests.simulation.catalogue import CHANGES, catalogus
from tests.simulation.world import World

_SPEEDS = [1, 5, 20, 61, 200, 900, 1_300, 3_700, 25_000, 90_000]  # seconds


def works(world: World) -> str | None:
    """A worker does what is due."""
    due = next_due(world)
    if due is None or due > world.clock():
        return None
    return f"a worker does {run_once(world.hub, batch=world.rng.choice([1, 2, 10]))} pieces of work"


def watches(world: World) -> str | None:
    """The watch of the worker looks for what waits too long."""
    found = age(world)
    world.does(lambda session: forget_seen(session, world.clock()))
    return f"the watch finds {found} that wait too long"


def age(world: World) -> int:
    """Let the watch find everything that waits too long now."""
    found = 0
    while world.does(lambda session: find_too_old(session, world.clock())):
        found += 1
        if found > 500:
            world.wrong.append("the watch finds the same thing for ever")
            break
    return found


def next_due(world: World) -> datetime | None:
    """When there is work again, circuits taken into account; None when nothing waits."""
    with reading(world.hub.sessions) as session:
        moments = session.execute(
            select(OutboxRow.due_at, CircuitRow.open_tot)
            .outerjoin(CircuitRow, CircuitRow.ontvanger == OutboxRow.ontvanger)
            .where(OutboxRow.state.in_(("R", "L")))
        ).all()
    return min((max(due, spared or due) for due, spared in moments), default=None)


def time_passes(world: World) -> str | None:
    """Time passes: a little, or until the next thing is due."""
    due = next_due(world)
    if due is not None and world.rng.random() < 0.5:
        world.clock.until(min(due, world.clock() + timedelta(days=40)) + timedelta(seconds=1))
    else:
        world.clock.forward(timedelta(seconds=world.rng.choice(_SPEEDS)))
    return "time passes"


def goes_away(world: World) -> str | None:
    """A neighbour is not to be reached for a while."""
    if not (world.profile.faults.not_arrived or world.profile.faults.lost_before):
        return None
    neighbour = world.rng.choice([*world.psps, "erp", "zender:vergunningen", "zender:parkeren"])
    world.line.down[neighbour] = world.clock() + timedelta(minutes=world.rng.choice([1, 30, 600, 2_000]))
    return f"{neighbour} is away for a while"


def changes_catalogus(world: World) -> str | None:
    """Somebody loads another catalogue: prices, accounts, thresholds or routes change, the booking keys end; or all is mended."""
    what = world.rng.choice(CHANGES)
    load(world, what)
    return f"somebody loads a catalogue: {what}"


def load(world: World, what: str) -> None:
    """Load the catalogue of the town with this change."""
    data = catalogus(what, ended=(world.clock() - timedelta(days=1)).date())
    world.does(
        lambda session: load_catalogus(session, data, make_hash=lambda _: "unused", door=world.door("catalogus"))
    )


def idle(world: World) -> None:
    """Work until nothing is due now, and let the watch look."""
    for _ in range(200):
        if run_once(world.hub, batch=20) == 0:
            break
    else:
        world.wrong.append("the worker never comes to an end")
    age(world)
