"""The catalogue as the domain wants it: what a zender may sell today, and the booking key of a product on a date."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, CompoundSelect, and_, bindparam, null, select, union_all
from sqlalchemy.orm import Session

from betaalhub.domain.producten import Boekingsleutel, Product, pick_valid
from betaalhub.domain.statuses import BtwCode, Prijsregel
from betaalhub.storage import queries
from betaalhub.storage.tables import ProductRow, TerugkeerAdresRow, ZenderProductRow


@dataclass(frozen=True, slots=True)
class Aanbod:
    """Of what a zender offers: the products by code, each in the version valid on the day or else its nearest other one, and
    the registered return addresses."""

    producten: Mapping[str, Product]
    terugkeer_adressen: tuple[str, ...]


def aanbod_of(session: Session, *, zender_id: int, administratie_id: int, codes: Collection[str], on: date) -> Aanbod:
    """These products as far as the zender may sell them, and where it may send people back to; one statement.

    Never remembered: a product or address that is taken away is gone at the next message.
    """
    versions: dict[str, list[Product]] = {}
    adressen = []
    values = {"zender_id": zender_id, "administratie_id": administratie_id, "codes": sorted(set(codes))}
    for row in sorted(session.execute(_AANBOD, values), key=lambda row: row.geldig_van or on):
        if row.adres is not None:
            adressen.append(row.adres)
        else:
            versions.setdefault(row.code, []).append(_product(row))
    producten = {code: pick_valid(items, on) or items[-1] for code, items in versions.items()}
    return Aanbod(producten, tuple(adressen))


_PRODUCT = (
    ProductRow.code,
    ProductRow.omschrijving,
    ProductRow.prijsregel,
    ProductRow.prijs_cent,
    ProductRow.geldig_van,
    ProductRow.geldig_tot,
    ProductRow.productgroep_id,
)
# Not "required", or the statement could not be compiled without values, as the shadow of Oracle does.
_ZENDER_ID: BindParameter[Any] = bindparam("zender_id", required=False)
_ADMINISTRATIE_ID: BindParameter[Any] = bindparam("administratie_id", required=False)
_CODES: BindParameter[Any] = bindparam("codes", expanding=True, required=False)
# A message has 100 productregels at most: that fits in one IN.
_AANBOD: CompoundSelect[Any] = union_all(
    select(*_PRODUCT, null().label("adres"))
    .join(
        ZenderProductRow,
        and_(ZenderProductRow.zender_id == _ZENDER_ID, ZenderProductRow.productcode == ProductRow.code),
    )
    .where(
        ProductRow.administratie_id == _ADMINISTRATIE_ID,
        ProductRow.code.in_(_CODES),
    ),
    select(*(null().label(column.key) for column in _PRODUCT), TerugkeerAdresRow.adres).where(
        TerugkeerAdresRow.zender_id == _ZENDER_ID
    ),
)


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
        code=row.code,
        omschrijving=row.omschrijving,
        prijsregel=Prijsregel(row.prijsregel),
        prijs_cent=row.prijs_cent,
        geldig_van=row.geldig_van,
        geldig_tot=row.geldig_tot,
        productgroep=str(row.productgroep_id),
    )
