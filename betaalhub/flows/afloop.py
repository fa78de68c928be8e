"""What became of a betaling after it was paid: money that goes back or was taken back, the delivery, what waits for a person."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from betaalhub.domain.statuses import (
    GIVEN_BACK,
    BetalingStatus,
    Kanaal,
    TerugbetalingStatus,
    TerugboekingStatus,
    UitvalStatus,
)
from betaalhub.domain.uitval import UitvalSoort
from betaalhub.flows.paginastatus import (
    COMING,
    Opdrachtpagina,
    opdracht_page,
    read_betalingen,
    read_feiten,
)
from betaalhub.flows.winkelmandje import find_by_token
from betaalhub.storage import queries, terugbetaling_queries
from betaalhub.storage.tables import (
    BetaalopdrachtRow,
    BetalingRow,
    GebeurtenisRow,
    ProductregelRow,
    TerugbetalingRegelRow,
    TerugbetalingRow,
    TerugboekingRow,
    ToewijzingRow,
    UitvalRow,
    WinkelmandjeRow,
)


@dataclass(frozen=True, slots=True)
class TerugbetalingWeergave:
    """Money that goes back. Cents, UTC. `balie`: at the counter, where it was paid; `hapert`: it failed and waits for a person."""

    status: TerugbetalingStatus
    bedrag_cent: int
    op: datetime
    balie: bool = False
    hapert: bool = False


@dataclass(frozen=True, slots=True)
class TerugboekingWeergave:
    """Money that the bank took back, or returned after that. Cents, UTC."""

    status: TerugboekingStatus
    bedrag_cent: int
    op: datetime


@dataclass(frozen=True, slots=True)
class OpdrachtAfloop:
    """How one betaalopdracht stands now. `leverbaar`: nothing stands in the way of its delivery. `terug_cent`: what went back of
    each productregel, by regelnummer; known where a part of it did. Cents."""

    page: Opdrachtpagina
    leverbaar: bool
    terugbetaald_cent: int
    komt_cent: int
    terug_cent: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Afloop:
    """All of it for one winkelmandje; `opdrachten` by betaalkenmerk, `uitval` the kinds that wait on any of them.

    `alsnog`: what pays it was told to have failed before, and was paid after all.
    """

    opdrachten: Mapping[str, OpdrachtAfloop]
    terugbetalingen: tuple[TerugbetalingWeergave, ...] = ()
    terugboekingen: tuple[TerugboekingWeergave, ...] = ()
    uitval: frozenset[UitvalSoort] = frozenset()
    alsnog: bool = False

    @property
    def komt_cent(self) -> int:
        """The cents that were decided to go back and have not arrived."""
        return sum(one.bedrag_cent for one in self.terugbetalingen if one.status in COMING)


def read_afloop(session: Session, token: str) -> Afloop:
    """What became of the winkelmandje with this token; at most thirteen statements. NotFound: no such token."""
    mandje = find_by_token(session, token)
    rows = queries.opdrachten_of(session, mandje.id)
    feiten = read_feiten(session, rows)
    betalingen = paid_betalingen(session, mandje, rows)
    pages = [opdracht_page(one) for one in feiten]
    back = _given_back(
        session, [row.id for row, page in zip(rows, pages, strict=True) if page is Opdrachtpagina.PART_BACK]
    )
    return Afloop(
        opdrachten={
            row.kenmerk: OpdrachtAfloop(page, row.leverbaar, one.terugbetaald_cent, one.komt_cent, back.get(row.id, {}))
            for row, one, page in zip(rows, feiten, pages, strict=True)
        },
        terugbetalingen=_terugbetalingen(session, mandje, rows, betalingen),
        terugboekingen=_terugboekingen(session, mandje, [row.id for row in rows], betalingen),
        uitval=frozenset().union(*(one.uitval for one in feiten)),
        alsnog=_corrected(session, [row.id for row in betalingen]),
    )


def paid_betalingen(
    session: Session, mandje: WinkelmandjeRow, opdrachten: Sequence[BetaalopdrachtRow]
) -> list[BetalingRow]:
    """The betalingen that are BETAALD of this winkelmandje, and those made elsewhere that pay what lies in it; the first to be
    paid first. Two statements."""
    paid = [row for row in read_betalingen(session, mandje, opdrachten) if row.status == BetalingStatus.BETAALD]
    return sorted(paid, key=lambda row: (row.status_op, row.id))


def _terugbetalingen(
    session: Session,
    mandje: WinkelmandjeRow,
    opdrachten: Sequence[BetaalopdrachtRow],
    betalingen: Sequence[BetalingRow],
) -> tuple[TerugbetalingWeergave, ...]:
    """Those on what lies in it, and those on no betaalopdracht at all of its own betalingen; what was paid here and lies
    elsewhere now is told there."""
    ids = [row.id for row in opdrachten]
    rows = [
        row
        for row in terugbetaling_queries.around(session, mandje.id, ids)
        if row.betaalopdracht_id is None or row.betaalopdracht_id in ids
    ]
    counter = {row.id for row in betalingen if row.kanaal == Kanaal.BALIE}
    failed = _failed(session, rows)
    return tuple(
        TerugbetalingWeergave(
            TerugbetalingStatus(row.status),
            row.bedrag_cent,
            row.status_op,
            balie=row.betaling_id in counter,
            hapert=row.id in failed,
        )
        for row in rows
    )


def _failed(session: Session, rows: Collection[TerugbetalingRow]) -> set[int]:
    ids = [row.id for row in rows if row.status == TerugbetalingStatus.MISLUKT]
    if not ids:
        return set()
    found = session.scalars(
        select(UitvalRow.terugbetaling_id).where(
            UitvalRow.terugbetaling_id.in_(ids),
            UitvalRow.soort == UitvalSoort.TERUGBETALING_MISLUKT,
            UitvalRow.status != UitvalStatus.OPGELOST,
        )
    )
    return {one for one in found if one is not None}


def _given_back(session: Session, opdracht_ids: Collection[int]) -> dict[int, dict[int, int]]:
    """What went back of each productregel, by betaalopdracht and regelnummer; no statement where nothing did."""
    found: dict[int, dict[int, int]] = {one: {} for one in opdracht_ids}
    if found:
        rows = session.execute(
            select(
                ProductregelRow.betaalopdracht_id,
                ProductregelRow.regelnummer,
                func.sum(TerugbetalingRegelRow.bedrag_cent),
            )
            .join(ToewijzingRow, ToewijzingRow.productregel_id == ProductregelRow.id)
            .join(TerugbetalingRegelRow, TerugbetalingRegelRow.toewijzing_id == ToewijzingRow.id)
            .join(TerugbetalingRow, TerugbetalingRow.id == TerugbetalingRegelRow.terugbetaling_id)
            .where(ProductregelRow.betaalopdracht_id.in_(found), TerugbetalingRow.status.in_(sorted(GIVEN_BACK)))
            .group_by(ProductregelRow.betaalopdracht_id, ProductregelRow.regelnummer)
        )
        for opdracht_id, regelnummer, cents in rows:
            found[opdracht_id][regelnummer] = int(cents)  # a sum comes back as a Decimal from some databases
    return found


def _corrected(session: Session, betaling_ids: Collection[int]) -> bool:
    found = session.scalars(
        select(GebeurtenisRow.id)
        .where(
            GebeurtenisRow.onderwerp == "BETALING",
            GebeurtenisRow.onderwerp_id.in_(betaling_ids),
            GebeurtenisRow.soort == "BETALING_GECORRIGEERD",
        )
        .limit(1)
    )
    return found.first() is not None


def _terugboekingen(
    session: Session, mandje: WinkelmandjeRow, opdracht_ids: Collection[int], betalingen: Sequence[BetalingRow]
) -> tuple[TerugboekingWeergave, ...]:
    """Of a betaling that was made elsewhere no more than what it pays of this: the rest is not hers."""
    betaling_ids = [row.id for row in betalingen]
    rows = session.scalars(
        select(TerugboekingRow).where(TerugboekingRow.betaling_id.in_(betaling_ids)).order_by(TerugboekingRow.id)
    ).all()
    taken = {row.betaling_id for row in rows}
    elsewhere = [row.id for row in betalingen if row.winkelmandje_id != mandje.id and row.id in taken]
    parts = queries.toegewezen_cent(session, elsewhere, opdracht_ids)
    return tuple(
        TerugboekingWeergave(
            TerugboekingStatus(row.status),
            min(row.bedrag_cent, parts.get(row.betaling_id, row.bedrag_cent)),
            row.status_op,
        )
        for row in rows
    )
