"""Books what was given back: from the accounts where its money lies, per betaalopdracht, each event once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from betaalhub.domain.boeking import JournaalSoort, boekdatum
from betaalhub.domain.boeking_uitval import Opbrengst, post_taken
from betaalhub.domain.statuses import GIVEN_BACK, TerugbetalingStatus
from betaalhub.flows.boeking import is_booked, store_post
from betaalhub.flows.boeking_uitval import Place, accounts_of, book_taken, booked_keys, place, taken_of
from betaalhub.flows.catalogus import boekingsleutel_for
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.gone import gone
from betaalhub.flows.keys import Keys
from betaalhub.storage import terugbetaling_queries
from betaalhub.storage.tables import (
    BetaalopdrachtRow,
    BetalingRow,
    ProductregelRow,
    TerugbetalingRegelRow,
    TerugbetalingRow,
)

Regel = tuple[TerugbetalingRegelRow, ProductregelRow]


def book_given_back(
    session: Session, row: TerugbetalingRow, door: Door, *, keys: Keys, before: Mapping[int, int] | None = None
) -> None:
    """Book a terugbetaling that is VOLTOOID or HANDMATIG, or an EXTERN one that is GEKOPPELD now; again it changes nothing.

    D opbrengst and btw per productregel, or D te verrekenen where its money lies aside or on no productregel / C tussenrekening;
    of a GEKOPPELD one the money left when it was found, so there te verrekenen takes the place of the tussenrekening. What the
    betaling brought in is not booked as long as its booking key is missing: then this is booked right after it (`catch_up`).
    `before`: the cents of each toewijzing that are booked as gone; by default all that are gone without this one.
    """
    if before is None:
        before = gone(session, row.betaling_id, but_terugbetaling=row.id)
    per_opdracht: dict[int, list[Regel]] = defaultdict(list)
    for pair in terugbetaling_queries.regels_of(session, row.id):
        per_opdracht[pair[1].betaalopdracht_id].append(pair)
    for opdracht_id, regels in per_opdracht.items():
        opdracht = session.get_one(BetaalopdrachtRow, opdracht_id)
        _book_regels(session, row, opdracht, regels, door=door, keys=keys, before=before)
    loose = row.bedrag_cent - sum(regel.bedrag_cent for regels in per_opdracht.values() for regel, _ in regels)
    if loose and row.status != TerugbetalingStatus.GEKOPPELD:
        _book_loose(session, row, loose, f"TERUGBETALING:{row.id}:MEER", door, keys=keys)


def book_extern(session: Session, row: TerugbetalingRow, door: Door, *, keys: Keys) -> None:
    """Book, once and at sight, a refund that somebody made at the PSP: D te verrekenen / C tussenrekening; what it was for is
    booked when a person links it."""
    _book_loose(session, row, row.bedrag_cent, f"EXTERN:{row.id}", door, keys=keys)


def catch_up(session: Session, betaling: BetalingRow, opdracht: BetaalopdrachtRow, door: Door, *, keys: Keys) -> None:
    """The proceeds of this betaalopdracht were booked late: what was given back or taken back of them meanwhile follows, one
    after the other."""
    before: dict[int, int] = defaultdict(int)
    for row in terugbetaling_queries.of_betaling(session, betaling.id):
        if TerugbetalingStatus(row.status) in GIVEN_BACK and not is_revocation(session, row):
            book_given_back(session, row, door, keys=keys, before=before)
            for regel, _ in terugbetaling_queries.regels_of(session, row.id):
                before[regel.toewijzing_id] += regel.bedrag_cent
    for taken in terugbetaling_queries.taken_of_betaling(session, betaling.id):
        book_taken(session, taken, opdracht, door, keys=keys, before=before)
        for toewijzing_id, _, cents in taken_of(session, taken.id, opdracht.id):
            before[toewijzing_id] += cents


def is_revocation(session: Session, row: TerugbetalingRow) -> bool:
    """Was this a registration that was revoked? Its own reversal books it, or nothing was booked at all."""
    opdracht = session.get(BetaalopdrachtRow, row.betaalopdracht_id) if row.betaalopdracht_id else None
    return row.status == TerugbetalingStatus.HANDMATIG and opdracht is not None and opdracht.herroepen_op is not None


def _book_regels(
    session: Session,
    row: TerugbetalingRow,
    opdracht: BetaalopdrachtRow,
    regels: Sequence[Regel],
    *,
    door: Door,
    keys: Keys,
    before: Mapping[int, int],
) -> None:
    """What goes back of one betaalopdracht, in one journaalpost."""
    linked = row.status == TerugbetalingStatus.GEKOPPELD
    sleutel = f"GEKOPPELD:{row.id}:{opdracht.id}" if linked else f"TERUGBETALING:{row.id}"
    where = place(session, row.betaling_id, opdracht.id)
    if where == Place.NONE or (linked and where == Place.ASIDE) or is_booked(session, sleutel):
        return
    betaling = session.get_one(BetalingRow, row.betaling_id)
    accounts = accounts_of(session, betaling, opdracht.administratie_id)
    if linked:
        accounts = replace(accounts, tussenrekening=accounts.te_verrekenen)
    on = boekdatum(door.now)
    delen = (
        _delen(session, opdracht, regels, on, before=before, betaling_id=betaling.id) if where == Place.PROCEEDS else []
    )
    aside = sum(regel.bedrag_cent for regel, _ in regels) - sum(deel.cents for deel in delen)
    post = post_taken(delen, aside, accounts, boekdatum=on, omschrijving=f"Terugbetaling {opdracht.kenmerk}")
    store_post(
        session,
        replace(post, soort=JournaalSoort.TERUGBETALING),
        sleutel,
        door,
        keys=keys,
        administratie_id=opdracht.administratie_id,
        betaling=betaling,
        opdracht=opdracht,
    )


def _delen(
    session: Session,
    opdracht: BetaalopdrachtRow,
    regels: Sequence[Regel],
    on: date,
    *,
    before: Mapping[int, int],
    betaling_id: int,
) -> list[Opbrengst]:
    """These parts of the proceeds, on the accounts on which they were booked; one without any account is left out."""
    sleutels = booked_keys(session, betaling_id, opdracht.id)
    delen = []
    for regel, productregel in regels:
        key = sleutels.get(productregel.regelnummer) or boekingsleutel_for(
            session, opdracht.administratie_id, productregel.productcode, on
        )
        if key is not None:
            lo = before.get(regel.toewijzing_id, 0)
            tekst = productregel.omschrijving
            delen.append(Opbrengst(productregel.regelnummer, tekst, lo, lo + regel.bedrag_cent, key))
    return delen


def _book_loose(session: Session, row: TerugbetalingRow, cents: int, sleutel: str, door: Door, *, keys: Keys) -> None:
    """Money that lies on te verrekenen ontvangsten: D te verrekenen / C tussenrekening."""
    if is_booked(session, sleutel):
        return
    betaling = session.get_one(BetalingRow, row.betaling_id)
    accounts = accounts_of(session, betaling, row.administratie_id)
    tekst = f"Terugbetaling {betaling.psp_referentie}"
    post = post_taken([], cents, accounts, boekdatum=boekdatum(door.now), omschrijving=tekst)
    store_post(
        session,
        replace(post, soort=JournaalSoort.TERUGBETALING),
        sleutel,
        door,
        keys=keys,
        administratie_id=row.administratie_id,
        betaling=betaling,
        opdracht=None,
    )
