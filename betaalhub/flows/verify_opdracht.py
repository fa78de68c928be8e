"""Checks of the whole register: betaalopdrachten and winkelmandjes are what follows from the stored facts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from betaalhub.domain.parents import derive_winkelmandje
from betaalhub.domain.statuses import LIVE, BetaalopdrachtStatus, BetalerSoort
from betaalhub.domain.zoeknaam import search_name
from betaalhub.flows.herbereken import betaalopdracht_standen
from betaalhub.flows.verify_check import Check, Mismatch, Span, text_of, whole
from betaalhub.storage.tables import BetaalopdrachtRow, BetalingRow, ProductregelRow, WinkelmandjeRow, ZenderRow

_ASK = "Laat een ontwikkelaar hiernaar kijken; verander niets met de hand."
_ENDED = (BetaalopdrachtStatus.INGETROKKEN, BetaalopdrachtStatus.VERLOPEN)
_ROW = BetaalopdrachtRow
_FACTS = (  # without the rest of the row: of millions that counts
    _ROW.id, _ROW.winkelmandje_id, _ROW.kenmerk, _ROW.status, _ROW.totaal_cent, _ROW.ontvangen_cent, _ROW.terugbetaald_cent,
    _ROW.teruggeboekt_cent, _ROW.leverbaar, _ROW.ingetrokken_op, _ROW.verlopen_op, _ROW.herroepen_op, _ROW.aanvaard_op,
)  # fmt: skip
_FEW = 500  # betaalopdrachten of which all facts are in memory


def _som(session: Session, span: Span) -> Iterator[Mismatch]:
    total = whole(ProductregelRow.bedrag_cent)
    rows = session.execute(
        select(BetaalopdrachtRow.kenmerk, BetaalopdrachtRow.totaal_cent, total)
        .outerjoin(ProductregelRow, ProductregelRow.betaalopdracht_id == BetaalopdrachtRow.id)
        .where(span.of(BetaalopdrachtRow.id))
        .group_by(BetaalopdrachtRow.id, BetaalopdrachtRow.kenmerk, BetaalopdrachtRow.totaal_cent)
        .having(total != BetaalopdrachtRow.totaal_cent)
        .order_by(BetaalopdrachtRow.id)
    )
    for kenmerk, stored, found in rows:
        yield Mismatch(kenmerk, f"totaal {stored} cent, regels {int(found)} cent")


def _stand(session: Session, span: Span) -> Iterator[Mismatch]:
    rows: Sequence[Any] = session.execute(
        select(*_FACTS).where(span.of(BetaalopdrachtRow.id)).order_by(BetaalopdrachtRow.id)
    ).all()
    live = set(
        session.scalars(
            select(BetalingRow.winkelmandje_id)
            .join(BetaalopdrachtRow, BetaalopdrachtRow.winkelmandje_id == BetalingRow.winkelmandje_id)
            .where(span.of(BetaalopdrachtRow.id), BetalingRow.status.in_(sorted(LIVE)))
        )
    )
    derived = betaalopdracht_standen(session, rows, live_mandjes=live)
    for row in rows:
        wanted = derived[row.id]
        pairs = {
            "status": (row.status, wanted.status),
            "ontvangen": (row.ontvangen_cent, wanted.ontvangen_cent),
            "terugbetaald": (row.terugbetaald_cent, wanted.terugbetaald_cent),
            "teruggeboekt": (row.teruggeboekt_cent, wanted.teruggeboekt_cent),
            "leverbaar": (row.leverbaar, wanted.leverbaar),
        }
        wrong = [
            f"{name} {_told(is_)}, maar volgt {_told(ought)}" for name, (is_, ought) in pairs.items() if is_ != ought
        ]
        if wrong:
            yield Mismatch(row.kenmerk, "; ".join(wrong))
    session.expunge_all()


def _told(value: object) -> str:
    return {True: "ja", False: "nee"}[value] if isinstance(value, bool) else str(value)


def _sleutel(session: Session, span: Span) -> Iterator[Mismatch]:
    row = BetaalopdrachtRow
    free = or_(row.status.in_(_ENDED), row.aanvaard_op.is_not(None), row.herroepen_op.is_not(None))
    wrong = or_(row.levend_sleutel.is_(None), row.levend_sleutel != text_of(row.zender_id, ":", row.eigen_kenmerk))
    rows = session.execute(
        select(row.kenmerk, row.status, row.levend_sleutel)
        .where(span.of(row.id), or_(and_(free, row.levend_sleutel.is_not(None)), and_(~free, wrong)))
        .order_by(row.id)
    )
    for kenmerk, status, sleutel in rows:
        yield Mismatch(kenmerk, f"status {status}, levende sleutel {'gezet' if sleutel else 'leeg'}")


def _momenten(session: Session, span: Span) -> Iterator[Mismatch]:
    row = BetaalopdrachtRow
    rows = session.execute(
        select(row.kenmerk)
        .where(span.of(row.id), row.status == BetaalopdrachtStatus.BETAALD, row.betaald_op.is_(None))
        .order_by(row.id)
    )
    for (kenmerk,) in rows:
        yield Mismatch(kenmerk, "BETAALD zonder moment van betalen")


def _administratie(session: Session, span: Span) -> Iterator[Mismatch]:
    row = BetaalopdrachtRow
    rows = session.execute(
        select(row.kenmerk)
        .join(ZenderRow, ZenderRow.id == row.zender_id)
        .join(WinkelmandjeRow, WinkelmandjeRow.id == row.winkelmandje_id)
        .where(span.of(row.id))
        .where(
            or_(
                row.administratie_id != ZenderRow.administratie_id,
                row.administratie_id != WinkelmandjeRow.administratie_id,
            )
        )
        .order_by(row.id)
    )
    for (kenmerk,) in rows:
        yield Mismatch(kenmerk, "zender, winkelmandje en betaalopdracht horen bij verschillende administraties")


def _mandje_som(session: Session, span: Span) -> Iterator[Mismatch]:
    total = whole(BetaalopdrachtRow.totaal_cent)
    rows = session.execute(
        select(WinkelmandjeRow.kenmerk, WinkelmandjeRow.totaal_cent, total)
        .outerjoin(BetaalopdrachtRow, BetaalopdrachtRow.winkelmandje_id == WinkelmandjeRow.id)
        .where(span.of(WinkelmandjeRow.id))
        .group_by(WinkelmandjeRow.id, WinkelmandjeRow.kenmerk, WinkelmandjeRow.totaal_cent)
        .having(total != WinkelmandjeRow.totaal_cent)
        .order_by(WinkelmandjeRow.id)
    )
    for kenmerk, stored, found in rows:
        yield Mismatch(kenmerk, f"totaal {stored} cent, betaalopdrachten {int(found)} cent")


def _mandje_status(session: Session, span: Span) -> Iterator[Mismatch]:
    live = set(
        session.scalars(
            select(BetalingRow.winkelmandje_id).where(
                span.of(BetalingRow.winkelmandje_id), BetalingRow.status.in_(sorted(LIVE))
            )
        )
    )
    rows = session.execute(
        select(WinkelmandjeRow.id, WinkelmandjeRow.kenmerk, WinkelmandjeRow.status, BetaalopdrachtRow.status)
        .outerjoin(BetaalopdrachtRow, BetaalopdrachtRow.winkelmandje_id == WinkelmandjeRow.id)
        .where(span.of(WinkelmandjeRow.id))
        .order_by(WinkelmandjeRow.id)
    )
    for (id_, kenmerk, status), inside in groupby(rows, key=lambda row: (row[0], row[1], row[2])):
        statuses = [BetaalopdrachtStatus(row[3]) for row in inside if row[3] is not None]
        wanted = derive_winkelmandje(statuses, live=id_ in live)
        if status != wanted:
            yield Mismatch(kenmerk, f"status {status}, maar volgt {wanted}")


def _gezocht(session: Session, span: Span) -> Iterator[Mismatch]:
    """What is stored a second time, to be searched."""
    row, regel = BetaalopdrachtRow, ProductregelRow
    rows = session.execute(
        select(row.kenmerk, regel.regelnummer)
        .join(regel, regel.betaalopdracht_id == row.id)
        .where(span.of(row.id), or_(regel.aangemaakt_op.is_(None), regel.aangemaakt_op != row.aangemaakt_op))
        .order_by(row.id, regel.regelnummer)
    )
    for kenmerk, nummer in rows:
        yield Mismatch(kenmerk, f"regel {nummer} is niet te vinden op haar datum")
    names = session.execute(
        select(row.kenmerk, row.betaler_naam, row.betaler_soort, row.zoeknaam)
        .where(span.of(row.id), or_(row.betaler_naam.is_not(None), row.zoeknaam.is_not(None)))
        .order_by(row.id)
    )
    for kenmerk, naam, soort, found in names:
        if found != search_name(naam, BetalerSoort(soort) if soort else None):
            yield Mismatch(kenmerk, "de naam om op te zoeken past niet bij die van de betaler")


CHECKS = (
    Check("OPDRACHT_SOM", "Het totaal van een betaalopdracht is de som van haar regels.", _ASK, BetaalopdrachtRow.id, _som),
    Check("OPDRACHT_STAND", "Status, bedragen en Leverbaar van een betaalopdracht volgen uit de feiten.", _ASK,
          BetaalopdrachtRow.id, _stand, step=_FEW),
    Check("OPDRACHT_SLEUTEL", "Precies een betaalopdracht die nog geldt, houdt haar Kenmerk bezet.", _ASK,
          BetaalopdrachtRow.id, _sleutel),
    Check("OPDRACHT_ZOEKVELDEN", "Elke betaalopdracht is te vinden op haar datum en op de naam van de betaler.",
          "Draai betaalhub migrate: dat vult in wat ontbreekt.", BetaalopdrachtRow.id, _gezocht),
    Check("OPDRACHT_BETAALD_OP", "Van elke betaalde betaalopdracht is bekend wanneer.", _ASK, BetaalopdrachtRow.id, _momenten),
    Check("OPDRACHT_ADMINISTRATIE", "Een betaalopdracht hoort bij de administratie van haar zender en winkelmandje.", _ASK,
          BetaalopdrachtRow.id, _administratie),
    Check("MANDJE_SOM", "Het totaal van een winkelmandje is de som van wat erin ligt.", _ASK, WinkelmandjeRow.id, _mandje_som),
    Check("MANDJE_STATUS", "De status van een winkelmandje volgt uit wat erin ligt.", _ASK, WinkelmandjeRow.id, _mandje_status),
)  # fmt: skip
