"""kill -9 of the worker before and after every commit and call of a terugbetaling: the money goes back once, and is booked once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from betaalhub.storage.tables import TerugbetalingRow
from tests.journeys.burger import Burger
from tests.journeys.crash_scene import KILLED, Scene, points
from tests.journeys.stad import Opdracht

# Every commit and call of a clean run; the tests of the lists hold these lists to the code.
WORKER_SENDS = points(commit=5, psp_status=1, psp_refund=1)
WORKER_SEES = points(commit=11, psp_status=1, productsysteem_meld_betaalstatus=1, erp_verwerk_boekingsbatch=1)
ASK = timedelta(minutes=2)  # the PSP is asked what became of it
DAY = timedelta(hours=25)  # nobody knew for a day: a person is asked


def approved(scene: Scene) -> Opdracht:
    """Paid, told and booked; a person asked it back, a colleague approved."""
    stad = scene.stad
    scene.serve()
    opdracht = stad.offers("EVENEMENT")
    Burger(opdracht.url).presses_pay()
    stad.psp(f"orders/{opdracht.winkelmandje}-1/pay")
    stad.psp(f"orders/{opdracht.winkelmandje}-1/notify")
    assert scene.work() is None
    said = stad.administrator(
        "terugbetaling", "vraag-aan", opdracht.betaalkenmerk, "--reden", "Te veel", "--door", "J. Jansen"
    )
    found = re.search(r"Terugbetaling ([0-9A-F]{26}):", said)
    assert found, said
    assert scene.work() is None  # the product system knows that money is asked back
    stad.administrator("terugbetaling", "keur-goed", found[1], "--door", "P. Prins")
    return opdracht


def ends(scene: Scene, opdracht: Opdracht) -> None:
    """Whatever happened: one refund at the PSP, one in the books. Of one that may never have left, a person decides."""
    stad = scene.stad
    for _ in range(2):
        scene.ahead += ASK
        scene.work_after_a_kill()
    if status(scene) == "ONBEKEND":
        assert refunds(scene) == []
        scene.ahead += DAY
        scene.work_after_a_kill()
        assert [row.soort for row in stad.uitval()] == ["ONBEKEND_TE_LANG"]
        stad.resolves("ONBEKEND_TE_LANG", "OPNIEUW_VERZENDEN")
        for _ in range(2):
            scene.work_after_a_kill()
            scene.ahead += ASK
        scene.work_after_a_kill()
    assert (status(scene), refunds(scene)) == ("VOLTOOID", [18_750])
    assert [post["soort"] for post in stad.booked(opdracht)] == ["BETAALD", "TERUGBETALING"]
    assert stad.told(opdracht)[-1][1:] == ("TERUGBETAALD", False)
    assert stad.uitval() == []
    stad.check()


def status(scene: Scene) -> str:
    (row,) = scene.stad.rows(TerugbetalingRow)
    return str(row.status)


def refunds(scene: Scene) -> list[int]:
    """The cents that went back at the PSP."""
    (order,) = scene.stad.orders()
    return [one["amount"] for payment in order["payments"] for one in payment["refunds"]]


def test_the_list_of_points_of_a_terugbetaling_that_is_sent_is_whole(scene: Scene) -> None:
    opdracht = approved(scene)
    assert scene.work(count=True) is None
    assert scene.counted() == sorted(WORKER_SENDS)
    ends(scene, opdracht)


def test_the_list_of_points_of_a_terugbetaling_that_is_seen_is_whole(scene: Scene) -> None:
    opdracht = approved(scene)
    assert scene.work() is None
    scene.ahead += ASK
    assert scene.work(count=True) is None
    assert scene.counted() == sorted(WORKER_SEES)
    ends(scene, opdracht)


@pytest.mark.parametrize("point", WORKER_SENDS)
def test_the_worker_is_killed_while_it_gives_money_back(scene: Scene, point: str) -> None:
    opdracht = approved(scene)
    assert scene.work(point) == KILLED
    scene.work_after_a_kill()
    ends(scene, opdracht)


@pytest.mark.parametrize("point", WORKER_SEES)
def test_the_worker_is_killed_while_it_sees_what_became_of_it(scene: Scene, point: str) -> None:
    opdracht = approved(scene)
    assert scene.work() is None
    scene.ahead += ASK
    assert scene.work(point) == KILLED
    scene.work_after_a_kill()
    ends(scene, opdracht)
