"""What the PSP says of money that went back: the outcome of our own terugbetalingen, and refunds that somebody made there."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sqlalchemy.orm import Session

from betaalhub.domain.evidence import BewegingStatus, PspBeweging, PspRapport
from betaalhub.domain.statuses import TerugbetalingStatus
from betaalhub.domain.uitval import UitvalSoort
from betaalhub.flows.boeking_terug import book_extern
from betaalhub.flows.gebeurtenissen import Door, record
from betaalhub.flows.keys import Keys
from betaalhub.flows.locks import Locked
from betaalhub.flows.terugbetaling_outcome import advance, complete, fail, tell_failed
from betaalhub.flows.terugboeking import psp_key
from betaalhub.flows.uitval import close_by_itself, open_uitval
from betaalhub.storage import terugbetaling_queries
from betaalhub.storage.tables import TerugbetalingRow, UitvalRow

_S, _W = TerugbetalingStatus, BewegingStatus
_EUR = "EUR"
_RANK = {_W.DONE: 0, _W.PENDING: 1, _W.UNKNOWN: 2, _W.FAILED: 3}  # which of two under one reference is the news
_OTHERS = frozenset({_S.EXTERN, _S.GEKOPPELD})
_MAY_BE_THERE = frozenset({_S.GOEDGEKEURD, _S.VERZENDEN, _S.INGEDIEND, _S.ONBEKEND, _S.VOLTOOID, _S.MISLUKT})


def process_bewegingen(session: Session, locked: Locked, rapport: PspRapport, door: Door, keys: Keys) -> None:
    """Write down what a report says of refunds; the same evidence twice changes nothing twice.

    Found by our reference: it is there, done or failed. Not ours and done: EXTERN, booked at once, for a person to link. The
    caller holds the locks, has written down what was received, and recomputes afterwards.
    """
    rows = terugbetaling_queries.of_betaling(session, locked.betaling.id)
    own = _own(rows, rapport)
    for row, beweging in own:
        _process_own(session, locked, row, beweging, door, keys=keys)
    mine = {beweging.psp_id for _, beweging in own}
    others = [one for one in rapport.terugbetalingen if one.psp_id not in mine and one.amount_cents > 0]
    for beweging, known in _with_rows(rows, others):
        _process_other(session, locked, known, beweging, door, keys=keys)


def _with_rows(
    rows: Sequence[TerugbetalingRow], others: Sequence[PspBeweging]
) -> list[tuple[PspBeweging, TerugbetalingRow | None]]:
    """Each movement that is not ours with the row that it has. By its number at the PSP and its amount; else by amount alone:
    a PSP that gives a refund no number of its own (Docdata) counts them in its list, and the list may turn round. Those that
    are done choose first: one that failed under a number that we know is then another one, and no money is booked twice."""
    left = [row for row in rows if row.psp_id is not None]
    found: dict[int, TerugbetalingRow] = {}
    for done, by_number in ((True, True), (True, False), (False, True)):
        for place, one in enumerate(others):
            if (one.status == _W.DONE) != done or place in found:
                continue
            fits = (row for row in left if _is_row_of(row, one, by_number=by_number))
            if (row := next(fits, None)) is not None:
                found[place] = row
                left.remove(row)
    return [(one, found.get(place)) for place, one in enumerate(others)]


def _is_row_of(row: TerugbetalingRow, one: PspBeweging, *, by_number: bool) -> bool:
    if row.bedrag_cent != one.amount_cents or row.poging_id != one.poging_id:
        return False
    return row.psp_id == psp_key(one.psp_id) if by_number else row.status in _OTHERS


def _own(rows: Sequence[TerugbetalingRow], rapport: PspRapport) -> list[tuple[TerugbetalingRow, PspBeweging]]:
    """Each terugbetaling that we may have sent, with its movement in the report: of several under its reference the one that we
    know, else the one that went furthest. One of another amount than we asked for is not ours: somebody made it there."""
    return [(row, beweging) for row in rows if (beweging := _movement_of(row, rapport)) is not None]


def _movement_of(row: TerugbetalingRow, rapport: PspRapport) -> PspBeweging | None:
    if row.status not in _MAY_BE_THERE:
        return None
    found = [
        one
        for one in rapport.terugbetalingen
        if one.our_reference == row.nummer and one.amount_cents == row.bedrag_cent and one.currency == _EUR
    ]
    if row.status == _S.VOLTOOID and row.psp_id is not None:
        found = [one for one in found if psp_key(one.psp_id) == row.psp_id]
    return min(found, key=lambda one: (_RANK[one.status], len(one.psp_id), one.psp_id), default=None)


def _process_own(
    session: Session, locked: Locked, row: TerugbetalingRow, beweging: PspBeweging, door: Door, *, keys: Keys
) -> None:
    """A word that nobody knows is still under way, never failed."""
    status = _S(row.status)
    if status == _S.VOLTOOID:
        if beweging.status == _W.FAILED:
            _contradicts(session, locked, row, door)
        return
    if status == _S.MISLUKT and beweging.status != _W.DONE:
        return
    row.poging_id = beweging.poging_id
    row.psp_id = psp_key(beweging.psp_id)
    row.beweging_sleutel = f"{row.betaling_id}:{row.psp_id}"
    if beweging.status == _W.DONE:
        complete(session, locked, row, _S.VOLTOOID, door, keys=keys)
    elif beweging.status == _W.FAILED:
        fail(session, locked, row, door, reden="PSP_MELDT_MISLUKT")
    elif status != _S.INGEDIEND:
        advance(session, row, _S.INGEDIEND, door)


def _contradicts(session: Session, locked: Locked, row: TerugbetalingRow, door: Door) -> None:
    """Done before, failed now: VOLTOOID is not left by itself, a person looks."""
    tell_failed(
        session,
        locked,
        row,
        door,
        omschrijving="De PSP meldde een terugbetaling eerst voltooid en nu mislukt. Kijk het na bij de PSP.",
        again=False,
    )


def _process_other(
    session: Session, locked: Locked, row: TerugbetalingRow | None, beweging: PspBeweging, door: Door, *, keys: Keys
) -> None:
    """A refund that the hub did not ask for: while it is under way nothing is delivered; once it is done it has its row.
    One in another currency has none: a person looks."""
    if row is not None:
        if beweging.status == _W.FAILED:
            _contradicts(session, locked, row, door)
    elif beweging.status == _W.DONE and beweging.currency == _EUR:
        row = _add_extern(session, locked, beweging, door, keys=keys)
        for uitval in _tell_extern(session, locked, row.psp_id or "", door, again=True):
            uitval.terugbetaling_id = row.id
    elif beweging.status == _W.FAILED:
        if psp_key(beweging.psp_id) in _numbers(session, locked):  # what waits under it is about the one that is done
            return
        for cause in _causes(locked, psp_key(beweging.psp_id)).values():
            close_by_itself(session, door, {UitvalSoort.EXTERNE_TERUGBETALING}, cause=cause)
    else:
        _tell_extern(session, locked, psp_key(beweging.psp_id), door, again=False)


def _causes(locked: Locked, number: str) -> dict[int, str]:
    """Per betaalopdracht of the betaling the cause of its uitval about the movement with this number."""
    short = hashlib.sha256(number.encode()).hexdigest()[:16]
    return {row.id: f"beweging:{locked.betaling.id}:{row.id}:{short}" for row in locked.betaald}


def _tell_extern(session: Session, locked: Locked, number: str, door: Door, *, again: bool) -> list[UitvalRow]:
    """One uitval per betaalopdracht that the betaling pays: none of them is delivered before a person said what it was for."""
    causes = _causes(locked, number)
    return [
        open_uitval(
            session,
            door,
            UitvalSoort.EXTERNE_TERUGBETALING,
            causes[opdracht.id],
            administratie_id=opdracht.administratie_id,
            betaalopdracht_id=opdracht.id,
            winkelmandje_id=opdracht.winkelmandje_id,
            betaling_id=locked.betaling.id,
            again=again,
        )
        for opdracht in locked.betaald
    ]


def _numbers(session: Session, locked: Locked) -> set[str | None]:
    return {row.psp_id for row in terugbetaling_queries.of_betaling(session, locked.betaling.id)}


def _free_number(session: Session, locked: Locked, number: str) -> str:
    """The PSP's number, or one beside it when another refund had it before."""
    taken = _numbers(session, locked)
    return next(one for one in (number, *(f"{number}~{n}" for n in range(1, len(taken) + 2))) if one not in taken)


def _add_extern(session: Session, locked: Locked, beweging: PspBeweging, door: Door, *, keys: Keys) -> TerugbetalingRow:
    """The money is gone, so it is booked; what it was for is for a person to say."""
    opdrachten = locked.betaald
    number = _free_number(session, locked, psp_key(beweging.psp_id))
    row = TerugbetalingRow(
        administratie_id=locked.mandje.administratie_id,
        betaling_id=locked.betaling.id,
        betaalopdracht_id=opdrachten[0].id if len(opdrachten) == 1 else None,
        nummer=keys.number(),
        status=_S.EXTERN,
        status_op=door.now,
        bedrag_cent=beweging.amount_cents,
        aangevraagd_door="psp",
        aangevraagd_op=door.now,
        poging_id=beweging.poging_id,
        psp_id=number,
        beweging_sleutel=f"{locked.betaling.id}:{number}",
        gezocht=0,
    )
    session.add(row)
    session.flush()
    record(
        session,
        door,
        "TERUGBETALING_GEVONDEN",
        onderwerp="TERUGBETALING",
        onderwerp_id=row.id,
        winkelmandje_id=locked.betaling.winkelmandje_id,
        betaalopdracht_id=row.betaalopdracht_id,
        naar=row.status,
        gegevens={"nummer": row.nummer, "bedrag_cent": row.bedrag_cent, "betaling": locked.betaling.id},
    )
    book_extern(session, row, door, keys=keys)
    return row
