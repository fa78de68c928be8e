"""The tables of who may call: how an aansluiting proves itself, what a zender may ask, and what must not come twice or too often."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from betaalhub.domain.bewijs import BY_NAME, BewijsSoort
from betaalhub.storage.rows import NumberedRow, Row, not_negative, one_of, reference
from betaalhub.storage.types import Tekst

_NAMED = ", ".join(f"'{soort}'" for soort in sorted(BY_NAME))


class BewijsRow(NumberedRow):
    """A way in which an aansluiting proves itself, valid from `geldig_van` until `geldig_tot` or until it is revoked.

    `geheim` is an argon2 hash (WACHTWOORD), an encrypted secret (USERNAMETOKEN) or nothing. `eigenaar_sleutel` is set
    while a certificate or OIN is not revoked, and unique: so one of these leads to one aansluiting.
    """

    __tablename__ = "bewijs"
    __table_args__ = (
        Index(None, "soort", "sleutel"),
        one_of("soort", BewijsSoort),
        CheckConstraint(
            f"(soort IN ({_NAMED}) AND geheim IS NOT NULL) OR (soort NOT IN ({_NAMED}) AND geheim IS NULL)",
            name="geheim",
        ),
    )

    aansluiting_id: Mapped[int] = reference("aansluiting")
    soort: Mapped[str] = mapped_column(Tekst(20))
    sleutel: Mapped[str] = mapped_column(Tekst(100))
    eigenaar_sleutel: Mapped[str | None] = mapped_column(Tekst(120), unique=True)
    geheim: Mapped[str | None] = mapped_column(Tekst(500))
    toelichting: Mapped[str | None] = mapped_column(Tekst(200))  # the subject of a certificate
    geldig_van: Mapped[datetime]
    geldig_tot: Mapped[datetime | None]
    ingetrokken_op: Mapped[datetime | None]
    aangemaakt_op: Mapped[datetime]


class ZenderOperatieRow(Row):
    """An operation of the contract that a zender may use; what is not here is refused."""

    __tablename__ = "zender_operatie"

    zender_id: Mapped[int] = reference("zender", index=False, primary_key=True)
    operatie: Mapped[str] = mapped_column(Tekst(40), primary_key=True)


class GezienRow(Row):
    """Something that may come once: the SHA-256 of it in hex, and until when it is remembered."""

    __tablename__ = "gezien"

    sleutel: Mapped[str] = mapped_column(Tekst(64), primary_key=True)
    tot: Mapped[datetime] = mapped_column(index=True)


class LimietRow(Row):
    """How often one key (a SHA-256 in hex) tried one thing in the window that ends at `tot`; past that it counts from nothing."""

    __tablename__ = "limiet"
    __table_args__ = (not_negative("aantal"),)

    sleutel: Mapped[str] = mapped_column(Tekst(64), primary_key=True)
    aantal: Mapped[int]
    tot: Mapped[datetime] = mapped_column(index=True)
