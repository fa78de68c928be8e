"""Checks of the whole register: whatever refers to something refers to something that is there, and kenmerken are good."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache, partial
from typing import Any

from sqlalchemy import Select, Table, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from betaalhub.domain.kenmerk import is_kenmerk
from betaalhub.domain.werk import OutboxSoort
from betaalhub.flows.verify_check import Check, Mismatch, Span
from betaalhub.flows.verify_verhaal import ONDERWERPEN
from betaalhub.storage.database import chunks
from betaalhub.storage.tables import (
    METADATA,
    AansluitingRow,
    AntwoordRow,
    BetaalopdrachtRow,
    BetalingRow,
    BoekingsbatchRow,
    GebeurtenisRow,
    KenmerkRow,
    MailRow,
    NumberedRow,
    OutboxRow,
    Row,
    TerugbetalingRow,
    WinkelmandjeRow,
    ZenderRow,
)

_ASK = "Laat een ontwikkelaar hiernaar kijken; zet zo nodig een reservekopie terug (docs/backup.md)."
_OBJECTS: dict[OutboxSoort, type[NumberedRow]] = {
    OutboxSoort.VRAAG_PSP: BetalingRow,
    OutboxSoort.STATUSBERICHT: BetaalopdrachtRow,
    OutboxSoort.BOEKINGSBATCH: BoekingsbatchRow,
    OutboxSoort.VERVAL: BetaalopdrachtRow,
    OutboxSoort.TERUGBETALING: TerugbetalingRow,
    OutboxSoort.MAIL: MailRow,
}
if _OBJECTS.keys() != set(OutboxSoort):
    raise AssertionError("Of every kind of work it must be known what it is about")
_ABOUT: dict[str, type[NumberedRow]] = {
    **{name: of.rows for name, of in ONDERWERPEN.items()},
    "ZENDER": ZenderRow,
    "AANSLUITING": AansluitingRow,
}


@cache
def _orphans(table: Table) -> tuple[tuple[str, Select[Any]], ...]:
    """Per column of a table that refers to another one: its rows without that other."""
    number, found = next(iter(table.primary_key.columns)), []
    for key in table.foreign_key_constraints:
        ((mine, other),) = [(element.parent, element.column) for element in key.elements]
        parent = other.table.alias()
        there = select(parent.c[other.key]).where(parent.c[other.key] == mine)
        query = select(number, mine).where(mine.is_not(None), ~there.exists()).order_by(number)
        found.append((mine.name, query))
    return tuple(found)


def _parents(session: Session, span: Span, *, table: Table) -> Iterator[Mismatch]:
    """The foreign keys of one table: a file that was copied while it was written may have lost rows."""
    number = next(iter(table.primary_key.columns))
    for column, query in _orphans(table):
        for id_, value in session.execute(query.where(number.between(span.first, span.last))):
            yield Mismatch(f"{table.name} {id_}", f"{column} {value} bestaat niet")


def _objects(session: Session, span: Span) -> Iterator[Mismatch]:
    for soort, rows_of in _OBJECTS.items():
        there = select(rows_of.id).where(rows_of.id == OutboxRow.object_id)
        rows = session.execute(
            select(OutboxRow.object_id)
            .where(span.of(OutboxRow.id), OutboxRow.soort == soort, ~there.exists())
            .order_by(OutboxRow.id)
        )
        for (number,) in rows:
            yield Mismatch(f"werk {soort} {number}", f"{rows_of.__tablename__} {number} bestaat niet")


def _onderwerpen(session: Session, span: Span) -> Iterator[Mismatch]:
    row = GebeurtenisRow
    for onderwerp, rows_of in _ABOUT.items():
        there = select(rows_of.id).where(rows_of.id == row.onderwerp_id)
        rows = session.execute(
            select(row.id, row.onderwerp_id)
            .where(span.of(row.id), row.onderwerp == onderwerp, ~there.exists())
            .order_by(row.id)
        )
        for id_, number in rows:
            yield Mismatch(f"gebeurtenis {id_}", f"{onderwerp} {number} bestaat niet")


_WITH_BETALING = ("UITVAL_GEOPEND", "TERUGBETALING_AANGEVRAAGD", "TERUGBETALING_GEVONDEN", "TERUGBOEKING_GEMELD",
                  "TERUGBOEKING_STATUS")  # fmt: skip


def _gegevens(session: Session, span: Span) -> Iterator[Mismatch]:
    """The betalingen that gebeurtenissen name in their facts."""
    row = GebeurtenisRow
    named: dict[int, int] = {}
    rows = session.execute(
        select(row.id, row.gegevens)
        .where(span.of(row.id), row.soort.in_(_WITH_BETALING), row.gegevens.is_not(None))
        .order_by(row.id)
    )
    for id_, text in rows:
        facts = _json(text)
        if facts is None:
            yield Mismatch(f"gebeurtenis {id_}", "de gegevens zijn niet te lezen")
        elif isinstance(number := facts.get("betaling"), int):
            named.setdefault(number, id_)
    yield from (
        Mismatch(f"gebeurtenis {named[number]}", f"betaling {number} bestaat niet")
        for number in _absent(session, BetalingRow.id, named)
    )


def _json(text: str | None) -> dict[str, Any] | None:
    try:
        found = json.loads(text or "")
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _absent(session: Session, column: Any, values: Any) -> list[Any]:
    """The values that no row holds in this column."""
    there: set[Any] = set()
    for part in chunks(values):
        there.update(session.scalars(select(column).where(column.in_(part))))
    return sorted(set(values) - there)


def _cijfers(
    session: Session, span: Span, *, of: type[WinkelmandjeRow] | type[BetaalopdrachtRow]
) -> Iterator[Mismatch]:
    """The check digits, and that it was given out for this."""
    soort = of.__tablename__.upper()
    rows = session.execute(
        select(of.kenmerk, KenmerkRow.soort)
        .outerjoin(KenmerkRow, KenmerkRow.kenmerk == of.kenmerk)
        .where(span.of(of.id))
        .order_by(of.id)
    )
    for kenmerk, given in rows:
        if not is_kenmerk(kenmerk):
            yield Mismatch(kenmerk, "de controlecijfers kloppen niet")
        elif given != soort:
            yield Mismatch(kenmerk, f"uitgegeven voor {given or 'niets'}, gebruikt voor {soort}")


def _antwoorden(session: Session, span: Span) -> Iterator[Mismatch]:
    """The stored answers of a zender: each is whole and about a betaalopdracht of that zender."""
    row = AntwoordRow
    rows = session.execute(
        select(row.referentienummer, row.inhoud, row.zender_id)
        .where(span.of(row.zender_id))
        .execution_options(yield_per=_AT_ONCE)
    )
    for part in rows.partitions(_AT_ONCE):
        about: dict[str, str] = {}
        for referentienummer, inhoud, _ in part:
            facts = _json(inhoud)  # what was never finished is no JSON
            if facts is None or not isinstance(facts.get("betaalkenmerk"), str):
                yield Mismatch(f"antwoord {referentienummer}", "niet te lezen")
            else:
                about[facts["betaalkenmerk"]] = referentienummer
        for kenmerk in _absent(session, BetaalopdrachtRow.kenmerk, about):
            yield Mismatch(kenmerk, f"genoemd in antwoord {about[kenmerk]}, en bestaat niet")


_AT_ONCE = 500


def _numbers_of(table: Table) -> InstrumentedAttribute[int]:
    """The column that the check of a table's foreign keys walks over: its own number, or the first of its key."""
    (mapper,) = [mapper for mapper in Row.registry.mappers if mapper.local_table is table]
    column = next(iter(table.primary_key.columns))
    found: InstrumentedAttribute[int] = getattr(mapper.class_, mapper.get_property_by_column(column).key)
    return found


def _walks(table: Table) -> bool:
    """Has it foreign keys, and a number to walk over?"""
    first = next(iter(table.primary_key.columns))
    return bool(table.foreign_key_constraints) and first.type.python_type is int


CHECKS = (
    *(
        Check(
            "VERWIJZING_TABEL",
            "Elke rij waarnaar een andere verwijst, is er.",
            _ASK,
            _numbers_of(table),
            partial(_parents, table=table),
        )
        for table in METADATA.sorted_tables
        if _walks(table)
    ),
    Check("VERWIJZING_WERK", "Al het werk in de outbox gaat over iets dat er is.", _ASK, OutboxRow.id, _objects),
    Check("VERWIJZING_GEBEURTENIS", "Elke gebeurtenis gaat over iets dat er is.", _ASK, GebeurtenisRow.id, _onderwerpen),
    Check("VERWIJZING_GEBEURTENIS", "Elke gebeurtenis gaat over iets dat er is.", _ASK, GebeurtenisRow.id, _gegevens),
    Check("KENMERK_CIJFERS", "Elk kenmerk is goed gevormd en uitgegeven waarvoor het gebruikt wordt.", _ASK,
          WinkelmandjeRow.id, partial(_cijfers, of=WinkelmandjeRow)),
    Check("KENMERK_CIJFERS", "Elk kenmerk is goed gevormd en uitgegeven waarvoor het gebruikt wordt.", _ASK,
          BetaalopdrachtRow.id, partial(_cijfers, of=BetaalopdrachtRow)),
    Check("ANTWOORD", "Elk bewaard antwoord is heel en gaat over een betaalopdracht die er is.", _ASK, AntwoordRow.zender_id,
          _antwoorden, step=1),
)  # fmt: skip
