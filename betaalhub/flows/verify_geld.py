"""Checks of the whole register: betalingen, what they pay, and what of it went back or is promised."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, union_all
from sqlalchemy.orm import Session

from betaalhub.domain.statuses import GIVEN_BACK, LIVE, TAKEN, UNDER_WAY, BetalingStatus, Kanaal, TerugbetalingStatus
from betaalhub.flows.verify_check import Check, Mismatch, Span, text_of, whole
from betaalhub.storage.tables import (
    BetalingRow,
    ProductregelRow,
    RegistratieRow,
    TerugbetalingRegelRow,
    TerugbetalingRow,
    TerugboekingRegelRow,
    TerugboekingRow,
    ToewijzingRow,
    WinkelmandjeRow,
)

_ASK = "Laat een ontwikkelaar hiernaar kijken; verander niets met de hand."
_HELD = sorted(UNDER_WAY | GIVEN_BACK)


def _levend(session: Session, span: Span) -> Iterator[Mismatch]:
    lives, key = BetalingRow.status.in_(sorted(LIVE)), BetalingRow.levend_sleutel
    wrong = or_(key.is_(None), key != text_of(BetalingRow.winkelmandje_id))
    rows = session.execute(
        select(BetalingRow.psp_referentie, BetalingRow.status, key)
        .where(span.of(BetalingRow.id), or_(and_(lives, wrong), and_(~lives, key.is_not(None))))
        .order_by(BetalingRow.id)
    )
    for referentie, status, found in rows:
        yield Mismatch(referentie, f"status {status}, levende sleutel {found or 'leeg'}")


def _ontvangen(session: Session, span: Span) -> Iterator[Mismatch]:
    wanted = func.coalesce(BetalingRow.aanvaard_cent, BetalingRow.bedrag_cent)
    rows = session.execute(
        select(BetalingRow.psp_referentie, BetalingRow.ontvangen_cent, wanted)
        .where(span.of(BetalingRow.id), BetalingRow.status == BetalingStatus.BETAALD)
        .where(BetalingRow.ontvangen_cent < wanted)
        .order_by(BetalingRow.id)
    )
    for referentie, received, asked in rows:
        yield Mismatch(referentie, f"BETAALD met {received} cent ontvangen van {asked}")


def _referentie(session: Session, span: Span) -> Iterator[Mismatch]:
    rows = session.execute(
        select(BetalingRow.psp_referentie, WinkelmandjeRow.kenmerk)
        .join(WinkelmandjeRow, WinkelmandjeRow.id == BetalingRow.winkelmandje_id)
        .where(span.of(BetalingRow.id))
        .where(BetalingRow.psp_referentie != text_of(WinkelmandjeRow.kenmerk, "-", BetalingRow.volgnummer))
        .order_by(BetalingRow.id)
    )
    for referentie, kenmerk in rows:
        yield Mismatch(kenmerk, f"de betaling heet bij de PSP {referentie}")


def _toewijzing_som(session: Session, span: Span) -> Iterator[Mismatch]:
    total = whole(ToewijzingRow.bedrag_cent)
    rows = session.execute(
        select(BetalingRow.psp_referentie, BetalingRow.bedrag_cent, total)
        .outerjoin(ToewijzingRow, ToewijzingRow.betaling_id == BetalingRow.id)
        .where(span.of(BetalingRow.id))
        .group_by(BetalingRow.id, BetalingRow.psp_referentie, BetalingRow.bedrag_cent)
        .having(total != BetalingRow.bedrag_cent)
        .order_by(BetalingRow.id)
    )
    for referentie, bedrag, found in rows:
        yield Mismatch(referentie, f"bedrag {bedrag} cent, toegewezen {int(found)} cent")


def _toewijzing_regel(session: Session, span: Span) -> Iterator[Mismatch]:
    rows = session.execute(
        select(BetalingRow.psp_referentie, ProductregelRow.regelnummer, ToewijzingRow.bedrag_cent)
        .join(ToewijzingRow, ToewijzingRow.betaling_id == BetalingRow.id)
        .join(ProductregelRow, ProductregelRow.id == ToewijzingRow.productregel_id)
        .where(span.of(BetalingRow.id), ToewijzingRow.bedrag_cent > ProductregelRow.bedrag_cent)
        .order_by(ToewijzingRow.id)
    )
    for referentie, nummer, cents in rows:
        yield Mismatch(referentie, f"regel {nummer} krijgt {cents} cent, meer dan zij kost")


def _balie(session: Session, span: Span) -> Iterator[Mismatch]:
    registered = select(RegistratieRow.id).where(RegistratieRow.betaling_id == BetalingRow.id).exists()
    counter = BetalingRow.kanaal == Kanaal.BALIE
    rows = session.execute(
        select(BetalingRow.psp_referentie, BetalingRow.kanaal)
        .where(span.of(BetalingRow.id), or_(and_(counter, ~registered), and_(~counter, registered)))
        .order_by(BetalingRow.id)
    )
    for referentie, kanaal in rows:
        yield Mismatch(referentie, f"kanaal {kanaal}, registratie {'ontbreekt' if kanaal == 'BALIE' else 'hoort niet'}")


def _terugbetaling_regels(session: Session, span: Span) -> Iterator[Mismatch]:
    row, regel = TerugbetalingRow, TerugbetalingRegelRow
    total, strange = whole(regel.bedrag_cent), whole(case((_elsewhere(), 1), else_=0))
    rows = session.execute(
        select(row.nummer, row.bedrag_cent, total, strange)
        .join(regel, regel.terugbetaling_id == row.id)
        .join(ToewijzingRow, ToewijzingRow.id == regel.toewijzing_id)
        .join(ProductregelRow, ProductregelRow.id == ToewijzingRow.productregel_id)
        .where(span.of(row.id))
        .group_by(row.id, row.nummer, row.bedrag_cent, row.status)
        .having(or_(total > row.bedrag_cent, strange > 0, row.status == TerugbetalingStatus.EXTERN))
        .order_by(row.id)
    )
    for nummer, bedrag, found, others in rows:
        text = f"bedrag {bedrag} cent, regels {int(found)} cent, {int(others)} op een andere betaling of betaalopdracht"
        yield Mismatch(f"terugbetaling {nummer}", text)


def _elsewhere() -> ColumnElement[bool]:
    """Does a regel of a terugbetaling take from another betaling or betaalopdracht than its own?"""
    other = and_(
        TerugbetalingRow.betaalopdracht_id.is_not(None),
        TerugbetalingRow.betaalopdracht_id != ProductregelRow.betaalopdracht_id,
    )
    return or_(ToewijzingRow.betaling_id != TerugbetalingRow.betaling_id, other)


def _terugboeking_regels(session: Session, span: Span) -> Iterator[Mismatch]:
    row, regel = TerugboekingRow, TerugboekingRegelRow
    total = whole(regel.bedrag_cent)
    strange = whole(case((ToewijzingRow.betaling_id != row.betaling_id, 1), else_=0))
    rows = session.execute(
        select(BetalingRow.psp_referentie, row.bedrag_cent, total, strange)
        .join(BetalingRow, BetalingRow.id == row.betaling_id)
        .join(regel, regel.terugboeking_id == row.id)
        .join(ToewijzingRow, ToewijzingRow.id == regel.toewijzing_id)
        .where(span.of(row.id))
        .group_by(row.id, BetalingRow.psp_referentie, row.bedrag_cent)
        .having(or_(total > row.bedrag_cent, strange > 0))
        .order_by(row.id)
    )
    for referentie, bedrag, found, others in rows:
        text = f"terugboeking van {bedrag} cent, regels {int(found)} cent, {int(others)} op een andere betaling"
        yield Mismatch(referentie, text)


def _given(span: Span) -> Select[int, int]:
    """Per regel what terugbetalingen hold of a toewijzing of these betalingen."""
    return (
        select(
            TerugbetalingRegelRow.toewijzing_id.label("toewijzing"), TerugbetalingRegelRow.bedrag_cent.label("cents")
        )
        .join(TerugbetalingRow, TerugbetalingRow.id == TerugbetalingRegelRow.terugbetaling_id)
        .where(span.of(TerugbetalingRow.betaling_id), TerugbetalingRow.status.in_(_HELD))
    )


def _taken(span: Span) -> Select[int, int]:
    return (
        select(TerugboekingRegelRow.toewijzing_id, TerugboekingRegelRow.bedrag_cent)
        .join(TerugboekingRow, TerugboekingRow.id == TerugboekingRegelRow.terugboeking_id)
        .where(span.of(TerugboekingRow.betaling_id), TerugboekingRow.status.in_(sorted(TAKEN)))
    )


def _gereserveerd_regel(session: Session, span: Span) -> Iterator[Mismatch]:
    each = union_all(_given(span), _taken(span)).subquery()
    held = select(each.c.toewijzing, func.sum(each.c.cents).label("cents")).group_by(each.c.toewijzing).subquery()
    wanted = func.coalesce(held.c.cents, 0)
    rows = session.execute(
        select(BetalingRow.psp_referentie, ProductregelRow.regelnummer, ToewijzingRow.gereserveerd_cent, wanted)
        .join(ToewijzingRow, ToewijzingRow.betaling_id == BetalingRow.id)
        .join(ProductregelRow, ProductregelRow.id == ToewijzingRow.productregel_id)
        .outerjoin(held, held.c.toewijzing == ToewijzingRow.id)
        .where(span.of(BetalingRow.id), ToewijzingRow.gereserveerd_cent != wanted)
        .order_by(ToewijzingRow.id)
    )
    for referentie, nummer, found, cents in rows:
        yield Mismatch(referentie, f"regel {nummer}: {found} cent gereserveerd, bewegingen nemen {int(cents)} cent")


def _gereserveerd(session: Session, span: Span) -> Iterator[Mismatch]:
    each = union_all(
        select(TerugbetalingRow.betaling_id.label("betaling"), TerugbetalingRow.bedrag_cent.label("cents")).where(
            span.of(TerugbetalingRow.betaling_id), TerugbetalingRow.status.in_(_HELD)
        ),
        select(TerugboekingRow.betaling_id, TerugboekingRow.bedrag_cent).where(
            span.of(TerugboekingRow.betaling_id), TerugboekingRow.status.in_(sorted(TAKEN))
        ),
    ).subquery()
    moved = select(each.c.betaling, func.sum(each.c.cents).label("cents")).group_by(each.c.betaling).subquery()
    on_regels = (
        select(ToewijzingRow.betaling_id.label("betaling"), func.sum(ToewijzingRow.gereserveerd_cent).label("cents"))
        .where(span.of(ToewijzingRow.betaling_id))
        .group_by(ToewijzingRow.betaling_id)
        .subquery()
    )
    asked, lines = func.coalesce(moved.c.cents, 0), func.coalesce(on_regels.c.cents, 0)
    wanted = case((asked > BetalingRow.ontvangen_cent, BetalingRow.ontvangen_cent), else_=asked)
    loose = BetalingRow.meer_gereserveerd_cent
    rows = session.execute(
        select(BetalingRow.psp_referentie, BetalingRow.gereserveerd_cent, loose, wanted, lines)
        .outerjoin(moved, moved.c.betaling == BetalingRow.id)
        .outerjoin(on_regels, on_regels.c.betaling == BetalingRow.id)
        .where(span.of(BetalingRow.id))
        .where(or_(BetalingRow.gereserveerd_cent != wanted, loose != BetalingRow.gereserveerd_cent - lines))
        .order_by(BetalingRow.id)
    )
    for referentie, found, more, cents, part in rows:
        text = f"{found} cent gereserveerd (los {more}), bewegingen nemen {int(cents)} (op regels {int(part)})"
        yield Mismatch(referentie, text)


def _beweging(session: Session, span: Span) -> Iterator[Mismatch]:
    row = TerugbetalingRow
    rows = session.execute(
        select(row.nummer, row.beweging_sleutel)
        .where(span.of(row.id), row.beweging_sleutel.is_not(None))
        .where(or_(row.psp_id.is_(None), row.beweging_sleutel != text_of(row.betaling_id, ":", row.psp_id)))
        .order_by(row.id)
    )
    for nummer, sleutel in rows:
        yield Mismatch(f"terugbetaling {nummer}", f"de sleutel {sleutel} past niet bij haar nummer bij de PSP")


CHECKS = (
    Check("BETALING_SLEUTEL", "Precies de lopende betalingen houden hun winkelmandje bezet.", _ASK, BetalingRow.id, _levend),
    Check("BETALING_ONTVANGEN", "Wat BETAALD is, is ook ontvangen.",
          "Vergelijk met de PSP en vraag de betaling daar opnieuw op.", BetalingRow.id, _ontvangen),
    Check("BETALING_REFERENTIE", "Elke betaling heet naar haar winkelmandje en volgnummer.", _ASK, BetalingRow.id, _referentie),
    Check("TOEWIJZING_SOM", "De toewijzingen van een betaling zijn samen haar bedrag.", _ASK, BetalingRow.id, _toewijzing_som),
    Check("TOEWIJZING_REGEL", "Een betaling betaalt van een productregel nooit meer dan zij kost.", _ASK, BetalingRow.id,
          _toewijzing_regel),
    Check("BETALING_BALIE", "Elke betaling aan de balie is een registratie, en andersom.", _ASK, BetalingRow.id, _balie),
    Check("TERUGBETALING_REGELS", "De regels van een terugbetaling passen in haar bedrag en bij haar betaling.", _ASK,
          TerugbetalingRow.id, _terugbetaling_regels),
    Check("TERUGBETALING_NUMMER", "Een terugbetaling heet naar haar betaling en haar nummer bij de PSP.", _ASK,
          TerugbetalingRow.id, _beweging),
    Check("TERUGBOEKING_REGELS", "De regels van een terugboeking passen in haar bedrag en bij haar betaling.", _ASK,
          TerugboekingRow.id, _terugboeking_regels),
    Check("RESERVERING_REGEL", "Per productregel is gereserveerd wat terugbetalingen en terugboekingen ervan nemen.", _ASK,
          BetalingRow.id, _gereserveerd_regel),
    Check("RESERVERING", "Per betaling is gereserveerd wat terugbetalingen en terugboekingen nemen, nooit meer dan ontvangen.",
          _ASK, BetalingRow.id, _gereserveerd),
)  # fmt: skip
