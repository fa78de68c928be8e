"""The scenarios of the simulators by themselves: who plays which, and what a tester can make happen and see."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

import pytest
import requests

from betaalhub.domain.evidence import BewegingStatus, PogingStatus, PspRapport
from betaalhub.errors import NeighbourError
from betaalhub.ports import RefundCommand
from gemeentelijke_koppelingen.psp_docdata import DocdataPsp
from gemeentelijke_koppelingen.simulatoren import RunningSimulators
from gemeentelijke_koppelingen.simulatoren.scenarios import STORIES, Buur, find_story
from tests.koppelingen.conftest import Hub, connect_docdata, control
from tests.koppelingen.pagina import click
from tests.koppelingen.psp_bench import open_benches
from tests.koppelingen.scenarios_page import PAGE, written
from tests.koppelingen.voorbeelden import start_command


def started(docdata: DocdataPsp, cents: int, description: str = "") -> tuple[str, str]:
    """An order of this amount, after the citizen opened its page: its reference and its key."""
    command = start_command()
    text = description or f"Gemeente {command.reference}"
    order = docdata.start(dataclasses.replace(command, amount_cents=cents, description=text))
    requests.get(order.handover.url, allow_redirects=False, timeout=10)
    return command.reference, order.psp_key


def rapport(docdata: DocdataPsp, key: str) -> PspRapport:
    return docdata.status(key, now=datetime.now(UTC))


def order_page(simulators: RunningSimulators, reference: str) -> str:
    return requests.get(f"{simulators.psp_base}/orders/{reference}", timeout=10).text


def test_the_page_for_suppliers_holds_the_table() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text == written(text)


@pytest.mark.parametrize("cents", [7713, 107_713, 1_007_713])
def test_the_last_four_digits_of_an_amount_play_a_scenario(cents: int) -> None:
    story = find_story(Buur.PSP, cents)
    assert story is not None and story.name == "dubbel-betaald"


@pytest.mark.parametrize("cents", [7799, 7700, 18_750, 771_300])
def test_any_other_amount_plays_none(cents: int) -> None:
    assert find_story(Buur.PSP, cents) is None


def test_a_word_goes_before_an_amount_and_an_unknown_word_is_nothing() -> None:
    def name(text: str) -> str:
        story = find_story(Buur.PRODUCTSYSTEEM, 9902, text)
        return story.name if story else ""

    assert name("ZAAK-1 SIM-BERICHT-HANGT-2026-1") == "bericht-hangt"
    assert name("SIM-BESTAAT-NIET") == "bericht-antwoord-kwijt"


def test_every_scenario_is_found_by_its_amount_and_by_its_word() -> None:
    for story in STORIES:
        assert find_story(story.buur, story.cents + 50_000_000 // 10_000 * 10_000) is story
        assert find_story(story.buur, 1, f"iets {story.word}-9") is story


def test_the_scenario_of_an_amount_is_played_as_soon_as_the_citizen_comes(docdata: DocdataPsp) -> None:
    _, key = started(docdata, 7713)
    assert [one.approved_cents for one in rapport(docdata, key).pogingen] == [7713, 7713]


def test_a_word_in_the_description_plays_it_too(docdata: DocdataPsp) -> None:
    _, key = started(docdata, 5_000, "Proef SIM-TE-WEINIG")
    assert [one.approved_cents for one in rapport(docdata, key).pogingen] == [4_000]


def test_who_tries_again_for_the_same_purpose_goes_on(docdata: DocdataPsp) -> None:
    _, first = started(docdata, 7709, "Gemeente 1")
    _, second = started(docdata, 7709, "Gemeente 1")
    assert [one.approved_cents for key in (first, second) for one in rapport(docdata, key).pogingen] == [0, 7709]


def test_the_faults_of_a_scenario_come_once(docdata: DocdataPsp) -> None:
    with pytest.raises(NeighbourError, match="REQUEST_DATA_INCORRECT"):
        started(docdata, 7752, "Gemeente 2")
    started(docdata, 7752, "Gemeente 2")


def test_what_is_set_by_hand_goes_before_the_amount(simulators: RunningSimulators, docdata: DocdataPsp) -> None:
    control(simulators.psp_base, "scenario", outcome="cancel")
    _, key = started(docdata, 7713)
    assert [one.approved_cents for one in rapport(docdata, key).pogingen] == [0]


def test_what_is_planned_happens_by_itself(notifying: RunningSimulators, hub: Hub) -> None:
    docdata = connect_docdata(notifying)
    control(notifying.psp_base, "scenario", outcome="approve", later=["0.05:chargeback:500"])
    reference, key = started(docdata, 5_000)
    assert hub.wait(2) == [f"reference={reference}"] * 2
    (found,) = rapport(docdata, key).terugboekingen
    assert (found.amount_cents, found.status) == (500, BewegingStatus.DONE)


def test_what_is_planned_can_be_played_at_once(simulators: RunningSimulators, docdata: DocdataPsp) -> None:
    reference, key = started(docdata, 7737)
    control(simulators.psp_base, f"orders/{reference}/next")
    assert [one.status for one in rapport(docdata, key).terugboekingen] == [BewegingStatus.DONE]
    control(simulators.psp_base, f"orders/{reference}/next")
    assert [one.status for one in rapport(docdata, key).terugboekingen] == [BewegingStatus.FAILED]
    answer = requests.post(f"{simulators.psp_base}/control/orders/{reference}/next", json={}, timeout=10)
    assert answer.json()["code"] == "NIETS_GEPLAND"


def test_a_refund_that_is_under_way_fails_when_it_is_told_to(
    simulators: RunningSimulators, docdata: DocdataPsp
) -> None:
    reference, key = started(docdata, 7731)
    (poging,) = rapport(docdata, key).pogingen
    docdata.refund(RefundCommand(key, poging.psp_id, "T-1", 500, "EUR", "terug"))
    assert [one.status for one in rapport(docdata, key).terugbetalingen] == [BewegingStatus.PENDING]
    control(simulators.psp_base, f"orders/{reference}/event", event="refund_failed")
    (refund,) = rapport(docdata, key).terugbetalingen
    assert (refund.our_reference, refund.status) == ("T-1", BewegingStatus.FAILED)


@pytest.mark.parametrize(
    ("event", "code"), [("explode", "GEBEURTENIS_ONBEKEND"), ("chargeback_won", "GEBEURTENIS_KAN_NIET")]
)
def test_what_cannot_happen_is_refused(
    simulators: RunningSimulators, docdata: DocdataPsp, event: str, code: str
) -> None:
    reference, _ = started(docdata, 7701)
    url = f"{simulators.psp_base}/control/orders/{reference}/event"
    assert requests.post(url, json={"event": event}, timeout=10).json()["code"] == code


def test_a_plan_with_a_mistake_is_refused(simulators: RunningSimulators) -> None:
    url = f"{simulators.psp_base}/control/scenario"
    for text, code in (("soon:chargeback", "GEPLAND_ONJUIST"), ("5:explode", "GEBEURTENIS_ONBEKEND")):
        assert requests.post(url, json={"later": [text]}, timeout=10).json()["code"] == code


def test_an_order_tells_what_happened_to_it(simulators: RunningSimulators, docdata: DocdataPsp) -> None:
    reference, _ = started(docdata, 7736)
    page = order_page(simulators, reference)
    for text in ("teruggeboekt", "create: de order is gemaakt", "betaalpagina: approve", "20:chargeback"):
        assert text in page


def test_an_order_that_was_never_made_tells_why(simulators: RunningSimulators, docdata: DocdataPsp) -> None:
    command = dataclasses.replace(start_command(), amount_cents=7754)
    with pytest.raises(NeighbourError):
        docdata.start(command)
    assert "storing refuse:SECURITY_ERROR" in order_page(simulators, command.reference)


def test_a_button_makes_something_happen(simulators: RunningSimulators, docdata: DocdataPsp) -> None:
    reference, key = started(docdata, 7701)
    url = f"{simulators.psp_base}/orders/{reference}"
    assert "terugboeking om terug" in requests.post(url, data={"event": "chargeback_won"}, timeout=10).text
    assert "hele centen" in requests.post(url, data={"event": "refund", "cent": "5,00"}, timeout=10).text
    requests.post(url, data={"event": "refund", "cent": "500"}, timeout=10)
    assert [one.amount_cents for one in rapport(docdata, key).terugbetalingen] == [500]


def test_a_page_of_another_site_cannot_press_a_button(simulators: RunningSimulators, docdata: DocdataPsp) -> None:
    reference, key = started(docdata, 7701)
    answer = requests.post(
        f"{simulators.psp_base}/orders/{reference}",
        data={"event": "refund"},
        headers={"Origin": "https://elders.example"},
        timeout=10,
    )
    assert (answer.status_code, rapport(docdata, key).terugbetalingen) == (403, ())


def test_the_scenarios_have_a_page(simulators: RunningSimulators) -> None:
    page = requests.get(f"{simulators.psp_base}/scenarios", timeout=10).text
    assert all(story.word in page for story in STORIES)


def test_who_walks_away_at_another_psp_leaves_it_as_it_was() -> None:
    with open_benches() as benches:
        bench = benches("worldline")
        started = bench.psp.start(start_command())
        page = requests.get(started.handover.url, timeout=10)
        assert "/scenarios" not in page.text and "niet betaald" in click(page, "Weglopen").text
        report = bench.psp.status(started.psp_key, now=datetime.now(UTC))
        assert [one.status for one in report.pogingen] == [PogingStatus.STARTED]
