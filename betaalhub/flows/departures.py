"""What lay in a winkelmandje and left it: why, and whether it may come back. The citizen is told, by name (domain.md, section 3)."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from betaalhub.domain.betaalopdracht import Limits
from betaalhub.domain.statuses import BetaalopdrachtStatus, WinkelmandjeStatus
from betaalhub.errors import NotFound, Refusal
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.winkelmandje import find_by_token, join
from betaalhub.storage.tables import BetaalopdrachtRow, GebeurtenisRow, ProductregelRow, WinkelmandjeRow, ZenderRow

PUT_BACK_VALID = timedelta(hours=1)  # as long as a meebetaaltoken: it mends a mistake, it is no standing right
_MOST = 10  # told at once; a page must stay readable


class Why(StrEnum):
    """Why it lies there no more; `left.<value>` is the text that tells it."""

    REMOVED = "removed"  # the citizen took it out
    EXPIRED = "expired"
    REPLACED = "replaced"  # its product system changed it (Vervang)
    WITHDRAWN = "withdrawn"  # its product system does not want it paid any more
    COUNTER = "counter"  # it was paid at the counter
    ELSEWHERE = "elsewhere"  # it was added to another winkelmandje


# The gebeurtenis that moved it. What parts an unpaid betaalopdracht from a paid winkelmandje is not here: that page tells of paying.
_WHY = {
    "BETAALOPDRACHT_VERWIJDERD": Why.REMOVED,
    "BETAALOPDRACHT_VERLOPEN": Why.EXPIRED,
    "BETAALOPDRACHT_VERVANGEN": Why.REPLACED,
    "BETAALOPDRACHT_INGETROKKEN": Why.WITHDRAWN,
    "BETAALOPDRACHT_BALIE": Why.COUNTER,
    "BETAALOPDRACHT_TOEGEVOEGD": Why.ELSEWHERE,
}
_CAME = ("BETAALOPDRACHT_GESTART", *_WHY, "BETAALOPDRACHT_APART")


@dataclass(frozen=True, slots=True)
class Departure:
    """One betaalopdracht that left. Cents, UTC. `successor`: the betaalkenmerk of what took its place in this winkelmandje."""

    why: Why
    betaalkenmerk: str
    zender_naam: str
    omschrijving: str  # of its first productregel
    others: int  # how many productregels it has beside that one
    totaal_cent: int
    terugkeer_url: str
    successor: str | None
    returnable: bool


@dataclass(frozen=True, slots=True)
class Left:
    """One betaalopdracht that left a winkelmandje, with its zender's name and the gebeurtenis that moved it."""

    row: BetaalopdrachtRow
    zender_naam: str
    event: GebeurtenisRow


def read_left(session: Session, mandje: WinkelmandjeRow) -> Sequence[Left]:
    """What left this open winkelmandje, the newest first; one statement, none when it is not open."""
    if mandje.status != WinkelmandjeStatus.OPEN:
        return ()
    gone = [one for one in reversed(_moves(session, mandje.id)) if one.row.winkelmandje_id != mandje.id]
    return [one for one in gone if _left_from(one.event) == mandje.id][:_MOST]


def departures_of(
    left: Sequence[Left], inside: Sequence[BetaalopdrachtRow], regels: Sequence[ProductregelRow], now: datetime
) -> tuple[Departure, ...]:
    """What left, as she is told. `inside`: what lies in the winkelmandje now; `regels`: those of what left, and any others."""
    named: dict[int, list[str]] = defaultdict(list)
    for regel in regels:
        named[regel.betaalopdracht_id].append(regel.omschrijving)
    return tuple(
        Departure(
            why=_WHY[one.event.soort],
            betaalkenmerk=one.row.kenmerk,
            zender_naam=one.zender_naam,
            omschrijving=named[one.row.id][0],
            others=len(named[one.row.id]) - 1,
            totaal_cent=one.row.totaal_cent,
            terugkeer_url=one.row.terugkeer_url,
            successor=_successor_in(one.row, inside),
            returnable=_returnable(one, now),
        )
        for one in left
    )


def put_back(session: Session, token: str, *, betaalkenmerk: str, limits: Limits, now: datetime) -> None:
    """Undo that a betaalopdracht was taken out of this winkelmandje; one that lies in it already stays.

    NotFound: it was not taken out of this one within the last hour, or lies elsewhere by now. Refusal WINKELMANDJE_BEZET:
    one of the two winkelmandjes is busy or paid, or together it is too much.
    """
    mandje = find_by_token(session, token)
    row = session.scalar(select(BetaalopdrachtRow).where(BetaalopdrachtRow.kenmerk == betaalkenmerk))
    if row is not None and row.winkelmandje_id == mandje.id:
        return
    last = next((one for one in _moves(session, mandje.id) if one.row is row), None)
    if row is None or last is None or _left_from(last.event) != mandje.id or not _returnable(last, now):
        raise NotFound("Not taken out of this winkelmandje a short while ago")
    alone = select(func.count()).where(BetaalopdrachtRow.winkelmandje_id == row.winkelmandje_id)
    joined = session.scalar(alone) == 1 and join(
        session, mandje.id, row.id, limits=limits, door=Door("burger", now), fills_empty=True
    )
    if not joined:
        raise Refusal("WINKELMANDJE_BEZET", "Dit kan niet terug in dit winkelmandje.")


def successor_token(session: Session, token: str) -> str | None:
    """The token of the betaalopdracht that took the place of the one with this token (Vervang); None when none did.

    The same product system gave both under one Kenmerk, so who was given the link of the old one may open the new one.
    """
    old = session.scalar(select(BetaalopdrachtRow).where(BetaalopdrachtRow.token == token))
    if old is None or old.ingetrokken_op is None:
        return None
    replaced = select(GebeurtenisRow.id).where(
        GebeurtenisRow.betaalopdracht_id == old.id, GebeurtenisRow.soort == "BETAALOPDRACHT_VERVANGEN"
    )
    newest = (
        select(BetaalopdrachtRow.token)
        .where(
            BetaalopdrachtRow.zender_id == old.zender_id,
            BetaalopdrachtRow.eigen_kenmerk == old.eigen_kenmerk,
            BetaalopdrachtRow.aangemaakt_op >= old.ingetrokken_op,
            BetaalopdrachtRow.id != old.id,
            replaced.exists(),
        )
        .order_by(BetaalopdrachtRow.aangemaakt_op.desc(), BetaalopdrachtRow.id.desc())
        .limit(1)
    )
    return session.scalar(newest)


def _moves(session: Session, mandje_id: int) -> list[Left]:
    """The last move of each betaalopdracht that ever lay in this winkelmandje; the oldest move first."""
    came = select(GebeurtenisRow.betaalopdracht_id).where(
        GebeurtenisRow.winkelmandje_id == mandje_id, GebeurtenisRow.soort.in_(_CAME)
    )
    rows = session.execute(
        select(BetaalopdrachtRow, ZenderRow.naam, GebeurtenisRow)
        .join(ZenderRow, ZenderRow.id == BetaalopdrachtRow.zender_id)
        .join(GebeurtenisRow, GebeurtenisRow.betaalopdracht_id == BetaalopdrachtRow.id)
        .where(BetaalopdrachtRow.id.in_(came), GebeurtenisRow.soort.in_(_WHY))
        .order_by(GebeurtenisRow.tijdstip, GebeurtenisRow.id)
    ).all()
    last = {row.id: Left(row, naam, event) for row, naam, event in rows}
    return sorted(last.values(), key=lambda one: (one.event.tijdstip, one.event.id))


def _left_from(event: GebeurtenisRow) -> int | None:
    found = json.loads(event.gegevens or "{}").get("uit_winkelmandje")
    return int(found) if found is not None else None


def _successor_in(old: BetaalopdrachtRow, inside: Sequence[BetaalopdrachtRow]) -> str | None:
    same = (one for one in inside if (one.zender_id, one.eigen_kenmerk) == (old.zender_id, old.eigen_kenmerk))
    return next((one.kenmerk for one in same), None)


def _returnable(one: Left, now: datetime) -> bool:
    fresh = now - one.event.tijdstip < PUT_BACK_VALID
    return _WHY[one.event.soort] is Why.REMOVED and fresh and one.row.status == BetaalopdrachtStatus.OPEN
