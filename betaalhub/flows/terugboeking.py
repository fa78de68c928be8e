"""Money that the bank takes back: recorded and booked as soon as the PSP has paid it out of ours, and undone when it returns."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from betaalhub.domain.bedrag import in_euro
from betaalhub.domain.evidence import BewegingStatus, PspBeweging, PspRapport
from betaalhub.domain.statuses import TAKEN, BetalingStatus, TerugboekingStatus
from betaalhub.domain.terugboeking import Spreiding, allot_terugboeking
from betaalhub.domain.uitval import UitvalSoort
from betaalhub.flows.boeking_uitval import book_taken, book_taken_aside
from betaalhub.flows.change_status import change_terugboeking
from betaalhub.flows.gebeurtenissen import Door, record
from betaalhub.flows.keys import Keys
from betaalhub.flows.locks import Locked
from betaalhub.flows.reserved import hold_loose
from betaalhub.flows.terugbetaling import covered_cents
from betaalhub.flows.uitval import open_uitval
from betaalhub.storage.database import lock
from betaalhub.storage.tables import (
    BetaalopdrachtRow,
    ProductregelRow,
    TerugboekingRegelRow,
    TerugboekingRow,
    ToewijzingRow,
)

BY_HAND = "HAND-"  # begins the number of a terugboeking that a person wrote down, not the PSP
_EUR = "EUR"
_LONGEST = 70  # characters of the PSP's number that are kept as they are
_SUREST_FIRST = (  # the movement's status; the row is taken, of the same amount, from the same place in the PSP's list
    (BewegingStatus.DONE, True, True, True),
    (BewegingStatus.DONE, True, True, False),
    (BewegingStatus.FAILED, True, True, True),
    (BewegingStatus.FAILED, True, True, False),
    (BewegingStatus.DONE, False, True, False),
    (BewegingStatus.FAILED, False, True, False),
    (BewegingStatus.DONE, True, False, True),
)


def process_terugboekingen(session: Session, locked: Locked, rapport: PspRapport, door: Door, keys: Keys) -> None:
    """Write down what the PSP says of the terugboekingen of a betaling; the same evidence twice changes nothing twice.

    One that is done is GEMELD and booked at once, one that failed after that is GEWONNEN; one that is still under way, or of
    which the word is unknown, is not money yet. The caller holds the locks and recomputes afterwards.
    """
    by_place = _with_rows(_rows(session, locked.betaling.id), rapport)
    for beweging in rapport.terugboekingen:
        if beweging.status not in (BewegingStatus.DONE, BewegingStatus.FAILED) or beweging.amount_cents <= 0:
            continue
        if beweging.currency != _EUR:
            _strange(session, locked, beweging, door)
            continue
        last = by_place.get(beweging.psp_id) if beweging.by_place else _last(session, locked.betaling.id, beweging)
        _process(session, locked, beweging, last, rapport=rapport, door=door, keys=keys)


def _process(
    session: Session,
    locked: Locked,
    beweging: PspBeweging,
    last: TerugboekingRow | None,
    *,
    rapport: PspRapport,
    door: Door,
    keys: Keys,
) -> None:
    done = beweging.status == BewegingStatus.DONE
    if last is not None and rapport.observed_at < last.status_op:  # asked before the answer that we have
        return
    if done and (last is None or (last.status == TerugboekingStatus.GEWONNEN and rapport.observed_at > last.status_op)):
        number = _free_number(session, locked.betaling.id, psp_key(beweging.psp_id))
        seen = Door(door.wie, rapport.observed_at)
        row = add_terugboeking(
            session,
            locked,
            number,
            beweging.amount_cents,
            poging_id=beweging.poging_id,
            seen=seen,
            door=door,
            keys=keys,
        )
        _tell(session, locked, row, door)
    elif done and last is not None and last.bedrag_cent != beweging.amount_cents:
        _differs(session, locked, last, beweging, door)
    elif not done and last is not None and last.status != TerugboekingStatus.GEWONNEN:
        win(session, locked, last, door, keys=keys, rapport=rapport)


def psp_key(psp_id: str) -> str:
    """The PSP's number of a movement as the register keeps it: one that is too long must not keep money out."""
    if len(psp_id) <= _LONGEST:
        return psp_id
    return f"{psp_id[:40]}#{hashlib.sha256(psp_id.encode()).hexdigest()[:29]}"


def _rows(session: Session, betaling_id: int) -> Sequence[TerugboekingRow]:
    """The terugboekingen of a betaling, the first first."""
    query = select(TerugboekingRow).where(TerugboekingRow.betaling_id == betaling_id).order_by(TerugboekingRow.id)
    return session.scalars(query).all()


def _has_number(row: TerugboekingRow, number: str) -> bool:
    """One that was won may be taken again, which is another row with a number beside it."""
    return row.psp_id == number or row.psp_id.rpartition("~")[0] == number


def _last(session: Session, betaling_id: int, beweging: PspBeweging) -> TerugboekingRow | None:
    """The newest row of a movement with a number of its own."""
    number = psp_key(beweging.psp_id)
    return next((row for row in reversed(_rows(session, betaling_id)) if _has_number(row, number)), None)


def _free_number(session: Session, betaling_id: int, number: str) -> str:
    """The PSP's number, or one beside it when another row had it before."""
    taken = {row.psp_id for row in _rows(session, betaling_id)}
    return next(one for one in (number, *(f"{number}~{n}" for n in range(1, len(taken) + 2))) if one not in taken)


def _with_rows(rows: Sequence[TerugboekingRow], rapport: PspRapport) -> dict[str, TerugboekingRow]:
    """By its psp_id each movement without a number of its own (Docdata) with the row that it has: by its amount, for the list
    may turn round. Those that are done choose first, among what is taken first, so that no money is booked twice; what is left
    is the same one with another amount when it stands in the same place."""
    numbered = [psp_key(one.psp_id) for one in rapport.terugboekingen if not one.by_place]
    left = [
        row
        for row in rows
        if not row.psp_id.startswith(BY_HAND) and not any(_has_number(row, number) for number in numbered)
    ]
    waiting = [one for one in rapport.terugboekingen if one.by_place and one.currency == _EUR]
    found: dict[str, TerugboekingRow] = {}
    for status, taken, same_amount, same_place in _SUREST_FIRST:
        for one in waiting:
            fits = (
                row
                for row in left
                if (row.poging_id, row.status in TAKEN) == (one.poging_id, taken)
                and (row.bedrag_cent == one.amount_cents or not same_amount)
                and (not same_place or _has_number(row, psp_key(one.psp_id)))
            )
            if one.status == status and one.psp_id not in found and (row := next(fits, None)) is not None:
                found[one.psp_id] = row
                left.remove(row)
    return found


def add_terugboeking(
    session: Session,
    locked: Locked,
    psp_id: str,
    cents: int,
    *,
    poging_id: str | None,
    seen: Door,
    door: Door,
    keys: Keys,
) -> TerugboekingRow:
    """Record a terugboeking GEMELD over what the betaling has left, the surplus first, and book it. `seen.now` is when the PSP was asked."""
    betaling = locked.betaling
    toewijzingen = _lock_toewijzingen(session, betaling.id)
    spreiding = _spread(locked, toewijzingen, cents)
    row = TerugboekingRow(
        administratie_id=locked.mandje.administratie_id,
        betaling_id=betaling.id,
        psp_id=psp_id,
        poging_id=poging_id,
        status=TerugboekingStatus.GEMELD,
        status_op=seen.now,
        bedrag_cent=cents,
        gemeld_op=door.now,
    )
    session.add(row)
    session.flush()
    for toewijzing_id, part in spreiding.toewijzingen.items():
        session.add(TerugboekingRegelRow(terugboeking_id=row.id, toewijzing_id=toewijzing_id, bedrag_cent=part))
        toewijzingen[toewijzing_id].gereserveerd_cent += part
    hold_loose(session, betaling)
    record(
        session,
        door,
        "TERUGBOEKING_GEMELD",
        onderwerp="TERUGBOEKING",
        onderwerp_id=row.id,
        winkelmandje_id=betaling.winkelmandje_id,
        naar=row.status,
        gegevens={"bedrag_cent": cents, "betaling": betaling.id, "boven": spreiding.beyond},
    )
    for opdracht in locked.betaald:
        book_taken(session, row, opdracht, door, keys=keys)
    book_taken_aside(session, row, spreiding.surplus + spreiding.beyond, door, keys=keys)
    return row


def win(session: Session, locked: Locked, row: TerugboekingRow, door: Door, *, keys: Keys, rapport: PspRapport) -> None:
    """The money came back: GEWONNEN, its cents are free again and the opposite is booked."""
    toewijzingen = _lock_toewijzingen(session, row.betaling_id)
    parts = _regels(session, row.id)
    change_terugboeking(
        session,
        row,
        TerugboekingStatus.GEWONNEN,
        door,
        winkelmandje_id=locked.betaling.winkelmandje_id,
        seen_at=rapport.observed_at,
    )
    session.flush()
    for toewijzing_id, part in parts.items():
        toewijzingen[toewijzing_id].gereserveerd_cent -= part
    hold_loose(session, locked.betaling)
    for opdracht in locked.betaald:
        book_taken(session, row, opdracht, door, keys=keys, won=True)
    book_taken_aside(session, row, row.bedrag_cent - sum(parts.values()), door, keys=keys, won=True)


def win_by_hand(
    session: Session, locked: Locked, received_cents: int, door: Door, *, keys: Keys, rapport: PspRapport
) -> None:
    """The PSP has more than was left when a person wrote off what it did not have: what was written off came back. Is a part of
    it still gone, then that waits for a person anew."""
    rows = session.scalars(
        select(TerugboekingRow).where(
            TerugboekingRow.betaling_id == locked.betaling.id,
            TerugboekingRow.psp_id.startswith(BY_HAND),
            TerugboekingRow.status.in_(sorted(TAKEN)),
            TerugboekingRow.status_op < rapport.observed_at,
        )
    ).all()
    if received_cents > locked.betaling.ontvangen_cent - sum(row.bedrag_cent for row in rows):
        for row in rows:
            win(session, locked, row, door, keys=keys, rapport=rapport)


def won_by_hand(session: Session, betaling_id: int) -> int:
    """How often money of this betaling that a person wrote off came back."""
    query = select(func.count(TerugboekingRow.id)).where(
        TerugboekingRow.betaling_id == betaling_id,
        TerugboekingRow.psp_id.startswith(BY_HAND),
        TerugboekingRow.status == TerugboekingStatus.GEWONNEN,
    )
    return int(session.scalar(query) or 0)


def _lock_toewijzingen(session: Session, betaling_id: int) -> dict[int, ToewijzingRow]:
    ids = session.scalars(select(ToewijzingRow.id).where(ToewijzingRow.betaling_id == betaling_id)).all()
    return {row.id: row for row in lock(session, ToewijzingRow, ids)}


def _spread(locked: Locked, toewijzingen: Mapping[int, ToewijzingRow], cents: int) -> Spreiding:
    """What a betaling holds that is not BETAALD covers no productregel: all of it is surplus then."""
    betaling = locked.betaling
    paid = betaling.status == BetalingStatus.BETAALD
    expected = covered_cents(betaling) if paid else 0
    return allot_terugboeking(
        cents,
        surplus_left=betaling.ontvangen_cent - expected - betaling.meer_gereserveerd_cent,
        left={key: row.bedrag_cent - row.gereserveerd_cent for key, row in toewijzingen.items()} if paid else {},
        whole_left=betaling.ontvangen_cent - betaling.gereserveerd_cent,
    )


def _regels(session: Session, terugboeking_id: int) -> dict[int, int]:
    rows = session.execute(
        select(TerugboekingRegelRow.toewijzing_id, TerugboekingRegelRow.bedrag_cent).where(
            TerugboekingRegelRow.terugboeking_id == terugboeking_id
        )
    )
    return dict(rows.all())


def _tell(session: Session, locked: Locked, row: TerugboekingRow, door: Door) -> None:
    """One uitval per betaalopdracht that loses money, and one about what no betaalopdracht has left."""
    parts = _regels(session, row.id)
    found = session.scalars(
        select(ProductregelRow.betaalopdracht_id)
        .join(ToewijzingRow, ToewijzingRow.productregel_id == ProductregelRow.id)
        .where(ToewijzingRow.id.in_(sorted(parts)))
        .distinct()
    ).all()
    for opdracht in (one for one in locked.betaald if one.id in found):
        _open(session, locked, row, door, opdracht=opdracht)
    loose = row.bedrag_cent - sum(parts.values())
    if loose:
        _open(session, locked, row, door, loose=loose)


def _open(
    session: Session,
    locked: Locked,
    row: TerugboekingRow,
    door: Door,
    *,
    opdracht: BetaalopdrachtRow | None = None,
    loose: int = 0,
) -> None:
    cause = f"terugboeking:{row.id}"
    open_uitval(
        session,
        door,
        UitvalSoort.TERUGBOEKING,
        f"{cause}:{opdracht.id}" if opdracht else cause,
        administratie_id=row.administratie_id,
        betaalopdracht_id=opdracht.id if opdracht else None,
        winkelmandje_id=locked.betaling.winkelmandje_id,
        betaling_id=row.betaling_id,
        terugboeking_id=row.id,
        omschrijving=None
        if opdracht
        else f"De bank haalde {in_euro(loose)} terug dat op geen productregel ligt: te veel betaald of al terugbetaald. "
        "Het is geboekt op te verrekenen ontvangsten.",
    )


def _differs(session: Session, locked: Locked, row: TerugboekingRow, beweging: PspBeweging, door: Door) -> None:
    """The PSP names another amount for the same terugboeking: a person looks."""
    open_uitval(
        session,
        door,
        UitvalSoort.TERUGBOEKING,
        f"terugboeking:{row.id}:bedrag:{beweging.amount_cents}",
        administratie_id=row.administratie_id,
        winkelmandje_id=locked.betaling.winkelmandje_id,
        betaling_id=row.betaling_id,
        terugboeking_id=row.id,
        omschrijving=f"De PSP noemt nu {in_euro(beweging.amount_cents)} voor een terugboeking die met "
        f"{in_euro(row.bedrag_cent)} is geboekt. Kijk het na bij de PSP.",
        again=False,
    )


def _strange(session: Session, locked: Locked, beweging: PspBeweging, door: Door) -> None:
    """A terugboeking in another currency can not be booked: a person looks."""
    open_uitval(
        session,
        door,
        UitvalSoort.TERUGBOEKING,
        f"munt:{locked.betaling.id}:{psp_key(beweging.psp_id)}"[:80],
        administratie_id=locked.mandje.administratie_id,
        winkelmandje_id=locked.betaling.winkelmandje_id,
        betaling_id=locked.betaling.id,
        omschrijving="De bank haalde geld terug in een andere munt dan de euro. Dat is niet geboekt: kijk het na bij de PSP.",
        again=False,
    )
