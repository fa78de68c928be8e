"""The real cases on money that goes back or is taken back: E7, E12, E13, E14, and what E8 and E11 say of refunds."""

from __future__ import annotations

import pytest
import zeep

from betaalhub.storage.tables import BoekingsregelRow, TerugbetalingRow, TerugboekingRow
from tests.journeys.balie import asks_back
from tests.journeys.geval import Einde, approves, at_once, betaald, calls, einde, happens, order_made
from tests.journeys.stad import Opdracht, Stad

EVENEMENT = 18_750


def paid(stad: Stad, **scenario: object) -> Opdracht:
    """A betaalopdracht that was paid, told and booked two minutes ago."""
    opdracht, burger = order_made(stad, **scenario)
    burger.at_psp()
    stad.passes(minutes=2)
    assert einde(stad, opdracht) == betaald(EVENEMENT)
    return opdracht


def given_back(stad: Stad, opdracht: Opdracht, **regels: int) -> None:
    """Asked for by the product system, approved and sent."""
    asks_back(stad, opdracht, **regels)
    approves(stad)
    stad.work()


def terugbetalingen(stad: Stad) -> list[str]:
    return [row.status for row in stad.rows(TerugbetalingRow)]


def saldi(stad: Stad) -> dict[str, int]:
    """Debet minus credit of each rekening that is not at zero. Cents."""
    found: dict[str, int] = {}
    for row in stad.rows(BoekingsregelRow):
        found[row.grootboekrekening] = found.get(row.grootboekrekening, 0) + row.debet_cent - row.credit_cent
    return {rekening: cents for rekening, cents in found.items() if cents}


def at_psp(stad: Stad) -> list[tuple[str, int]]:
    """The refunds at the PSP: status and cents."""
    payments = [payment for order in stad.orders() for payment in order["payments"]]
    return [(one["status"], one["amount"]) for payment in payments for one in payment["refunds"]]


def bedragen(stad: Stad, opdracht: Opdracht) -> tuple[int, int, int]:
    """Ontvangen, terugbetaald, teruggeboekt, as its product system reads them."""
    stand = stad.stand(opdracht)
    return stand.OntvangenInCenten, stand.TerugbetaaldInCenten, stand.TeruggeboektInCenten


def test_e07_late_paid_does_not_revert_refunded(stad: Stad) -> None:
    """Elsewhere: a late "paid" set a refunded order to paid again."""
    opdracht = paid(stad)
    given_back(stad, opdracht)
    stad.passes(minutes=15)
    assert stad.status(opdracht) == "TERUGBETAALD"
    before = (stad.told(opdracht), saldi(stad))
    stad.notify(opdracht, times=3)
    stad.passes(days=40)
    assert stad.status(opdracht) == "TERUGBETAALD"
    assert (stad.told(opdracht), saldi(stad)) == before
    assert not saldi(stad)


def test_e08_refund_of_the_surplus_leaves_it_paid(stad: Stad) -> None:
    """Elsewhere: the refund of the double payment cancelled the ticket."""
    opdracht = paid(stad)
    happens(stad, opdracht, "pay")
    stad.resolves("DUBBEL_BETAALD", "TERUGBETALEN")
    approves(stad)
    stad.work()
    stad.passes(hours=1)
    assert (terugbetalingen(stad), at_psp(stad)) == (["VOLTOOID"], [("CAPTURED", EVENEMENT)])
    assert (stad.status(opdracht), stad.stand(opdracht).Leverbaar, stad.uitval()) == ("BETAALD", True, [])
    assert saldi(stad) == {"1310": EVENEMENT, "8301": -EVENEMENT}


@pytest.mark.parametrize("trouble", ["drop_after", "fault_after", "html_502_after"])
def test_e11_unknown_outcome_of_refund(stad: Stad, trouble: str) -> None:
    """Elsewhere: partial refunds run twice. The hub looks for its own reference, and sends nothing again."""
    opdracht = paid(stad)
    stad.psp("faults", operation="refund", faults=[trouble])
    given_back(stad, opdracht, r1=5_000)
    assert terugbetalingen(stad) == ["ONBEKEND"]
    stad.passes(hours=2)
    assert (terugbetalingen(stad), at_psp(stad)) == (["VOLTOOID"], [("CAPTURED", 5_000)])
    assert bedragen(stad, opdracht) == (EVENEMENT, 5_000, 0)


def test_e11_a_refund_that_never_arrived_waits_for_a_person(stad: Stad) -> None:
    opdracht = paid(stad)
    stad.psp("faults", operation="refund", faults=["drop"])
    given_back(stad, opdracht)
    stad.passes(hours=30)
    assert (terugbetalingen(stad), at_psp(stad), calls(stad).count("refund")) == (["ONBEKEND"], [], 1)
    assert [row.soort for row in stad.uitval()] == ["ONBEKEND_TE_LANG"]
    stad.resolves("ONBEKEND_TE_LANG", "OPNIEUW_VERZENDEN")
    stad.passes(hours=1)
    assert (terugbetalingen(stad), at_psp(stad)) == (["VOLTOOID"], [("CAPTURED", EVENEMENT)])


def test_e12_refund_in_the_back_office_of_the_psp(stad: Stad) -> None:
    """Elsewhere: no notification of "refunded". It is found by asking, booked at once, and a person says what it was for."""
    opdracht = paid(stad)
    happens(stad, opdracht, "refund", told=False, amount_cents=5_000)
    stad.passes(days=1)
    assert (terugbetalingen(stad), [row.soort for row in stad.uitval()]) == (["EXTERN"], ["EXTERNE_TERUGBETALING"])
    assert saldi(stad) == {"1310": EVENEMENT - 5_000, "2990": 5_000, "8301": -EVENEMENT}
    assert not stad.stand(opdracht).Leverbaar
    stad.resolves("EXTERNE_TERUGBETALING", "KOPPELEN")
    stad.passes(hours=1)
    assert (stad.status(opdracht), bedragen(stad, opdracht)) == ("DEELS_TERUGBETAALD", (EVENEMENT, 5_000, 0))
    assert saldi(stad) == {"1310": EVENEMENT - 5_000, "8301": 5_000 - EVENEMENT}


def test_e12_a_refund_that_fails_after_it_was_accepted(stad: Stad) -> None:
    """Elsewhere: "refunded" was believed at once. Here only the PSP's last word counts, and the cents are free again."""
    opdracht = paid(stad, refund_status="STARTED")
    given_back(stad, opdracht)
    stad.passes(minutes=5)
    assert (terugbetalingen(stad), stad.status(opdracht)) == (["INGEDIEND"], "BETAALD")
    happens(stad, opdracht, "refund_failed")
    stad.passes(hours=1)
    assert (terugbetalingen(stad), [row.soort for row in stad.uitval()]) == (["MISLUKT"], ["TERUGBETALING_MISLUKT"])
    assert (saldi(stad), bedragen(stad, opdracht)) == (
        {"1310": EVENEMENT, "8301": -EVENEMENT},
        (EVENEMENT, 0, 0),
    )


def test_e13_chargeback_months_later(stad: Stad) -> None:
    """Elsewhere: the status stayed paid and nobody knew; or a "paid" after it made it paid again."""
    opdracht = paid(stad)
    stad.passes(days=100)
    happens(stad, opdracht, "chargeback", told=False)
    stad.passes(days=21)
    assert [row.status for row in stad.rows(TerugboekingRow)] == ["GEMELD"]
    assert einde(stad, opdracht) == Einde("BETAALD", False, EVENEMENT, 2, ("TERUGBOEKING",))
    assert (bedragen(stad, opdracht), saldi(stad)) == ((EVENEMENT, 0, EVENEMENT), {})
    stad.notify(opdracht, times=2)
    stad.passes(days=30)
    assert (bedragen(stad, opdracht), saldi(stad)) == ((EVENEMENT, 0, EVENEMENT), {})


def test_e13_chargeback_that_was_won(stad: Stad) -> None:
    opdracht = paid(stad)
    happens(stad, opdracht, "chargeback", amount_cents=5_000)
    assert (stad.stand(opdracht).Leverbaar, bedragen(stad, opdracht)) == (False, (EVENEMENT, 0, 5_000))
    stad.passes(minutes=1)
    happens(stad, opdracht, "chargeback_won")
    assert [row.status for row in stad.rows(TerugboekingRow)] == ["GEWONNEN"]
    assert (stad.stand(opdracht).Leverbaar, bedragen(stad, opdracht), stad.uitval()) == (True, (EVENEMENT, 0, 0), [])
    assert saldi(stad) == {"1310": EVENEMENT, "8301": -EVENEMENT}


def test_e14_refund_race_of_worker_and_notification(stad: Stad) -> None:
    """Elsewhere: the refund ran while a webhook wrote the same row. Here the intent is written first, and it is sent once."""
    opdracht = paid(stad)
    asks_back(stad, opdracht)
    approves(stad)
    stad.psp("faults", operation="refund", faults=["delay:0.2"])  # whoever comes meanwhile finds it under way
    at_once(stad.work, stad.work, lambda: stad.notify(opdracht, times=3))
    stad.passes(hours=1)
    assert (terugbetalingen(stad), at_psp(stad)) == (["VOLTOOID"], [("CAPTURED", EVENEMENT)])
    assert calls(stad).count("refund") == 1
    assert (stad.status(opdracht), saldi(stad)) == ("TERUGBETAALD", {})


def test_e14_two_requests_for_the_same_money(stad: Stad) -> None:
    """Both ask for everything at the same moment: one of them is told that there is not enough left."""
    opdracht = paid(stad)
    refused: list[str] = []

    def ask() -> None:
        try:
            asks_back(stad, opdracht)
        except zeep.exceptions.Fault as fault:
            refused.append(str(fault.detail.findtext("{*}BetaalhubFout/{*}Code")))

    at_once(ask, ask, ask)
    approves(stad)
    stad.passes(hours=1)
    assert (refused, terugbetalingen(stad)) == (["TERUGBETALING_TE_HOOG"] * 2, ["VOLTOOID"])
    assert at_psp(stad) == [("CAPTURED", EVENEMENT)]
