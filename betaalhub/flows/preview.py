"""What a resolution would do: it is done for real in a savepoint, written up, and taken back; nothing of it stays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import event
from sqlalchemy.orm import Session

from betaalhub.flows.keys import Keys
from betaalhub.flows.resolve_uitval import resolve_uitval
from betaalhub.flows.resolve_uitval_zaak import Keuze, lock_zaak
from betaalhub.flows.timeline import in_words
from betaalhub.storage import queries
from betaalhub.storage.tables import (
    BetaalopdrachtRow,
    GebeurtenisRow,
    JournaalpostRow,
    TerugbetalingRow,
    ZenderRow,
)


@dataclass(frozen=True, slots=True)
class Boekregel:
    """A line of a journaalpost that would be made. Cents."""

    rekening: str
    kostenplaats: str | None
    debet_cent: int
    credit_cent: int


@dataclass(frozen=True, slots=True)
class Boeking:
    """A journaalpost that would be made."""

    soort: str
    omschrijving: str
    regels: tuple[Boekregel, ...]


@dataclass(frozen=True, slots=True)
class Stand:
    """What a product system is told of a betaalopdracht. Cents."""

    status: str
    leverbaar: bool
    ontvangen_cent: int
    terugbetaald_cent: int
    teruggeboekt_cent: int


@dataclass(frozen=True, slots=True)
class Bericht:
    """A statusbericht that would go out: what the product system knows, and what it would be told."""

    betaalkenmerk: str
    zender: str
    was: Stand
    wordt: Stand


@dataclass(frozen=True, slots=True)
class Terug:
    """A terugbetaling that would be asked for. Cents. Its number would be another one."""

    status: str
    bedrag_cent: int


@dataclass(frozen=True, slots=True)
class Voorbeeld:
    """All that a resolution would do."""

    boekingen: tuple[Boeking, ...]
    berichten: tuple[Bericht, ...]
    terugbetalingen: tuple[Terug, ...]
    stappen: tuple[str, ...]


def preview(session: Session, uitval_id: int, keuze: Keuze, *, keys: Keys) -> Voorbeeld:
    """What `resolve_uitval` would do with this choice; the same Refusal or NotFound when it would do nothing.

    The locks stay until the caller ends the transaction, which it does without committing.
    """
    zaak = lock_zaak(session, uitval_id, keys)
    before = {row.id: (row.versie_gewenst, _stand(row)) for row in zaak.opdrachten}
    savepoint = session.begin_nested()
    try:
        with _made(session) as made:
            resolve_uitval(session, uitval_id, keuze, keys=keys)
            session.flush()
            return _written_up(session, made, zaak.opdrachten, before)
    finally:
        savepoint.rollback()


@contextmanager
def _made(session: Session) -> Iterator[list[object]]:
    """The rows that are added within, in their order."""
    made: list[object] = []

    def note(_session: Session, _context: object) -> None:
        made.extend(session.new)

    event.listen(session, "after_flush", note)
    try:
        yield made
    finally:
        event.remove(session, "after_flush", note)


def _written_up(
    session: Session,
    made: Sequence[object],
    opdrachten: Sequence[BetaalopdrachtRow],
    before: Mapping[int, tuple[int, Stand]],
) -> Voorbeeld:
    posts = sorted((row for row in made if isinstance(row, JournaalpostRow)), key=lambda row: row.id)
    terug = sorted((row for row in made if isinstance(row, TerugbetalingRow)), key=lambda row: row.id)
    events = sorted((row for row in made if isinstance(row, GebeurtenisRow)), key=lambda row: row.id)
    return Voorbeeld(
        boekingen=tuple(_boeking(session, row) for row in posts),
        berichten=tuple(
            Bericht(row.kenmerk, session.get_one(ZenderRow, row.zender_id).naam, before[row.id][1], _stand(row))
            for row in opdrachten
            if row.versie_gewenst > before[row.id][0]
        ),
        terugbetalingen=tuple(Terug(row.status, row.bedrag_cent) for row in terug),
        stappen=tuple(in_words(row) for row in events if _is_step(row)),
    )


def _is_step(row: GebeurtenisRow) -> bool:
    return row.van is not None and row.naar is not None and row.van != row.naar


def _boeking(session: Session, row: JournaalpostRow) -> Boeking:
    lines = queries.boekingsregels_of(session, [row.id])
    return Boeking(
        row.soort,
        row.omschrijving,
        tuple(Boekregel(one.grootboekrekening, one.kostenplaats, one.debet_cent, one.credit_cent) for one in lines),
    )


def _stand(row: BetaalopdrachtRow) -> Stand:
    return Stand(row.status, row.leverbaar, row.ontvangen_cent, row.terugbetaald_cent, row.teruggeboekt_cent)
