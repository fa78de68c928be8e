"""Checks of the whole register: every versie of every betaalopdracht is in the feed of its zender, once and in order."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from betaalhub.domain.statuses import BetaalopdrachtStatus
from betaalhub.flows.verify_check import Check, Mismatch, Span
from betaalhub.storage.tables import BetaalopdrachtRow, WijzigingRow, WijzigingTellerRow, ZenderRow

_ASK = "Laat een ontwikkelaar hiernaar kijken; tot dan kan een productsysteem een wijziging missen."
_FLAPS = (BetaalopdrachtStatus.OPEN, BetaalopdrachtStatus.IN_BETALING)  # their coming and going is not published


def _versies(session: Session, span: Span) -> Iterator[Mismatch]:
    """From the first that is known to the last: what is older than the feed has only its versie of then."""
    row, known = BetaalopdrachtRow, WijzigingRow
    first, last, many = func.min(known.versie), func.max(known.versie), func.count(known.versie)
    begun = select(WijzigingTellerRow.laatste).where(WijzigingTellerRow.zender_id == row.zender_id).exists()
    rows = session.execute(
        select(row.kenmerk, row.versie_gewenst, first, last, many)
        .outerjoin(known, known.betaalopdracht_id == row.id)
        .where(span.of(row.id))
        .group_by(row.id, row.kenmerk, row.versie_gewenst, row.zender_id)
        .having(or_(last != row.versie_gewenst, many != last - first + 1, and_(many == 0, begun)))
        .order_by(row.id)
    )
    for kenmerk, wanted, begin, end, found in rows:
        yield Mismatch(kenmerk, f"versie {wanted}; in de feed {found}, van {begin or '-'} tot en met {end or '-'}")


def _stand(session: Session, span: Span) -> Iterator[Mismatch]:
    row, last = BetaalopdrachtRow, WijzigingRow
    flap = and_(row.status.in_(_FLAPS), last.status.in_(_FLAPS))
    rows = session.execute(
        select(row.kenmerk, row.versie_gewenst, row.status, last.status)
        .join(last, and_(last.betaalopdracht_id == row.id, last.versie == row.versie_gewenst))
        .where(span.of(row.id))
        .where(
            or_(
                and_(row.status != last.status, ~flap),
                row.leverbaar != last.leverbaar,
                row.totaal_cent != last.totaal_cent,
                row.ontvangen_cent != last.ontvangen_cent,
                row.terugbetaald_cent != last.terugbetaald_cent,
                row.teruggeboekt_cent != last.teruggeboekt_cent,
                row.zender_id != last.zender_id,
            )
        )
        .order_by(row.id)
    )
    for kenmerk, versie, present, told in rows:
        yield Mismatch(kenmerk, f"versie {versie} in de feed zegt iets anders dan het register ({told}, {present})")


def _nummers(session: Session, span: Span) -> Iterator[Mismatch]:
    numbered = case((WijzigingRow.nummer > 0, WijzigingRow.nummer))
    highest, many = func.coalesce(func.max(numbered), 0), func.count(numbered)
    given = func.coalesce(WijzigingTellerRow.laatste, 0)
    rows = session.execute(
        select(ZenderRow.code, given, highest, many)
        .outerjoin(WijzigingTellerRow, WijzigingTellerRow.zender_id == ZenderRow.id)
        .outerjoin(WijzigingRow, WijzigingRow.zender_id == ZenderRow.id)
        .where(span.of(ZenderRow.id))
        .group_by(ZenderRow.id, ZenderRow.code, WijzigingTellerRow.laatste)
        .having(or_(highest != given, many != given))
        .order_by(ZenderRow.id)
    )
    for code, last, top, count in rows:
        yield Mismatch(f"zender {code}", f"{last} nummers gegeven; er staan er {count}, het hoogste is {top}")


def _volgorde(session: Session, span: Span) -> Iterator[Mismatch]:
    """A later versie never has a lower number, nor a number while an earlier one waits for its own."""
    earlier, later = WijzigingRow, aliased(WijzigingRow)
    rows = session.execute(
        select(BetaalopdrachtRow.kenmerk, later.versie, later.nummer)
        .join(earlier, earlier.betaalopdracht_id == BetaalopdrachtRow.id)
        .join(later, and_(later.betaalopdracht_id == earlier.betaalopdracht_id, later.versie == earlier.versie + 1))
        .where(span.of(BetaalopdrachtRow.id), later.nummer > 0)
        .where(or_(earlier.nummer < 0, earlier.nummer > later.nummer))
        .order_by(BetaalopdrachtRow.id, later.versie)
    )
    for kenmerk, versie, nummer in rows:
        yield Mismatch(kenmerk, f"versie {versie} heeft nummer {nummer}, te vroeg")


def _bevestigd(session: Session, span: Span) -> Iterator[Mismatch]:
    row = BetaalopdrachtRow
    rows = session.execute(
        select(row.kenmerk, row.versie_bevestigd, row.versie_gewenst)
        .where(span.of(row.id), or_(row.versie_bevestigd > row.versie_gewenst, row.versie_bevestigd < 1))
        .order_by(row.id)
    )
    for kenmerk, told, wanted in rows:
        yield Mismatch(kenmerk, f"versie {told} bevestigd van {wanted}")


CHECKS = (
    Check("FEED_VERSIES", "Elke versie van een betaalopdracht staat één keer in de feed.", _ASK, BetaalopdrachtRow.id,
          _versies),
    Check("FEED_STAND", "De laatste versie in de feed zegt hetzelfde als het register.", _ASK, BetaalopdrachtRow.id, _stand),
    Check("FEED_NUMMERS", "De nummers in de feed van een zender lopen door, zonder gat.", _ASK, ZenderRow.id, _nummers, step=1),
    Check("FEED_VOLGORDE", "In de feed komt een latere versie na een eerdere.", _ASK, BetaalopdrachtRow.id, _volgorde),
    Check("VERSIE_BEVESTIGD", "Een productsysteem heeft nooit een versie bevestigd die er niet is.", _ASK,
          BetaalopdrachtRow.id, _bevestigd),
)  # fmt: skip
