"""Builders of rows: a small municipality, and payments in it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from betaalhub.storage.tables import (
    AdministratieRow,
    BetaalopdrachtRow,
    BetalingRow,
    BoekingsleutelRow,
    GebeurtenisRow,
    KenmerkRow,
    ProductgroepRow,
    ProductregelRow,
    ProductRow,
    PspAccountRow,
    Row,
    ToewijzingRow,
    WinkelmandjeRow,
    ZenderProductRow,
    ZenderRow,
)

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
NUMBERS = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Register:
    """The numbers of what every test needs."""

    administratie_id: int
    zender_id: int
    account_id: int


def put(session: Session, *rows: Row) -> None:
    """Add and flush, in this order."""
    for row in rows:
        session.add(row)
        session.flush()


def make_register(session: Session) -> Register:
    """Demostad: one zender that sells a parking permit and a permit for an event, and one PSP account."""
    administratie = AdministratieRow(
        code="demostad", naam="Demostad", btw_rekening="1590", te_verrekenen_rekening="2990"
    )
    put(session, administratie)
    zender = ZenderRow(administratie_id=administratie.id, code="parkeren", naam="Parkeren", actief=True)
    groep = ProductgroepRow(administratie_id=administratie.id, code="STRAAT", naam="Op straat", dienst="Stadsbeheer")
    account = PspAccountRow(administratie_id=administratie.id, code="psp", koppeling="docdata", tussenrekening="1310",
                            productie=False, actief=True)  # fmt: skip
    put(session, zender, groep, account)
    for code in ("PARKEREN", "EVENEMENT"):
        put(
            session,
            make_product(administratie.id, groep.id, code),
            ZenderProductRow(zender_id=zender.id, productcode=code),
        )
    put(session, make_sleutel(administratie.id, groep.id, "8321"))
    return Register(administratie.id, zender.id, account.id)


def make_product(administratie_id: int, groep_id: int, code: str, *, van: date = date(2020, 1, 1)) -> ProductRow:
    return ProductRow(administratie_id=administratie_id, productgroep_id=groep_id, code=code, omschrijving=code.title(),
                      prijsregel="VRIJ", geldig_van=van)  # fmt: skip


def make_sleutel(
    administratie_id: int, groep_id: int, rekening: str, *, product: str | None = None, van: date = date(2020, 1, 1),
    tot: date | None = None,
) -> BoekingsleutelRow:  # fmt: skip
    return BoekingsleutelRow(administratie_id=administratie_id, productgroep_id=groep_id, product_code=product,
                             grootboekrekening=rekening, btw="BUITEN_HEFFING", geldig_van=van, geldig_tot=tot)  # fmt: skip


def make_kenmerk(session: Session, soort: str) -> str:
    kenmerk = f"{482710936000 + next(NUMBERS)}"
    put(session, KenmerkRow(kenmerk=kenmerk, soort=soort))
    return kenmerk


def make_mandje(session: Session, register: Register) -> WinkelmandjeRow:
    row = WinkelmandjeRow(administratie_id=register.administratie_id, kenmerk=make_kenmerk(session, "WINKELMANDJE"),
                          token=f"mandje-{next(NUMBERS)}", status="OPEN", versie=0, totaal_cent=0, aangemaakt_op=NOW)  # fmt: skip
    put(session, row)
    return row


def make_opdracht(
    session: Session, register: Register, mandje: WinkelmandjeRow, *, cents: tuple[int, ...] = (1250,)
) -> BetaalopdrachtRow:
    """A betaalopdracht with one productregel per amount."""
    number = next(NUMBERS)
    row = BetaalopdrachtRow(
        administratie_id=register.administratie_id, zender_id=register.zender_id, winkelmandje_id=mandje.id,
        kenmerk=make_kenmerk(session, "BETAALOPDRACHT"), token=f"opdracht-{number}", eigen_kenmerk=f"ZAAK-{number}",
        levend_sleutel=f"{register.zender_id}:ZAAK-{number}", inhoud_hash="0" * 64, status="OPEN", totaal_cent=sum(cents),
        ontvangen_cent=0, terugbetaald_cent=0, teruggeboekt_cent=0, leverbaar=False, versie_gewenst=1, versie_bevestigd=1,
        terugkeer_url="https://parkeren.example/terug", aangemaakt_op=NOW, vervalt_op=NOW + timedelta(days=14),
    )  # fmt: skip
    put(session, row)
    for regelnummer, bedrag in enumerate(cents, 1):
        put(session, ProductregelRow(betaalopdracht_id=row.id, regelnummer=regelnummer, productcode="PARKEREN",
                                     omschrijving="Parkeervergunning", aantal=1, bedrag_cent=bedrag,
                                     levering="NIET_GEMELD", aangemaakt_op=NOW))  # fmt: skip
    return row


def make_betaling(
    session: Session,
    register: Register,
    mandje: WinkelmandjeRow,
    regels: list[ProductregelRow],
    *,
    status: str = "GESTART",
) -> BetalingRow:
    """A betaling that covers these productregels in full."""
    number = next(NUMBERS)
    row = BetalingRow(
        winkelmandje_id=mandje.id, volgnummer=number, psp_account_id=register.account_id, psp_referentie=f"{mandje.kenmerk}-{number}",
        status=status, levend_sleutel=str(mandje.id) if status == "GESTART" else None, kanaal="PSP", methode="IDEAL", taal="nl",
        bedrag_cent=sum(regel.bedrag_cent for regel in regels), ontvangen_cent=0, formulier_sleutel=f"form-{number}",
        aangemaakt_op=NOW, verloopt_op=NOW + timedelta(minutes=20), status_op=NOW, gevraagd=0,
    )  # fmt: skip
    put(session, row)
    for regel in regels:
        put(
            session,
            ToewijzingRow(
                betaling_id=row.id, productregel_id=regel.id, bedrag_cent=regel.bedrag_cent, gereserveerd_cent=0
            ),
        )
    return row


def make_gebeurtenis(onderwerp_id: int, *, soort: str = "GEPROEFD", wie: str = "proef") -> GebeurtenisRow:
    return GebeurtenisRow(onderwerp="PROEF", onderwerp_id=onderwerp_id, tijdstip=NOW, soort=soort, wie=wie)
