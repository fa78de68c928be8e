"""What goes to Worldline, seen by its simulator's door: nothing about the citizen, and the same key for the same wish."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from betaalhub.errors import ConfigurationError, NeighbourError, Outcome
from betaalhub.ports import CaptureCommand, InboundHttp, PspCode, RefundCommand, ReturnHint
from gemeentelijke_koppelingen.closed_tables import closed
from gemeentelijke_koppelingen.psp_worldline import WorldlinePsp, mapping, words
from tests.koppelingen.conftest import Hub
from tests.koppelingen.voorbeelden import TERUG, start_command

SETTINGS: dict[str, Any] = {
    "url": "https://payment.example.nl",
    "merchant": "GemeenteDemo",
    "key_id": "sleutel-1",
    "password": "geheim",
    "webhook_key_id": "webhook-1",
    "webhook_secret": "geheim-2",
}


@pytest.fixture
def door() -> Iterator[Hub]:
    """Where Worldline would be: it answers nothing that is understood, and remembers what was sent."""
    door = Hub()
    yield door
    door.close()


def sent(door: Hub, action: str, **values: Any) -> tuple[InboundHttp, dict[str, Any]]:
    """The request that a call of the connector sends, and its body."""
    psp = WorldlinePsp(**{**SETTINGS, "url": door.address.split("/psp/")[0], **values.pop("settings", {})})
    with pytest.raises(NeighbourError):
        getattr(psp, action)(values["command"])
    request = door.received[-1]
    return request, json.loads(request.body)


def test_a_checkout_holds_the_amount_in_cents_and_our_reference(door: Hub) -> None:
    command = start_command(cents=12_345)
    request, body = sent(door, "start", command=command)
    assert (request.method, request.path) == ("POST", "/v2/GemeenteDemo/hostedcheckouts")
    assert body["order"]["amountOfMoney"] == {"amount": 12_345, "currencyCode": "EUR"}
    assert body["order"]["references"]["merchantReference"] == command.reference
    assert request.headers["X-GCS-Idempotence-Key"] == command.reference


def test_a_checkout_has_one_attempt_our_time_and_only_the_method_that_was_chosen(door: Hub) -> None:
    _, body = sent(door, "start", command=start_command())
    page = body["hostedCheckoutSpecificInput"]
    assert page["allowedNumberOfPaymentAttempts"] == 1
    assert (page["sessionTimeout"], page["locale"], page["showResultPage"]) == (20, "nl_NL", False)
    assert page["paymentProductFilters"] == {"restrictTo": {"products": [809]}}
    assert "variant" not in page


def test_a_card_is_collected_at_once(door: Hub) -> None:
    _, body = sent(door, "start", command=start_command(methode="CREDITCARD"), settings={"profile": "gemeente.html"})
    assert body["cardPaymentMethodSpecificInput"] == {"authorizationMode": "SALE"}
    page = body["hostedCheckoutSpecificInput"]
    assert (page["paymentProductFilters"], page["variant"]) == ({"restrictTo": {"groups": ["cards"]}}, "gemeente.html")


def test_nothing_about_the_citizen_is_sent(door: Hub) -> None:
    request, body = sent(door, "start", command=replace(start_command(), email="j.voorbeeld@example.nl"))
    assert "voorbeeld@" not in request.body.decode() and "customer" not in body["order"]


def test_the_statement_shows_the_kenmerk(door: Hub) -> None:
    command = replace(start_command(), description="Gemeente Voorbeeldenrijk 4827 1093 6577")
    _, body = sent(door, "start", command=command)
    shown = body["order"]["references"]["softDescriptor"]
    assert len(shown) <= 22 and shown.endswith("4827 1093 6577")


@pytest.mark.parametrize("methode", ["OVERBOEKING", "", "ideal", "IDEAL "])
def test_a_method_that_nobody_offers_is_refused_before_anything_is_sent(door: Hub, methode: str) -> None:
    psp = WorldlinePsp(**{**SETTINGS, "url": door.address.split("/psp/")[0]})
    with pytest.raises(NeighbourError) as caught:
        psp.start(start_command(methode=methode))
    assert (caught.value.outcome, caught.value.code) == (Outcome.REFUSED, PspCode.METHOD_UNKNOWN)
    assert door.received == []


def test_a_refund_goes_over_its_payment_under_our_reference(door: Hub) -> None:
    command = RefundCommand("325", "325_0", "01JT0000000000000000000001", 345, "EUR", "Terugbetaling")
    request, body = sent(door, "refund", command=command)
    assert request.path == "/v2/GemeenteDemo/payments/325_0/refund"
    assert request.headers["X-GCS-Idempotence-Key"] == command.reference
    assert body == {
        "amountOfMoney": {"amount": 345, "currencyCode": "EUR"},
        "operationReferences": {"merchantReference": command.reference},
    }


def test_a_capture_names_its_amount(door: Hub) -> None:
    request, body = sent(door, "capture", command=CaptureCommand("325", "325_0", "C-1", 345, "EUR"))
    assert request.path == "/v2/GemeenteDemo/payments/325_0/capture"
    assert body == {"amount": 345, "operationReferences": {"merchantReference": "C-1"}}


def test_a_key_that_is_no_number_of_a_checkout_is_never_part_of_an_address(door: Hub) -> None:
    psp = WorldlinePsp(**{**SETTINGS, "url": door.address.split("/psp/")[0]})
    for key in ("../services", "1/2", "a b", ""):
        with pytest.raises(NeighbourError) as caught:
            psp.cancel(key)
        assert caught.value.outcome is Outcome.UNKNOWN
    assert door.received == []


# --- the return


def returned(psp: WorldlinePsp, query: dict[str, str]) -> ReturnHint:
    return psp.parse_return(InboundHttp("GET", "/nl/winkelmandje/abc/terug/1", query, {}, b""))


def our_marks(door: Hub) -> dict[str, str]:
    _, body = sent(door, "start", command=start_command())
    address, _, query = body["hostedCheckoutSpecificInput"]["returnUrl"].partition("?")
    assert address == TERUG
    return dict(pair.split("=") for pair in query.split("&"))


def test_only_the_return_that_we_marked_and_worldline_completed_is_known(door: Hub) -> None:
    psp, theirs = WorldlinePsp(**SETTINGS), {"RETURNMAC": "x", "hostedCheckoutId": "325"}
    ours = our_marks(door)
    assert returned(psp, {**ours, **theirs}) is ReturnHint.PENDING
    assert returned(psp, ours) is ReturnHint.UNKNOWN
    assert returned(psp, {**ours, **theirs, "poging": "482710936577-99"}) is ReturnHint.UNKNOWN
    assert returned(psp, {**ours, **theirs, "merk": "AAAA"}) is ReturnHint.UNKNOWN
    other = WorldlinePsp(**{**SETTINGS, "password": "ander geheim"})
    assert returned(other, {**ours, **theirs}) is ReturnHint.UNKNOWN


# --- settings and words


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"url": "https://payment.example.nl/v2"}, "without a path"),
        ({"url": "ftp://payment.example.nl"}, "absolute"),
        ({"url": "https://u:p@payment.example.nl"}, "not in the URL"),
        ({"merchant": "a/b"}, "PSPID"),
        ({"merchant": ""}, "PSPID"),
        ({"password": ""}, "each with its secret"),
        ({"webhook_secret": ""}, "each with its secret"),
    ],
)
def test_what_cannot_work_is_refused_at_start_up(changes: dict[str, str], told: str) -> None:
    with pytest.raises(ConfigurationError, match=told):
        WorldlinePsp(**{**SETTINGS, **changes})


def test_a_table_with_a_word_missing_fails_at_import() -> None:
    with pytest.raises(ConfigurationError, match="Payment: no meaning for"):
        closed(words.Payment, {words.Payment.CREATED: 1})


@given(st.text(max_size=60))
def test_a_descriptor_is_one_line_that_fits(description: str) -> None:
    request = mapping.create_request(
        replace(start_command(), description=description), return_url="https://x", variant=None
    )
    shown = request.order.references.soft_descriptor
    assert len(shown) <= 22 and "\n" not in shown
