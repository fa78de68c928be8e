"""Paid at the counter, withdrawn, asked back: what the citizen at her screen, the ERP and the product system see of it."""

from __future__ import annotations

import pytest
from zeep.exceptions import Fault

from betaalhub.errors import BetaalhubError
from tests.journeys import balie
from tests.journeys.stad import Stad


def test_paid_at_the_counter_is_told_booked_and_delivered(stad: Stad) -> None:
    opdracht = stad.offers("EVENEMENT")
    balie.registers(stad, opdracht)
    stad.work()
    assert stad.told(opdracht) == [(2, "BETAALD", True)]
    (post,) = stad.booked(opdracht)
    assert [(one["grootboekrekening"], one["debet_cent"]) for one in post["regels"]] == [("1320", 18_750), ("8301", 0)]
    balie.tells(stad, opdracht, r1="GELEVERD")
    assert stad.burger(opdracht).reads == "U hebt betaald"
    assert stad.stand(opdracht).Regelstatus[0].Levering == "GELEVERD"


@pytest.mark.parametrize("act", [balie.registers, balie.withdraws])
def test_while_she_is_at_the_psp_the_counter_waits(stad: Stad, act) -> None:
    opdracht = stad.offers("EVENEMENT")
    burger = stad.burger(opdracht).presses_pay()
    with pytest.raises(Fault) as refused:
        act(stad, opdracht)
    assert balie.refusal(refused.value) == ("Server", "BETALING_LOOPT")
    burger.at_psp("cancel")
    act(stad, opdracht)
    assert stad.status(opdracht) in ("BETAALD", "INGETROKKEN")
    stad.work()


def test_an_attempt_of_unknown_outcome_is_alive_too(impatient_stad: Stad) -> None:
    stad = impatient_stad
    opdracht = stad.offers("EVENEMENT")
    stad.psp("faults", operation="create", faults=["hang_after"])
    stad.burger(opdracht).presses_pay()
    assert stad.betalingen() == ["ONBEKEND"]
    with pytest.raises(Fault) as refused:
        balie.registers(stad, opdracht)
    assert balie.refusal(refused.value) == ("Server", "BETALING_LOOPT")


def test_a_page_that_was_open_when_it_was_withdrawn_pays_nothing(stad: Stad) -> None:
    opdracht = stad.offers("EVENEMENT")
    burger = stad.burger(opdracht)
    balie.withdraws(stad, opdracht)
    with pytest.raises(BetaalhubError, match="410"):  # gone, says the page
        burger.presses_pay()
    assert stad.betalingen() == []
    stad.work()
    assert stad.told(opdracht) == [(2, "INGETROKKEN", False)]


def test_money_after_withdrawal_is_told_and_booked_aside(stad: Stad) -> None:
    opdracht = stad.offers("EVENEMENT")
    stad.burger(opdracht).presses_pay()
    stad.passes(minutes=25)
    balie.withdraws(stad, opdracht)
    stad.psp(f"orders/{stad.reference(opdracht)}/pay")
    stad.notify(opdracht)
    stad.work()
    assert [row.soort for row in stad.uitval()] == ["LAAT_BETAALD"]
    assert stad.told(opdracht)[-1] == (3, "INGETROKKEN", False)
    (post,) = stad.booked(opdracht)
    assert [one["grootboekrekening"] for one in post["regels"]] == ["1310", "2990"]


def test_a_wrong_registration_leaves_no_trace_in_the_balances_and_may_be_offered_again(stad: Stad) -> None:
    opdracht = stad.offers("EVENEMENT", Kenmerk="ZAAK-BALIE")
    answer = balie.registers(stad, opdracht)
    stad.work()
    balie.revokes(stad, opdracht, answer.Registratienummer)
    stad.work()
    assert stad.told(opdracht) == [(2, "BETAALD", True), (3, "TERUGBETAALD", False)]
    lines = [line for post in stad.booked(opdracht) for line in post["regels"]]
    assert len(stad.booked(opdracht)) == 2
    for account in ("1320", "8301"):
        assert sum(one["debet_cent"] - one["credit_cent"] for one in lines if one["grootboekrekening"] == account) == 0
    again = stad.offers("EVENEMENT", Kenmerk="ZAAK-BALIE")
    assert stad.burger(again).pays().reads == "U hebt betaald"
    stad.work()


def test_nobody_reads_that_she_got_money_back_which_was_registered_by_mistake(stad: Stad) -> None:
    opdracht = stad.offers("EVENEMENT")
    answer = balie.registers(stad, opdracht)
    assert stad.burger(opdracht).reads == "U hebt betaald"
    balie.revokes(stad, opdracht, answer.Registratienummer)
    with pytest.raises(BetaalhubError, match="410"):  # this link is of no use any more, says the page
        stad.burger(opdracht)


def test_asked_back_takes_leverbaar_away_and_is_told(stad: Stad) -> None:
    opdracht = stad.offers("EVENEMENT", "OMGEVING")
    stad.burger(opdracht).pays()
    stad.work()
    balie.asks_back(stad, opdracht, r2=450)
    stad.work()
    assert stad.told(opdracht) == [(2, "BETAALD", True), (3, "BETAALD", False)]
    with pytest.raises(Fault) as refused:
        balie.asks_back(stad, opdracht, r2=8_001)
    assert balie.refusal(refused.value) == ("Client", "TERUGBETALING_TE_HOOG")


def test_what_can_not_be_delivered_is_given_back_as_proposed(stad: Stad) -> None:
    opdracht = stad.offers("EVENEMENT")
    stad.burger(opdracht).pays()
    balie.tells(stad, opdracht, r1="NIET_LEVERBAAR")
    assert [row.soort for row in stad.uitval()] == ["NIET_LEVERBAAR"]
    balie.asks_back(stad, opdracht)
    assert not stad.uitval()
    stad.work()
    assert stad.told(opdracht)[-1][1:] == ("BETAALD", False)


def test_the_same_klantkenmerk_meets_in_one_winkelmandje_only_where_that_is_allowed(new_stad) -> None:
    for allowed in ("nee", "ja"):
        stad = new_stad(klant_samen=allowed)
        first = stad.offers("EVENEMENT", KlantKenmerk="pseudoniem-0001")
        second = stad.offers("UITTREKSEL", KlantKenmerk="pseudoniem-0001")
        third = stad.offers("AFVALPAS", KlantKenmerk="pseudoniem-0002")
        assert (second.winkelmandje == first.winkelmandje) is (allowed == "ja")
        assert third.winkelmandje != first.winkelmandje


def test_a_winkelmandje_that_is_being_paid_is_not_joined_by_klantkenmerk(new_stad) -> None:
    stad = new_stad(klant_samen="ja")
    first = stad.offers("EVENEMENT", KlantKenmerk="pseudoniem-0001")
    stad.burger(first).presses_pay()
    assert stad.offers("UITTREKSEL", KlantKenmerk="pseudoniem-0001").winkelmandje != first.winkelmandje
