"""Twenty real cases (E1 to E20, from the threads of other systems): what went wrong there ends well here.

E7, E12, E13 and E14, on money that goes back, stand in test_echte_gevallen_terug.py.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
import requests

from betaalhub.storage.tables import BetalingRow, GebeurtenisRow, OutboxRow
from tests.builders import WORLDLINE
from tests.journeys.geval import Einde, at_once, betaald, calls, einde, happens, order_made, times_paid
from tests.journeys.stad import Neighbourhood, NewStad, Stad

EVENEMENT = 18_750


def test_e01_return_and_notification_race(stad: Stad) -> None:
    """Elsewhere: 93 % of the confirmations sent twice, a second charge."""
    opdracht, burger = order_made(stad)
    stad.psp(f"orders/{stad.reference(opdracht)}/pay")
    stad.notify(opdracht)
    stad.psp("faults", operation="status", faults=["delay:0.2"] * 2)  # both ask before either has an answer
    at_once(burger.returns, stad.work, lambda: stad.notify(opdracht))
    stad.work()
    assert calls(stad).count("status") >= 2
    assert [row.laatste_fout for row in stad.rows(OutboxRow) if row.attempts] == []
    stad.passes(hours=1)
    assert einde(stad, opdracht) == betaald(EVENEMENT)
    assert (times_paid(stad), stad.told(opdracht)) == (1, [(2, "BETAALD", True)])


def test_e02_duplicate_notifications(stad: Stad) -> None:
    """Elsewhere: charged twice. Each is answered, and each time there is at most one question to the PSP."""
    opdracht, burger = order_made(stad)
    burger.at_psp("approve_no_return")
    for _ in range(3):
        at_once(*[lambda: stad.notify(opdracht, times=3)] * 3)
        stad.work()
    answers = {one["what"] for one in stad.happenings() if one["what"].startswith("melding")}
    assert answers == {"melding: antwoord 200"}
    assert len(calls(stad)) <= 1 + 3
    assert (einde(stad, opdracht), times_paid(stad)) == (betaald(EVENEMENT), 1)


def test_e03_notification_before_our_commit(stad: Stad) -> None:
    """Elsewhere: "order not found". The PSP notifies while it still answers the create: the reference is kept already."""
    opdracht, burger = order_made(stad, outcome="approve_no_return", notification="early")
    assert [one["what"] for one in stad.happenings()][1] == "melding: antwoord 200"
    assert {row.soort for row in stad.rows(OutboxRow)} >= {"VRAAG_PSP"}
    stad.passes(minutes=1)
    assert einde(stad, opdracht) == betaald(EVENEMENT)


def test_e03_an_order_that_is_not_found_yet_has_not_failed(stad: Stad) -> None:
    """Elsewhere: 404 shortly after the create, taken for the end."""
    opdracht, burger = order_made(stad)
    stad.psp("faults", operation="status", faults=["refuse:ORDER_UNKNOWN"] * 2)
    burger.at_psp()
    assert burger.reads == "Uw betaling is nog niet klaar"
    stad.notify(opdracht)
    stad.work()
    assert stad.betalingen() == ["GESTART"]
    stad.passes(minutes=3)
    assert einde(stad, opdracht) == betaald(EVENEMENT)


def test_e04_return_before_the_psp_knows(stad: Stad) -> None:
    """Elsewhere: "the customer was told failure and paid twice". She is asked to wait, and cannot pay again."""
    opdracht, burger = order_made(stad)
    burger.at_psp("pending")
    assert burger.reads == "Wij wachten op uw bank"
    assert "/betalen" not in burger.browser.page
    happens(stad, opdracht, "approve")
    assert burger.opens() and burger.reads == "U hebt betaald"
    assert einde(stad, opdracht) == betaald(EVENEMENT)


@pytest.mark.parametrize(("uitkomst", "first"), [("fail", "MISLUKT"), ("cancel", "GEANNULEERD")])
def test_e05_failed_first_and_success_later(stad: Stad, uitkomst: str, first: str) -> None:
    """Elsewhere (Assen, Nijmegen): a payment that first failed stayed failed, though it was paid."""
    opdracht, burger = order_made(stad)
    burger.at_psp(uitkomst)
    stad.work()
    assert stad.betalingen() == [first]
    happens(stad, opdracht, "pay")
    assert (stad.betalingen(), einde(stad, opdracht)) == (["BETAALD"], betaald(EVENEMENT))


def test_e05_success_first_and_failure_later(stad: Stad) -> None:
    opdracht, burger = order_made(stad)
    burger.at_psp()
    stad.passes(minutes=2)
    stad.psp(f"orders/{stad.reference(opdracht)}/pay", outcome="fail", method="MASTERCARD")
    stad.notify(opdracht)
    stad.work()
    assert (stad.betalingen(), einde(stad, opdracht)) == (["BETAALD"], betaald(EVENEMENT))


def test_e06_old_attempt_expires_after_the_new_one_was_paid(stad: Stad) -> None:
    """Elsewhere: an order completed by the bank was cancelled a month later, by the end of its first attempt."""
    opdracht, burger = order_made(stad)
    burger.at_psp("fail")
    burger.opens()
    burger.pays()
    stad.work()
    happens(stad, opdracht, "cancel", attempt=1)
    stad.passes(days=31)
    stad.notify(opdracht, attempt=1)
    stad.work()
    assert (stad.betalingen(), einde(stad, opdracht)) == (["MISLUKT", "BETAALD"], betaald(EVENEMENT))
    assert stad.told(opdracht) == [(2, "BETAALD", True)]


def test_e08_double_payment_in_two_attempts_of_one_order(stad: Stad) -> None:
    """Elsewhere: the books show one. Every cent is booked: what it pays, and the rest aside."""
    opdracht, burger = order_made(stad)
    burger.at_psp()
    stad.passes(minutes=1)
    happens(stad, opdracht, "pay")
    assert einde(stad, opdracht) == Einde("BETAALD", False, EVENEMENT, 1, ("DUBBEL_BETAALD",))
    assert [row.ontvangen_cent for row in stad.rows(BetalingRow)] == [2 * EVENEMENT]
    debet = [post["regels"][0]["debet_cent"] for post in stad.journaal()["journaalposten"]]
    assert debet == [EVENEMENT, EVENEMENT]


def test_e08_double_payment_in_two_tabs(stad: Stad) -> None:
    opdracht, burger = order_made(stad)
    burger.at_psp("fail")
    burger.opens()
    burger.pays()
    stad.work()
    happens(stad, opdracht, "pay", attempt=1)
    assert stad.betalingen() == ["BETAALD", "BETAALD"]
    assert stad.uitval("DUBBEL_BETAALD") and not stad.stand(opdracht).Leverbaar
    aside = [post["regels"][1]["grootboekrekening"] for post in stad.journaal()["journaalposten"]]
    assert sorted(aside) == ["2990", "8301"]


def test_e08_two_tabs_share_one_attempt(stad: Stad) -> None:
    """The second tab is sent back to the order of the first: no second charge can begin."""
    opdracht = stad.offers("EVENEMENT")
    tabs = [stad.burger(opdracht) for _ in range(2)]
    at_once(*[tab.presses_pay for tab in tabs])
    assert len(stad.orders()) == 1
    for tab in tabs:
        tab.opens()
    stad.psp(f"orders/{stad.reference(opdracht)}/pay")
    stad.passes(minutes=1)
    assert einde(stad, opdracht) == betaald(EVENEMENT)


def test_e09_open_hangs_and_is_closed_before_it_is_called_expired(stad: Stad) -> None:
    """Elsewhere: cancelled after an hour, and paid. The hub asks, cancels at the PSP, and asks again."""
    opdracht, burger = order_made(stad)
    burger.at_psp("leave")
    stad.passes(minutes=25)
    assert stad.betalingen() == ["VERLOPEN"]
    asked = calls(stad)
    assert asked[asked.index("cancel") - 1 : asked.index("cancel") + 2] == ["status", "cancel", "status"]
    assert einde(stad, opdracht) == Einde("OPEN", False, 0, 0)


def test_e09_paid_without_any_notification(stad: Stad) -> None:
    opdracht, burger = order_made(stad)
    burger.at_psp("approve_no_return")
    stad.passes(minutes=1)
    assert einde(stad, opdracht) == betaald(EVENEMENT)


def test_e09_paid_after_it_was_called_expired(stad: Stad) -> None:
    opdracht, burger = order_made(stad)
    burger.at_psp("leave")
    stad.passes(minutes=25)
    happens(stad, opdracht, "pay", told=False)
    stad.passes(hours=1)
    assert (stad.betalingen(), einde(stad, opdracht)) == (["BETAALD"], betaald(EVENEMENT))


@pytest.mark.parametrize(
    "scenario",
    [{"paid_difference": -1}, {"paid_difference": -18_749}, {"paid_currency": "USD"}, {"registered_difference": 1}],
    ids=["cent", "almost-all", "currency", "registered"],
)
def test_e10_amount_or_currency_differs(stad: Stad, scenario: dict[str, object]) -> None:
    """Elsewhere: nobody compared. It is not paid, not booked, not deliverable, and a person is called once."""
    opdracht, burger = order_made(stad, **scenario)
    burger.at_psp()
    stad.passes(hours=2)
    assert burger.reads == "Wij kijken uw betaling na"
    assert einde(stad, opdracht) == Einde("IN_BETALING", False, 0, 0, ("BEDRAG_AFWIJKEND",))
    burger.opens()
    assert "/betalen" not in burger.browser.page


@pytest.mark.parametrize("trouble", ["drop_after", "hang_after", "html_502_after", "fault_after"])
def test_e11_unknown_outcome_of_create(new_stad: NewStad, trouble: str) -> None:
    """Elsewhere: called failed, a second click, paid twice. While it is unknown nobody can start a second order."""
    stad = new_stad(neighbour_timeout=1)
    opdracht = stad.offers("EVENEMENT")
    stad.psp("faults", operation="create", faults=[trouble])
    burger = stad.burger(opdracht).presses_pay()
    assert (stad.betalingen(), burger.reads) == (["ONBEKEND"], "Wij weten nog niet of uw betaling is gelukt")
    burger.opens()
    assert "/betalen" not in burger.browser.page and len(stad.orders()) == 1
    stad.passes(minutes=1)
    burger.opens()
    burger.pays()
    stad.passes(minutes=2)
    assert [(row.status, row.reden) for row in stad.rows(BetalingRow)] == [("MISLUKT", "VERWEESD"), ("BETAALD", None)]
    assert einde(stad, opdracht) == betaald(EVENEMENT)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("query", ["", "?UITKOMST=gelukt", "?uitkomst=geannuleerd&ORDERID=1", "?uitkomst=%00%FF"])
def test_e15_quirks_of_the_return(stad: Stad, method: str, query: str) -> None:
    """Elsewhere: a POST without parameters on the return, names in mixed case. Whatever comes is a hint, and the PSP is asked."""
    opdracht, burger = order_made(stad)
    burger.at_psp("approve_no_return")
    answer = requests.request(method, f"{opdracht.url}/terug/1{query}", timeout=10)
    assert answer.status_code == 200 and "U hebt betaald" in answer.text
    stad.work()
    assert einde(stad, opdracht) == betaald(EVENEMENT)


@pytest.mark.parametrize("skew", [timedelta(days=-3), timedelta(days=3), timedelta(minutes=-1)])
def test_e16_the_clock_of_the_psp_differs(stad: Stad, skew: timedelta) -> None:
    """The PSP lives by its own clock; ours alone decides when an attempt is over."""
    stad.clock.now += skew
    expires, _ = order_made(stad)
    stad.passes(minutes=19)
    assert stad.betalingen() == ["GESTART"]
    stad.passes(minutes=2)
    assert stad.betalingen() == ["VERLOPEN"]
    stad.burger(expires).pays()
    stad.work()
    assert einde(stad, expires) == betaald(EVENEMENT)


def test_e17_a_decline_is_an_answer_and_not_a_broken_line(stad: Stad) -> None:
    """Elsewhere: a 402 read as a transport error. A refused create and a declined card are definite: she may go on at once."""
    opdracht = stad.offers("EVENEMENT")
    stad.psp("faults", operation="create", faults=["refuse:REQUEST_DATA_INCORRECT"])
    burger = stad.burger(opdracht).presses_pay("CREDITCARD")
    burger.presses_pay("CREDITCARD").at_psp("fail", "CREDITCARD")
    stad.work()
    assert [row.reden for row in stad.rows(BetalingRow)][0] == "REQUEST_DATA_INCORRECT"
    assert (stad.betalingen(), stad.uitval()) == (["MISLUKT", "MISLUKT"], [])
    burger.opens()
    burger.pays()
    stad.work()
    assert einde(stad, opdracht) == betaald(EVENEMENT)


def test_e18_unknown_status_word(stad: Stad) -> None:
    """Elsewhere: CANCELLED unknown, an exception. Here it is still open, with an alarm, until the word is explained."""
    opdracht, burger = order_made(stad, status_word="CONFIRMED_BY_OWL")
    burger.at_psp()
    assert (burger.reads, stad.betalingen()) == ("Wij wachten op uw bank", ["IN_BEHANDELING"])
    alarms = {row.reden for row in stad.rows(GebeurtenisRow) if row.soort == "PSP_ALARM"}
    assert "onbekend statuswoord CONFIRMED_BY_OWL" in alarms
    assert einde(stad, opdracht) == Einde("IN_BETALING", False, 0, 0)
    happens(stad, opdracht, "understood")
    assert einde(stad, opdracht) == betaald(EVENEMENT)


def test_e19_a_notification_is_answered_without_asking(stad: Stad) -> None:
    """Elsewhere: the handler works for 15 seconds and the PSP sends it again. Here it only stores the wish to ask."""
    opdracht, burger = order_made(stad)
    burger.at_psp("approve_no_return")
    stad.psp("faults", operation="status", always="http_503")
    before = calls(stad)
    stad.notify(opdracht, times=2)
    assert calls(stad) == before
    assert [one["what"] for one in stad.happenings()][-2:] == ["melding: antwoord 200"] * 2
    stad.psp("faults", operation="status", always=None)
    stad.work()
    assert einde(stad, opdracht) == betaald(EVENEMENT)


@pytest.mark.parametrize(("account", "answer"), [("ander", 404), ("wl", 200)])
def test_e20_a_notification_of_another_account_is_not_ours(
    new_stad: NewStad, near: Neighbourhood, account: str, answer: int
) -> None:
    """Elsewhere: two merchants, one key. A reference means something at its own account only (Worldline answers any GET: it may be
    the question whether the address is ours)."""
    settings = {f"psp2_{name}": value for name, value in WORLDLINE.items()}
    stad = new_stad(**settings, psp2_url=near.simulators.worldline_base)
    opdracht, burger = order_made(stad)
    burger.at_psp("approve_no_return")
    reference, before = stad.reference(opdracht), calls(stad)
    reply = requests.get(f"{stad.near.address}/psp/{account}/melding?reference={reference}", timeout=10)
    stad.work()
    assert (reply.status_code, calls(stad), stad.betalingen()) == (answer, before, ["GESTART"])
    stad.notify(opdracht)
    stad.work()
    assert einde(stad, opdracht) == betaald(EVENEMENT)
