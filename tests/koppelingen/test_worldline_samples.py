"""Worldline's answers as evidence: what was captured decides, whatever the last word on a payment is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from onlinepayments.sdk.domain.get_hosted_checkout_response import GetHostedCheckoutResponse
from onlinepayments.sdk.domain.payment_details_response import PaymentDetailsResponse

from betaalhub.domain.evidence import MIXED_CURRENCY, BewegingStatus, PogingStatus, PspRapport
from betaalhub.domain.fold import fold
from betaalhub.domain.statuses import BetalingStatus
from gemeentelijke_koppelingen.psp_worldline import mapping
from tests.koppelingen.voorbeelden import NU

SAMPLES = Path(mapping.__file__).with_name("samples")
DETAILS = sorted(path.stem for path in SAMPLES.glob("details_*.json"))


def read(details: str | None, checkout: str = "checkout_paid") -> PspRapport:
    """The report that these two answers make."""
    found = GetHostedCheckoutResponse().from_dictionary(json.loads((SAMPLES / f"{checkout}.json").read_text()))
    payment = None
    if details is not None:
        payment = PaymentDetailsResponse().from_dictionary(json.loads((SAMPLES / f"{details}.json").read_text()))
    return mapping.rapport(found, payment, now=NU)


def status_of(rapport: PspRapport, current: BetalingStatus = BetalingStatus.GESTART) -> BetalingStatus:
    return fold(rapport, expected_cents=12_345, current=current).status or current


@pytest.mark.parametrize("name", DETAILS)
def test_every_sample_is_understood(name: str) -> None:
    (poging,) = read(name).pogingen
    assert (poging.psp_id, poging.amount_cents) == ("3254564310_0", 12_345)


@pytest.mark.parametrize(
    "name",
    [
        "details_refund_refused",
        "details_refunded_in_parts",
        "details_chargeback",
        "details_operations_left_out",
        "details_capture_not_listed",
        "details_new_word",
    ],
)
def test_money_that_came_in_stays_paid_whatever_was_done_to_it_since(name: str) -> None:
    rapport = read(name)
    assert (rapport.pogingen[0].status, rapport.pogingen[0].approved_cents) == (PogingStatus.APPROVED, 12_345)
    assert status_of(rapport) == BetalingStatus.BETAALD


def test_a_refund_that_was_refused_is_a_failed_refund_and_no_failed_payment() -> None:
    (refund,) = read("details_refund_refused").terugbetalingen
    assert (refund.status, refund.our_reference) == (BewegingStatus.FAILED, "01JT0000000000000000000001")


def test_refunds_of_ours_and_of_the_back_office_are_told_apart() -> None:
    found = read("details_refunded_in_parts").terugbetalingen
    assert [(one.psp_id, one.our_reference, one.amount_cents, one.status) for one in found] == [
        ("3254564310_1", "01JT0000000000000000000001", 345, BewegingStatus.DONE),
        ("3254564310_2", "01JT0000000000000000000002", 1_000, BewegingStatus.PENDING),
        ("3254564310_3", None, 11_000, BewegingStatus.DONE),
    ]


def test_a_chargeback_is_a_movement_of_its_own() -> None:
    (taken,) = read("details_chargeback").terugboekingen
    assert (taken.psp_id, taken.amount_cents, taken.status) == ("3254564310_1", 12_345, BewegingStatus.DONE)


def test_what_was_collected_counts_and_not_what_was_authorised() -> None:
    (poging,) = read("details_captured_later").pogingen
    assert (poging.approved_cents, poging.captured_cents, poging.methode) == (12_000, 12_000, "OVERIG")


def test_what_was_acquired_counts_where_no_operation_is_listed() -> None:
    (poging,) = read("details_acquired_less").pogingen
    assert (poging.amount_cents, poging.approved_cents) == (12_345, 12_000)
    assert status_of(read("details_acquired_less")) == BetalingStatus.IN_BEHANDELING


def test_a_movement_with_a_word_that_nobody_knows_is_told_as_unknown() -> None:
    (moved,) = read("details_new_word").terugbetalingen
    assert (moved.psp_id, moved.status) == ("3254564310_1", BewegingStatus.UNKNOWN)


def test_another_currency_is_never_taken_for_ours() -> None:
    rapport = read("details_mixed_currency")
    assert rapport.pogingen[0].currency == MIXED_CURRENCY
    assert status_of(rapport) == BetalingStatus.IN_BEHANDELING


@pytest.mark.parametrize(
    ("checkout", "details", "status"),
    [
        ("checkout_in_progress", None, BetalingStatus.GESTART),
        ("checkout_cancelled", None, BetalingStatus.GEANNULEERD),
        ("checkout_paid", "details_rejected", BetalingStatus.MISLUKT),
        ("checkout_paid", "details_redirected", BetalingStatus.GESTART),
        # The session ended while she was at her bank: the bank may still say yes.
        ("checkout_expired_at_the_bank", "details_redirected", BetalingStatus.GESTART),
    ],
)
def test_a_checkout_without_money_is_open_or_ended(checkout: str, details: str | None, status: BetalingStatus) -> None:
    assert status_of(read(details, checkout)) == status


@pytest.mark.parametrize(
    "broken",
    [
        {"id": None, "status": "CAPTURED", "paymentOutput": {"amountOfMoney": {"amount": 1, "currencyCode": "EUR"}}},
        {"id": "1_0", "status": "CAPTURED"},
        {"id": "1_0", "status": "CAPTURED", "paymentOutput": {}},
        {"id": "1_0", "status": "CAPTURED", "paymentOutput": {"amountOfMoney": {"amount": "12,50"}}},
        {"id": "1_0", "status": "CAPTURED", "paymentOutput": {"amountOfMoney": {"amount": 12.5}}},
        {"id": "1_0", "status": "CAPTURED", "paymentOutput": {"amountOfMoney": {"amount": -1}}},
    ],
)
def test_an_answer_without_a_number_or_an_amount_is_not_understood(broken: dict) -> None:
    payment = PaymentDetailsResponse().from_dictionary(broken)
    with pytest.raises((ValueError, AttributeError)):
        mapping.rapport(None, payment, now=NU)
