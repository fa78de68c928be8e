"""The main road: a product system starts a betaling, the citizen pays, the product system is told, the ERP books."""

from __future__ import annotations

import pytest

from betaalhub.domain.boeking import boekdatum
from tests.journeys.stad import Stad


def lines(post: dict) -> list[tuple]:
    names = ("grootboekrekening", "kostenplaats", "debet_cent", "credit_cent")
    return [tuple(regel[name] for name in names) for regel in post["regels"]]


def test_a_permit_is_paid_with_ideal_told_and_booked(stad: Stad) -> None:
    opdracht = stad.offers("EVENEMENT", "OMGEVING")
    burger = stad.burger(opdracht).pays()
    stad.work()
    stand = stad.stand(opdracht)
    assert burger.reads == "U hebt betaald"
    assert (stand.Status, stand.Leverbaar, stand.OntvangenInCenten, stand.Versie) == ("BETAALD", True, 27_200, 2)
    assert [(regel.Regelnummer, regel.Betaald) for regel in stand.Regelstatus] == [(1, True), (2, True)]
    assert stad.told(opdracht) == [(2, "BETAALD", True)]
    (post,) = stad.booked(opdracht)
    assert post["boekdatum"] == boekdatum(stad.clock.now).isoformat()
    assert lines(post) == [("1310", None, 27_200, 0), ("8301", "SO410", 0, 18_750), ("8301", "SO410", 0, 8_450)]


def test_a_waste_card_is_booked_with_its_btw(stad: Stad) -> None:
    opdracht = stad.offers("AFVALPAS")
    stad.burger(opdracht).pays()
    stad.work()
    (post,) = stad.booked(opdracht)
    assert lines(post) == [("1310", None, 1_210, 0), ("8341", "SB510", 0, 1_000), ("1590", None, 0, 210)]


def test_a_parking_permit_is_paid_by_credit_card(stad: Stad) -> None:
    opdracht = stad.offers("PARKEREN")
    burger = stad.burger(opdracht).presses_pay("CREDITCARD")
    assert "/ps/menu" in burger.browser.url
    burger.at_psp("approve", "CREDITCARD")
    stad.work()
    assert stad.stand(opdracht).Betaalmethode == "CREDITCARD"
    assert len(stad.booked(opdracht)) == 1


@pytest.mark.parametrize(
    ("uitkomst", "reads", "betaling"),
    [("cancel", "Uw winkelmandje", "GEANNULEERD"), ("fail", "Uw winkelmandje", "MISLUKT")],
)
def test_who_stops_or_fails_may_pay_again(stad: Stad, uitkomst: str, reads: str, betaling: str) -> None:
    opdracht = stad.offers("EVENEMENT")
    burger = stad.burger(opdracht).pays(uitkomst)
    stad.work()
    assert stad.status(opdracht) == "OPEN"
    assert stad.told(opdracht) == []
    burger.opens()
    assert burger.reads == reads
    burger.pays()
    stad.work()
    assert stad.betalingen() == [betaling, "BETAALD"]
    assert stad.told(opdracht) == [(2, "BETAALD", True)]
    assert len(stad.booked(opdracht)) == 1


def test_who_pays_and_never_returns_has_paid(stad: Stad) -> None:
    opdracht = stad.offers("UITTREKSEL")
    stad.burger(opdracht).pays("approve_no_return")
    stad.notify(opdracht)
    stad.work()
    assert stad.told(opdracht) == [(2, "BETAALD", True)]


def test_while_the_bank_thinks_the_page_says_so(stad: Stad) -> None:
    opdracht = stad.offers("EVENEMENT")
    burger = stad.burger(opdracht).pays("pending")
    assert burger.reads == "Wij wachten op uw bank"
    assert stad.status(opdracht) == "IN_BETALING"
    stad.psp(f"orders/{stad.reference(opdracht)}/pay")
    stad.passes(minutes=3)
    assert stad.told(opdracht) == [(2, "BETAALD", True)]


def test_two_tabs_make_one_betaling(stad: Stad) -> None:
    opdracht = stad.offers("EVENEMENT")
    one, other = stad.burger(opdracht), stad.burger(opdracht)
    one.presses_pay()
    other.presses_pay()
    assert one.browser.url == other.browser.url
    one.at_psp()
    other.returns()
    assert other.reads == "U hebt betaald"
    assert len(stad.betalingen()) == len(stad.orders()) == 1


def test_a_form_that_is_sent_twice_makes_one_betaling(stad: Stad) -> None:
    opdracht = stad.offers("EVENEMENT")
    burger = stad.burger(opdracht)
    form = burger.browser.form("/betalen")
    for _ in range(2):
        burger.browser.submit(form, methode="IDEAL")
    assert len(stad.orders()) == 1


def test_the_timeline_tells_the_story(stad: Stad) -> None:
    opdracht = stad.offers("EVENEMENT")
    stad.burger(opdracht).pays()
    stad.work()
    story = stad.administrator("status", opdracht.winkelmandje)
    for word in ("BETAALD", "versie 2 (ontvangen: 2)", "leverbaar: ja", stad.booked(opdracht)[0]["boekstuknummer"]):
        assert word in story
