"""The simulated PSP by itself: its page without JavaScript, its notifications, its memory, its control API."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from gemeentelijke_koppelingen.psp_docdata import DocdataPsp
from gemeentelijke_koppelingen.simulatoren import RunningSimulators
from tests.koppelingen.conftest import Hub, connect_docdata, control
from tests.koppelingen.pagina import Forms
from tests.koppelingen.voorbeelden import TERUG, start_command


def click(base: str, page: str, button: str) -> requests.Response:
    action, fields = Forms(page).found[button]
    return requests.post(base + action, data=fields, allow_redirects=False, timeout=10)


def bank_page(simulators: RunningSimulators, docdata: DocdataPsp) -> str:
    return requests.get(docdata.start(start_command()).handover.url, timeout=10).text


@pytest.mark.parametrize(
    ("button", "mark"),
    [
        ("Betalen", "gelukt"),
        ("Annuleren", "geannuleerd"),
        ("Laten mislukken", "fout"),
        ("In behandeling laten", "in-behandeling"),
    ],
)
def test_a_button_leads_back_with_its_mark(
    simulators: RunningSimulators, docdata: DocdataPsp, button: str, mark: str
) -> None:
    answer = click(simulators.psp_base, bank_page(simulators, docdata), button)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{TERUG}?uitkomst={mark}")


@pytest.mark.parametrize("button", ["Betaal maar keer niet terug", "Laten verlopen"])
def test_some_citizens_never_come_back(simulators: RunningSimulators, docdata: DocdataPsp, button: str) -> None:
    assert click(simulators.psp_base, bank_page(simulators, docdata), button).status_code == 200


def test_a_card_is_chosen_in_the_menu(simulators: RunningSimulators, docdata: DocdataPsp) -> None:
    started = docdata.start(start_command(methode="CREDITCARD"))
    menu = requests.get(started.handover.url, timeout=10).text
    assert {"iDEAL | Wero", "Creditcard", "Annuleren"} <= set(Forms(menu).found)
    bank = click(simulators.psp_base, menu, "Creditcard").text
    assert click(simulators.psp_base, bank, "Betalen").status_code == 303


def test_an_order_is_paid_once_on_its_page(simulators: RunningSimulators, docdata: DocdataPsp) -> None:
    page = bank_page(simulators, docdata)
    click(simulators.psp_base, page, "Betalen")
    assert "al gedaan" in click(simulators.psp_base, page, "Annuleren").text


def test_every_page_says_that_it_is_not_real(simulators: RunningSimulators, docdata: DocdataPsp) -> None:
    page = bank_page(simulators, docdata)
    assert "Simulator" in page and "<script" not in page


def test_an_address_that_is_no_web_address_is_not_followed(simulators: RunningSimulators, docdata: DocdataPsp) -> None:
    url = docdata.start(start_command()).handover.url.replace("https%3A%2F%2F", "javascript%3A")
    answer = click(simulators.psp_base, requests.get(url, timeout=10).text, "Betalen")
    assert answer.status_code == 200 and "javascript" not in answer.text


def test_an_unknown_order_has_no_page(simulators: RunningSimulators) -> None:
    assert requests.get(f"{simulators.psp_menu_url}?payment_cluster_key=X", timeout=10).status_code == 404


def test_a_scripted_order_decides_as_soon_as_the_citizen_comes(
    simulators: RunningSimulators, docdata: DocdataPsp
) -> None:
    control(simulators.psp_base, "scenario", outcome="cancel")
    url = docdata.start(start_command()).handover.url
    answer = requests.get(url, allow_redirects=False, timeout=10)
    assert parse_qs(urlsplit(answer.headers["Location"]).query) == {"uitkomst": ["geannuleerd"]}


def test_each_attempt_to_create_is_remembered(simulators: RunningSimulators, docdata: DocdataPsp) -> None:
    command = start_command()
    docdata.start(command)
    for _ in range(2):
        with pytest.raises(Exception, match="REFERENCE_NOT_UNIQUE"):
            docdata.start(command)
    listing = requests.get(f"{simulators.psp_base}/control/orders", timeout=10).json()
    accepted = [one["accepted"] for one in listing["creates"] if one["reference"] == command.reference]
    assert accepted == [True, False, False]


@pytest.mark.parametrize(
    ("path", "values", "code"),
    [
        ("scenario", {"outcom": "approve"}, "VELD_ONBEKEND"),
        ("scenario", {"outcome": "explode"}, "SCENARIO_ONJUIST"),
        ("faults", {"operation": "create", "faults": ["explode"]}, "STORING_ONBEKEND"),
        ("faults", {"faults": ["drop"]}, "VELD_ONTBREEKT"),
    ],
)
def test_a_script_with_a_mistake_is_refused(
    simulators: RunningSimulators, path: str, values: dict[str, object], code: str
) -> None:
    answer = requests.post(f"{simulators.psp_base}/control/{path}", json=values, timeout=10)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_a_form_of_another_site_cannot_control_the_simulator(simulators: RunningSimulators) -> None:
    answer = requests.post(f"{simulators.psp_base}/control/reset", data={"a": "b"}, timeout=10)
    assert answer.status_code == 415


def pay(notifying: RunningSimulators, **scenario: object) -> str:
    """A paid order, told to notify so; its reference."""
    command = start_command()
    control(notifying.psp_base, "scenario", reference=command.reference, **{"outcome": "ask", **scenario})
    connect_docdata(notifying).start(command)
    control(notifying.psp_base, f"orders/{command.reference}/pay")
    return command.reference


def test_a_change_is_notified_with_the_reference_alone(notifying: RunningSimulators, hub: Hub) -> None:
    reference = pay(notifying)
    assert hub.wait(1) == [f"reference={reference}"]


def test_a_notification_comes_again_until_the_hub_says_200(notifying: RunningSimulators, hub: Hub) -> None:
    hub.statuses = [500, 404]
    reference = pay(notifying)
    assert hub.wait(3) == [f"reference={reference}"] * 3


def test_a_notification_can_come_twice(notifying: RunningSimulators, hub: Hub) -> None:
    reference = pay(notifying, notification="double")
    assert hub.wait(2) == [f"reference={reference}"] * 2


def test_a_notification_can_come_before_the_create_is_answered(notifying: RunningSimulators, hub: Hub) -> None:
    command = start_command()
    control(notifying.psp_base, "scenario", reference=command.reference, notification="early")
    connect_docdata(notifying).start(command)
    assert hub.queries == [f"reference={command.reference}"]


def test_a_notification_can_be_withheld_and_sent_by_hand(notifying: RunningSimulators, hub: Hub) -> None:
    reference = pay(notifying, notification="withhold")
    assert hub.queries == []
    control(notifying.psp_base, f"orders/{reference}/notify", times=2)
    assert hub.queries == [f"reference={reference}"] * 2


SERVE = """
import sys, signal, threading
from pathlib import Path
from gemeentelijke_koppelingen.simulatoren import SimulatorConfig, start_simulators
stop = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stop.set())
running = start_simulators(SimulatorConfig(psp_port=0, erp_port=0, productsysteem_port=0,
    hub_notification_url=None, hub_soap_url=None, state_dir=Path(sys.argv[1])))
sys.stderr.write(f"<{running.psp_url} {running.psp_menu_url}>\\n"); sys.stderr.flush()
while not stop.wait(1): pass
running.close()
"""


def run_simulators(state: Path) -> tuple[subprocess.Popen[str], DocdataPsp]:
    """The simulators in a process of their own, with what they remember in `state`."""
    top = str(Path(__file__).resolve().parents[2])
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(state)],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": top},
    )
    assert process.stderr is not None
    found = next(match for line in process.stderr if (match := re.match(r"<(\S+) (\S+)>", line)))
    return process, DocdataPsp(url=found[1], menu_url=found[2], merchant="gemeente", password="x")


def test_a_killed_simulator_remembers_its_orders(tmp_path: Path) -> None:
    command = start_command()
    process, docdata = run_simulators(tmp_path)
    docdata.start(command)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=10)
    process, docdata = run_simulators(tmp_path)
    with pytest.raises(Exception, match="REFERENCE_NOT_UNIQUE"):
        docdata.start(command)
    process.terminate()
    process.communicate(timeout=10)
    assert process.returncode == 0
