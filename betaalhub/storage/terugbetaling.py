"""The tables of money that came in at the counter, of money that goes back and of money that is taken back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from betaalhub.domain.statuses import TerugbetalingStatus, TerugboekingStatus
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
    """Money of one betaling that goes back: on productregels of one betaalopdracht, or on the surplus (no regels). Cents.

    `nummer` is our reference at the PSP, `poging_id` the attempt there that it goes back over, `psp_id` the PSP's own number of
    it. `gezocht` counts how often the PSP was asked and did not have it. `beweging_sleutel` is "<betaling_id>:<psp_id>" once the
    PSP's number is known, so that one movement is one row.
    """

    __tablename__ = "terugbetaling"
    __table_args__ = (
        Index("ix_terugbet_status_op", "status", "status_op"),
        Index("ux_terugbet_beweging", "beweging_sleutel", unique=True),
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
    beslist_door: Mapped[str | None] = mapped_column(Tekst(100))
    beslist_op: Mapped[datetime | None]
    poging_id: Mapped[str | None] = mapped_column(Tekst(80))
    psp_id: Mapped[str | None] = mapped_column(Tekst(80))
    beweging_sleutel: Mapped[str | None] = mapped_column(Tekst(101))
    gezocht: Mapped[int] = mapped_column(default=0)
    uitbetaald_bewijs: Mapped[str | None] = mapped_column(Tekst(40))


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


class TerugboekingRow(NumberedRow):
    """Money of one betaling that the bank took back, or that the PSP no longer has; one row per movement at the PSP. Cents."""

    __tablename__ = "terugboeking"
    __table_args__ = (
        UniqueConstraint("betaling_id", "psp_id", name="uq_terugboek_beweging"),
        Index("ix_terugboek_status_op", "status", "status_op"),
        one_of("status", TerugboekingStatus),
        positive("bedrag_cent"),
    )

    administratie_id: Mapped[int] = reference("administratie")
    betaling_id: Mapped[int] = reference("betaling", index=False)
    psp_id: Mapped[str] = mapped_column(Tekst(80))
    poging_id: Mapped[str | None] = mapped_column(Tekst(80))
    status: Mapped[str] = mapped_column(Tekst(20))
    status_op: Mapped[datetime]
    bedrag_cent: Mapped[Cent]
    gemeld_op: Mapped[datetime]


class TerugboekingRegelRow(NumberedRow):
    """How many cents of a terugboeking were taken from one toewijzing."""

    __tablename__ = "terugboeking_regel"
    __table_args__ = (
        UniqueConstraint("terugboeking_id", "toewijzing_id", name="uq_terugboek_regel_toewijzing"),
        positive("bedrag_cent"),
    )

    terugboeking_id: Mapped[int] = reference("terugboeking", index=False)
    toewijzing_id: Mapped[int] = reference("toewijzing")
    bedrag_cent: Mapped[Cent]
