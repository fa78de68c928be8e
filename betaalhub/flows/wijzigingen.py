"""The feed: every published versie of a zender's betaalopdrachten, numbered after it was committed (domain.md, section 3).

Writers only add rows and hold no lock of the feed. Whoever numbers holds the zender's teller, so that a number is seen only
when every lower one is: a reader that remembers the last one it saw misses nothing, however late a writer committed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, insert, literal, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from betaalhub.errors import Finding, Refusal
from betaalhub.flows.access import Aanroeper, require_zender
from betaalhub.storage.database_insert import IdOf
from betaalhub.storage.tables import (
    BetaalopdrachtRow,
    WijzigingRow,
    WijzigingTellerRow,
    WinkelmandjeRow,
    ZenderRow,
)
from betaalhub.storage.wijziging import waiting_nummer, waiting_nummer_of

NUMBER_AT_ONCE = 500  # in one transaction: its lock is short


@dataclass(frozen=True, slots=True)
class Wijziging:
    """One published versie as the zender reads it; `winkelmandje` is where the betaalopdracht lies now. Cents, UTC."""

    nummer: int
    betaalkenmerk: str
    winkelmandje: str
    kenmerk: str
    status: str
    versie: int
    leverbaar: bool
    totaal_cent: int
    ontvangen_cent: int
    terugbetaald_cent: int
    teruggeboekt_cent: int
    tijdstip: datetime


@dataclass(frozen=True, slots=True)
class Wijzigingen:
    """A part of the feed of a zender. `volgende` is where to go on; `behind`: there is more that has no number yet."""

    zender_id: int
    wijzigingen: tuple[Wijziging, ...]
    volgende: int
    compleet: bool
    behind: bool


def publish_versie(session: Session, row: BetaalopdrachtRow, now: datetime) -> None:
    """Put the present versie of this betaalopdracht in its zender's feed, in the transaction that made it."""
    session.add(
        WijzigingRow(
            betaalopdracht_id=row.id,
            versie=row.versie_gewenst,
            zender_id=row.zender_id,
            nummer=waiting_nummer(row.id, row.versie_gewenst),
            status=row.status,
            leverbaar=row.leverbaar,
            totaal_cent=row.totaal_cent,
            ontvangen_cent=row.ontvangen_cent,
            terugbetaald_cent=row.terugbetaald_cent,
            teruggeboekt_cent=row.teruggeboekt_cent,
            tijdstip=now,
        )
    )


def first_versie(betaalopdracht: IdOf, values: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The row for the first versie of a betaalopdracht that is inserted in the same go, with these values."""
    copied = ("zender_id", "status", "leverbaar", "totaal_cent", "ontvangen_cent", "terugbetaald_cent")
    return {
        "betaalopdracht_id": betaalopdracht,
        "versie": 1,
        "nummer": IdOf(betaalopdracht.name, _first_nummer),
        **{name: values[name] for name in (*copied, "teruggeboekt_cent")},
        "tijdstip": now,
    }


def _first_nummer(betaalopdracht_id: int) -> int:
    return waiting_nummer(betaalopdracht_id, 1)


def zenders_behind(session: Session) -> Sequence[int]:
    """The zenders of which something waits for its number; one statement, which looks at one place of an index per zender."""
    return session.scalars(select(ZenderRow.id).where(_behind()).order_by(ZenderRow.id)).all()


def _behind() -> ColumnElement[bool]:
    """Of a zender: a wijziging waits, or its feed has not begun while it has betaalopdrachten (from before there was a feed)."""
    waits = select(WijzigingRow.versie).where(WijzigingRow.zender_id == ZenderRow.id, WijzigingRow.nummer < 0).exists()
    begun = select(WijzigingTellerRow.laatste).where(WijzigingTellerRow.zender_id == ZenderRow.id).exists()
    older = select(BetaalopdrachtRow.id).where(BetaalopdrachtRow.zender_id == ZenderRow.id).exists()
    return or_(waits, and_(~begun, older))


def number_wijzigingen(session: Session, zender_id: int) -> int:
    """Give numbers to what is committed and waits, at most NUMBER_AT_ONCE; gives how many. Alone in its transaction.

    The order is that of time within one round, and always that of the versies of a betaalopdracht.
    """
    teller = _locked_teller(session, zender_id)
    waiting = session.execute(
        select(WijzigingRow.betaalopdracht_id, WijzigingRow.versie, WijzigingRow.tijdstip)
        .where(WijzigingRow.zender_id == zender_id, WijzigingRow.nummer < 0)
        .order_by(
            WijzigingRow.nummer.desc()
        )  # per betaalopdracht by versie: a later one is never taken without an earlier one
        .limit(NUMBER_AT_ONCE)
    )
    ordered = in_order([(row.betaalopdracht_id, row.versie, row.tijdstip) for row in waiting])
    if ordered:
        session.execute(
            update(WijzigingRow),
            [
                {"betaalopdracht_id": opdracht_id, "versie": versie, "nummer": nummer}
                for nummer, (opdracht_id, versie) in enumerate(ordered, teller.laatste + 1)
            ],
        )
        teller.laatste += len(ordered)
    return len(ordered)


def in_order(waiting: Sequence[tuple[int, int, datetime]]) -> list[tuple[int, int]]:
    """(betaalopdracht, versie) by time, and by versie where the clocks of two nodes say otherwise."""
    latest: dict[int, datetime] = {}
    keyed = []
    for opdracht_id, versie, tijdstip in sorted(waiting):
        latest[opdracht_id] = max(tijdstip, latest.get(opdracht_id, tijdstip))
        keyed.append((latest[opdracht_id], opdracht_id, versie))
    return [(opdracht_id, versie) for _, opdracht_id, versie in sorted(keyed)]


def _locked_teller(session: Session, zender_id: int) -> WijzigingTellerRow:
    """The zender's teller, locked; made when there is none, and then the feed begins with what is there already."""
    query = select(WijzigingTellerRow).where(WijzigingTellerRow.zender_id == zender_id).with_for_update()
    fresh = {"populate_existing": True}
    teller = session.scalars(query, execution_options=fresh).one_or_none()
    if teller is not None:
        return teller
    teller = WijzigingTellerRow(zender_id=zender_id, laatste=0)
    try:
        with session.begin_nested():
            session.add(teller)
    except IntegrityError:  # somebody else began it just now, and has committed
        return session.scalars(query, execution_options=fresh).one()
    _add_older(session, zender_id)
    return teller


def _add_older(session: Session, zender_id: int) -> None:
    """Betaalopdrachten from before there was a feed: each with its present versie."""
    row, known = BetaalopdrachtRow, WijzigingRow
    moment = func.coalesce(row.betaald_op, row.ingetrokken_op, row.verlopen_op, row.aangemaakt_op)
    there = select(known.versie).where(known.betaalopdracht_id == row.id, known.versie == row.versie_gewenst)
    older = select(
        row.id,
        row.versie_gewenst,
        row.zender_id,
        waiting_nummer_of(row.id, row.versie_gewenst),
        row.status,
        row.leverbaar,
        row.totaal_cent,
        row.ontvangen_cent,
        row.terugbetaald_cent,
        row.teruggeboekt_cent,
        moment,
    ).where(row.zender_id == zender_id, ~there.exists())
    columns = ("betaalopdracht_id", "versie", "zender_id", "nummer", "status", "leverbaar", "totaal_cent")
    cents = ("ontvangen_cent", "terugbetaald_cent", "teruggeboekt_cent", "tijdstip")
    session.execute(insert(known).from_select([*columns, *cents], older))


def vraag_wijzigingen(session: Session, *, zender: str, aanroeper: Aanroeper, vanaf: int, maximum: int) -> Wijzigingen:
    """The numbered changes of this zender after `vanaf`, the oldest first, at most `maximum`.

    Refusal ZOEKVRAAG_ONJUIST for a number that was never given out: whoever waits for it would miss what comes before.
    """
    zender_id = require_zender(session, aanroeper, zender, "VraagWijzigingen").id
    # first what waits, then the page: what is numbered between the two is told too early, never too late
    waits = session.scalar(select(literal(1)).select_from(ZenderRow).where(ZenderRow.id == zender_id, _behind()))
    found = _page(session, zender_id, vanaf, maximum + 1)
    if not found and vanaf > _laatste(session, zender_id):
        raise _never_given()
    page, whole = found[:maximum], len(found) <= maximum
    return Wijzigingen(
        zender_id=zender_id,
        wijzigingen=tuple(page),
        volgende=page[-1].nummer if page else vanaf,
        compleet=whole and waits is None,
        behind=whole and waits is not None,
    )


def _page(session: Session, zender_id: int, vanaf: int, limit: int) -> list[Wijziging]:
    rows = session.execute(
        select(WijzigingRow, BetaalopdrachtRow.kenmerk, BetaalopdrachtRow.eigen_kenmerk, WinkelmandjeRow.kenmerk)
        .join(BetaalopdrachtRow, BetaalopdrachtRow.id == WijzigingRow.betaalopdracht_id)
        .join(WinkelmandjeRow, WinkelmandjeRow.id == BetaalopdrachtRow.winkelmandje_id)
        .where(WijzigingRow.zender_id == zender_id, WijzigingRow.nummer > vanaf)
        .order_by(WijzigingRow.nummer)
        .limit(limit)
    )
    return [
        Wijziging(
            nummer=row.nummer,
            betaalkenmerk=betaalkenmerk,
            winkelmandje=winkelmandje,
            kenmerk=kenmerk,
            status=row.status,
            versie=row.versie,
            leverbaar=row.leverbaar,
            totaal_cent=row.totaal_cent,
            ontvangen_cent=row.ontvangen_cent,
            terugbetaald_cent=row.terugbetaald_cent,
            teruggeboekt_cent=row.teruggeboekt_cent,
            tijdstip=row.tijdstip,
        )
        for row, betaalkenmerk, kenmerk, winkelmandje in rows
    ]


def _laatste(session: Session, zender_id: int) -> int:
    teller = select(WijzigingTellerRow.laatste).where(WijzigingTellerRow.zender_id == zender_id)
    return session.scalar(teller) or 0


def _never_given() -> Refusal:
    uitleg = "Vanaf is hoger dan het laatste nummer dat deze zender kreeg. Geef Volgende uit uw vorige antwoord, of 0."
    return Refusal("ZOEKVRAAG_ONJUIST", uitleg, (Finding("ZOEKVRAAG_ONJUIST", "/VraagWijzigingen/Vanaf", uitleg),))
