"""A product system asks what it may sell."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select, update

from betaalhub.storage.tables import ProductRow
from tests.soap.loket import BUUR, Loket, items


def told(loket: Loket, **elements: object) -> list[tuple[str | None, ...]]:
    names = ("Productcode", "PrijsInCenten", "GeldigVan", "GeldigTotEnMet")
    found = items(loket.ask("VraagProducten", **elements), "Product")
    return [tuple(one.get(name) for name in names) for one in found]


def new_price(loket: Loket, cents: int, van: date, tot: date | None = None) -> None:
    """A new version of EVENEMENT in the catalogue, beside the one that has no end."""
    with loket.town.hub.sessions.begin() as session:
        old = session.scalars(select(ProductRow).where(ProductRow.code == "EVENEMENT")).first()
        assert old is not None
        values = {column.key: getattr(old, column.key) for column in ProductRow.__table__.columns}
        values |= {"id": None, "prijs_cent": cents, "geldig_van": van, "geldig_tot": tot}
        session.add(ProductRow(**values))


def test_it_hears_its_own_products_with_their_price_rule(loket: Loket) -> None:
    event, environment = items(loket.ask("VraagProducten"), "Product")
    assert (event["Productcode"], event["Prijsregel"], event["PrijsInCenten"]) == ("EVENEMENT", "VAST", "18750")
    assert (event["GeldigVan"], event["OmschrijvingEngels"]) == ("2020-01-01", "Event permit")
    assert environment["Productcode"] == "OMGEVING" and "GeldigTotEnMet" not in event
    free = [
        one for one in items(loket.ask("VraagProducten", zender="parkeren"), "Product") if one["Prijsregel"] == "VRIJ"
    ]
    assert free and all("PrijsInCenten" not in one for one in free)


def test_nothing_of_another_zender_is_told(loket: Loket) -> None:
    mine, theirs = ({one[0] for one in told(loket, zender=zender)} for zender in ("vergunningen", "parkeren"))
    assert mine and theirs and not mine & theirs
    assert loket.ask("VraagProducten", user=BUUR).fault == ("Client", "NIET_GEAUTORISEERD")


def test_today_and_later_tells_the_price_of_next_year_too(loket: Loket) -> None:
    new_price(loket, 20_000, date(2027, 1, 1))
    assert [one for one in told(loket) if one[0] == "EVENEMENT"] == [
        ("EVENEMENT", "18750", "2020-01-01", "2026-12-31"),
        ("EVENEMENT", "20000", "2027-01-01", None),
    ]


def test_on_a_day_it_hears_the_one_version_that_counts_then(loket: Loket) -> None:
    new_price(loket, 100, date(2026, 12, 1), date(2026, 12, 31))
    for day, price in (("2026-11-30", "18750"), ("2026-12-01", "100"), ("2026-12-31", "100"), ("2027-01-01", "18750")):
        assert [one[1] for one in told(loket, GeldigOp=day) if one[0] == "EVENEMENT"] == [price]
    assert told(loket, GeldigOp="2019-12-31") == []


def test_what_is_over_is_not_told_unless_asked_for(loket: Loket) -> None:
    with loket.town.hub.sessions.begin() as session:
        over = update(ProductRow).where(ProductRow.code == "EVENEMENT").values(geldig_tot=date(2026, 11, 23))
        session.execute(over)
    assert "EVENEMENT" not in {one[0] for one in told(loket)}
    assert ("EVENEMENT", "18750", "2020-01-01", "2026-11-23") in told(loket, GeldigOp="2026-11-23")
