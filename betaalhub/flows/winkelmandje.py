"""Making, joining and leaving a winkelmandje, always under the lock on its row (domain.md, sections 2.10 and 7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from betaalhub.domain.betaalopdracht import BetaalopdrachtVerzoek, Limits
from betaalhub.domain.kenmerk import make_kenmerk
from betaalhub.domain.statuses import BetaalopdrachtStatus, WinkelmandjeStatus
from betaalhub.errors import NotFound
from betaalhub.flows.gebeurtenissen import Door, record
from betaalhub.flows.keys import Keys, Omgeving
from betaalhub.flows.routing import may_share
from betaalhub.storage import queries
from betaalhub.storage.database import lock
from betaalhub.storage.tables import BetaalopdrachtRow, KenmerkRow, WinkelmandjeRow

MAX_BETAALOPDRACHTEN = 20  # in one winkelmandje: a page must stay readable


def find_by_token(session: Session, token: str) -> WinkelmandjeRow:
    """The winkelmandje that opens with this token (its own or one of its betaalopdrachten's). NotFound: no such token."""
    mandje = queries.winkelmandje_by_token(session, token)
    if mandje is None:
        raise NotFound("No winkelmandje with this token")
    return mandje


def token_of(session: Session, winkelmandje_id: int) -> str:
    """The token that opens this winkelmandje. NotFound: there is none."""
    mandje = session.get(WinkelmandjeRow, winkelmandje_id)
    if mandje is None:
        raise NotFound("No winkelmandje with this number")
    return mandje.token


def kenmerk_row(soort: str, keys: Keys) -> dict[str, str]:
    """A fresh kenmerk of 12 digits, as the row that takes it. Somebody may have it: then its insert fails and all is done
    again (`with_retries`), once in thousands of millions."""
    return {"kenmerk": make_kenmerk(keys.draw), "soort": soort}


def mandje_values(
    administratie_id: int, kenmerk: str, *, totaal_cent: int, keys: Keys, now: datetime
) -> dict[str, Any]:
    """An open winkelmandje in which its first betaalopdracht lies. Cents."""
    return {
        "administratie_id": administratie_id,
        "kenmerk": kenmerk,
        "token": keys.token(),
        "status": WinkelmandjeStatus.OPEN,
        "versie": 1,
        "totaal_cent": totaal_cent,
        "aangemaakt_op": now,
    }


def find_joinable(
    session: Session,
    winkelmandje_id: int | None,
    verzoek: BetaalopdrachtVerzoek,
    *,
    administratie_id: int,
    omgeving: Omgeving,
) -> WinkelmandjeRow | None:
    """The locked winkelmandje when this betaalopdracht may join it; None otherwise, which is never a fault."""
    if winkelmandje_id is None:
        return None
    found = lock(session, WinkelmandjeRow, [winkelmandje_id])
    if not found or not _may_join(session, found[0], administratie_id, omgeving.limits, verzoek.totaal_cent):
        return None
    return found[0] if fits_beside(session, found[0], verzoek, omgeving) else None


def fits_beside(session: Session, mandje: WinkelmandjeRow, verzoek: BetaalopdrachtVerzoek, omgeving: Omgeving) -> bool:
    """Can it be paid in one go with what lies in this winkelmandje? Not above the maximum, nor at another PSP account."""
    if mandje.totaal_cent + verzoek.totaal_cent > omgeving.limits.max_cent:
        return False
    codes = [regel.productcode for regel in verzoek.regels]
    return _same_route(session, mandje, codes, omgeving.now)


def may_join_route(session: Session, mandje: WinkelmandjeRow, other: BetaalopdrachtRow, now: datetime) -> bool:
    """May this betaalopdracht be paid at the same PSP account as what lies in this winkelmandje?"""
    codes = [regel.productcode for regel in queries.regels_of(session, [other.id])]
    return _same_route(session, mandje, codes, now)


def _same_route(session: Session, mandje: WinkelmandjeRow, codes: Sequence[str], now: datetime) -> bool:
    inside = [row.id for row in queries.opdrachten_of(session, mandje.id)]
    return not inside or may_share(session, mandje.administratie_id, inside, codes, now)


def _may_join(
    session: Session,
    mandje: WinkelmandjeRow,
    administratie_id: int,
    limits: Limits,
    extra_cent: int,
    *,
    fills_empty: bool = False,
) -> bool:
    count = session.scalar(
        select(func.count()).select_from(BetaalopdrachtRow).where(BetaalopdrachtRow.winkelmandje_id == mandje.id)
    )
    return (
        mandje.administratie_id == administratie_id
        and mandje.status == WinkelmandjeStatus.OPEN
        and mandje.totaal_cent + extra_cent <= limits.max_cent
        and (fills_empty or bool(count))
        and (count or 0) < MAX_BETAALOPDRACHTEN
    )


def join(
    session: Session,
    mandje_id: int,
    betaalopdracht_id: int,
    *,
    limits: Limits,
    door: Door,
    fills_empty: bool = False,
) -> bool:
    """Move an open betaalopdracht out of its own winkelmandje into this one; False when either is busy, paid or expired.

    `fills_empty`: may it be the first in this one?
    """
    other = session.get(BetaalopdrachtRow, betaalopdracht_id)
    if other is None or other.winkelmandje_id == mandje_id:
        return False
    rows = {row.id: row for row in lock(session, WinkelmandjeRow, sorted({mandje_id, other.winkelmandje_id}))}
    mandje, source = rows.get(mandje_id), rows.get(other.winkelmandje_id)
    (moved,) = lock(session, BetaalopdrachtRow, [betaalopdracht_id])
    if mandje is None or source is None or moved.status != BetaalopdrachtStatus.OPEN:
        return False
    open_source = source.status == WinkelmandjeStatus.OPEN and moved.winkelmandje_id == source.id
    if not open_source or not may_join_route(session, mandje, moved, door.now):
        return False
    if not _may_join(session, mandje, moved.administratie_id, limits, moved.totaal_cent, fills_empty=fills_empty):
        return False
    source.totaal_cent -= moved.totaal_cent
    source.versie += 1
    moved.winkelmandje_id = mandje.id
    mandje.totaal_cent += moved.totaal_cent
    mandje.versie += 1
    session.flush()
    _record_move(session, moved, door, "BETAALOPDRACHT_TOEGEVOEGD", source.id)
    return True


def take_out(session: Session, mandje_id: int, betaalkenmerk: str, *, keys: Keys, door: Door) -> bool:
    """Put a betaalopdracht back into a winkelmandje of its own; it is not withdrawn. False when the winkelmandje is busy or
    the betaalopdracht no longer OPEN."""
    (mandje,) = lock(session, WinkelmandjeRow, [mandje_id])
    found = session.scalar(
        select(BetaalopdrachtRow.id).where(
            BetaalopdrachtRow.kenmerk == betaalkenmerk, BetaalopdrachtRow.winkelmandje_id == mandje_id
        )
    )
    if found is None:
        raise NotFound("This betaalopdracht does not lie in this winkelmandje")
    (moved,) = lock(session, BetaalopdrachtRow, [found])
    if mandje.status != WinkelmandjeStatus.OPEN or moved.status != BetaalopdrachtStatus.OPEN:
        return False
    move_apart(session, moved, mandje, keys=keys, door=door, soort="BETAALOPDRACHT_VERWIJDERD")
    return True


def move_apart(
    session: Session, betaalopdracht: BetaalopdrachtRow, mandje: WinkelmandjeRow, *, keys: Keys, door: Door, soort: str
) -> WinkelmandjeRow:
    """Give a betaalopdracht a winkelmandje of its own, both rows being locked by the caller."""
    of, totaal = betaalopdracht.administratie_id, betaalopdracht.totaal_cent
    kenmerk = kenmerk_row("WINKELMANDJE", keys)
    session.execute(insert(KenmerkRow), [kenmerk])
    apart = WinkelmandjeRow(**mandje_values(of, kenmerk["kenmerk"], totaal_cent=totaal, keys=keys, now=door.now))
    session.add(apart)
    mandje.totaal_cent -= totaal
    mandje.versie += 1
    session.flush()
    betaalopdracht.winkelmandje_id = apart.id
    session.flush()
    _record_move(session, betaalopdracht, door, soort, mandje.id)
    return apart


def _record_move(session: Session, row: BetaalopdrachtRow, door: Door, soort: str, left: int) -> None:
    record(
        session,
        door,
        soort,
        onderwerp="BETAALOPDRACHT",
        onderwerp_id=row.id,
        winkelmandje_id=row.winkelmandje_id,
        betaalopdracht_id=row.id,
        gegevens={"uit_winkelmandje": left},
    )
