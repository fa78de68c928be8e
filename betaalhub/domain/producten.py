"""The catalogue's rules: what may be sold on a date and at which price, and how it is booked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol, TypeVar

from betaalhub.domain.statuses import BtwCode, Prijsregel


class _Geldig(Protocol):
    @property
    def geldig_van(self) -> date: ...
    @property
    def geldig_tot(self) -> date | None: ...


T = TypeVar("T", bound=_Geldig)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Product:
    """One version of a product; valid from `geldig_van` up to and including `geldig_tot`. Cents, per piece."""

    code: str
    omschrijving: str
    prijsregel: Prijsregel
    prijs_cent: int | None
    geldig_van: date
    geldig_tot: date | None
    productgroep: str


@dataclass(frozen=True, slots=True)
class Boekingsleutel:
    """Where the proceeds of a product are booked."""

    grootboekrekening: str
    kostenplaats: str | None
    btw: BtwCode
    project: str | None
    geldig_van: date
    geldig_tot: date | None


def is_valid(item: _Geldig, on: date) -> bool:
    """Is this version valid on that date, both ends included?"""
    return item.geldig_van <= on and (item.geldig_tot is None or on <= item.geldig_tot)


def pick_valid(items: Iterable[T], on: date) -> T | None:
    """The version valid on that date; the newest when they overlap; None when there is none."""
    return max((item for item in items if is_valid(item, on)), key=lambda item: item.geldig_van, default=None)


def periods(items: Iterable[T]) -> list[tuple[T, date, date | None]]:
    """When each version of one product is the one that counts: (version, first day, last day or None), in order of time.

    A version that a newer one overlaps counts before it and, when that one ends first, again after it.
    """
    versions = list(items)
    ends = {item.geldig_tot + _DAY for item in versions if item.geldig_tot is not None and item.geldig_tot < date.max}
    found: list[tuple[T, date, date | None]] = []
    for day in sorted({item.geldig_van for item in versions} | ends):
        counts = pick_valid(versions, day)
        if found and found[-1][2] is None:  # what counted until now goes on, or ends the day before
            if counts is found[-1][0]:
                continue
            found[-1] = (found[-1][0], found[-1][1], day - _DAY)
        if counts is not None:
            found.append((counts, day, None))
    return found


def is_prijs_ok(product: Product, *, aantal: int, bedrag_cent: int) -> bool:
    """Does the amount of a productregel (cents) fit the price rule? VAST: exactly; MAXIMUM: at most; VRIJ: any.

    VAST or MAXIMUM without a price in the catalogue: no amount fits.
    """
    if product.prijsregel == Prijsregel.VRIJ:
        return True
    if product.prijs_cent is None:
        return False
    full = product.prijs_cent * aantal
    return bedrag_cent == full if product.prijsregel == Prijsregel.VAST else bedrag_cent <= full
