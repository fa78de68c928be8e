"""The simulated Worldline by itself: who may call, idempotence keys, the payment page, webhooks, and what a real one may do."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
import requests

from betaalhub.domain.evidence import BewegingStatus
from betaalhub.errors import NeighbourError, Outcome, Refusal
from betaalhub.ports import PspCode, RefundCommand
from gemeentelijke_koppelingen.psp_worldline import WorldlinePsp
from gemeentelijke_koppelingen.simulatoren import SimulatorConfig, WorldlineConfig, start_simulators
from gemeentelijke_koppelingen.simulatoren.memory import Memory
from gemeentelijke_koppelingen.simulatoren.worldline_api import signature
from gemeentelijke_koppelingen.simulatoren.worldline_state import WebhookKey, WorldlineState
from tests.koppelingen.conftest import Hub, control
from tests.koppelingen.pagina import Forms, click
from tests.koppelingen.psp_bench import (
    KEY_ID,
    PSPID,
    SECRET,
    WEBHOOK_KEY_ID,
    WEBHOOK_SECRET,
    Bench,
    at_once,
    open_benches,
)
from tests.koppelingen.test_psp_conformance import failure
from tests.koppelingen.voorbeelden import NU, TERUG, new_reference, start_command


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with open_benches() as benches:
        yield benches("worldline")


def call(bench: Bench, *, date: datetime | None = None, secret: str = SECRET, merchant: str = PSPID) -> int:
    """The HTTP status of a test of the connection, signed by hand."""
    path = f"/v2/{merchant}/services/testconnection"
    headers = {"Date": format_datetime(date or datetime.now(UTC), usegmt=True)}
    headers["Authorization"] = f"GCS v1HMAC:{KEY_ID}:{signature(secret, 'GET', path, headers)}"
    return requests.get(bench.base + path, headers=headers, timeout=10).status_code


# --- who may call


def test_who_signs_rightly_and_now_is_let_in(bench: Bench) -> None:
    assert call(bench) == 200


def test_e16_a_clock_that_is_wrong_or_another_key_or_pspid_is_not(bench: Bench) -> None:
    for minutes in (-6, 6):
        assert call(bench, date=datetime.now(UTC) + timedelta(minutes=minutes)) == 403
    assert call(bench, secret="fout") == 403
    assert call(bench, merchant="IemandAnders") == 403
    assert requests.get(f"{bench.base}/v2/{PSPID}/services/testconnection", timeout=10).status_code == 403


# --- idempotence


def test_a_key_that_was_used_gives_the_first_answer_even_for_another_amount(bench: Bench) -> None:
    command = start_command()
    first = bench.psp.start(command)
    assert bench.psp.start(start_command(command.reference, cents=1)) == first


def test_a_refund_whose_answer_was_lost_is_done_once_when_it_is_sent_again(bench: Bench) -> None:
    started, _, poging = bench.paid()
    command = RefundCommand(started.psp_key, poging, f"T-{new_reference()}", 345, "EUR", "Terugbetaling")
    bench.does("faults", operation="refund", faults=["drop_after"])
    assert failure(lambda: bench.psp.refund(command))[0] is Outcome.UNKNOWN
    bench.psp.refund(command)
    assert [one.amount_cents for one in bench.reports(started).terugbetalingen] == [345]


def test_a_refund_that_many_ask_at_once_is_done_once(bench: Bench) -> None:
    started, _, poging = bench.paid()
    command = RefundCommand(started.psp_key, poging, f"T-{new_reference()}", 345, "EUR", "Terugbetaling")
    failures: list[NeighbourError] = []

    def ask() -> None:
        try:
            bench.psp.refund(command)
        except NeighbourError as error:
            failures.append(error)

    at_once([ask] * 8)
    assert [one.amount_cents for one in bench.reports(started).terugbetalingen] == [345]
    assert {(one.outcome, one.code) for one in failures} <= {(Outcome.UNKNOWN, "IN_PROGRESS")}


def test_while_the_first_call_is_under_way_the_second_hears_so() -> None:
    state = WorldlineState(Memory(), None, WebhookKey("x", "x", "x"))
    with state.once("sleutel"), pytest.raises(Refusal, match="IN_PROGRESS"), state.once("sleutel"):
        pytest.fail("the second call went in")
    state.close()


def test_a_call_that_is_in_progress_has_an_unknown_outcome(bench: Bench) -> None:
    bench.does("faults", operation="create", faults=["refuse:IN_PROGRESS"])
    assert failure(lambda: bench.psp.start(start_command())) == (Outcome.UNKNOWN, "IN_PROGRESS")


# --- what Worldline may answer


def test_e17_a_decline_is_an_answer_and_no_trouble_on_the_way(bench: Bench) -> None:
    started, _, poging = bench.paid()
    bench.does("faults", operation="refund", faults=["refuse:DECLINED"])
    command = RefundCommand(started.psp_key, poging, f"T-{new_reference()}", 345, "EUR", "Terugbetaling")
    assert failure(lambda: bench.psp.refund(command)) == (Outcome.REFUSED, PspCode.DECLINED)
    assert bench.reports(started).terugbetalingen == ()


def test_a_refusal_is_told_by_worldlines_own_number(bench: Bench) -> None:
    started, _, poging = bench.paid()
    command = RefundCommand(started.psp_key, poging, f"T-{new_reference()}", 99_999, "EUR", "Terugbetaling")
    assert failure(lambda: bench.psp.refund(command)) == (Outcome.REFUSED, "WL_50001130")


def test_a_payment_is_still_found_when_its_checkout_is_no_longer_kept(bench: Bench) -> None:
    started, reference, poging = bench.paid()
    bench.does(f"orders/{reference}/chargeback", amount_cents=200)
    bench.does("scenario", reference=reference, kept=False)
    found = bench.reports(started)
    assert [one.psp_id for one in found.pogingen] == [poging]
    assert [one.status for one in found.terugboekingen] == [BewegingStatus.DONE]


def test_an_authorisation_that_was_not_collected_is_cancelled(bench: Bench) -> None:
    started, reference = bench.starts(authorise_only=True)
    bench.does(f"orders/{reference}/pay")
    bench.psp.cancel(started.psp_key)
    found = bench.reports(started)
    assert [one.native_status for one in found.pogingen] == ["CANCELLED"]
    assert sum(one.approved_cents for one in found.pogingen) == 0


def test_half_of_a_question_is_no_answer(bench: Bench) -> None:
    started, _, _ = bench.paid()
    bench.does("faults", operation="details", faults=["html_502"])
    assert failure(lambda: bench.reports(started))[0] is Outcome.UNKNOWN
    assert len(bench.reports(started).pogingen) == 1


def test_two_calls_of_a_question_have_one_deadline(bench: Bench) -> None:
    started, _, _ = bench.paid()
    for operation in ("status", "details"):
        bench.does("faults", operation=operation, faults=["delay:0.4"])
    expected = (Outcome.UNKNOWN, "NO_ANSWER_IN_TIME")
    assert failure(lambda: bench.psp.status(started.psp_key, now=NU, timeout=0.6)) == expected


# --- the payment page


def page_of(bench: Bench, **changes: str) -> requests.Response:
    return requests.get(bench.psp.start(start_command(**changes)).handover.url, timeout=10)


def test_the_page_is_dutch_without_javascript_and_says_that_it_is_not_real(bench: Bench) -> None:
    text = page_of(bench).text
    assert 'lang="nl"' in text and "<script" not in text and "Simulator" in text and "Betalen met iDEAL | Wero" in text


@pytest.mark.parametrize(
    ("button", "status"),
    [
        ("Betalen", "CAPTURED"),
        ("Annuleren", "CANCELLED"),
        ("Laten mislukken", "REJECTED"),
        ("In behandeling laten", "AUTHORIZATION_REQUESTED"),
    ],
)
def test_a_button_decides_and_leads_back_without_telling_the_outcome(bench: Bench, button: str, status: str) -> None:
    command = start_command()
    page = requests.get(bench.psp.start(command).handover.url, timeout=10)
    answer = click(page, button)
    assert answer.status_code == 303 and answer.headers["Location"].startswith(f"{TERUG}?poging={command.reference}&")
    assert "RETURNMAC=" in answer.headers["Location"] and status not in answer.headers["Location"]
    order = requests.get(f"{bench.base}/control/orders/{command.reference}", timeout=10).json()
    assert [one["status"] for one in order["operations"]] == [status]


@pytest.mark.parametrize("button", ["Betaal maar keer niet terug", "Laten verlopen", "Weglopen"])
def test_some_citizens_never_come_back(bench: Bench, button: str) -> None:
    assert click(page_of(bench), button).status_code == 200


def test_a_checkout_is_paid_once_on_its_page(bench: Bench) -> None:
    page = page_of(bench)
    click(page, "Betalen")
    assert "al gedaan" in click(page, "Annuleren").text
    assert "al gedaan" in requests.get(page.url, timeout=10).text


def test_a_card_page_is_for_a_card(bench: Bench) -> None:
    page = page_of(bench, methode="CREDITCARD")
    assert "Betalen" in Forms(page.text).found and "Betalen met Creditcard" in page.text


def test_an_unknown_token_has_no_page(bench: Bench) -> None:
    assert requests.get(f"{bench.base}/ps/hostedcheckout/x", timeout=10).status_code == 404


# --- webhooks


@pytest.fixture
def told(hub: Hub) -> Iterator[Callable[[], str]]:
    """A Worldline of its own that tells the `hub`; gives what pays an order there, and its reference."""
    worldline = WorldlineConfig(0, hub.address, PSPID, KEY_ID, SECRET, WEBHOOK_KEY_ID, WEBHOOK_SECRET)
    running = start_simulators(
        SimulatorConfig(
            psp_port=0,
            erp_port=0,
            productsysteem_port=0,
            hub_notification_url=None,
            hub_soap_url=None,
            worldline=worldline,
        )
    )
    base = str(running.worldline_base)

    def pay() -> str:
        reference = new_reference()
        body = {
            "order": {
                "amountOfMoney": {"amount": 100, "currencyCode": "EUR"},
                "references": {"merchantReference": reference},
            },
            "hostedCheckoutSpecificInput": {"returnUrl": TERUG, "allowedNumberOfPaymentAttempts": 1},
        }
        path = f"/v2/{PSPID}/hostedcheckouts"
        headers = {"Date": format_datetime(datetime.now(UTC), usegmt=True), "Content-Type": "application/json"}
        headers["Authorization"] = f"GCS v1HMAC:{KEY_ID}:{signature(SECRET, 'POST', path, headers)}"
        requests.post(base + path, data=json.dumps(body), headers=headers, timeout=10).raise_for_status()
        control(base, f"orders/{reference}/pay")
        return reference

    yield pay
    running.close()


def test_a_webhook_is_signed_over_its_body(told: Callable[[], str], hub: Hub) -> None:
    reference = told()
    hub.wait(1)
    (request,) = hub.received
    signed = base64.b64encode(hmac.new(WEBHOOK_SECRET.encode(), request.body, hashlib.sha256).digest()).decode()
    headers = {name.lower(): value for name, value in request.headers.items()}
    assert (headers["x-gcs-signature"], headers["x-gcs-keyid"]) == (signed, WEBHOOK_KEY_ID)
    event = json.loads(request.body)
    assert (event["type"], event["merchantId"]) == ("payment.captured", PSPID)
    assert event["payment"]["paymentOutput"]["references"]["merchantReference"] == reference


def test_a_webhook_comes_again_as_the_same_event_until_the_hub_says_200(told: Callable[[], str], hub: Hub) -> None:
    hub.statuses = [500, 404]
    told()
    hub.wait(3)
    assert len({request.body for request in hub.received}) == 1


def test_checkouts_and_keys_outlive_a_restart(tmp_path: Path) -> None:
    config = SimulatorConfig(
        psp_port=0,
        erp_port=0,
        productsysteem_port=0,
        hub_notification_url=None,
        hub_soap_url=None,
        state_dir=tmp_path,
        worldline=WorldlineConfig(0),
    )
    command, keys = start_command(), set()
    for _ in range(2):
        running = start_simulators(config)
        psp = WorldlinePsp(
            url=str(running.worldline_base),
            merchant="x",
            key_id="x",
            password="x",
            webhook_key_id="x",
            webhook_secret="x",
        )
        keys.add(psp.start(command).psp_key)
        running.close()
    assert len(keys) == 1
