"""A notification and a return are hints: however often and in whatever order they come, the end is the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from betaalhub.storage.tables import BetalingRow, GebeurtenisRow, OutboxRow
from tests.builders import utc_now
from tests.journeys.burger import Burger
from tests.journeys.digest import digest
from tests.journeys.stad import NewStad, Opdracht, Stad

Way = Callable[[Stad, Opdracht, Burger], None]


def return_only(stad: Stad, opdracht: Opdracht, burger: Burger) -> None:
    burger.returns()
    stad.work()


def notification_only(stad: Stad, opdracht: Opdracht, burger: Burger) -> None:
    stad.notify(opdracht)
    stad.work()


def notification_twice_at_once(stad: Stad, opdracht: Opdracht, burger: Burger) -> None:
    stad.notify(opdracht, times=2)
    stad.work()


def notification_twice_worked_twice(stad: Stad, opdracht: Opdracht, burger: Burger) -> None:
    for _ in range(2):
        stad.notify(opdracht)
        stad.work()


def notification_then_return(stad: Stad, opdracht: Opdracht, burger: Burger) -> None:
    stad.notify(opdracht)
    burger.returns()
    stad.work()


def return_then_notification(stad: Stad, opdracht: Opdracht, burger: Burger) -> None:
    burger.returns()
    stad.work()
    stad.notify(opdracht)
    stad.work()


def neither(stad: Stad, opdracht: Opdracht, burger: Burger) -> None:
    stad.passes(minutes=1)


WAYS: list[Way] = [
    return_only,
    notification_only,
    notification_twice_at_once,
    notification_twice_worked_twice,
    notification_then_return,
    return_then_notification,
    neither,
]


def end_of(stad: Stad, way: Way, uitkomst: str) -> dict:
    opdracht = stad.offers("EVENEMENT", "OMGEVING")
    burger = stad.burger(opdracht).presses_pay()
    stad.psp(f"orders/{stad.reference(opdracht)}/pay", outcome=uitkomst)
    way(stad, opdracht, burger)
    stad.passes(hours=8)
    return digest(stad)


@pytest.mark.parametrize("uitkomst", ["approve", "cancel", "fail"])
def test_every_order_of_hints_ends_the_same(new_stad: NewStad, uitkomst: str) -> None:
    ends = {way.__name__: end_of(new_stad(), way, uitkomst) for way in WAYS}
    first = ends.pop("return_only")
    assert first["betalingen"] == [{"approve": "BETAALD", "cancel": "GEANNULEERD", "fail": "MISLUKT"}[uitkomst]]
    for way, end in ends.items():
        assert end == first, way


def test_a_psp_that_never_speaks_is_asked_by_the_clock(stad: Stad) -> None:
    opdracht = stad.offers("EVENEMENT")
    stad.burger(opdracht).presses_pay().at_psp("pending")
    begun = stad.rows(BetalingRow)[0].aangemaakt_op
    asked = []
    stad.passes(seconds=1)
    while (moment := stad.next_due()) is not None and moment < begun + timedelta(days=3):
        stad.passes(seconds=(moment - stad.clock.now).total_seconds())
        asked.append(moment - begun)
    minutes = [1, 3, 15, 20, 60, 360, 1440, 2880]
    assert asked == [timedelta(minutes=number) for number in minutes]
    stad.psp(f"orders/{stad.reference(opdracht)}/pay")
    stad.passes(days=1)
    assert stad.told(opdracht)[-1] == (2, "BETAALD", True)


def test_the_page_of_a_hub_that_cannot_ask_is_honest(stad: Stad) -> None:
    opdracht = stad.offers("EVENEMENT")
    burger = stad.burger(opdracht).presses_pay()
    stad.psp("faults", operation="status", faults=["html_502"])
    burger.at_psp()
    assert burger.reads == "Uw betaling is nog niet klaar"
    stad.passes(minutes=1)
    burger.opens()
    assert burger.reads == "U hebt betaald"


def test_a_hint_about_nobody_is_answered_and_forgotten(stad: Stad) -> None:
    opdracht = stad.offers("EVENEMENT")
    for reference in ("482710936577-1", "../../etc/passwd", ""):
        stad.burger(opdracht).browser.open(f"{stad.near.address}/psp/psp/melding?reference={reference}")
    assert stad.betalingen() == []
    assert {row.soort for row in stad.rows(OutboxRow)} == {"VERVAL"}


def test_a_hint_asks_only_once_however_often_it_comes(stad: Stad) -> None:
    opdracht = stad.offers("EVENEMENT")
    stad.burger(opdracht).pays("approve_no_return")
    stad.notify(opdracht, times=5)
    stad.work()
    assert stad.rows(BetalingRow)[0].gevraagd == 1


def test_paid_money_is_asked_about_for_half_a_year(stad: Stad) -> None:
    opdracht = stad.offers("EVENEMENT")
    stad.burger(opdracht).pays()
    stad.passes(days=200)
    assert stad.rows(BetalingRow)[0].gevraagd == 2 + 6  # on return, when the start must have landed, and the schedule
    assert stad.told(opdracht) == [(2, "BETAALD", True)]
    assert stad.clock.now > utc_now()
    assert len([row for row in stad.rows(GebeurtenisRow) if row.naar == "BETAALD"]) == 3
