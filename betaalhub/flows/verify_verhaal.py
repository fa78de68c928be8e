"""Checks of the whole register: the gebeurtenissen tell each status, step by step, and end in the present one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, literal, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from betaalhub.domain.statuses import (
    STARTS,
    TRANSITIONS,
    BetaalopdrachtStatus,
    BetalingStatus,
    BoekingStatus,
    LeveringStatus,
    TerugbetalingStatus,
    TerugboekingStatus,
    UitvalStatus,
    WinkelmandjeStatus,
)
from betaalhub.flows.verify_check import Check, Mismatch, Span, text_of
from betaalhub.storage.tables import (
    BetaalopdrachtRow,
    BetalingRow,
    GebeurtenisRow,
    JournaalpostRow,
    NumberedRow,
    ProductregelRow,
    TerugbetalingRow,
    TerugboekingRow,
    UitvalRow,
    WinkelmandjeRow,
)

_ASK = "Laat een ontwikkelaar hiernaar kijken; verander niets met de hand."
_NO_STATUS = "STATUSBERICHT"  # what the receiver said of a message: about a betaalopdracht, and no status of it


class Onderwerp(NamedTuple):
    """What gebeurtenissen tell about: its rows, where their status stands, how a person knows them, and its first status when
    nobody told of the making."""

    rows: type[NumberedRow]
    status: InstrumentedAttribute[str]
    kinds: type[StrEnum]
    name: ColumnElement[str]
    silent: str | None = None


ONDERWERPEN: Mapping[str, Onderwerp] = {
    "BETALING": Onderwerp(BetalingRow, BetalingRow.status, BetalingStatus, text_of(BetalingRow.psp_referentie)),
    "BETAALOPDRACHT": Onderwerp(
        BetaalopdrachtRow, BetaalopdrachtRow.status, BetaalopdrachtStatus, text_of(BetaalopdrachtRow.kenmerk)
    ),
    "WINKELMANDJE": Onderwerp(
        WinkelmandjeRow, WinkelmandjeRow.status, WinkelmandjeStatus, text_of(WinkelmandjeRow.kenmerk), "OPEN"
    ),
    "PRODUCTREGEL": Onderwerp(
        ProductregelRow,
        ProductregelRow.levering,
        LeveringStatus,
        text_of("productregel ", ProductregelRow.id),
        "NIET_GEMELD",
    ),
    "TERUGBETALING": Onderwerp(
        TerugbetalingRow,
        TerugbetalingRow.status,
        TerugbetalingStatus,
        text_of("terugbetaling ", TerugbetalingRow.nummer),
    ),
    "TERUGBOEKING": Onderwerp(
        TerugboekingRow, TerugboekingRow.status, TerugboekingStatus, text_of("terugboeking ", TerugboekingRow.id)
    ),
    "JOURNAALPOST": Onderwerp(
        JournaalpostRow, JournaalpostRow.status, BoekingStatus, text_of("journaalpost ", JournaalpostRow.nummer)
    ),
    "UITVAL": Onderwerp(UitvalRow, UitvalRow.status, UitvalStatus, text_of("uitval ", UitvalRow.id)),
}


def _told(session: Session, span: Span, *, onderwerp: str) -> Iterator[Mismatch]:
    """Every status was entered once more often than it was left when it is the present one, and else as often: so the steps
    form one chain that ends there. In which order the numbers came does not matter (on Oracle RAC they may differ)."""
    of, row = ONDERWERPEN[onderwerp], GebeurtenisRow
    mine = (row.onderwerp == onderwerp, span.of(row.onderwerp_id), row.soort != _NO_STATUS, row.naar.is_not(None))
    status: Any = of.status
    number: Any = of.rows.id
    name: Any = of.name
    parts: list[Any] = [
        select(row.onderwerp_id.label("nummer"), row.naar.label("status"), literal(1).label("n")).where(*mine),
        select(row.onderwerp_id, row.van, literal(-1)).where(*mine, row.van.is_not(None)),
        select(number, status, literal(-1)).where(span.of(number)),
    ]
    if of.silent is not None:
        parts.append(select(number, literal(of.silent), literal(1)).where(span.of(number)))
    each = union_all(*parts).subquery()
    off = (
        select(each.c.nummer, each.c.status, func.sum(each.c.n).label("n"))
        .group_by(each.c.nummer, each.c.status)
        .having(func.sum(each.c.n) != 0)
        .subquery()
    )
    rows = session.execute(
        select(off.c.nummer, name, status, off.c.status, off.c.n)
        .outerjoin(of.rows, number == off.c.nummer)
        .order_by(off.c.nummer)
    )
    seen: dict[int, tuple[str, str, list[str]]] = {}
    for nummer, called, present, told, times in rows:
        text = f"{told} {'te weinig' if times < 0 else 'te vaak'} verteld"
        seen.setdefault(nummer, (called or f"{onderwerp} {nummer}", present or "ontbreekt", []))[2].append(text)
    for called, present, texts in seen.values():
        yield Mismatch(called, f"status {present}; {', '.join(sorted(texts))}")


def _steps(session: Session, span: Span) -> Iterator[Mismatch]:
    """No step that the table of its kind does not hold."""
    row = GebeurtenisRow
    moves = and_(row.naar.is_not(None), row.soort != _NO_STATUS, or_(row.van.is_(None), row.van != row.naar))
    rows = session.execute(
        select(row.id, row.onderwerp, row.onderwerp_id, row.van, row.naar)
        .where(span.of(row.id), moves, or_(*(_unknown(name, of.kinds) for name, of in ONDERWERPEN.items())))
        .order_by(row.id)
    )
    for id_, onderwerp, about, van, naar in rows:
        yield Mismatch(f"gebeurtenis {id_}", f"{onderwerp} {about}: {van or '-'} → {naar} staat niet in de tabel")


def _unknown(onderwerp: str, kinds: type[StrEnum]) -> ColumnElement[bool]:
    row = GebeurtenisRow
    known = [f"{van}>{naar}" for van, steps in TRANSITIONS[kinds].items() for naar in steps]
    begins = and_(row.van.is_(None), row.naar.not_in(sorted(STARTS[kinds])))
    return and_(row.onderwerp == onderwerp, or_(begins, text_of(row.van, ">", row.naar).not_in(sorted(known))))


CHECKS = (
    *(
        Check(
            "GEBEURTENIS_STATUS",
            "De gebeurtenissen vertellen elke status, en eindigen bij die van nu.",
            _ASK,
            of.rows.id,
            partial(_told, onderwerp=name),
        )
        for name, of in ONDERWERPEN.items()
    ),
    Check("GEBEURTENIS_STAP", "Elke stap tussen twee statussen staat in de tabel.", _ASK, GebeurtenisRow.id, _steps),
)
