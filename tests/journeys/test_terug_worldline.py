"""Money goes back through Worldline, where the same call again is the ask; and through the account that it came over, after a switch."""

# ruff: noqa: F811  fixtures are imported and used by their names

from __future__ import annotations

import pytest

from tests.journeys.stad import Opdracht, Stad
from tests.journeys.test_terugbetaling import approves, asks, balance, refunds, statuses
from tests.journeys.test_worldline import Worldline, stad, use, worldline  # noqa: F401  the fixtures of the same town


def paid(town: Stad) -> Opdracht:
    opdracht = town.offers("EVENEMENT")
    town.burger(opdracht).pays()
    town.passes(minutes=1)
    return opdracht


def given_back(psp: Worldline) -> list[tuple[str, int]]:
    """Every refund at Worldline: its status and cents."""
    return [
        (one["status"], one["amount"])
        for order in psp.orders()
        for one in order["operations"]
        if one["status"] in ("REFUNDED", "REFUND_REQUESTED")
    ]


def test_a_part_goes_back_and_is_seen(stad: Stad, worldline: Worldline) -> None:
    opdracht = paid(stad)
    approves(stad, asks(stad, opdracht, "1=50,00"))
    stad.passes(minutes=10)
    assert (statuses(stad), given_back(worldline)) == (["VOLTOOID"], [("REFUNDED", 5_000)])
    assert balance(stad) == {"1311": 13_750, "8301": -13_750}


@pytest.mark.parametrize("fault", ["drop", "drop_after", "html_502_after"])
def test_a_lost_answer_is_asked_by_the_same_call_and_nothing_goes_back_twice(
    stad: Stad,
    worldline: Worldline,
    fault: str,
) -> None:
    opdracht = paid(stad)
    worldline.does("faults", operation="refund", faults=[fault])
    approves(stad, asks(stad, opdracht))
    stad.passes(seconds=2)
    assert statuses(stad) == ["ONBEKEND"]
    stad.passes(minutes=30)
    assert (statuses(stad), given_back(worldline)) == (["VOLTOOID"], [("REFUNDED", 18_750)])
    assert balance(stad) == {}


def test_money_goes_back_over_the_account_that_it_came_over(stad: Stad, worldline: Worldline) -> None:
    use(stad, "psp")
    opdracht = paid(stad)
    use(stad, "wl")
    approves(stad, asks(stad, opdracht))
    stad.passes(minutes=10)
    assert (statuses(stad), len(refunds(stad)), given_back(worldline)) == (["VOLTOOID"], 1, [])
    assert balance(stad) == {}
