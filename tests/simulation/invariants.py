"""What must hold after every step, and at rest: the register agrees with itself, with its neighbours and with the money."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from betaalhub.domain.statuses import MAX_AGE, BetalingStatus, BoekingStatus, TerugbetalingStatus, UitvalStatus
from betaalhub.domain.uitval import UitvalSoort
from betaalhub.errors import MISCONFIGURED
from betaalhub.storage.database import reading
from betaalhub.storage.tables import (
    BetaalopdrachtRow,
    BetalingRow,
    JournaalpostRow,
    OutboxRow,
    TerugbetalingRow,
    UitvalRow,
    ZenderRow,
)
from tests.journeys.invariants import check_books, check_register
from tests.simulation.money import money_at_every_moment, money_at_rest
from tests.simulation.promises import promises
from tests.simulation.world import World

# What may stand beside work that failed: a neighbour's code, never the name of an error of ours.
NEIGHBOURS_CODES = {
    MISCONFIGURED, "NIET_BEREIKBAAR", "GEEN_ANTWOORD", "REFERENCE_NOT_UNIQUE", "ORDER_UNKNOWN", "TE_HOOG", "DECLINED", "ONGELDIG",
}  # fmt: skip


class Broken(AssertionError):
    """An invariant does not hold: which one, and where."""


def check_step(world: World) -> None:
    """What holds between any two transactions. Broken says what does not."""
    with reading(world.hub.sessions) as session:
        _first(_said(world))
        _first(no_error_of_ours(session))
        _judged(lambda: check_books(session, erp=world.erp.listing(), productsysteem=world.ontvanger.listing()))
        _first(money_at_every_moment(session, world))
        _first(promises(session, world))


def check_at_rest(world: World) -> None:
    """What holds when nothing is due any more and every neighbour has answered."""
    with reading(world.hub.sessions) as session:
        _first(_said(world))
        _first(no_error_of_ours(session))
        _judged(lambda: check_register(session, erp=world.erp.listing(), productsysteem=world.ontvanger.listing()))
        _first(money_at_every_moment(session, world))
        _first(promises(session, world))
        _first(money_at_rest(session, world))
        _first(_old(session, world))
        _first(everyone_told(session))
        _first(_feeds(session, world))


def _judged(check: Callable[[], None]) -> None:
    try:
        check()
    except AssertionError as wrong:
        raise Broken(str(wrong) or "an assertion of the journeys' invariants") from wrong


def _first(wrong: Iterator[str]) -> None:
    found = next(wrong, None)
    if found is not None:
        raise Broken(found)


def _said(world: World) -> Iterator[str]:
    """What the people and the neighbours saw that may never happen."""
    yield from world.wrong
    yield from world.erp.wrong


def no_error_of_ours(session: Session) -> Iterator[str]:
    """No work failed by an error of our own."""
    for row in session.scalars(select(OutboxRow).where(OutboxRow.laatste_fout.is_not(None))):
        if row.laatste_fout not in NEIGHBOURS_CODES:
            yield f"{row.soort} {row.object_id} failed by {row.laatste_fout}"


def open_kinds(session: Session, name: str, *, resolved: bool = False) -> dict[int, set[str]]:
    """By the id in column `name`: the kinds of uitval that are open, or with `resolved` were there at any time."""
    found: dict[int, set[str]] = defaultdict(set)
    for row in session.scalars(select(UitvalRow)):
        if getattr(row, name) is not None and (resolved or row.status != UitvalStatus.OPGELOST):
            found[getattr(row, name)].add(row.soort)
    return found


def _old(session: Session, world: World) -> Iterator[str]:
    """Nothing that is not final is older than its limit without an uitval that is open, or was looked at since."""
    for row_class, kind, column in (
        (BetalingRow, BetalingStatus, "betaling_id"),
        (TerugbetalingRow, TerugbetalingStatus, "terugbetaling_id"),
    ):
        for row in session.scalars(select(row_class)):
            age = MAX_AGE[kind].get(kind(row.status))
            if age is None or row.status_op >= world.clock() - age:
                continue
            waits = select(UitvalRow).where(getattr(UitvalRow, column) == row.id)
            if not any(
                one.status != UitvalStatus.OPGELOST or one.gewijzigd_op > world.clock() - age
                for one in session.scalars(waits)
            ):
                yield f"{column} {row.id} is {row.status} since {row.status_op:%d-%m-%Y} and nobody knows"


def everyone_told(session: Session) -> Iterator[str]:
    """Each product system has today's truth, or a person knows; each journaalpost is booked, or a person knows."""
    about = open_kinds(session, "betaalopdracht_id", resolved=True)
    pushed = set(session.scalars(select(ZenderRow.id).where(ZenderRow.push_url.is_not(None))))
    for row in session.scalars(select(BetaalopdrachtRow)):
        behind = row.zender_id in pushed and row.versie_bevestigd < row.versie_gewenst
        if behind and UitvalSoort.BERICHT_DOOD not in about[row.id]:
            yield f"the zender of {row.kenmerk} has versie {row.versie_bevestigd} of {row.versie_gewenst}"
    posts = open_kinds(session, "journaalpost_id", resolved=True)
    for post in session.scalars(select(JournaalpostRow).where(JournaalpostRow.status != BoekingStatus.GEBOEKT)):
        if not posts[post.id]:
            yield f"journaalpost {post.nummer} rests in {post.status} and nobody knows"


def _feeds(session: Session, world: World) -> Iterator[str]:
    """Whoever follows the feed read every versie of every betaalopdracht, once and in order."""
    read: dict[str, list[int]] = defaultdict(list)
    for feed in world.feeds.values():
        for kenmerk, versie in feed.read:
            read[kenmerk].append(versie)
    for row in session.scalars(select(BetaalopdrachtRow)):
        if read[row.kenmerk] != list(range(1, row.versie_gewenst + 1)):
            yield f"the feed told of {row.kenmerk} the versies {read[row.kenmerk]}, and it has {row.versie_gewenst}"
