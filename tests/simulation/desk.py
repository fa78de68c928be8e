"""The administrators: they resolve what waits and decide about terugbetalingen, at the same time, and look at the PSP before they say what it did."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from betaalhub.domain.evidence import BewegingStatus
from betaalhub.domain.statuses import TerugbetalingStatus
from betaalhub.domain.uitval import Oplossing, UitvalSoort
from betaalhub.domain.verzoeken import TerugbetaalregelVerzoek
from betaalhub.errors import NotFound, Refusal
from betaalhub.flows.list_uitval import UitvalKop, UitvalStand, list_uitval, show_uitval
from betaalhub.flows.preview import preview
from betaalhub.flows.resolve_uitval import resolve_uitval
from betaalhub.flows.resolve_uitval_zaak import Keuze
from betaalhub.flows.terugbetaling_besluit import ask_again, decide, pay_out
from betaalhub.flows.terugbetaling_desk import ask_back_by_person, link_by_person
from betaalhub.flows.terugbetaling_lists import list_terugbetalingen
from betaalhub.storage.database import reading
from betaalhub.storage.tables import BetaalopdrachtRow
from tests.simulation.world import World

NAMES = ("j.jansen", "p.pieters", "f.devries")
_MOVED = (BewegingStatus.DONE, BewegingStatus.PENDING)


def waiting(world: World) -> list[UitvalKop]:
    """What waits for a person."""
    with reading(world.hub.sessions) as session:
        return list(list_uitval(session))


def resolves(world: World) -> str | None:
    """An administrator resolves an uitval in one of the ways that fit."""
    found = waiting(world)
    return resolve(world, world.rng.choice(found).id) if found else None


def resolve(world: World, uitval_id: int, *, not_by: frozenset[Oplossing] = frozenset()) -> str | None:
    """Resolve this one in some way that fits it; what was chosen, and what came of it. None: nothing is left to do."""
    with reading(world.hub.sessions) as session:
        stand = show_uitval(session, uitval_id)
    ways = [way for way in stand.oplossingen if way not in not_by and _honest(world, stand, way)]
    if not ways:
        return None
    way = world.rng.choice(ways)
    wie, tweede = world.rng.sample(NAMES, 2)
    status = _seen_status(world, stand) if way == Oplossing.HANDMATIG_STATUS else None
    keuze = Keuze(way, world.door(wie), "Nagekeken", status, tweede)
    said = f"{wie} resolves {stand.kop.soort} {uitval_id} by {way}{f' {status}' if status else ''}"
    try:
        if world.rng.random() < 0.2:
            with world.hub.sessions() as session:
                preview(session, uitval_id, keuze, keys=world.hub.keys)
        world.does(lambda session: resolve_uitval(session, uitval_id, keuze, keys=world.hub.keys))
    except Refusal as refusal:
        return f"{said}: {refusal.code}"
    return said


def _honest(world: World, stand: UitvalStand, way: Oplossing) -> bool:
    """Nobody here closes the books before they are whole, sends money twice, or writes down what she did not see at the PSP."""
    if way == Oplossing.GEEN_ACTIE:
        return stand.kop.soort not in (UitvalSoort.CONFIG_ONGELDIG, UitvalSoort.PSP_STORING)
    if way == Oplossing.OPNIEUW_VERZENDEN and stand.terugbetaling:
        return _at_psp(world, stand.terugbetaling) is None
    return way != Oplossing.HANDMATIG_STATUS or _seen_status(world, stand) is not None


def _seen_status(world: World, stand: UitvalStand) -> str | None:
    """What may be set by hand, after a look at the PSP."""
    fit = list(stand.statussen)
    if stand.terugbetaling and TerugbetalingStatus.VOLTOOID in fit:
        seen = _at_psp(world, stand.terugbetaling)
        if seen == BewegingStatus.PENDING:
            return None
        return TerugbetalingStatus.VOLTOOID if seen == BewegingStatus.DONE else TerugbetalingStatus.MISLUKT
    return world.rng.choice(fit) if fit else None


def _at_psp(world: World, nummer: str) -> BewegingStatus | None:
    """How a terugbetaling is at the PSP: done or under way; None when nothing of it is there."""
    movements = [one for order in world.orders() for one in order.refunds if one.reference == nummer]
    return next((one.status for one in movements if one.status in _MOVED), None)


def decides(world: World) -> str | None:
    """An administrator takes up a terugbetaling: yes, no, ask again, paid at the counter, or what it was for."""
    with reading(world.hub.sessions) as session:
        found = list(list_terugbetalingen(session))
    if not found:
        return None
    one, wie = world.rng.choice(found), world.rng.choice(NAMES)
    door, keys = world.door(wie), world.hub.keys
    match one.status:
        case TerugbetalingStatus.AANGEVRAAGD:
            yes = world.rng.random() < 0.8
            return _at_desk(
                world,
                f"{wie} {'approves' if yes else 'rejects'} terugbetaling {one.nummer[:6]}",
                lambda session: decide(session, one.nummer, goedkeuren=yes, door=door, reden="Besloten"),
            )
        case TerugbetalingStatus.EXTERN:
            return _at_desk(
                world,
                f"{wie} links what was given back at the PSP, {one.nummer[:6]}",
                lambda session: link_by_person(session, one.nummer, None, [], door=door, keys=keys),
            )
        case TerugbetalingStatus.GOEDGEKEURD if world.rng.random() < 0.7:
            return _at_desk(
                world,
                f"{wie} pays terugbetaling {one.nummer[:6]} out at the counter",
                lambda session: pay_out(session, one.nummer, bewijs="bon-7", door=door, keys=keys),
            )
        case _:
            return _at_desk(
                world,
                f"{wie} asks the PSP about terugbetaling {one.nummer[:6]}",
                lambda session: ask_again(session, one.nummer, door=door),
            )


def asks_back(world: World) -> str | None:
    """An administrator asks money back herself."""
    with reading(world.hub.sessions) as session:
        found = list(session.scalars(select(BetaalopdrachtRow.kenmerk).where(BetaalopdrachtRow.ontvangen_cent > 0)))
    if not found:
        return None
    wie, kenmerk = world.rng.choice(NAMES), world.rng.choice(found)
    cents = world.rng.choice([None, 100, 400, 700])
    regels = [] if cents is None else [TerugbetaalregelVerzoek(1, cents)]
    return _at_desk(
        world,
        f"{wie} asks {cents or 'all'} of {kenmerk} back",
        lambda session: ask_back_by_person(
            session, kenmerk, regels, door=world.door(wie), keys=world.hub.keys, reden="Coulance"
        ),
    )


def _at_desk(world: World, said: str, work: Callable[[Session], object]) -> str:
    try:
        world.does(work)
    except (Refusal, NotFound) as no:
        return f"{said}: {no.code if isinstance(no, Refusal) else 'unknown'}"
    return said
