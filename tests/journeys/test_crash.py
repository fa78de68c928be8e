"""kill -9 of the hub or a worker before and after every commit and every call: it ends right, told and booked once."""

from __future__ import annotations

import os
import signal
import threading

import pytest
import requests

from betaalhub.demo.journey import wait_until
from betaalhub.storage.tables import CircuitRow
from tests.journeys.burger import Burger
from tests.journeys.crash_launcher import run_worker
from tests.journeys.crash_scene import ATTEMPT, GRACE, KILLED, PROBE, Gunicorn, Scene, points, stop, survives
from tests.journeys.stad import Opdracht

# Every commit and call of a clean run; the tests of the lists hold these lists to the code.
HUB_PAYS = points(commit=7, psp_start=1, psp_status=1)
WORKER_PAYS = points(commit=12, psp_status=1, productsysteem_meld_betaalstatus=1, erp_verwerk_boekingsbatch=1)
WORKER_EXPIRES = points(commit=6, psp_status=2, psp_cancel=1)
WORKER_CREATES = points(commit=5, psp_start=1)
WORKER_PROBES = points(commit=3, psp_health=1)  # the first one numbers the feed


def travels(scene: Scene, hub) -> Opdracht:
    """A permit is offered, its citizen goes to the PSP and pays, the PSP notifies, she returns; the hub may die anywhere."""
    stad, message = scene.stad, scene.stad.message("EVENEMENT", "OMGEVING")
    lines = message.pop("Productregel")
    message["Referentienummer"] = message.pop("Stuurgegevens")["Referentienummer"]
    with survives(scene, hub):
        stad.offers(Productregel=lines, **message)
    opdracht = stad.opdrachten[0] if stad.opdrachten else stad.offers(Productregel=lines, **message)
    with survives(scene, hub):
        burger = Burger(opdracht.url).presses_pay()
        if burger.is_at_psp:
            stad.psp(f"orders/{opdracht.winkelmandje}-1/pay")
            stad.psp(f"orders/{opdracht.winkelmandje}-1/notify")
            burger.returns()
    return opdracht


def at_the_psp(scene: Scene, *faults: str) -> Opdracht:
    """A citizen who went to the PSP, or was on her way."""
    scene.serve()
    scene.stad.psp("faults", operation="create", faults=list(faults))
    opdracht = scene.stad.offers("EVENEMENT", "OMGEVING")
    Burger(opdracht.url).presses_pay()
    return opdracht


def paid_and_gone(scene: Scene) -> Opdracht:
    """She paid and never came back; the PSP has notified."""
    opdracht = at_the_psp(scene)
    scene.stad.psp(f"orders/{opdracht.winkelmandje}-1/pay")
    scene.stad.psp(f"orders/{opdracht.winkelmandje}-1/notify")
    return opdracht


def test_the_list_of_points_of_the_hub_is_whole(scene: Scene) -> None:
    opdracht = travels(scene, scene.serve(count=True))
    assert scene.counted() == sorted(HUB_PAYS)
    scene.finish(opdracht)


def test_the_list_of_points_of_the_worker_is_whole(scene: Scene) -> None:
    opdracht = paid_and_gone(scene)
    assert scene.work(count=True) is None
    assert scene.counted() == sorted(WORKER_PAYS)
    scene.finish(opdracht)


@pytest.mark.parametrize(
    ("faults", "later", "whole"), [((), ATTEMPT, WORKER_EXPIRES), (("drop",), GRACE, WORKER_CREATES)]
)
def test_the_other_lists_are_whole_too(scene: Scene, faults, later, whole) -> None:
    at_the_psp(scene, *faults)
    scene.ahead = later
    assert scene.work(count=True) is None
    assert scene.counted() == sorted(whole)


@pytest.mark.parametrize("point", HUB_PAYS)
def test_the_hub_is_killed_while_a_permit_is_paid(scene: Scene, point: str) -> None:
    hub = scene.serve(point)
    opdracht = travels(scene, hub)
    hub.join(5)
    assert hub.exitcode == KILLED, "the point was never reached"
    scene.finish(opdracht)


@pytest.mark.parametrize("point", WORKER_PAYS)
def test_the_worker_is_killed_while_it_asks_tells_and_books(scene: Scene, point: str) -> None:
    opdracht = paid_and_gone(scene)
    assert scene.work(point) == KILLED
    scene.work_after_a_kill()
    assert scene.stad.told(opdracht) == [(2, "BETAALD", True)]
    scene.finish(opdracht)


@pytest.mark.parametrize("point", WORKER_EXPIRES)
def test_the_worker_is_killed_while_an_attempt_expires(scene: Scene, point: str) -> None:
    opdracht = at_the_psp(scene)
    scene.ahead = ATTEMPT
    assert scene.work(point) == KILLED
    scene.work_after_a_kill()
    assert scene.stad.betalingen() == ["VERLOPEN"]
    scene.finish(opdracht)


@pytest.mark.parametrize("point", WORKER_CREATES)
def test_the_worker_is_killed_while_it_creates_again(scene: Scene, point: str) -> None:
    opdracht = at_the_psp(scene, "drop")
    scene.ahead = GRACE
    assert scene.work(point) == KILLED
    scene.finish(opdracht)


def probes(scene: Scene, point: str = "", *, count: bool = False) -> int | None:
    """A worker that probes until it died or the PSP account is spared no longer; gives how it died, None when it did not."""
    process = scene.launch(run_worker, point, count=count)
    wait_until("een probe", lambda: process.exitcode is not None or not scene.stad.rows_of(CircuitRow))
    process.join(0.3)  # the last point may lie behind the last commit
    code: int | None = process.exitcode
    stop(process)
    return code


@pytest.mark.parametrize("point", ["", *WORKER_PROBES])
def test_the_worker_is_killed_while_it_probes_a_psp_that_was_spared(scene: Scene, point: str) -> None:
    opdracht = at_the_psp(scene, "http_401")
    assert scene.stad.betalingen() == ["MISLUKT"]
    scene.ahead = PROBE
    assert probes(scene, point, count=not point) == (KILLED if point else None)
    if not point:
        assert scene.counted() == sorted(WORKER_PROBES)
    scene.ahead += GRACE
    assert probes(scene) is None
    scene.finish(opdracht)
    assert scene.stad.betalingen() == ["MISLUKT", "BETAALD"]


def test_a_gunicorn_worker_is_killed_halfway_the_button(scene: Scene) -> None:
    address = scene.stad.near.address
    with Gunicorn(scene, processes=1) as gunicorn:
        opdracht = scene.stad.offers("EVENEMENT")
        burger = Burger(opdracht.url)
        scene.stad.psp("faults", operation="create", faults=["hang_after"])
        form = burger.browser.form("/betalen")
        data = {**form.fields, "methode": "IDEAL"}
        pressed = threading.Thread(target=_press, args=(form.action, data))
        pressed.start()
        wait_until("de order bij de PSP", scene.stad.orders)
        os.kill(gunicorn.workers()[0], signal.SIGKILL)
        pressed.join(10)
        wait_until("een nieuwe gunicorn-worker", lambda: requests.get(f"{address}/health/live", timeout=5).ok)
        assert burger.opens()
        assert burger.reads == "Wij weten nog niet of uw betaling is gelukt"
    assert scene.stad.betalingen() == ["STARTEN"]
    scene.finish(opdracht)
    assert scene.stad.betalingen() == ["MISLUKT", "BETAALD"]


def _press(address: str, data: dict[str, str]) -> None:
    with pytest.raises(requests.RequestException):
        requests.post(address, data=data, timeout=10)
