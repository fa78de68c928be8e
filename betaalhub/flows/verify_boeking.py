"""Checks of the whole register: every journaalpost balances, and every cent is booked once and on its own place."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from betaalhub.domain.boeking import JournaalSoort, btw_percentage
from betaalhub.domain.statuses import (
    GIVEN_BACK,
    TAKEN,
    BetalingStatus,
    BoekingStatus,
    BtwCode,
    TerugbetalingStatus,
    UitvalStatus,
)
from betaalhub.domain.uitval import UitvalSoort
from betaalhub.flows.verify_check import Check, Mismatch, Span, text_of, whole
from betaalhub.storage.tables import (
    AdministratieRow,
    BetaalopdrachtRow,
    BetalingRow,
    BoekingsregelRow,
    JournaalpostRow,
    ProductregelRow,
    PspAccountRow,
    RegistratieRow,
    TerugbetalingRow,
    TerugboekingRow,
    ToewijzingRow,
    UitvalRow,
    WinkelmandjeRow,
)

_ASK = "Laat een ontwikkelaar en de financiële administratie hiernaar kijken; verander niets met de hand."
_BOOK = "Zoek de betaling op met betaalhub status; boek opnieuw via de uitval, of meld het met dit kenmerk."
_OUT = sorted({*GIVEN_BACK, TerugbetalingStatus.EXTERN})  # what was booked as gone


def _balans(session: Session, span: Span) -> Iterator[Mismatch]:
    debet, credit = whole(BoekingsregelRow.debet_cent), whole(BoekingsregelRow.credit_cent)
    rows = session.execute(
        select(JournaalpostRow.nummer, debet, credit, func.count(BoekingsregelRow.id))
        .outerjoin(BoekingsregelRow, BoekingsregelRow.journaalpost_id == JournaalpostRow.id)
        .where(span.of(JournaalpostRow.id))
        .group_by(JournaalpostRow.id, JournaalpostRow.nummer)
        .having(or_(debet != credit, func.count(BoekingsregelRow.id) < 2))
        .order_by(JournaalpostRow.id)
    )
    for nummer, left, right, lines in rows:
        yield Mismatch(f"journaalpost {nummer}", f"{lines} regels, debet {int(left)} cent, credit {int(right)} cent")


def _status(session: Session, span: Span) -> Iterator[Mismatch]:
    row = JournaalpostRow
    booked, waits = row.status == BoekingStatus.GEBOEKT, row.status == BoekingStatus.TE_BOEKEN
    wrong = or_(
        and_(booked, row.boekstuknummer.is_(None)),
        and_(~booked, row.boekstuknummer.is_not(None)),
        and_(waits, row.batch_id.is_not(None)),
        and_(~waits, row.batch_id.is_(None)),
    )
    rows = session.execute(
        select(row.nummer, row.status, row.boekstuknummer, row.batch_id).where(span.of(row.id), wrong).order_by(row.id)
    )
    for nummer, status, boekstuk, batch in rows:
        text = f"status {status}, boekstuknummer {boekstuk or 'leeg'}, batch {'ja' if batch else 'nee'}"
        yield Mismatch(f"journaalpost {nummer}", text)


def _paid(span: Span) -> Select[int, int, int]:
    """What each paid betaling in the span pays per betaalopdracht. Cents."""
    return (
        select(
            ToewijzingRow.betaling_id.label("betaling"),
            ProductregelRow.betaalopdracht_id.label("opdracht"),
            func.sum(ToewijzingRow.bedrag_cent).label("cents"),
        )
        .join(BetalingRow, BetalingRow.id == ToewijzingRow.betaling_id)
        .join(ProductregelRow, ProductregelRow.id == ToewijzingRow.productregel_id)
        .where(span.of(BetalingRow.id), BetalingRow.status == BetalingStatus.BETAALD)
        .group_by(ToewijzingRow.betaling_id, ProductregelRow.betaalopdracht_id)
    )


def _betaald(session: Session, span: Span) -> Iterator[Mismatch]:
    """Paid and not booked is only what waits for a booking key, or a registration that was revoked before it was booked."""
    paid, post = _paid(span).subquery(), JournaalpostRow
    booked = (
        select(BoekingsregelRow.journaalpost_id, func.sum(BoekingsregelRow.debet_cent).label("cents"))
        .join(post, post.id == BoekingsregelRow.journaalpost_id)
        .where(span.of(post.betaling_id))
        .group_by(BoekingsregelRow.journaalpost_id)
        .subquery()
    )
    waits = select(UitvalRow.id).where(
        UitvalRow.betaling_id == paid.c.betaling,
        UitvalRow.betaalopdracht_id == paid.c.opdracht,
        UitvalRow.soort == UitvalSoort.CONFIG_ONGELDIG,
        UitvalRow.status != UitvalStatus.OPGELOST,
    )
    registered = select(RegistratieRow.id).where(RegistratieRow.betaling_id == paid.c.betaling)
    revoked = and_(BetaalopdrachtRow.herroepen_op.is_not(None), registered.exists())
    rows = session.execute(
        select(BetaalopdrachtRow.kenmerk, paid.c.cents, booked.c.cents)
        .join(BetaalopdrachtRow, BetaalopdrachtRow.id == paid.c.opdracht)
        .outerjoin(post, post.sleutel == text_of("BETAALD:", paid.c.betaling, ":", paid.c.opdracht))
        .outerjoin(booked, booked.c.journaalpost_id == post.id)
        .where(or_(booked.c.cents != paid.c.cents, and_(post.id.is_(None), ~waits.exists(), ~revoked)))
        .order_by(BetaalopdrachtRow.id)
    )
    for kenmerk, cents, found in rows:
        yield Mismatch(
            kenmerk, f"{int(cents)} cent betaald, " + ("niet geboekt" if found is None else f"{int(found)} geboekt")
        )


def _zonder_betaling(session: Session, span: Span) -> Iterator[Mismatch]:
    post = JournaalpostRow
    covers = (
        select(ToewijzingRow.id)
        .join(ProductregelRow, ProductregelRow.id == ToewijzingRow.productregel_id)
        .where(
            ToewijzingRow.betaling_id == post.betaling_id, ProductregelRow.betaalopdracht_id == post.betaalopdracht_id
        )
    )
    rows = session.execute(
        select(post.nummer, post.sleutel, BetalingRow.status)
        .outerjoin(BetalingRow, BetalingRow.id == post.betaling_id)
        .where(span.of(post.id), post.sleutel.startswith("BETAALD:"))
        .where(
            or_(
                BetalingRow.id.is_(None),
                BetalingRow.status != BetalingStatus.BETAALD,
                post.sleutel != text_of("BETAALD:", post.betaling_id, ":", post.betaalopdracht_id),
                ~covers.exists(),
            )
        )
        .order_by(post.id)
    )
    for nummer, sleutel, status in rows:
        yield Mismatch(f"journaalpost {nummer}", f"{sleutel}, betaling {status or 'ontbreekt'}")


def _regels(session: Session, span: Span) -> Iterator[Mismatch]:
    """Each productregel once, for its cents without the btw in them: the btw, half up, is the whole number `deel` for which
    2·deel·(100+p) ≤ 2·cents·p + 100 + p < 2·(deel+1)·(100+p)."""
    post, line = JournaalpostRow, BoekingsregelRow
    whole_of = case(*((line.btw == code, 100 + btw_percentage(code)) for code in BtwCode), else_=100)
    deel = ToewijzingRow.bedrag_cent - line.credit_cent
    numerator = 2 * ToewijzingRow.bedrag_cent * (whole_of - 100) + whole_of
    right = and_(2 * deel * whole_of <= numerator, numerator < 2 * (deel + 1) * whole_of)
    rows = session.execute(
        select(BetaalopdrachtRow.kenmerk, ProductregelRow.regelnummer, ToewijzingRow.bedrag_cent, func.count(line.id))
        .join(post, and_(post.betaling_id == ToewijzingRow.betaling_id, post.soort == JournaalSoort.BETAALD))
        .join(
            ProductregelRow,
            and_(
                ProductregelRow.id == ToewijzingRow.productregel_id,
                ProductregelRow.betaalopdracht_id == post.betaalopdracht_id,
            ),
        )
        .join(BetaalopdrachtRow, BetaalopdrachtRow.id == ProductregelRow.betaalopdracht_id)
        .outerjoin(line, and_(line.journaalpost_id == post.id, line.productregel_id == ProductregelRow.id, right))
        .where(span.of(post.betaling_id), post.sleutel.startswith("BETAALD:"))
        .group_by(BetaalopdrachtRow.kenmerk, ProductregelRow.regelnummer, ToewijzingRow.bedrag_cent, post.id)
        .having(func.count(line.id) != 1)
        .order_by(BetaalopdrachtRow.kenmerk, ProductregelRow.regelnummer)
    )
    for kenmerk, nummer, cents, times in rows:
        yield Mismatch(kenmerk, f"regel {nummer} van {cents} cent is {times} keer goed geboekt")


def _herroepen(session: Session, span: Span) -> Iterator[Mismatch]:
    """A registration that was revoked after it was booked is booked back for the same cents; no other is."""
    paid, back = JournaalpostRow, aliased(JournaalpostRow)
    rows = session.execute(
        select(BetaalopdrachtRow.kenmerk, back.id)
        .join(RegistratieRow, RegistratieRow.betaalopdracht_id == BetaalopdrachtRow.id)
        .join(paid, paid.sleutel == text_of("BETAALD:", RegistratieRow.betaling_id, ":", BetaalopdrachtRow.id))
        .outerjoin(back, back.sleutel == text_of("HERROEPEN:", RegistratieRow.betaling_id, ":", BetaalopdrachtRow.id))
        .where(span.of(RegistratieRow.id))
        .where(
            or_(
                and_(BetaalopdrachtRow.herroepen_op.is_(None), back.id.is_not(None)),
                and_(BetaalopdrachtRow.herroepen_op.is_not(None), back.id.is_(None)),
                _debet(back) != _debet(paid),
            )
        )
        .order_by(BetaalopdrachtRow.id)
    )
    for kenmerk, found in rows:
        yield Mismatch(kenmerk, "anders teruggeboekt dan geboekt" if found else "herroepen en niet teruggeboekt")


def _debet(post: type[JournaalpostRow]) -> ColumnElement[int]:
    lines = select(func.sum(BoekingsregelRow.debet_cent)).where(BoekingsregelRow.journaalpost_id == post.id)
    return lines.correlate(post).scalar_subquery()


def _tussenrekening(session: Session, span: Span) -> Iterator[Mismatch]:
    """What lies on the tussenrekening of a betaling is what came in minus what went. A catalogue may name another account
    since: of what does not add up, the accounts that its journaalposten were opened on count too."""
    moved = _moved(span).subquery()
    gone = select(moved.c.betaling, func.sum(moved.c.cents).label("cents")).group_by(moved.c.betaling).subquery()
    account = case(
        (BetalingRow.psp_account_id.is_not(None), PspAccountRow.tussenrekening),
        else_=AdministratieRow.balie_tussenrekening,
    )
    booked = whole(
        case(
            (BoekingsregelRow.grootboekrekening == account, BoekingsregelRow.debet_cent - BoekingsregelRow.credit_cent),
            else_=0,
        )
    )
    has = BetalingRow.ontvangen_cent - func.coalesce(gone.c.cents, 0)
    waits = select(UitvalRow.id).where(
        UitvalRow.betaling_id == BetalingRow.id,
        UitvalRow.soort == UitvalSoort.CONFIG_ONGELDIG,
        UitvalRow.status != UitvalStatus.OPGELOST,
    )
    rows = session.execute(
        select(BetalingRow.id, BetalingRow.psp_referentie, booked, has)
        .join(WinkelmandjeRow, WinkelmandjeRow.id == BetalingRow.winkelmandje_id)
        .join(AdministratieRow, AdministratieRow.id == WinkelmandjeRow.administratie_id)
        .outerjoin(PspAccountRow, PspAccountRow.id == BetalingRow.psp_account_id)
        .outerjoin(gone, gone.c.betaling == BetalingRow.id)
        .outerjoin(JournaalpostRow, JournaalpostRow.betaling_id == BetalingRow.id)
        .outerjoin(BoekingsregelRow, BoekingsregelRow.journaalpost_id == JournaalpostRow.id)
        .where(span.of(BetalingRow.id), ~waits.exists())
        .group_by(BetalingRow.id, BetalingRow.psp_referentie, BetalingRow.ontvangen_cent, gone.c.cents)
        .having(booked != has)
        .order_by(BetalingRow.id)
    ).all()
    for betaling_id, referentie, found, cents in rows:
        if _on_opened_accounts(session, betaling_id) != cents:
            yield Mismatch(referentie, f"{int(found)} cent op de tussenrekening, en er is {int(cents)} cent")


def _moved(span: Span) -> Select[int, int]:
    """What left each betaling in the span and was booked as gone."""
    given = select(TerugbetalingRow.betaling_id.label("betaling"), TerugbetalingRow.bedrag_cent.label("cents")).where(
        span.of(TerugbetalingRow.betaling_id), TerugbetalingRow.status.in_(_OUT)
    )
    taken = select(TerugboekingRow.betaling_id, TerugboekingRow.bedrag_cent).where(
        span.of(TerugboekingRow.betaling_id), TerugboekingRow.status.in_(sorted(TAKEN))
    )
    both = union_all(given, taken).subquery()
    return select(both.c.betaling, both.c.cents)


def _on_opened_accounts(session: Session, betaling_id: int) -> int:
    """Debet minus credit on the accounts on which the journaalposten of what came in begin, then and now."""
    lines = session.execute(
        select(
            JournaalpostRow.sleutel,
            BoekingsregelRow.volgnummer,
            BoekingsregelRow.grootboekrekening,
            BoekingsregelRow.debet_cent,
            BoekingsregelRow.credit_cent,
        )
        .join(BoekingsregelRow, BoekingsregelRow.journaalpost_id == JournaalpostRow.id)
        .where(JournaalpostRow.betaling_id == betaling_id)
    ).all()
    opened = {
        row.grootboekrekening for row in lines if row.volgnummer == 1 and row.sleutel.startswith(("BETAALD:", "MEER:"))
    }
    opened |= set(
        session.scalars(
            select(PspAccountRow.tussenrekening)
            .join(BetalingRow, BetalingRow.psp_account_id == PspAccountRow.id)
            .where(BetalingRow.id == betaling_id)
        )
    )
    return sum(row.debet_cent - row.credit_cent for row in lines if row.grootboekrekening in opened)


CHECKS = (
    Check("BOEKING_BALANS", "In elke journaalpost is debet gelijk aan credit.", _ASK, JournaalpostRow.id, _balans),
    Check("BOEKING_STATUS", "Batch en boekstuknummer passen bij de status van een journaalpost.", _ASK, JournaalpostRow.id,
          _status),
    Check("BOEKING_BETAALD", "Wat betaald is, is één keer geboekt, voor zijn hele bedrag.", _BOOK, BetalingRow.id, _betaald),
    Check("BOEKING_ZONDER_BETALING", "Wat als betaald is geboekt, is ook betaald.", _ASK, JournaalpostRow.id,
          _zonder_betaling),
    Check("BOEKING_REGEL", "Elke betaalde productregel staat één keer in het journaal, zonder de btw erin.", _ASK,
          BetalingRow.id, _regels),
    Check("BOEKING_HERROEPEN", "Een herroepen registratie is teruggeboekt.", _ASK, RegistratieRow.id, _herroepen),
    Check("BOEKING_TUSSENREKENING", "Op de tussenrekening ligt van elke betaling wat ontvangen is en niet terugging.", _ASK,
          BetalingRow.id, _tussenrekening),
)  # fmt: skip
