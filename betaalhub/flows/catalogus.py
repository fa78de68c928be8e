"""The catalogue as the domain wants it: what a zender may sell today, and the booking key of a product on a date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, null, select, union_all
from sqlalchemy.orm import Session

from betaalhub.domain.producten import Boekingsleutel, Product, pick_valid
from betaalhub.domain.statuses import BtwCode, Prijsregel
from betaalhub.flows.access import given
from betaalhub.storage import queries
from betaalhub.storage.tables import ProductRow, TerugkeerAdresRow, ZenderProductRow, ZenderRow


@dataclass(frozen=True, slots=True)
class Aangeboden:
    """Of what a zender offers: the products by code, each in the version valid on the day or else its nearest other one, and
    the registered return addresses."""

    producten: Mapping[str, Product]
    terugkeer_adressen: tuple[str, ...]


def read_aanbod(rows: Iterable[Any], on: date) -> Aangeboden:
    """The offer, from rows with the columns of `AANBOD`."""
    versions: dict[str, list[Product]] = {}
    adressen = []
    for row in sorted(rows, key=lambda row: row.geldig_van or on):
        if row.adres is not None:
            adressen.append(row.adres)
        elif row.productcode is not None:
            versions.setdefault(row.productcode, []).append(_product(row))
    producten = {code: pick_valid(items, on) or items[-1] for code, items in versions.items()}
    return Aangeboden(producten, tuple(adressen))


def aanbod_of(session: Session, code: str, productcodes: Iterable[str], on: date) -> Aangeboden:
    """Of these products, what the zender with this code offers on a day, and its return addresses; one statement."""
    return read_aanbod(session.execute(select(AANBOD), {"code": code, "codes": sorted(set(productcodes))}), on)


_PRODUCT = (
    ProductRow.code.label("productcode"),
    ProductRow.omschrijving,
    ProductRow.prijsregel,
    ProductRow.prijs_cent,
    ProductRow.geldig_van,
    ProductRow.geldig_tot,
    ProductRow.productgroep_id,
)
# What the zender `code` offers of the products `codes`, and where it may send people back to: a row for each version and for
# each address. It is never remembered, so that what is taken away is gone at the next message. A message has 100 productregels
# at most: that fits in one IN.
_CODE, _CODES = given("code"), given("codes", expanding=True)
AANBOD = union_all(
    select(ZenderRow.id.label("of_zender"), *_PRODUCT, null().label("adres"))
    .join(ZenderProductRow, ZenderProductRow.zender_id == ZenderRow.id)
    .join(
        ProductRow,
        and_(
            ProductRow.administratie_id == ZenderRow.administratie_id, ProductRow.code == ZenderProductRow.productcode
        ),
    )
    .where(ZenderRow.code == _CODE, ProductRow.code.in_(_CODES)),
    select(ZenderRow.id, *(null().label(column.key) for column in _PRODUCT), TerugkeerAdresRow.adres)
    .join(TerugkeerAdresRow, TerugkeerAdresRow.zender_id == ZenderRow.id)
    .where(ZenderRow.code == _CODE),
).subquery("aanbod")


def boekingsleutel_for(session: Session, administratie_id: int, productcode: str, on: date) -> Boekingsleutel | None:
    """The booking key on that date, the product's own before its productgroep's; None when there is no valid one."""
    row = queries.valid_boekingsleutel(session, administratie_id, productcode, on)
    if row is None:
        return None
    return Boekingsleutel(
        grootboekrekening=row.grootboekrekening,
        kostenplaats=row.kostenplaats,
        btw=BtwCode(row.btw),
        project=row.project,
        geldig_van=row.geldig_van,
        geldig_tot=row.geldig_tot,
    )


def _product(row: Any) -> Product:
    return Product(
        code=row.productcode,
        omschrijving=row.omschrijving,
        prijsregel=Prijsregel(row.prijsregel),
        prijs_cent=row.prijs_cent,
        geldig_van=row.geldig_van,
        geldig_tot=row.geldig_tot,
        productgroep=str(row.productgroep_id),
    )
