"""The tables of money that came in at the counter and of money that goes back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from betaalhub.domain.statuses import TerugbetalingStatus
from betaalhub.storage.rows import NumberedRow, one_of, positive, reference
from betaalhub.storage.types import Cent, Tekst


class RegistratieRow(NumberedRow):
    """A betaling that a zender received elsewhere and registered."""

    __tablename__ = "registratie"
    __table_args__ = (UniqueConstraint("betaling_id"),)

    betaling_id: Mapped[int] = reference("betaling", index=False)
    betaalopdracht_id: Mapped[int] = reference("betaalopdracht")
    zender_id: Mapped[int] = reference("zender")
    ontvangen_op: Mapped[datetime]
    bewijsnummer: Mapped[str | None] = mapped_column(Tekst(40))
    geregistreerd_op: Mapped[datetime]


class TerugbetalingRow(NumberedRow):
    """Money of one betaling that goes back: on productregels of one betaalopdracht, or on the surplus (no regels). Cents."""

    __tablename__ = "terugbetaling"
    __table_args__ = (
        Index("ix_terugbet_status_op", "status", "status_op"),
        one_of("status", TerugbetalingStatus),
        positive("bedrag_cent"),
    )

    administratie_id: Mapped[int] = reference("administratie")
    betaling_id: Mapped[int] = reference("betaling")
    betaalopdracht_id: Mapped[int | None] = reference("betaalopdracht")
    nummer: Mapped[str] = mapped_column(Tekst(26), unique=True)
    status: Mapped[str] = mapped_column(Tekst(20))
    status_op: Mapped[datetime]
    bedrag_cent: Mapped[Cent]
    reden: Mapped[str | None] = mapped_column(Tekst(500))
    aangevraagd_door: Mapped[str] = mapped_column(Tekst(100))
    aangevraagd_op: Mapped[datetime]


class TerugbetalingRegelRow(NumberedRow):
    """How many cents of a terugbetaling come from one toewijzing."""

    __tablename__ = "terugbetaling_regel"
    __table_args__ = (
        UniqueConstraint("terugbetaling_id", "toewijzing_id", name="uq_terugbet_regel_toewijzing"),
        positive("bedrag_cent"),
    )

    terugbetaling_id: Mapped[int] = reference("terugbetaling", index=False)
    toewijzing_id: Mapped[int] = reference("toewijzing")
    bedrag_cent: Mapped[Cent]
