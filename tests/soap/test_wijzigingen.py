"""A product system that cannot be told asks what changed, and misses nothing."""

from __future__ import annotations

from sqlalchemy import delete, update

from betaalhub.storage.tables import WijzigingRow, WijzigingTellerRow, ZenderRow
from tests.flows.town import PARKEREN
from tests.soap.loket import BUUR, Loket, items, own

NUMBER = "Wijzigingsnummer"


def told(loket: Loket, vanaf: int = 0, **more: object) -> list[tuple[str | None, ...]]:
    found = items(loket.changes(vanaf, **more), "Wijziging")
    return [(one[NUMBER], one["Betaalkenmerk"], one["Versie"], one["Status"], one["Leverbaar"]) for one in found]


def test_a_permit_that_is_offered_and_paid_is_told_twice(loket: Loket) -> None:
    antwoord, _ = loket.town.paid()
    kenmerk = antwoord.betaalkenmerk
    assert told(loket) == [("1", kenmerk, "1", "OPEN", "false"), ("2", kenmerk, "2", "BETAALD", "true")]
    first, second = items(loket.changes(), "Wijziging")
    assert [one["OntvangenInCenten"] for one in (first, second)] == ["0", "18750"]
    assert (first["Kenmerk"], first["TotaalInCenten"]) == ("zaak-1", "18750")
    assert (first["Tijdstip"], second["Tijdstip"]) == ("2026-11-24T09:30:00Z", "2026-11-24T09:30:30Z")


def test_the_feed_is_read_in_parts_and_each_is_told_once(loket: Loket) -> None:
    offered = [loket.town.offers() for _ in range(5)]
    found, vanaf, complete = [], 0, "false"
    while complete == "false":
        answer = loket.changes(vanaf, Maximum=2)
        found += [one["Betaalkenmerk"] for one in items(answer, "Wijziging")]
        vanaf, complete = int(answer.text("Volgende") or 0), answer.text("Compleet")
    assert found == own(*offered)
    assert vanaf == 5


def test_who_is_up_to_date_hears_so_and_keeps_its_place(loket: Loket) -> None:
    nothing = loket.changes()
    assert [nothing.text(name) for name in ("Volgende", "Compleet")] == ["0", "true"]
    loket.town.offers()
    answer = loket.changes(int(loket.changes().text("Volgende") or 0))
    assert [answer.text(name) for name in ("Volgende", "Compleet", NUMBER)] == ["1", "true", None]


def test_each_zender_has_a_feed_and_numbers_of_its_own(loket: Loket) -> None:
    mine, theirs = loket.town.offers(), loket.town.offers(PARKEREN, zender="parkeren")
    assert loket.town.joins(theirs, mine)
    for zender, one in (("vergunningen", mine), ("parkeren", theirs)):
        assert told(loket, zender=zender) == [("1", one.betaalkenmerk, "1", "OPEN", "false")]
    assert loket.changes(user=BUUR).fault == ("Client", "NIET_GEAUTORISEERD")


def test_it_tells_in_which_winkelmandje_a_betaalopdracht_lies_now(loket: Loket) -> None:
    mine, other = loket.town.offers(), loket.town.offers()
    assert loket.town.joins(other, mine)
    assert {one["Winkelmandje"] for one in items(loket.changes(), "Wijziging")} == {mine.winkelmandje}


def test_a_number_that_was_never_given_is_refused(loket: Loket) -> None:
    loket.town.offers()
    answer = loket.changes(2)
    assert answer.fault == ("Client", "ZOEKVRAAG_ONJUIST")
    assert answer.bevindingen == [("ZOEKVRAAG_ONJUIST", "/VraagWijzigingen/Vanaf")]


def test_what_was_there_before_there_was_a_feed_is_in_it(loket: Loket) -> None:
    """As a register looks just after the migration that brought the feed."""
    opened = loket.town.offers()
    paid, _ = loket.town.paid()
    with loket.town.hub.sessions.begin() as session:
        session.execute(delete(WijzigingRow))
        session.execute(delete(WijzigingTellerRow))
    later = loket.town.offers()
    assert told(loket) == [
        ("1", opened.betaalkenmerk, "1", "OPEN", "false"),
        ("2", paid.betaalkenmerk, "2", "BETAALD", "true"),
        ("3", later.betaalkenmerk, "1", "OPEN", "false"),
    ]


def test_a_zender_that_is_switched_off_hears_nothing(loket: Loket) -> None:
    with loket.town.hub.sessions.begin() as session:
        session.execute(update(ZenderRow).values(actief=False))
    assert loket.changes().fault == ("Client", "NIET_GEAUTORISEERD")
