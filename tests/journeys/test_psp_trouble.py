"""The PSP misbehaves: nothing is lost, nothing is paid twice, and the citizen reads what is true."""

from __future__ import annotations

import re

import pytest

from betaalhub.storage.tables import BetalingRow, CircuitRow
from tests.journeys.stad import NewStad, Stad
from tests.ports import free_port

OUTAGE = "Betalen is tijdelijk niet beschikbaar"
UNKNOWN = "Wij weten nog niet of uw betaling is gelukt"


def redenen(stad: Stad) -> list[str | None]:
    return [row.reden for row in stad.rows(BetalingRow)]


@pytest.mark.parametrize("trouble", ["drop_after", "fault_after", "html_502_after", "hang_after", "empty_200_after"])
def test_a_create_of_which_the_answer_is_lost_is_asked_by_creating_again(impatient_stad: Stad, trouble: str) -> None:
    stad = impatient_stad
    opdracht = stad.offers("EVENEMENT")
    burger = stad.burger(opdracht)
    stad.psp("faults", operation="create", faults=[trouble])
    burger.presses_pay()
    assert burger.reads == UNKNOWN
    assert stad.betalingen() == ["ONBEKEND"]
    assert stad.status(opdracht) == "IN_BETALING"
    stad.passes(minutes=1)
    assert (stad.betalingen(), redenen(stad)) == (["MISLUKT"], ["VERWEESD"])
    burger.opens()
    burger.pays()
    stad.work()
    assert [order["reference"][-2:] for order in stad.orders()] == ["-1", "-2"]
    assert stad.told(opdracht) == [(2, "BETAALD", True)]


def test_a_create_that_never_landed_is_made_by_the_ask(stad: Stad) -> None:
    opdracht = stad.offers("EVENEMENT")
    burger = stad.burger(opdracht)
    stad.psp("faults", operation="create", faults=["drop"])
    burger.presses_pay()
    assert burger.reads == UNKNOWN
    stad.passes(minutes=1)
    assert stad.betalingen() == ["GESTART"]
    burger.opens()
    burger.browser.open(stad.rows(BetalingRow)[0].doorstuur_url)
    burger.at_psp()
    stad.work()
    assert stad.told(opdracht) == [(2, "BETAALD", True)]
    assert len(stad.orders()) == 1


@pytest.mark.parametrize("trouble", ["html_502", "http_503", "fault", "garbage_200", "hang"])
def test_while_the_psp_is_down_nothing_is_lost(impatient_stad: Stad, trouble: str) -> None:
    stad = impatient_stad
    opdracht = stad.offers("EVENEMENT")
    burger = stad.burger(opdracht)
    stad.psp("faults", operation="create", faults=[trouble] * 3)
    burger.presses_pay()
    assert burger.reads == UNKNOWN
    stad.passes(minutes=20)
    assert stad.betalingen() in (["GESTART"], ["VERLOPEN"])
    stad.passes(hours=1)
    assert stad.betalingen() == ["VERLOPEN"]
    assert stad.burger(opdracht).pays().reads == "U hebt betaald"
    stad.work()


def test_a_refused_create_says_that_it_did_not_work(stad: Stad) -> None:
    opdracht = stad.offers("EVENEMENT")
    burger = stad.burger(opdracht)
    stad.psp("faults", operation="create", faults=["refuse:REQUEST_DATA_INCORRECT"])
    burger.presses_pay()
    assert "Wij kunnen de betaalpagina nu niet openen" in burger.browser.page
    assert (stad.betalingen(), stad.status(opdracht)) == (["MISLUKT"], "OPEN")
    assert burger.pays().reads == "U hebt betaald"
    stad.work()


def test_a_psp_where_nobody_listens_was_surely_not_called(new_stad: NewStad) -> None:
    stad = new_stad(psp_url=f"http://127.0.0.1:{free_port()}/ps/services/paymentservice/1_3")
    opdracht = stad.offers("EVENEMENT")
    burger = stad.burger(opdracht).presses_pay()
    assert "Wij kunnen de betaalpagina nu niet openen" in burger.browser.page
    assert (stad.betalingen(), redenen(stad)) == (["MISLUKT"], ["CONNECT_FAILED"])
    assert (stad.status(opdracht), stad.orders()) == ("OPEN", [])


@pytest.mark.parametrize("trouble", ["refuse:SECURITY_ERROR", "http_401"])
def test_a_misconfigured_account_waits_for_a_person(stad: Stad, trouble: str) -> None:
    opdracht = stad.offers("EVENEMENT")
    burger = stad.burger(opdracht)
    stad.psp("faults", operation="create", faults=[trouble])
    burger.presses_pay()
    assert OUTAGE in burger.browser.page
    assert [row.soort for row in stad.uitval()] == ["PSP_STORING"]
    stad.resolves("PSP_STORING", "CIRCUIT_SLUITEN")
    burger.opens()
    assert burger.pays().reads == "U hebt betaald"
    stad.work()
    assert stad.told(opdracht) == [(2, "BETAALD", True)]


def test_while_an_account_is_misconfigured_nobody_begins_in_vain_and_it_opens_by_itself(stad: Stad) -> None:
    at_the_bank, opdracht = stad.offers("EVENEMENT"), stad.offers("UITTREKSEL")
    paying = stad.burger(at_the_bank).presses_pay()
    stad.psp("faults", operation="create", always="http_401")
    stad.psp("faults", operation="status", always="http_401")
    stad.burger(stad.offers("PARKEREN")).presses_pay()
    later = stad.burger(opdracht)
    assert OUTAGE in later.browser.page and "uw winkelmandje blijft bewaard" in later.browser.page
    assert stad.status(stad.offers("EVENEMENT")) == "OPEN"
    paying.at_psp("approve_no_return")
    stad.passes(minutes=30)
    assert stad.betalingen() == ["GESTART", "MISLUKT"]
    (uitval,) = stad.uitval("PSP_STORING")
    assert (uitval.keer, "PSP-account psp neemt ons niet aan" in uitval.omschrijving) == (1, True)
    stad.psp("faults", operation="create", always=None)
    stad.psp("faults", operation="status", always=None)
    stad.passes(minutes=5)
    assert (stad.told(at_the_bank), stad.uitval()) == ([(2, "BETAALD", True)], [])
    later.opens()
    assert later.pays().reads == "U hebt betaald"
    assert len(stad.orders()) == 2
    stad.work()


def test_three_silences_spare_the_psp_and_the_first_answer_brings_all_back(impatient_stad: Stad) -> None:
    stad = impatient_stad
    opdrachten = [stad.offers("EVENEMENT") for _ in range(3)]
    stad.psp("faults", operation="create", always="html_502")
    stad.psp("faults", operation="status", always="html_502")
    for opdracht in opdrachten:
        stad.burger(opdracht).presses_pay()
    assert stad.betalingen() == ["ONBEKEND"] * 3
    assert OUTAGE in stad.burger(stad.offers("PARKEREN")).browser.page
    stad.passes(minutes=4)
    assert [row.soort for row in stad.uitval()] == ["PSP_STORING"]
    stad.psp("faults", operation="create", always=None)
    stad.psp("faults", operation="status", always=None)
    stad.passes(minutes=6)
    assert (stad.betalingen(), stad.uitval(), stad.rows_of(CircuitRow)) == (["GESTART"] * 3, [], [])
    for opdracht in opdrachten:
        burger = stad.burger(opdracht)
        burger.browser.open(re.search(r'href="([^"]*/ps/menu[^"]*)"', burger.browser.page)[1].replace("&amp;", "&"))
        burger.at_psp()
        assert burger.reads == "U hebt betaald"
    stad.work()


@pytest.mark.parametrize("paid", [18_749, 100])
def test_too_little_money_waits_for_a_person(stad: Stad, paid: int) -> None:
    opdracht = stad.offers("EVENEMENT")
    stad.psp("scenario", paid_amount=paid, notification="withhold")
    burger = stad.burger(opdracht).pays()
    stad.work()
    assert burger.reads == "Wij kijken uw betaling na"
    assert stad.betalingen() == ["IN_BEHANDELING"]
    assert [row.soort for row in stad.uitval()] == ["BEDRAG_AFWIJKEND"]
    assert (stad.stand(opdracht).Leverbaar, stad.booked(opdracht)) == (False, [])
    stad.passes(hours=1)
    assert len(stad.uitval()) == 1


@pytest.mark.parametrize(("scenario", "extra"), [({"paid_amount": 20_000}, 1_250), ({"attempts": 2}, 18_750)])
def test_too_much_money_pays_and_the_rest_is_booked_aside(stad: Stad, scenario: dict, extra: int) -> None:
    opdracht = stad.offers("EVENEMENT")
    stad.psp("scenario", notification="withhold", **scenario)
    stad.burger(opdracht).pays()
    stad.passes(hours=1)
    assert stad.told(opdracht) == [(2, "BETAALD", False)]
    assert [row.soort for row in stad.uitval()] == ["DUBBEL_BETAALD"]
    posten = stad.journaal()["journaalposten"]
    assert sorted(post["regels"][0]["debet_cent"] for post in posten) == sorted([18_750, extra])
    stad.resolves("DUBBEL_BETAALD", "GEEN_ACTIE", reden="Met de hand teruggestort")
    stad.passes(minutes=1)
    assert stad.told(opdracht)[-1] == (3, "BETAALD", True)


def test_an_order_that_is_zero_after_a_cancel_is_not_paid(stad: Stad) -> None:
    opdracht = stad.offers("EVENEMENT")
    stad.psp("scenario", zero_after_cancel=True, notification="withhold")
    stad.burger(opdracht).presses_pay()
    stad.passes(minutes=25)
    assert stad.betalingen() == ["VERLOPEN"]
    assert stad.status(opdracht) == "OPEN"


def test_a_word_that_nobody_knows_is_still_open(stad: Stad) -> None:
    opdracht = stad.offers("EVENEMENT")
    stad.psp("scenario", status_word="CONFIRMED_BY_OWL", notification="withhold")
    burger = stad.burger(opdracht).pays()
    assert burger.reads == "Wij wachten op uw bank"
    assert stad.betalingen() == ["IN_BEHANDELING"]
    stad.psp("scenario", reference=stad.reference(opdracht), status_word=None)
    stad.passes(minutes=3)
    assert stad.told(opdracht) == [(2, "BETAALD", True)]


def test_a_psp_that_takes_its_word_back_changes_nothing_and_calls_a_person(stad: Stad) -> None:
    opdracht = stad.offers("EVENEMENT")
    stad.burger(opdracht).pays()
    stad.work()
    stad.passes(minutes=2)
    stad.psp("scenario", reference=stad.reference(opdracht), status_word="CANCELED")
    stad.notify(opdracht)
    stad.work()
    stand = stad.stand(opdracht)
    assert (stand.Status, stand.Leverbaar) == ("BETAALD", False)
    assert [row.soort for row in stad.uitval()] == ["PSP_SPREEKT_ZICH_TEGEN"]
    assert stad.told(opdracht) == [(2, "BETAALD", True), (3, "BETAALD", False)]


def test_a_status_that_hangs_is_asked_again_and_again(stad: Stad) -> None:
    opdracht = stad.offers("EVENEMENT")
    stad.burger(opdracht).pays("approve_no_return")
    stad.psp("faults", operation="status", faults=["html_502", "drop", "fault", "http_503"])
    stad.notify(opdracht)
    stad.passes(minutes=30)
    assert stad.told(opdracht) == [(2, "BETAALD", True)]
