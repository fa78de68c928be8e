"""An e-loket shows a klant what she has open and paid lately, whatever product system made it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from betaalhub.flows.keys import read_kijktoken
from betaalhub.storage.tables import AdministratieRow, BetaalopdrachtRow, ZenderRow
from tests.flows.town import PARKEREN, VERGUNNING
from tests.soap.loket import BUUR, KLANT, Loket, items, own


def told(loket: Loket, **more: object) -> list[dict[str, str | None]]:
    return items(loket.ask("VraagKlantoverzicht", KlantKenmerk=KLANT, **more), "Overzichtregel")


def seen(loket: Loket, **more: object) -> list[str | None]:
    return [one["Betaalkenmerk"] for one in told(loket, **more)]


def test_it_shows_the_betaalopdrachten_of_every_product_system(loket: Loket) -> None:
    permit = loket.town.offers(VERGUNNING, replace(VERGUNNING, regelnummer=2), klant_kenmerk=KLANT)
    loket.town.clock.forward(seconds=1)
    parking = loket.town.offers(PARKEREN, zender="parkeren", klant_kenmerk=KLANT)
    loket.town.offers(klant_kenmerk="iemand-anders")
    loket.town.offers()
    first, second = told(loket)
    assert [first["Betaalkenmerk"], second["Betaalkenmerk"]] == own(parking, permit)
    assert [first["ZenderNaam"], second["ZenderNaam"]] == ["Parkeren en buitenruimte", "Vergunningen"]
    assert (second["Omschrijving"], second["Regels"]) == ("Evenementenvergunning", "2")
    assert (second["TotaalInCenten"], second["Status"]) == ("37500", "OPEN")
    assert second["BetaalUrl"] == permit.betaal_url


def test_a_page_to_pay_is_given_only_while_something_can_be_paid(loket: Loket) -> None:
    town = loket.town
    antwoord = town.offers(klant_kenmerk=KLANT)
    assert town.pays(antwoord).url
    assert [(one["Status"], one.get("BetaalUrl")) for one in told(loket)] == [("IN_BETALING", antwoord.betaal_url)]
    town.clock.forward(days=13, hours=23, minutes=50)  # it goes on, also when no other attempt would fit any more
    assert told(loket)[0]["BetaalUrl"] == antwoord.betaal_url
    late = town.offers(klant_kenmerk=KLANT)
    town.clock.forward(days=13, hours=23, minutes=50)
    assert [one.get("BetaalUrl") for one in told(loket) if one["Betaalkenmerk"] == late.betaalkenmerk] == [None]


def test_a_page_to_look_at_is_given_once_there_is_something_to_see(loket: Loket) -> None:
    town = loket.town
    paid, _ = town.paid()
    with town.hub.sessions.begin() as session:
        session.execute(update(BetaalopdrachtRow).values(klant_kenmerk=KLANT))
    opened = town.offers(klant_kenmerk=KLANT)
    first, second = told(loket)
    assert own(opened) == [first["Betaalkenmerk"]] and "StatusUrl" not in first
    assert own(paid) == [second["Betaalkenmerk"]] and "BetaalUrl" not in second
    page, _, kijktoken = str(second["StatusUrl"]).rpartition("/")
    assert page == f"{town.hub.portaal.url}/nl/betaling" and read_kijktoken(town.hub.portaal, kijktoken)


@pytest.mark.parametrize("of_whom", [None, "iemand-anders"])
def test_no_e_loket_shows_what_a_stranger_paid_along(loket: Loket, of_whom: str | None) -> None:
    town = loket.town
    town.paid()
    with town.hub.sessions.begin() as session:
        session.execute(update(BetaalopdrachtRow).values(klant_kenmerk=KLANT))
    assert "StatusUrl" in told(loket)[0]
    beside = town.offers(klant_kenmerk=of_whom)
    with town.hub.sessions.begin() as session:
        lies = select(BetaalopdrachtRow.winkelmandje_id).where(BetaalopdrachtRow.kenmerk != beside.betaalkenmerk)
        there = session.scalars(lies).first()
        mine = BetaalopdrachtRow.kenmerk == beside.betaalkenmerk
        session.execute(update(BetaalopdrachtRow).where(mine).values(winkelmandje_id=there))
    assert "StatusUrl" not in told(loket)[0]


def test_what_was_paid_or_ended_more_than_a_year_ago_is_left_out(loket: Loket) -> None:
    town = loket.town
    paid, _ = town.paid()
    with town.hub.sessions.begin() as session:
        session.execute(update(BetaalopdrachtRow).values(klant_kenmerk=KLANT))
    opened = town.offers(klant_kenmerk=KLANT)
    town.clock.forward(days=365)
    assert seen(loket) == own(opened, paid)
    assert "BetaalUrl" not in told(loket)[1]
    town.clock.forward(days=2)
    assert seen(loket) == own(opened)  # nobody looked after it: it is still open


def test_nothing_of_another_administratie_is_shown(loket: Loket) -> None:
    town = loket.town
    mine, theirs = town.offers(klant_kenmerk=KLANT), town.offers(PARKEREN, zender="parkeren", klant_kenmerk=KLANT)
    with town.hub.sessions.begin() as session:
        other = AdministratieRow(code="buurstad", naam="Buurstad", btw_rekening="1590", te_verrekenen_rekening="2990")
        session.add(other)
        session.flush()
        for row_class, key in (
            (ZenderRow, ZenderRow.code == "parkeren"),
            (BetaalopdrachtRow, BetaalopdrachtRow.kenmerk == theirs.betaalkenmerk),
        ):
            session.execute(update(row_class).where(key).values(administratie_id=other.id))
    assert seen(loket) == own(mine)
    assert seen(loket, zender="parkeren") == own(theirs)


def test_more_than_a_hundred_come_in_pages(loket: Loket) -> None:
    offered = [loket.town.offers(klant_kenmerk=KLANT) for _ in range(103)]
    assert loket.all_pages("VraagKlantoverzicht", KlantKenmerk=KLANT) == own(*reversed(offered))
    code = loket.ask("VraagKlantoverzicht", KlantKenmerk=KLANT).text("Vervolg")
    for changed in ({"KlantKenmerk": "iemand-anders"}, {"zender": "parkeren", "KlantKenmerk": KLANT}):
        answer = loket.ask("VraagKlantoverzicht", **changed, Vervolg=code)
        assert answer.bevindingen == [("ZOEKVRAAG_ONJUIST", "/VraagKlantoverzicht/Vervolg")]


def test_only_an_aansluiting_of_the_zender_may_ask(loket: Loket) -> None:
    assert loket.ask("VraagKlantoverzicht", user=BUUR, KlantKenmerk=KLANT).fault == ("Client", "NIET_GEAUTORISEERD")
