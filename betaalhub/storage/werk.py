"""The tables of work and its results: stored answers, the outbox, circuits, bookings and uitval."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from betaalhub.domain.statuses import BoekingStatus, UitvalStatus
from betaalhub.storage.rows import NumberedRow, Row, one_of, reference
from betaalhub.storage.types import Cent, LangeTekst, Tekst, Verwijzing


class AntwoordRow(Row):
    """The answer to a writing operation, so that the same message gets the same answer (contract.md, idempotency)."""

    __tablename__ = "antwoord"

    zender_id: Mapped[int] = reference("zender", index=False, primary_key=True)
    referentienummer: Mapped[str] = mapped_column(Tekst(40), primary_key=True)
    operatie: Mapped[str] = mapped_column(Tekst(40))
    inhoud_hash: Mapped[str] = mapped_column(Tekst(64))
    inhoud: Mapped[str] = mapped_column(LangeTekst)
    tijdstip: Mapped[datetime]


class OutboxRow(NumberedRow):
    """Work that waits: one row per kind and object, gone when it is done. `due_at` is when it is due, or while leased (L) when
    the lease ends. `gevraagd` counts the wishes, so that one that comes in while the work is under way is not lost.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("soort", "object_id"),
        Index(
            "ix_outbox_ontvanger", "state", "ontvanger", "due_at", "id"
        ),  # along which a claim goes round the receivers
        one_of("state", ("R", "L", "D", "X")),  # ready, leased, done (until version 0.4), dead
    )

    soort: Mapped[str] = mapped_column(Tekst(20))
    object_id: Mapped[Verwijzing]
    ontvanger: Mapped[str] = mapped_column(Tekst(60))
    state: Mapped[str] = mapped_column(Tekst(1))
    due_at: Mapped[datetime]
    token: Mapped[str | None] = mapped_column(Tekst(32))
    attempts: Mapped[int]
    gevraagd: Mapped[int]
    laatste_fout: Mapped[str | None] = mapped_column(Tekst(200))
    tijdstip: Mapped[datetime]


class CircuitRow(Row):
    """A receiver that failed lately: how often in a row, and until when it is spared, or is being tried again."""

    __tablename__ = "circuit"

    ontvanger: Mapped[str] = mapped_column(Tekst(60), primary_key=True)
    fouten: Mapped[int]
    open_tot: Mapped[datetime]


class BoekingsbatchRow(NumberedRow):
    """Journaalposten that go to the ERP in one message, under a number that never changes."""

    __tablename__ = "boekingsbatch"
    __table_args__ = (one_of("status", ("GEMAAKT", "VERZONDEN", "BEANTWOORD")),)

    administratie_id: Mapped[int] = reference("administratie")
    nummer: Mapped[str] = mapped_column(Tekst(26), unique=True)
    status: Mapped[str] = mapped_column(Tekst(20))
    aangemaakt_op: Mapped[datetime]


class JournaalpostRow(NumberedRow):
    """A balanced double entry for one betaalopdracht and event; `sleutel` names the event, so it is booked once."""

    __tablename__ = "journaalpost"
    __table_args__ = (Index("ix_journaalpost_status_op", "status", "aangemaakt_op"), one_of("status", BoekingStatus))

    administratie_id: Mapped[int] = reference("administratie")
    betaalopdracht_id: Mapped[int | None] = reference("betaalopdracht")
    betaling_id: Mapped[int | None] = reference("betaling")
    nummer: Mapped[str] = mapped_column(Tekst(26), unique=True)
    sleutel: Mapped[str] = mapped_column(Tekst(100), unique=True)
    soort: Mapped[str] = mapped_column(Tekst(30))
    boekdatum: Mapped[date]
    omschrijving: Mapped[str] = mapped_column(Tekst(140))
    status: Mapped[str] = mapped_column(Tekst(20))
    batch_id: Mapped[int | None] = reference("boekingsbatch")
    boekstuknummer: Mapped[str | None] = mapped_column(Tekst(50))
    reden: Mapped[str | None] = mapped_column(Tekst(200))
    aangemaakt_op: Mapped[datetime]


class BoekingsregelRow(NumberedRow):
    """One line of a journaalpost; exactly one of debet and credit is above 0 (cents)."""

    __tablename__ = "boekingsregel"
    __table_args__ = (
        UniqueConstraint("journaalpost_id", "volgnummer", name="uq_boekregel_volgnummer"),
        CheckConstraint(
            "(debet_cent > 0 AND credit_cent = 0) OR (debet_cent = 0 AND credit_cent > 0)", name="debet_of_credit"
        ),
    )

    journaalpost_id: Mapped[int] = reference("journaalpost", index=False)
    volgnummer: Mapped[int]
    productregel_id: Mapped[int | None] = reference("productregel")
    grootboekrekening: Mapped[str] = mapped_column(Tekst(20))
    kostenplaats: Mapped[str | None] = mapped_column(Tekst(20))
    project: Mapped[str | None] = mapped_column(Tekst(20))
    btw: Mapped[str] = mapped_column(Tekst(20))
    debet_cent: Mapped[Cent]
    credit_cent: Mapped[Cent]
    omschrijving: Mapped[str] = mapped_column(Tekst(140))


class UitvalRow(NumberedRow):
    """An exception that waits for a person; `sleutel` names its cause, so the same cause opens the same row again."""

    __tablename__ = "uitval"
    __table_args__ = (Index(None, "status", "geopend_op"), one_of("status", UitvalStatus))

    administratie_id: Mapped[int] = reference("administratie")
    soort: Mapped[str] = mapped_column(Tekst(30))
    status: Mapped[str] = mapped_column(Tekst(20))
    sleutel: Mapped[str] = mapped_column(Tekst(100), unique=True)
    betaalopdracht_id: Mapped[int | None] = reference("betaalopdracht")
    betaling_id: Mapped[int | None] = reference("betaling")
    journaalpost_id: Mapped[int | None] = reference("journaalpost")
    terugbetaling_id: Mapped[int | None] = reference("terugbetaling")
    terugboeking_id: Mapped[int | None] = reference("terugboeking")
    omschrijving: Mapped[str] = mapped_column(Tekst(500))
    geopend_op: Mapped[datetime]
    gewijzigd_op: Mapped[datetime]
    opgelost_door: Mapped[str | None] = mapped_column(Tekst(100))
    oplossing: Mapped[str | None] = mapped_column(Tekst(30))
    reden: Mapped[str | None] = mapped_column(Tekst(500))
    keer: Mapped[int]
