"""The tables of the register itself: winkelmandjes, betaalopdrachten, productregels, betalingen, toewijzingen and what happened."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from betaalhub.domain.statuses import (
    BetaalopdrachtStatus,
    BetalerSoort,
    BetalingStatus,
    Kanaal,
    LeveringStatus,
    WinkelmandjeStatus,
)
from betaalhub.domain.zoeknaam import LONGEST
from betaalhub.storage.rows import NumberedRow, Row, not_negative, one_of, positive, reference, yes_or_no
from betaalhub.storage.types import Cent, LangeTekst, Tekst, Verwijzing, Zoektekst


class KenmerkRow(Row):
    """Every kenmerk that was ever given out, to a winkelmandje or a betaalopdracht: one name space."""

    __tablename__ = "kenmerk"
    __table_args__ = (one_of("soort", ("WINKELMANDJE", "BETAALOPDRACHT")),)

    kenmerk: Mapped[str] = mapped_column(Tekst(12), primary_key=True)
    soort: Mapped[str] = mapped_column(Tekst(20))


class WinkelmandjeRow(NumberedRow):
    """What is paid in one go; its status is derived. Cents."""

    __tablename__ = "winkelmandje"
    __table_args__ = (one_of("status", WinkelmandjeStatus), not_negative("totaal_cent"))

    administratie_id: Mapped[int] = reference("administratie")
    kenmerk: Mapped[str] = mapped_column(Tekst(12), ForeignKey("kenmerk.kenmerk"), unique=True)
    token: Mapped[str] = mapped_column(Tekst(43), unique=True)
    status: Mapped[str] = mapped_column(Tekst(20))
    versie: Mapped[int]
    totaal_cent: Mapped[Cent]
    aangemaakt_op: Mapped[datetime]


class BetaalopdrachtRow(NumberedRow):
    """What one zender wants paid; status, amounts received and Leverbaar are derived. Cents.

    `levend_sleutel` is "<zender_id>:<eigen_kenmerk>" while it is alive or paid, and NULL afterwards: so unique.
    `herroepen_op`: the registration of its payment at the counter was revoked. `aanvaard_op`: a person accepted the money that
    came after it had ended.
    """

    __tablename__ = "betaalopdracht"
    __table_args__ = (
        Index("ix_opdracht_eigen_kenmerk", "zender_id", "eigen_kenmerk"),
        Index("ix_opdracht_adm_op", "administratie_id", "aangemaakt_op", "id"),
        Index("ix_opdracht_status_op", "status", "aangemaakt_op", "id"),
        Index("ix_opdracht_zender_op", "zender_id", "aangemaakt_op", "id"),
        Index("ix_opdracht_bedrag_op", "totaal_cent", "aangemaakt_op", "id"),
        Index("ix_opdracht_klant", "klant_kenmerk"),
        Index("ix_opdracht_zoeknaam", "zoeknaam", "aangemaakt_op", "id"),
        one_of("status", BetaalopdrachtStatus),
        one_of("betaler_soort", BetalerSoort),
        yes_or_no("leverbaar"),
        positive("totaal_cent"),
        not_negative("ontvangen_cent"),
        not_negative("terugbetaald_cent"),
        not_negative("teruggeboekt_cent"),
        CheckConstraint("versie_bevestigd <= versie_gewenst", name="versie"),
        CheckConstraint("zoeknaam IS NULL OR betaler_naam IS NOT NULL", name="zoeknaam"),  # it goes when the name goes
    )

    administratie_id: Mapped[int] = reference("administratie", index=False)
    zender_id: Mapped[int] = reference("zender", index=False)
    winkelmandje_id: Mapped[int] = reference("winkelmandje")
    kenmerk: Mapped[str] = mapped_column(Tekst(12), ForeignKey("kenmerk.kenmerk"), unique=True)
    token: Mapped[str] = mapped_column(Tekst(43), unique=True)
    eigen_kenmerk: Mapped[str] = mapped_column(Tekst(40))
    levend_sleutel: Mapped[str | None] = mapped_column(Tekst(61), unique=True)
    inhoud_hash: Mapped[str] = mapped_column(Tekst(64))
    status: Mapped[str] = mapped_column(Tekst(20))
    totaal_cent: Mapped[Cent]
    ontvangen_cent: Mapped[Cent]
    terugbetaald_cent: Mapped[Cent]
    teruggeboekt_cent: Mapped[Cent]
    leverbaar: Mapped[bool]
    versie_gewenst: Mapped[int]
    versie_bevestigd: Mapped[int]
    terugkeer_url: Mapped[str] = mapped_column(Tekst(500))
    betaler_soort: Mapped[str | None] = mapped_column(Tekst(20))
    betaler_naam: Mapped[str | None] = mapped_column(Tekst(100))
    betaler_email: Mapped[str | None] = mapped_column(Tekst(254))
    betaler_taal: Mapped[str | None] = mapped_column(Tekst(10))
    klant_kenmerk: Mapped[str | None] = mapped_column(Tekst(64))
    aangemaakt_op: Mapped[datetime]
    vervalt_op: Mapped[datetime]
    betaald_op: Mapped[datetime | None]
    ingetrokken_op: Mapped[datetime | None]
    verlopen_op: Mapped[datetime | None]
    herroepen_op: Mapped[datetime | None]
    aanvaard_op: Mapped[datetime | None]
    zoeknaam: Mapped[str | None] = mapped_column(Zoektekst(LONGEST))


NOT_FILLED = datetime(1970, 1, 1, tzinfo=UTC)  # what the database puts where an older hub says nothing (migration 0010)


class ProductregelRow(NumberedRow):
    """One line of a betaalopdracht: what is sold, for how many cents in all, and how its delivery stands.

    `aangemaakt_op` is its betaalopdracht's, so that a product is found by it; `NOT_FILLED` until `betaalhub migrate` filled it.
    """

    __tablename__ = "productregel"
    __table_args__ = (
        UniqueConstraint("betaalopdracht_id", "regelnummer", name="uq_regel_regelnummer"),
        Index("ix_regel_product_op", "productcode", "aangemaakt_op", "betaalopdracht_id"),
        Index("ix_regel_zaaknummer", "zaaknummer"),
        one_of("levering", LeveringStatus),
        positive("aantal"),
        positive("stuksprijs_cent"),
        positive("bedrag_cent"),
    )

    betaalopdracht_id: Mapped[int] = reference("betaalopdracht", index=False)
    regelnummer: Mapped[int]
    productcode: Mapped[str] = mapped_column(Tekst(40))
    omschrijving: Mapped[str] = mapped_column(Tekst(140))
    aantal: Mapped[int]
    stuksprijs_cent: Mapped[Cent | None]
    bedrag_cent: Mapped[Cent]
    zaaknummer: Mapped[str | None] = mapped_column(Tekst(100))
    levering: Mapped[str] = mapped_column(Tekst(20))
    aangemaakt_op: Mapped[datetime]


class BetalingRow(NumberedRow):
    """One attempt to pay a winkelmandje, at a PSP account or at the counter. Cents.

    `gereserveerd_cent` is promised to terugbetalingen or taken by terugboekingen; `meer_gereserveerd_cent` is the part of it
    that lies on no toewijzing. `aanvaard_cent` is what a person accepted instead of `bedrag_cent`.
    `levend_sleutel` is the winkelmandje's number in the live statuses and NULL in the others: so one lives at a time.
    `email` and `referentie` are what she filled in at paying: where her mails go, and a company's own reference.
    """

    __tablename__ = "betaling"
    __table_args__ = (
        UniqueConstraint("winkelmandje_id", "volgnummer", name="uq_betaling_volgnummer"),
        UniqueConstraint("winkelmandje_id", "formulier_sleutel", name="uq_betaling_formulier"),
        Index(None, "status", "status_op"),
        one_of("status", BetalingStatus),
        one_of("kanaal", Kanaal),
        positive("bedrag_cent"),
        not_negative("ontvangen_cent"),
        CheckConstraint("gereserveerd_cent >= 0 AND gereserveerd_cent <= ontvangen_cent", name="gereserveerd"),
        CheckConstraint("meer_gereserveerd_cent >= 0 AND meer_gereserveerd_cent <= gereserveerd_cent", name="meer"),
        positive("aanvaard_cent"),
    )

    winkelmandje_id: Mapped[int] = reference("winkelmandje", index=False)
    volgnummer: Mapped[int]
    psp_account_id: Mapped[int | None] = reference("psp_account")
    psp_referentie: Mapped[str] = mapped_column(Tekst(35), unique=True)
    psp_sleutel: Mapped[str | None] = mapped_column(Tekst(100))
    doorstuur_url: Mapped[str | None] = mapped_column(LangeTekst)
    status: Mapped[str] = mapped_column(Tekst(20))
    levend_sleutel: Mapped[str | None] = mapped_column(Tekst(20), unique=True)
    kanaal: Mapped[str] = mapped_column(Tekst(10))
    methode: Mapped[str] = mapped_column(Tekst(30))
    taal: Mapped[str] = mapped_column(Tekst(10))
    bedrag_cent: Mapped[Cent]
    ontvangen_cent: Mapped[Cent]
    gereserveerd_cent: Mapped[Cent] = mapped_column(default=0)
    meer_gereserveerd_cent: Mapped[Cent] = mapped_column(default=0)
    aanvaard_cent: Mapped[Cent | None]
    formulier_sleutel: Mapped[str] = mapped_column(Tekst(100))
    aangemaakt_op: Mapped[datetime]
    verloopt_op: Mapped[datetime]
    status_op: Mapped[datetime]
    reden: Mapped[str | None] = mapped_column(Tekst(100))
    gevraagd: Mapped[int]
    email: Mapped[str | None] = mapped_column(Tekst(254))
    referentie: Mapped[str | None] = mapped_column(Tekst(40))


class ToewijzingRow(NumberedRow):
    """How many cents of a betaling cover a productregel: frozen. `gereserveerd_cent` is promised to terugbetalingen."""

    __tablename__ = "toewijzing"
    __table_args__ = (
        UniqueConstraint("betaling_id", "productregel_id"),
        positive("bedrag_cent"),
        CheckConstraint("gereserveerd_cent >= 0 AND gereserveerd_cent <= bedrag_cent", name="gereserveerd"),
    )

    betaling_id: Mapped[int] = reference("betaling", index=False)
    productregel_id: Mapped[int] = reference("productregel")
    bedrag_cent: Mapped[Cent]
    gereserveerd_cent: Mapped[Cent]


class GebeurtenisRow(NumberedRow):
    """A fact: who, when, what, from, to. Only added, never changed; `gegevens` is JSON with ids, codes and cents."""

    __tablename__ = "gebeurtenis"
    __table_args__ = (Index("ix_gebeurtenis_onderwerp", "onderwerp", "onderwerp_id"),)

    onderwerp: Mapped[str] = mapped_column(Tekst(20))
    onderwerp_id: Mapped[Verwijzing]
    betaalopdracht_id: Mapped[int | None] = reference("betaalopdracht")
    winkelmandje_id: Mapped[int | None] = reference("winkelmandje")
    tijdstip: Mapped[datetime]
    soort: Mapped[str] = mapped_column(Tekst(40))
    van: Mapped[str | None] = mapped_column(Tekst(20))
    naar: Mapped[str | None] = mapped_column(Tekst(20))
    wie: Mapped[str] = mapped_column(Tekst(100))
    reden: Mapped[str | None] = mapped_column(Tekst(500))
    gegevens: Mapped[str | None] = mapped_column(LangeTekst)
