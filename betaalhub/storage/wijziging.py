"""The tables of the feed: every published versie of every betaalopdracht, and how far each zender's are numbered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, SQLColumnExpression, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from betaalhub.domain.statuses import BetaalopdrachtStatus
from betaalhub.storage.rows import Row, not_negative, one_of, positive, reference, yes_or_no
from betaalhub.storage.types import Cent, Tekst, Verwijzing

_MOST_VERSIES = 1_000_000


class WijzigingRow(Row):
    """A betaalopdracht as it stood at one versie; only its `nummer` changes afterwards, once. Cents.

    `nummer` is its place in the feed of its zender. Until it has one it holds `waiting_nummer`, below zero: a NULL in a
    unique key of two columns is refused by Oracle from the second on.
    """

    __tablename__ = "wijziging"
    __table_args__ = (
        UniqueConstraint("zender_id", "nummer"),
        one_of("status", BetaalopdrachtStatus),
        yes_or_no("leverbaar"),
        CheckConstraint(f"versie > 0 AND versie < {_MOST_VERSIES}", name="versie"),
        CheckConstraint("nummer <> 0", name="nummer"),
        positive("totaal_cent"),
        not_negative("ontvangen_cent"),
        not_negative("terugbetaald_cent"),
        not_negative("teruggeboekt_cent"),
    )

    betaalopdracht_id: Mapped[int] = reference("betaalopdracht", index=False, primary_key=True)
    versie: Mapped[int] = mapped_column(primary_key=True)
    zender_id: Mapped[int] = reference("zender", index=False)
    nummer: Mapped[Verwijzing]
    status: Mapped[str] = mapped_column(Tekst(20))
    leverbaar: Mapped[bool]
    totaal_cent: Mapped[Cent]
    ontvangen_cent: Mapped[Cent]
    terugbetaald_cent: Mapped[Cent]
    teruggeboekt_cent: Mapped[Cent]
    tijdstip: Mapped[datetime]


class WijzigingTellerRow(Row):
    """The last number that was given out in the feed of a zender; its row is the lock under which numbers are given."""

    __tablename__ = "wijziging_teller"
    __table_args__ = (not_negative("laatste"),)

    zender_id: Mapped[int] = reference("zender", index=False, primary_key=True)
    laatste: Mapped[Verwijzing]


def waiting_nummer(betaalopdracht_id: int, versie: int) -> int:
    """What stands in `nummer` until a wijziging is numbered: its own, and rising with the versie when read downwards."""
    return -(betaalopdracht_id * _MOST_VERSIES + versie)


def waiting_nummer_of(
    betaalopdracht_id: SQLColumnExpression[int], versie: SQLColumnExpression[int]
) -> SQLColumnExpression[int]:
    """The same, computed by the database over its columns."""
    return -(betaalopdracht_id * _MOST_VERSIES + versie)
