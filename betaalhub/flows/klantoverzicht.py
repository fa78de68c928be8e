"""What one klant has open or paid lately at a municipality, over all its product systems: for an e-loket with that right."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Row, func, or_, select
from sqlalchemy.orm import Session

from betaalhub.domain.statuses import BetaalopdrachtStatus
from betaalhub.flows.access import Aanroeper, require_zender
from betaalhub.flows.eigen_adres import portaal_of
from betaalhub.flows.keys import Portaal, make_kijktoken
from betaalhub.flows.routing import can_begin
from betaalhub.flows.vervolg import PAGE, Vraag, goes_on, make_vervolg
from betaalhub.storage.database import chunks
from betaalhub.storage.search import older_than
from betaalhub.storage.tables import (
    BetaalopdrachtRow,
    BetalingRow,
    ProductregelRow,
    ToewijzingRow,
    WinkelmandjeRow,
    ZenderRow,
)

RECENT = timedelta(days=366)  # a paid or ended betaalopdracht is shown so long
_OPERATIE = "VraagKlantoverzicht"
_GOING = (BetaalopdrachtStatus.OPEN, BetaalopdrachtStatus.IN_BETALING)
_SHOWN = frozenset(BetaalopdrachtStatus) - {
    BetaalopdrachtStatus.OPEN,
    BetaalopdrachtStatus.INGETROKKEN,
    BetaalopdrachtStatus.VERLOPEN,
}


@dataclass(frozen=True, slots=True)
class Overzichtregel:
    """One betaalopdracht of the klant; `omschrijving` is that of its first productregel. Cents, UTC.

    `betaal_url`: where it can be paid; `status_url`: where one sees how its betaling stands and what was paid, and no more.
    """

    betaalkenmerk: str
    winkelmandje: str
    zender_naam: str
    omschrijving: str
    regels: int
    status: str
    totaal_cent: int
    aangemaakt_op: datetime
    vervalt_op: datetime
    betaald_op: datetime | None
    betaal_url: str | None
    status_url: str | None


@dataclass(frozen=True, slots=True)
class Klantoverzicht:
    """One page, the newest first, and with which code the next one is asked; None on the last."""

    regels: tuple[Overzichtregel, ...]
    vervolg: str | None


def vraag_klantoverzicht(
    session: Session,
    *,
    zender: str,
    aanroeper: Aanroeper,
    klant_kenmerk: str,
    vervolg: str | None,
    portaal: Portaal,
    now: datetime,
    attempt: timedelta,
) -> Klantoverzicht:
    """The open and recent betaalopdrachten of this klant in the zender's administratie, whichever zender made them.

    Refusal NIET_GEAUTORISEERD without the right, ZOEKVRAAG_ONJUIST for a foreign Vervolg. Five statements and those of access,
    and three for each of which the end is less than a day away.
    """
    row, asker = BetaalopdrachtRow, require_zender(session, aanroeper, zender, _OPERATIE)
    vraag = Vraag(_OPERATIE, asker.id, {"klant": klant_kenmerk})
    since = now - RECENT
    ended = (row.betaald_op >= since, row.ingetrokken_op >= since, row.verlopen_op >= since)
    query = (
        select(row, WinkelmandjeRow.kenmerk, ZenderRow.naam)
        .join(WinkelmandjeRow, WinkelmandjeRow.id == row.winkelmandje_id)
        .join(ZenderRow, ZenderRow.id == row.zender_id)
        .where(row.administratie_id == asker.administratie_id, row.klant_kenmerk == klant_kenmerk)
        .where(or_(row.status.in_(_GOING), *ended))
    )
    after = goes_on(session, portaal, vraag, vervolg)
    if after is not None:
        query = query.where(older_than(after))
    rows = session.execute(query.order_by(row.aangemaakt_op.desc(), row.id.desc()).limit(PAGE + 1)).all()
    own = portaal_of(session, portaal, asker.administratie_id)
    page = _regels(session, rows[:PAGE], klant_kenmerk, portaal=own, now=now, attempt=attempt)
    return Klantoverzicht(page, make_vervolg(portaal, vraag, page[-1].betaalkenmerk) if len(rows) > PAGE else None)


def _regels(
    session: Session,
    rows: Sequence[Row[BetaalopdrachtRow, str, str]],
    klant_kenmerk: str,
    *,
    portaal: Portaal,
    now: datetime,
    attempt: timedelta,
) -> tuple[Overzichtregel, ...]:
    first = _first_regels(session, [row.id for row, _, _ in rows])
    shown = {row.winkelmandje_id for row, _, _ in rows if row.status in _SHOWN}
    shown -= _shared_with_others(session, shown, klant_kenmerk)
    return tuple(
        Overzichtregel(
            betaalkenmerk=row.kenmerk,
            winkelmandje=winkelmandje,
            zender_naam=naam,
            omschrijving=first[row.id][0],
            regels=first[row.id][1],
            status=row.status,
            totaal_cent=row.totaal_cent,
            aangemaakt_op=row.aangemaakt_op,
            vervalt_op=row.vervalt_op,
            betaald_op=row.betaald_op,
            betaal_url=portaal.betaal_url(row.token, row.betaler_taal or "nl")
            if can_begin(session, row, attempt=attempt, now=now)
            else None,
            status_url=portaal.kijk_url(make_kijktoken(portaal, row.winkelmandje_id), row.betaler_taal or "nl")
            if row.status in _SHOWN and row.winkelmandje_id in shown
            else None,
        )
        for row, winkelmandje, naam in rows
    )


def _shared_with_others(session: Session, mandje_ids: Collection[int], klant_kenmerk: str) -> set[int]:
    """The winkelmandjes in which something lies, or was ever to be paid, that is not known to be of this klant: who pays together
    sees it all, but the e-loket of one of them does not show it. What lies elsewhere by now stands on the betaalbewijs still."""
    row = BetaalopdrachtRow
    others = or_(row.klant_kenmerk.is_(None), row.klant_kenmerk != klant_kenmerk)
    found: set[int] = set()
    for part in chunks(mandje_ids):
        found.update(session.scalars(select(row.winkelmandje_id).where(row.winkelmandje_id.in_(part), others)))
        found.update(
            session.scalars(
                select(BetalingRow.winkelmandje_id)
                .join(ToewijzingRow, ToewijzingRow.betaling_id == BetalingRow.id)
                .join(ProductregelRow, ProductregelRow.id == ToewijzingRow.productregel_id)
                .join(row, row.id == ProductregelRow.betaalopdracht_id)
                .where(BetalingRow.winkelmandje_id.in_(part), others)
                .distinct()
            )
        )
    return found


def _first_regels(session: Session, opdracht_ids: Sequence[int]) -> dict[int, tuple[str, int]]:
    """Per betaalopdracht the omschrijving of its first productregel, and how many it has."""
    if not opdracht_ids:
        return {}
    regel = ProductregelRow
    counted = (
        select(regel.betaalopdracht_id, func.min(regel.regelnummer).label("eerste"), func.count().label("aantal"))
        .where(regel.betaalopdracht_id.in_(opdracht_ids))
        .group_by(regel.betaalopdracht_id)
        .subquery()
    )
    rows = session.execute(
        select(regel.betaalopdracht_id, regel.omschrijving, counted.c.aantal).join(
            counted,
            (counted.c.betaalopdracht_id == regel.betaalopdracht_id) & (counted.c.eerste == regel.regelnummer),
        )
    )
    return {opdracht_id: (omschrijving, aantal) for opdracht_id, omschrijving, aantal in rows}
