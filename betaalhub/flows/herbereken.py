"""Recomputes the derived statuses of a winkelmandje and its betaalopdrachten from the stored facts, and queues what follows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from betaalhub.domain.parents import (
    BetaalopdrachtAfgeleid,
    BetaalopdrachtFeiten,
    RegelFeiten,
    derive_betaalopdracht,
    derive_winkelmandje,
    published,
)
from betaalhub.domain.statuses import (
    GIVEN_BACK,
    UNDER_WAY,
    BetaalopdrachtStatus,
    BetalingStatus,
    LeveringStatus,
    TerugbetalingStatus,
)
from betaalhub.domain.uitval import UITVAL, UitvalSoort
from betaalhub.domain.werk import OutboxSoort
from betaalhub.flows.gebeurtenissen import Door, record
from betaalhub.flows.terugbetaling import shares
from betaalhub.flows.wijzigingen import publish_versie
from betaalhub.storage import outbox, queries, terugbetaling_queries
from betaalhub.storage.database import chunks
from betaalhub.storage.tables import (
    BetaalopdrachtRow,
    BetalingRow,
    ProductregelRow,
    ToewijzingRow,
    WinkelmandjeRow,
    ZenderRow,
)

_ENDED = frozenset({BetaalopdrachtStatus.INGETROKKEN, BetaalopdrachtStatus.VERLOPEN})


def herbereken(session: Session, mandje: WinkelmandjeRow, door: Door) -> None:
    """Bring the derived columns up to date; the caller holds the lock on the winkelmandje's row.

    A change that product systems are told of raises versie_gewenst and queues a statusbericht (domain.md, section 3).
    """
    session.flush()
    opdrachten, live = queries.stand_of_mandje(session, mandje.id)
    afgeleid = betaalopdracht_standen(session, opdrachten, live_mandjes={mandje.id} if live else set())
    for row in opdrachten:
        _update(session, row, afgeleid[row.id], door)
    status = derive_winkelmandje([afgeleid[row.id].status for row in opdrachten], live=live)
    if status != mandje.status:
        van, mandje.status = mandje.status, status
        record(
            session,
            door,
            "WINKELMANDJE_STATUS",
            onderwerp="WINKELMANDJE",
            onderwerp_id=mandje.id,
            winkelmandje_id=mandje.id,
            van=van,
            naar=status,
        )


def betaalopdracht_standen(
    session: Session, opdrachten: Sequence[BetaalopdrachtRow], *, live_mandjes: set[int]
) -> dict[int, BetaalopdrachtAfgeleid]:
    """What the facts say of each betaalopdracht, by its id; two statements, up to three more where money went back or somebody
    accepted less, whatever their number (a winkelmandje holds few)."""
    ids = [row.id for row in opdrachten]
    toegewezen = _toegewezen(session, ids)
    regels, covered = toegewezen.regels, toegewezen.covered
    tekort = _tekort(session, ids) if toegewezen.less_accepted else {}
    blocked = _blocked(session, ids)
    # what goes or went back is reserved on what it is taken from
    given_back, under_way = _terugbetalingen(session, ids) if toegewezen.reserved else ({}, set())
    taken = queries.teruggeboekt(session, ids) if toegewezen.reserved else {}
    return {
        row.id: derive_betaalopdracht(
            BetaalopdrachtFeiten(
                totaal_cent=row.totaal_cent,
                regels=tuple(
                    RegelFeiten(
                        regel.regelnummer, regel.bedrag_cent, covered.get(regel.id, ()), LeveringStatus(regel.levering)
                    )
                    for regel in regels[row.id]
                ),
                live=row.winkelmandje_id in live_mandjes,
                ingetrokken=row.ingetrokken_op is not None,
                verlopen=row.verlopen_op is not None,
                herroepen=row.herroepen_op is not None,
                aanvaard=row.aanvaard_op is not None,
                terugbetaald_cent=given_back.get(row.id, 0),
                teruggeboekt_cent=taken.get(row.id, 0),
                open_uitval=row.id in blocked,
                terugbetaling_loopt=row.id in under_way,
                tekort_cent=tekort.get(row.id, 0),
            )
        )
        for row in opdrachten
    }


@dataclass(frozen=True, slots=True)
class _Toegewezen:
    """The productregels per betaalopdracht, by regelnummer, and per productregel the cents of each paid toewijzing on it; did
    a person accept less for one of them, and is anything reserved on any toewijzing?"""

    regels: dict[int, list[Any]]
    covered: dict[int, tuple[int, ...]]
    less_accepted: bool
    reserved: bool


def _toegewezen(session: Session, opdracht_ids: Collection[int]) -> _Toegewezen:
    regels: dict[int, list[Any]] = defaultdict(list)
    covered: dict[int, tuple[int, ...]] = defaultdict(tuple)
    less_accepted = reserved = False
    for row in _toewijzingen(session, opdracht_ids):
        of_opdracht = regels[row.betaalopdracht_id]
        if not of_opdracht or of_opdracht[-1].id != row.id:
            of_opdracht.append(row)
        if row.cents is None:
            continue
        reserved = reserved or row.gereserveerd_cent > 0
        if row.status == BetalingStatus.BETAALD:
            covered[row.id] += (row.cents,)
            less_accepted = less_accepted or (row.aanvaard_cent is not None and row.aanvaard_cent < row.whole)
    return _Toegewezen(regels, covered, less_accepted, reserved)


def _toewijzingen(session: Session, opdracht_ids: Collection[int]) -> Iterator[Any]:
    """Each productregel with the cents of each toewijzing on it (or None) and its betaling; in order. Columns and no rows: a
    whole register is judged with them."""
    regel, toewijzing, betaling = ProductregelRow, ToewijzingRow, BetalingRow
    for part in chunks(opdracht_ids):
        yield from session.execute(
            select(
                *(regel.betaalopdracht_id, regel.id, regel.regelnummer, regel.bedrag_cent, regel.levering),
                *(toewijzing.bedrag_cent.label("cents"), toewijzing.gereserveerd_cent),
                *(betaling.status, betaling.bedrag_cent.label("whole"), betaling.aanvaard_cent),
            )
            .outerjoin(toewijzing, toewijzing.productregel_id == regel.id)
            .outerjoin(betaling, betaling.id == toewijzing.betaling_id)
            .where(regel.betaalopdracht_id.in_(part))
            .order_by(regel.betaalopdracht_id, regel.regelnummer, toewijzing.id)
        )


def _tekort(session: Session, opdracht_ids: list[int]) -> dict[int, int]:
    """Per betaalopdracht the cents that never came in of the betalingen of which a person accepted less."""
    found: dict[int, int] = defaultdict(int)
    rows = session.execute(
        select(ProductregelRow.betaalopdracht_id, ToewijzingRow.id, ToewijzingRow.bedrag_cent, BetalingRow)
        .join(ToewijzingRow, ToewijzingRow.productregel_id == ProductregelRow.id)
        .join(BetalingRow, BetalingRow.id == ToewijzingRow.betaling_id)
        .where(ProductregelRow.betaalopdracht_id.in_(opdracht_ids), BetalingRow.status == BetalingStatus.BETAALD)
        .where(BetalingRow.aanvaard_cent < BetalingRow.bedrag_cent)
    ).all()
    came_in = {row.BetalingRow.id: shares(session, row.BetalingRow) for row in rows}
    for row in rows:
        found[row.betaalopdracht_id] += row.bedrag_cent - came_in[row.BetalingRow.id][row.id]
    return found


def _blocked(session: Session, opdracht_ids: list[int]) -> set[int]:
    """The betaalopdrachten on which an open uitval takes Leverbaar away."""
    return {
        row.betaalopdracht_id
        for row in queries.open_uitval_of(session, opdracht_ids)
        if row.betaalopdracht_id is not None and UITVAL[UitvalSoort(row.soort)].blocks_leverbaar
    }


def _terugbetalingen(session: Session, opdracht_ids: list[int]) -> tuple[dict[int, int], set[int]]:
    """Per betaalopdracht the cents that were given back, and those of which a terugbetaling is asked for or under way."""
    given_back: dict[int, int] = defaultdict(int)
    under_way: set[int] = set()
    for opdracht_id, status, cents in terugbetaling_queries.per_status(session, opdracht_ids):
        if TerugbetalingStatus(status) in GIVEN_BACK:
            given_back[opdracht_id] += cents
        elif TerugbetalingStatus(status) in UNDER_WAY:
            under_way.add(opdracht_id)
    return given_back, under_way


def _update(session: Session, row: BetaalopdrachtRow, now_is: BetaalopdrachtAfgeleid, door: Door) -> None:
    before = BetaalopdrachtAfgeleid(
        status=BetaalopdrachtStatus(row.status),
        ontvangen_cent=row.ontvangen_cent,
        terugbetaald_cent=row.terugbetaald_cent,
        teruggeboekt_cent=row.teruggeboekt_cent,
        leverbaar=row.leverbaar,
        regels_betaald=now_is.regels_betaald,
    )
    if now_is == before:
        return
    row.status, row.leverbaar, row.ontvangen_cent = now_is.status, now_is.leverbaar, now_is.ontvangen_cent
    row.terugbetaald_cent, row.teruggeboekt_cent = now_is.terugbetaald_cent, now_is.teruggeboekt_cent
    if now_is.status in _ENDED or row.herroepen_op is not None:
        row.levend_sleutel = None
    if now_is.status == BetaalopdrachtStatus.BETAALD and row.betaald_op is None:
        row.betaald_op = door.now
    if now_is.status != before.status:
        record(
            session,
            door,
            "BETAALOPDRACHT_STATUS",
            onderwerp="BETAALOPDRACHT",
            onderwerp_id=row.id,
            winkelmandje_id=row.winkelmandje_id,
            betaalopdracht_id=row.id,
            van=before.status,
            naar=now_is.status,
        )
    if published(before, now_is):
        publish(session, row, door)


def publish(session: Session, row: BetaalopdrachtRow, door: Door) -> None:
    """A new versie of this betaalopdracht: in the feed, and queued for its product system when that one wants to be told."""
    row.versie_gewenst += 1
    publish_versie(session, row, door.now)
    zender = session.get_one(ZenderRow, row.zender_id)
    if zender.push_url:
        outbox.enqueue(
            session, OutboxSoort.STATUSBERICHT, row.id, ontvanger=f"zender:{zender.code}", due_at=door.now, now=door.now
        )
