"""Named reads of the register that more than one flow needs; each is one statement, or two where it says so."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from betaalhub.domain.statuses import LIVE, TAKEN, BetaalopdrachtStatus, BetalingStatus, UitvalStatus
from betaalhub.errors import NotFound
from betaalhub.storage.database import chunks
from betaalhub.storage.tables import (
    BetaalmethodeRow,
    BetaalopdrachtRow,
    BetalingRow,
    BoekingsleutelRow,
    BoekingsregelRow,
    GebeurtenisRow,
    ProductregelRow,
    ProductRow,
    TerugboekingRegelRow,
    TerugboekingRow,
    ToewijzingRow,
    UitvalRow,
    WinkelmandjeRow,
    ZenderProductRow,
    ZenderRow,
)


def zender_by_code(session: Session, code: str) -> ZenderRow | None:
    """The zender with this code."""
    return session.scalar(select(ZenderRow).where(ZenderRow.code == code))


def products_of(session: Session, zender_id: int) -> Sequence[ProductRow]:
    """Every version of the products that this zender may sell, by code and then by the date from which it is valid."""
    return session.scalars(
        select(ProductRow)
        .join(ZenderRow, ZenderRow.administratie_id == ProductRow.administratie_id)
        .join(
            ZenderProductRow,
            and_(ZenderProductRow.zender_id == ZenderRow.id, ZenderProductRow.productcode == ProductRow.code),
        )
        .where(ZenderRow.id == zender_id)
        .order_by(ProductRow.code, ProductRow.geldig_van)
    ).all()


def valid_boekingsleutel(
    session: Session, administratie_id: int, productcode: str, on: date
) -> BoekingsleutelRow | None:
    """The booking key on a date (geldig_tot included): the product's own before its productgroep's, the newest of several."""
    groups = select(ProductRow.productgroep_id).where(
        ProductRow.administratie_id == administratie_id, ProductRow.code == productcode, _valid(ProductRow, on)
    )
    of_group = and_(BoekingsleutelRow.product_code.is_(None), BoekingsleutelRow.productgroep_id.in_(groups))
    rows = session.scalars(
        select(BoekingsleutelRow)
        .where(BoekingsleutelRow.administratie_id == administratie_id, _valid(BoekingsleutelRow, on))
        .where(or_(BoekingsleutelRow.product_code == productcode, of_group))
    )
    return max(rows, key=lambda row: (row.product_code is not None, row.geldig_van, row.id), default=None)


def _valid(row: type[ProductRow] | type[BoekingsleutelRow], on: date) -> ColumnElement[bool]:
    return and_(row.geldig_van <= on, or_(row.geldig_tot.is_(None), row.geldig_tot >= on))


def betaalopdracht_by_kenmerk(session: Session, zender_id: int, kenmerk: str) -> BetaalopdrachtRow | None:
    """The betaalopdracht of this zender with this kenmerk of the hub (its betaalkenmerk)."""
    return session.scalar(
        select(BetaalopdrachtRow).where(BetaalopdrachtRow.zender_id == zender_id, BetaalopdrachtRow.kenmerk == kenmerk)
    )


def newest_by_own_kenmerk(session: Session, zender_id: int, kenmerk: str) -> BetaalopdrachtRow | None:
    """The newest betaalopdracht of this zender under its own Kenmerk."""
    return session.scalars(
        select(BetaalopdrachtRow)
        .where(BetaalopdrachtRow.zender_id == zender_id, BetaalopdrachtRow.eigen_kenmerk == kenmerk)
        .order_by(BetaalopdrachtRow.aangemaakt_op.desc(), BetaalopdrachtRow.id.desc())
        .limit(1)
    ).first()


def own_in_mandje(session: Session, zender_id: int, kenmerk: str, *, limit: int) -> Sequence[BetaalopdrachtRow]:
    """The betaalopdrachten of this zender, the oldest first, in the winkelmandje with this kenmerk: never another zender's."""
    return session.scalars(
        select(BetaalopdrachtRow)
        .join(WinkelmandjeRow, WinkelmandjeRow.id == BetaalopdrachtRow.winkelmandje_id)
        .where(BetaalopdrachtRow.zender_id == zender_id, WinkelmandjeRow.kenmerk == kenmerk)
        .order_by(BetaalopdrachtRow.id)
        .limit(limit)
    ).all()


def winkelmandje_by_token(session: Session, token: str) -> WinkelmandjeRow | None:
    """The winkelmandje with this token, or the one in which the betaalopdracht with this token lies now."""
    opens = union_all(
        select(WinkelmandjeRow.id).where(WinkelmandjeRow.token == token),
        select(BetaalopdrachtRow.winkelmandje_id).where(BetaalopdrachtRow.token == token),
    )
    return session.scalars(select(WinkelmandjeRow).where(WinkelmandjeRow.id.in_(opens)).limit(1)).first()


def joinable_by_kenmerk(session: Session, administratie_id: int, kenmerk: str) -> BetaalopdrachtRow | None:
    """The OPEN betaalopdracht with this kenmerk, or the only one in the winkelmandje with this kenmerk; two statements."""
    mine = select(BetaalopdrachtRow).where(BetaalopdrachtRow.administratie_id == administratie_id)
    found = (
        session.scalars(mine.where(BetaalopdrachtRow.kenmerk == kenmerk)).all()
        or session.scalars(
            mine.join(WinkelmandjeRow, WinkelmandjeRow.id == BetaalopdrachtRow.winkelmandje_id)
            .where(WinkelmandjeRow.kenmerk == kenmerk)
            .limit(2)
        ).all()
    )
    return found[0] if len(found) == 1 and found[0].status == BetaalopdrachtStatus.OPEN else None


def open_mandje_of_klant(session: Session, administratie_id: int, klant_kenmerk: str) -> int | None:
    """The winkelmandje in which the newest OPEN betaalopdracht of this customer lies."""
    return session.scalar(
        select(BetaalopdrachtRow.winkelmandje_id)
        .where(
            BetaalopdrachtRow.administratie_id == administratie_id,
            BetaalopdrachtRow.klant_kenmerk == klant_kenmerk,
            BetaalopdrachtRow.status == BetaalopdrachtStatus.OPEN,
        )
        .order_by(BetaalopdrachtRow.aangemaakt_op.desc(), BetaalopdrachtRow.id.desc())
        .limit(1)
    )


def opdrachten_of(session: Session, winkelmandje_id: int) -> Sequence[BetaalopdrachtRow]:
    """The betaalopdrachten that lie in this winkelmandje, in the order in which they were made."""
    return session.scalars(
        select(BetaalopdrachtRow)
        .where(BetaalopdrachtRow.winkelmandje_id == winkelmandje_id)
        .order_by(BetaalopdrachtRow.aangemaakt_op, BetaalopdrachtRow.id)
    ).all()


def stand_of_mandje(session: Session, winkelmandje_id: int) -> tuple[list[BetaalopdrachtRow], bool]:
    """The betaalopdrachten that lie in this winkelmandje, in the order in which they were made; and does a betaling of it live?
    One statement."""
    rows = session.execute(
        select(WinkelmandjeRow.id, BetaalopdrachtRow, BetalingRow.id)
        .outerjoin(BetaalopdrachtRow, BetaalopdrachtRow.winkelmandje_id == WinkelmandjeRow.id)
        .outerjoin(
            BetalingRow, and_(BetalingRow.winkelmandje_id == WinkelmandjeRow.id, BetalingRow.status.in_(sorted(LIVE)))
        )
        .where(WinkelmandjeRow.id == winkelmandje_id)
        .order_by(BetaalopdrachtRow.aangemaakt_op, BetaalopdrachtRow.id)
    ).all()
    opdrachten = dict.fromkeys(row for _, row, _ in rows if row is not None)
    return list(opdrachten), any(betaling_id is not None for _, _, betaling_id in rows)


def regels_of(session: Session, betaalopdracht_ids: Collection[int]) -> Sequence[ProductregelRow]:
    """The productregels of these betaalopdrachten, per betaalopdracht by regelnummer."""
    return [
        row
        for part in chunks(betaalopdracht_ids)
        for row in session.scalars(
            select(ProductregelRow)
            .where(ProductregelRow.betaalopdracht_id.in_(part))
            .order_by(ProductregelRow.betaalopdracht_id, ProductregelRow.regelnummer)
        )
    ]


def betalingen_of(session: Session, winkelmandje_id: int) -> Sequence[BetalingRow]:
    """The betalingen of this winkelmandje, the first attempt first."""
    return session.scalars(
        select(BetalingRow).where(BetalingRow.winkelmandje_id == winkelmandje_id).order_by(BetalingRow.volgnummer)
    ).all()


def paid_by(session: Session, betaalopdracht_ids: Collection[int]) -> Sequence[BetalingRow]:
    """The betalingen that are BETAALD and pay any of these betaalopdrachten, in whichever winkelmandje they were made."""
    return [
        row
        for part in chunks(betaalopdracht_ids)
        for row in session.scalars(
            select(BetalingRow).where(
                BetalingRow.status == BetalingStatus.BETAALD,
                BetalingRow.id.in_(
                    select(ToewijzingRow.betaling_id)
                    .join(ProductregelRow, ProductregelRow.id == ToewijzingRow.productregel_id)
                    .where(ProductregelRow.betaalopdracht_id.in_(part))
                ),
            )
        )
    ]


def open_uitval_of(session: Session, betaalopdracht_ids: Collection[int]) -> Sequence[UitvalRow]:
    """What still waits for a person about these betaalopdrachten."""
    return [
        row
        for part in chunks(betaalopdracht_ids)
        for row in session.scalars(
            select(UitvalRow)
            .where(UitvalRow.betaalopdracht_id.in_(part), UitvalRow.status != UitvalStatus.OPGELOST)
            .order_by(UitvalRow.geopend_op, UitvalRow.id)
        )
    ]


def teruggeboekt(session: Session, betaalopdracht_ids: Collection[int]) -> dict[int, int]:
    """The cents that the bank took back and did not return, per betaalopdracht that lost any."""
    return {
        opdracht_id: int(cents)
        for part in chunks(betaalopdracht_ids)
        for opdracht_id, cents in session.execute(
            select(ProductregelRow.betaalopdracht_id, func.sum(TerugboekingRegelRow.bedrag_cent))
            .join(ToewijzingRow, ToewijzingRow.productregel_id == ProductregelRow.id)
            .join(TerugboekingRegelRow, TerugboekingRegelRow.toewijzing_id == ToewijzingRow.id)
            .join(TerugboekingRow, TerugboekingRow.id == TerugboekingRegelRow.terugboeking_id)
            .where(ProductregelRow.betaalopdracht_id.in_(part), TerugboekingRow.status.in_(sorted(TAKEN)))
            .group_by(ProductregelRow.betaalopdracht_id)
        )
    }


def paying(session: Session, betaalopdracht_id: int) -> BetalingRow | None:
    """The betaling that pays this betaalopdracht: the first that turned out paid. What came in beside it waits for a person."""
    regels = select(ProductregelRow.id).where(ProductregelRow.betaalopdracht_id == betaalopdracht_id)
    return session.scalars(
        select(BetalingRow)
        .where(
            BetalingRow.status == BetalingStatus.BETAALD,
            BetalingRow.id.in_(select(ToewijzingRow.betaling_id).where(ToewijzingRow.productregel_id.in_(regels))),
        )
        .order_by(BetalingRow.status_op, BetalingRow.id)
        .limit(1)
    ).first()


def places_of_betaling(session: Session, betaling_id: int) -> tuple[int, dict[int, int]]:
    """The winkelmandje of a betaling, and where each betaalopdracht that it pays lies now (their ids); one statement. NotFound: no such
    betaling."""
    rows = session.execute(
        select(BetalingRow.winkelmandje_id, BetaalopdrachtRow.id, BetaalopdrachtRow.winkelmandje_id)
        .outerjoin(ToewijzingRow, ToewijzingRow.betaling_id == BetalingRow.id)
        .outerjoin(ProductregelRow, ProductregelRow.id == ToewijzingRow.productregel_id)
        .outerjoin(BetaalopdrachtRow, BetaalopdrachtRow.id == ProductregelRow.betaalopdracht_id)
        .where(BetalingRow.id == betaling_id)
        .distinct()
    ).all()
    if not rows:
        raise NotFound(f"There is no betaling {betaling_id}")
    return rows[0][0], {opdracht_id: mandje_id for _, opdracht_id, mandje_id in rows if opdracht_id is not None}


def opdrachten_paid_by(session: Session, betaling_id: int) -> Sequence[BetaalopdrachtRow]:
    """The betaalopdrachten that this betaling pays, wherever they lie now, in the order of their numbers."""
    paid = (
        select(ProductregelRow.betaalopdracht_id)
        .join(ToewijzingRow, ToewijzingRow.productregel_id == ProductregelRow.id)
        .where(ToewijzingRow.betaling_id == betaling_id)
    )
    return session.scalars(
        select(BetaalopdrachtRow).where(BetaalopdrachtRow.id.in_(paid)).order_by(BetaalopdrachtRow.id)
    ).all()


def methode_of(session: Session, betaling: BetalingRow) -> BetaalmethodeRow | None:
    """The method of a betaling as its own account calls it; None for a method that nobody named."""
    return session.scalar(
        select(BetaalmethodeRow).where(
            BetaalmethodeRow.psp_account_id == betaling.psp_account_id, BetaalmethodeRow.code == betaling.methode
        )
    )


def double_covered(session: Session, betaling_id: int) -> set[int]:
    """The betaalopdrachten of this betaling with a productregel that more than one paid betaling covers."""
    mine, paid = aliased(ToewijzingRow), aliased(ToewijzingRow)
    doubled = (
        select(paid.productregel_id)
        .join(BetalingRow, BetalingRow.id == paid.betaling_id)
        .join(mine, mine.productregel_id == paid.productregel_id)
        .where(mine.betaling_id == betaling_id, BetalingRow.status == BetalingStatus.BETAALD)
        .group_by(paid.productregel_id)
        .having(func.count() > 1)
    )
    return set(
        session.scalars(select(ProductregelRow.betaalopdracht_id).where(ProductregelRow.id.in_(doubled)).distinct())
    )


def toegewezen_cent(
    session: Session, betaling_ids: Collection[int], betaalopdracht_ids: Collection[int]
) -> dict[int, int]:
    """Per betaling the cents with which it pays these betaalopdrachten; no statement without betalingen."""
    found: dict[int, int] = {}
    for part in chunks(betaling_ids):
        rows = session.execute(
            select(ToewijzingRow.betaling_id, func.sum(ToewijzingRow.bedrag_cent))
            .join(ProductregelRow, ProductregelRow.id == ToewijzingRow.productregel_id)
            .where(ToewijzingRow.betaling_id.in_(part), ProductregelRow.betaalopdracht_id.in_(betaalopdracht_ids))
            .group_by(ToewijzingRow.betaling_id)
        )
        found |= {betaling_id: int(cents) for betaling_id, cents in rows}
    return found


def toegewezen_regels(session: Session, betaling_id: int, betaalopdracht_id: int) -> list[tuple[ProductregelRow, int]]:
    """The productregels of one betaalopdracht that this betaling covers, each with its cents, by regelnummer."""
    rows = session.execute(
        select(ProductregelRow, ToewijzingRow.bedrag_cent)
        .join(ToewijzingRow, ToewijzingRow.productregel_id == ProductregelRow.id)
        .where(ToewijzingRow.betaling_id == betaling_id, ProductregelRow.betaalopdracht_id == betaalopdracht_id)
        .order_by(ProductregelRow.regelnummer)
    )
    return list(rows)


def boekingsregels_of(session: Session, journaalpost_ids: Collection[int]) -> Sequence[BoekingsregelRow]:
    """The boekingsregels of these journaalposten, per journaalpost by volgnummer."""
    return [
        row
        for part in chunks(journaalpost_ids)
        for row in session.scalars(
            select(BoekingsregelRow)
            .where(BoekingsregelRow.journaalpost_id.in_(part))
            .order_by(BoekingsregelRow.journaalpost_id, BoekingsregelRow.volgnummer)
        )
    ]


def kenmerken_of(session: Session, betaalopdracht_ids: Collection[int]) -> dict[int, str]:
    """The kenmerk of each of these betaalopdrachten, by its id."""
    found: dict[int, str] = {}
    for part in chunks(betaalopdracht_ids):
        rows = session.execute(
            select(BetaalopdrachtRow.id, BetaalopdrachtRow.kenmerk).where(BetaalopdrachtRow.id.in_(part))
        )
        found.update(rows.all())
    return found


def timeline(session: Session, kenmerk: str, *, limit: int = 500) -> Sequence[GebeurtenisRow]:
    """What happened around the winkelmandje with this kenmerk, or around the one that holds the betaalopdracht with it, the
    oldest first; two statements, so that each one finds its index."""
    around = session.execute(
        select(WinkelmandjeRow.id, BetaalopdrachtRow.id)
        .outerjoin(BetaalopdrachtRow, BetaalopdrachtRow.winkelmandje_id == WinkelmandjeRow.id)
        .where(
            WinkelmandjeRow.id.in_(
                union_all(
                    select(WinkelmandjeRow.id).where(WinkelmandjeRow.kenmerk == kenmerk),
                    select(BetaalopdrachtRow.winkelmandje_id).where(BetaalopdrachtRow.kenmerk == kenmerk),
                )
            )
        )
    ).all()
    mandjes, opdrachten = {row[0] for row in around}, {row[1] for row in around if row[1] is not None}
    return session.scalars(
        select(GebeurtenisRow)
        .where(or_(GebeurtenisRow.winkelmandje_id.in_(mandjes), GebeurtenisRow.betaalopdracht_id.in_(opdrachten)))
        .order_by(GebeurtenisRow.tijdstip, GebeurtenisRow.id)
        .limit(limit)
    ).all()
