"""Money is asked back, decided about and sent by several at the same moment: never more than there is, and each once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from betaalhub.errors import Refusal
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.terugbetaling import request_surplus
from betaalhub.flows.terugbetaling_besluit import decide, link
from betaalhub.steps.refund import refund
from betaalhub.storage.database import lock
from betaalhub.storage.tables import BetalingRow, JournaalpostRow, TerugbetalingRow, ToewijzingRow
from tests.flows.movements import balances
from tests.flows.refunds import asks_back, decides, lives, looks, refunding, terug, threshold
from tests.flows.town import Town, together


def attempt(work: Callable[[], Any]) -> Any:
    """What it gives, or the code with which it is refused."""
    try:
        return work()
    except Refusal as refusal:
        return refusal.code


def test_requests_below_and_above_the_threshold_at_once_never_exceed_what_is_left(town: Town) -> None:
    psp = refunding(town)
    threshold(town, 9_000)
    antwoord, _ = town.paid()
    together(*(lambda: attempt(lambda: asks_back(town, antwoord, 4_000)) for _ in range(6)))
    (toewijzing,), (betaling,) = town.all(ToewijzingRow), town.all(BetalingRow)
    assert toewijzing.gereserveerd_cent == betaling.gereserveerd_cent == 16_000
    lives(town, minutes=10)
    assert sum(one.amount_cents for one in psp.moved) == 8_000
    assert sorted(row.status for row in town.all(TerugbetalingRow)) == ["AANGEVRAAGD"] * 2 + ["VOLTOOID"] * 2


def test_regels_and_surplus_at_once_never_exceed_what_came_in(town: Town) -> None:
    refunding(town, paid=20_000)
    antwoord, _ = town.started()
    looks(town)
    (betaling,) = town.all(BetalingRow)
    administratie_id = town.opdracht(antwoord).administratie_id

    def surplus(session: Any) -> None:
        (row,) = lock(session, BetalingRow, [betaling.id])
        door = Door("J. Jansen", town.clock())
        request_surplus(
            session, row, 700, administratie_id=administratie_id, door=door, keys=town.hub.keys, reden="Te veel"
        )

    regels = [lambda: attempt(lambda: asks_back(town, antwoord, 9_000)) for _ in range(3)]
    together(*regels, *(lambda: attempt(lambda: town.does(surplus)) for _ in range(3)))
    (betaling,) = town.all(BetalingRow)
    assert (betaling.gereserveerd_cent, betaling.meer_gereserveerd_cent) == (18_700, 700)


def test_two_who_decide_at_once_decide_once(town: Town) -> None:
    refunding(town)
    antwoord, _ = town.paid()
    asks_back(town, antwoord)

    def says(goedkeuren: bool, wie: str) -> Any:
        door, nummer = Door(wie, town.clock()), terug(town).nummer
        return attempt(
            lambda: town.does(lambda s: decide(s, nummer, goedkeuren=goedkeuren, door=door, reden="Toch niet").status)
        )

    found = together(lambda: says(True, "P. Prins"), lambda: says(False, "K. Kok"), lambda: says(True, "L. Los"))
    assert found.count("TERUGBETALING_ONJUIST") == 2
    assert terug(town).status in found


def test_two_workers_and_a_report_at_once_send_it_once(town: Town) -> None:
    psp = refunding(town)
    antwoord, _ = town.paid()
    asks_back(town, antwoord)
    decides(town)
    row = terug(town)
    town.clock.forward(seconds=5)
    together(*(lambda: refund(town.hub, row.id, wie="worker") for _ in range(3)), lambda: looks(town))
    lives(town, minutes=30)
    assert (len(psp.calls), len(psp.moved)) == (1, 1)
    assert (terug(town).status, balances(town)) == ("VOLTOOID", {})


def test_two_reports_at_once_find_one_refund_and_it_is_linked_once(town: Town) -> None:
    psp = refunding(town)
    town.paid()
    psp.gives(5_000)
    together(*(lambda: looks(town) for _ in range(3)))
    (row,) = town.all(TerugbetalingRow)
    door = Door("J. Jansen", town.clock())
    links = [
        lambda: attempt(lambda: town.does(lambda s: link(s, row.nummer, None, door=door, keys=town.hub.keys).status))
        for _ in range(3)
    ]
    assert sorted(together(*links)) == ["GEKOPPELD"] + ["TERUGBETALING_ONJUIST"] * 2
    assert sorted(post.sleutel.partition(":")[0] for post in town.all(JournaalpostRow)) == [
        "BETAALD",
        "EXTERN",
        "GEKOPPELD",
    ]


@pytest.mark.parametrize("row_class", [ToewijzingRow, BetalingRow])
def test_straight_against_the_register_it_refuses_what_there_is_not(town: Town, row_class: Any) -> None:
    town.paid()
    more = update(row_class).values(gereserveerd_cent=row_class.gereserveerd_cent + 5_000)

    def grab() -> bool:
        try:
            town.does(lambda session: session.execute(more))
        except IntegrityError:
            return False
        return True

    assert sum(together(*(grab for _ in range(6)))) == 3
    (row,) = town.all(row_class)
    assert row.gereserveerd_cent == 15_000


@pytest.mark.parametrize("values", [{"meer_gereserveerd_cent": 1}, {"meer_gereserveerd_cent": -1}])
def test_what_lies_on_no_productregel_is_part_of_what_is_reserved(town: Town, values: dict[str, int]) -> None:
    town.paid()
    with pytest.raises(IntegrityError):
        town.does(lambda session: session.execute(update(BetalingRow).values(**values)))
