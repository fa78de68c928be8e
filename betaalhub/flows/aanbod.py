"""What a zender may sell, when, and at which price."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from sqlalchemy.orm import Session

from betaalhub.domain.boeking import boekdatum
from betaalhub.domain.producten import periods
from betaalhub.errors import Finding, Refusal
from betaalhub.flows.access import Aanroeper, require_zender
from betaalhub.storage import queries
from betaalhub.storage.tables import ProductRow

MOST = 1000  # products in one answer (the contract)


@dataclass(frozen=True, slots=True)
class Aanbod:
    """One product in the version that counts from `geldig_van` up to and including `geldig_tot`. Cents, per piece."""

    code: str
    omschrijving: str
    omschrijving_en: str | None
    prijsregel: str
    prijs_cent: int | None
    geldig_van: date
    geldig_tot: date | None


def vraag_producten(
    session: Session, *, zender: str, aanroeper: Aanroeper, geldig_op: date | None, now: datetime
) -> tuple[Aanbod, ...]:
    """What counts on that Dutch day, or else today and later; by code and then by time.

    Where versions overlap the newest counts, as in StartBetaling. Refusal ZOEKVRAAG_ONJUIST when there are more than MOST.
    """
    zender_id = require_zender(session, aanroeper, zender, "VraagProducten").id
    first, last = geldig_op or boekdatum(now), geldig_op or date.max
    found: list[Aanbod] = []
    for _, versions in groupby(queries.products_of(session, zender_id), key=lambda row: row.code):
        found.extend(_aanbod(versions, first, last))
    if len(found) > MOST:
        uitleg = f"Er zijn meer dan {MOST} producten. Geef GeldigOp mee."
        raise Refusal("ZOEKVRAAG_ONJUIST", uitleg, (Finding("ZOEKVRAAG_ONJUIST", "/VraagProducten/GeldigOp", uitleg),))
    return tuple(found)


def _aanbod(versions: Iterable[ProductRow], first: date, last: date) -> Iterable[Aanbod]:
    for row, van, tot in periods(versions):
        if van <= last and (tot is None or tot >= first):
            yield Aanbod(row.code, row.omschrijving, row.omschrijving_en, row.prijsregel, row.prijs_cent, van, tot)
