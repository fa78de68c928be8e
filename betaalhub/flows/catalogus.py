"""The catalogue as the domain wants it: what a zender may sell today, and the booking key of a product on a date."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from betaalhub.domain.producten import Boekingsleutel, Product, pick_valid
from betaalhub.domain.statuses import BtwCode, Prijsregel
from betaalhub.storage import queries
from betaalhub.storage.tables import ProductRow


def products_for(session: Session, zender_id: int, on: date) -> Mapping[str, Product]:
    """The products that this zender may sell, by code: the version valid on that date, or else its nearest other version."""
    versions: dict[str, list[Product]] = {}
    for row in queries.products_of(session, zender_id):
        versions.setdefault(row.code, []).append(_product(row))
    return {code: pick_valid(items, on) or items[-1] for code, items in versions.items()}


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


def _product(row: ProductRow) -> Product:
    return Product(
        code=row.code,
        omschrijving=row.omschrijving,
        prijsregel=Prijsregel(row.prijsregel),
        prijs_cent=row.prijs_cent,
        geldig_van=row.geldig_van,
        geldig_tot=row.geldig_tot,
        productgroep=str(row.productgroep_id),
    )
