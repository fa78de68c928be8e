"""The tables of what is configured: administraties, zenders, aansluitingen, products, booking keys and PSP accounts."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from betaalhub.domain.statuses import BtwCode, Prijsregel
from betaalhub.storage.rows import NumberedRow, Row, not_negative, one_of, positive, reference, yes_or_no
from betaalhub.storage.types import Cent, Tekst


class AdministratieRow(NumberedRow):
    """One municipality or legal entity on this installation, with its general ledger accounts.

    `vier_ogen_cent`: from how many cents a terugbetaling needs a second person, where product and productgroep do not say.
    """

    __tablename__ = "administratie"
    __table_args__ = (not_negative("vier_ogen_cent"),)

    code: Mapped[str] = mapped_column(Tekst(40), unique=True)
    naam: Mapped[str] = mapped_column(Tekst(100))
    btw_rekening: Mapped[str] = mapped_column(Tekst(20))
    te_verrekenen_rekening: Mapped[str] = mapped_column(Tekst(20))
    balie_tussenrekening: Mapped[str | None] = mapped_column(Tekst(20))
    verschil_rekening: Mapped[str | None] = mapped_column(Tekst(20))
    vier_ogen_cent: Mapped[Cent | None]


class ZenderRow(NumberedRow):
    """A product system: its code in messages, and where it wants to be told (push is optional)."""

    __tablename__ = "zender"
    __table_args__ = (yes_or_no("actief"),)

    administratie_id: Mapped[int] = reference("administratie")
    code: Mapped[str] = mapped_column(Tekst(40), unique=True)
    naam: Mapped[str] = mapped_column(Tekst(100))
    push_url: Mapped[str | None] = mapped_column(Tekst(500))
    actief: Mapped[bool]


class ZenderProductRow(Row):
    """A product that a zender may sell."""

    __tablename__ = "zender_product"

    zender_id: Mapped[int] = reference("zender", index=False, primary_key=True)
    productcode: Mapped[str] = mapped_column(Tekst(40), primary_key=True)


class TerugkeerAdresRow(NumberedRow):
    """An address to which a zender may send the citizen back; a prefix."""

    __tablename__ = "terugkeer_adres"
    __table_args__ = (UniqueConstraint("zender_id", "adres"),)

    zender_id: Mapped[int] = reference("zender", index=False)
    adres: Mapped[str] = mapped_column(Tekst(500))


class AansluitingRow(NumberedRow):
    """A party that calls, with the zenders it may speak for; how it proves itself stands in `bewijs`."""

    __tablename__ = "aansluiting"
    __table_args__ = (yes_or_no("actief"),)

    naam: Mapped[str] = mapped_column(Tekst(100), unique=True)
    geldig_tot: Mapped[datetime | None]
    actief: Mapped[bool]


class AansluitingZenderRow(Row):
    """A zender for which an aansluiting may speak."""

    __tablename__ = "aansluiting_zender"

    aansluiting_id: Mapped[int] = reference("aansluiting", index=False, primary_key=True)
    zender_id: Mapped[int] = reference("zender", primary_key=True)


class ProductgroepRow(NumberedRow):
    """A group of products of one dienst, with what they inherit: a booking key, the PSP account, how many minutes an attempt
    lasts there, and from how many cents a terugbetaling needs a second person."""

    __tablename__ = "productgroep"
    __table_args__ = (
        UniqueConstraint("administratie_id", "code"),
        positive("poging_minuten"),
        not_negative("vier_ogen_cent"),
    )

    administratie_id: Mapped[int] = reference("administratie", index=False)
    code: Mapped[str] = mapped_column(Tekst(40))
    naam: Mapped[str] = mapped_column(Tekst(100))
    dienst: Mapped[str] = mapped_column(Tekst(100))
    psp_account: Mapped[str | None] = mapped_column(Tekst(30))
    poging_minuten: Mapped[int | None]
    vier_ogen_cent: Mapped[Cent | None]


class ProductRow(NumberedRow):
    """One version of a product, valid from a date; VRIJ has no price. Cents."""

    __tablename__ = "product"
    __table_args__ = (
        UniqueConstraint("administratie_id", "code", "geldig_van", name="uq_product_versie"),
        one_of("prijsregel", Prijsregel),
        CheckConstraint("prijs_cent > 0", name="prijs_cent"),
        positive("poging_minuten"),
        not_negative("vier_ogen_cent"),
    )

    administratie_id: Mapped[int] = reference("administratie", index=False)
    code: Mapped[str] = mapped_column(Tekst(40))
    productgroep_id: Mapped[int] = reference("productgroep")
    omschrijving: Mapped[str] = mapped_column(Tekst(140))
    omschrijving_en: Mapped[str | None] = mapped_column(Tekst(140))
    prijsregel: Mapped[str] = mapped_column(Tekst(20))
    prijs_cent: Mapped[Cent | None]
    geldig_van: Mapped[date]
    geldig_tot: Mapped[date | None]
    psp_account: Mapped[str | None] = mapped_column(Tekst(30))
    poging_minuten: Mapped[int | None]
    vier_ogen_cent: Mapped[Cent | None]


class BoekingsleutelRow(NumberedRow):
    """Where proceeds are booked: of a productgroep, or of one product in it (`product_code`), valid from a date."""

    __tablename__ = "boekingsleutel"
    __table_args__ = (one_of("btw", BtwCode),)

    administratie_id: Mapped[int] = reference("administratie")
    productgroep_id: Mapped[int] = reference("productgroep")
    product_code: Mapped[str | None] = mapped_column(Tekst(40))
    grootboekrekening: Mapped[str] = mapped_column(Tekst(20))
    kostenplaats: Mapped[str | None] = mapped_column(Tekst(20))
    btw: Mapped[str] = mapped_column(Tekst(20))
    project: Mapped[str | None] = mapped_column(Tekst(20))
    geldig_van: Mapped[date]
    geldig_tot: Mapped[date | None]


class PspAccountRow(NumberedRow):
    """An account at a PSP: the connector that speaks with it, and the account in the ledger where its money passes."""

    __tablename__ = "psp_account"
    __table_args__ = (yes_or_no("productie"), yes_or_no("actief"), positive("poging_minuten"))

    administratie_id: Mapped[int] = reference("administratie")
    code: Mapped[str] = mapped_column(Tekst(30), unique=True)
    koppeling: Mapped[str] = mapped_column(Tekst(40))
    tussenrekening: Mapped[str] = mapped_column(Tekst(20))
    productie: Mapped[bool]
    actief: Mapped[bool]
    poging_minuten: Mapped[int | None]


class BetaalmethodeRow(NumberedRow):
    """A way to pay at a PSP account, in the words that the citizen reads."""

    __tablename__ = "betaalmethode"
    __table_args__ = (UniqueConstraint("psp_account_id", "code"), yes_or_no("actief"))

    psp_account_id: Mapped[int] = reference("psp_account", index=False)
    code: Mapped[str] = mapped_column(Tekst(30))
    naam_nl: Mapped[str] = mapped_column(Tekst(100))
    naam_en: Mapped[str] = mapped_column(Tekst(100))
    uitleg_nl: Mapped[str] = mapped_column(Tekst(200))
    uitleg_en: Mapped[str] = mapped_column(Tekst(200))
    logo: Mapped[str | None] = mapped_column(Tekst(40))
    volgorde: Mapped[int]
    actief: Mapped[bool]
