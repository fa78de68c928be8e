"""Docdata's words are read by closed tables; a word that is not in one never becomes "failed" or "paid"."""

from __future__ import annotations

from types import SimpleNamespace as Node
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from betaalhub.domain.evidence import BewegingStatus, PogingStatus
from betaalhub.errors import ConfigurationError, NeighbourError, Outcome
from gemeentelijke_koppelingen.psp_docdata import mapping, words
from tests.koppelingen.voorbeelden import NU

STATUSES = st.sampled_from(list(words.Authorization)) | st.text(max_size=20)
CONFIDENCES = st.sampled_from(list(words.Confidence)) | st.text(max_size=20)


def amount(cents: int, currency: str = "EUR") -> Node:
    return Node(_value_1=cents, currency=currency)


def move(status: str, cents: int, **names: Any) -> Node:
    return Node(**{"merchantRefundId": None, "chargebackId": None, "status": status, "amount": amount(cents), **names})


def payment(number: int = 1, status: str = "AUTHORIZED", confidence: str = "ACQUIRER_APPROVED", **parts: Any) -> Node:
    known = {"capture": [], "refund": [], "chargeback": [], "reversal": None, "amount": amount(100)}
    authorization = Node(status=status, confidenceLevel=confidence, **{**known, **parts})
    return Node(id=number, paymentMethod="IDEAL", authorization=authorization)


def rapport(*payments: Node, registered: Any = 100) -> Any:
    totals = Node(totalRegistered=registered, exchangedTo="EUR")
    return mapping.rapport_from_answer(Node(payment=list(payments), approximateTotals=totals), now=NU)


def test_a_table_with_a_hole_does_not_import() -> None:
    with pytest.raises(ConfigurationError, match="AUTHORIZED"):
        words.closed(words.Authorization, {words.Authorization.NEW: 1})


@given(status=STATUSES, confidence=CONFIDENCES)
def test_only_an_authorised_and_approved_payment_counts(status: str, confidence: str) -> None:
    (poging,) = rapport(payment(status=status, confidence=confidence)).pogingen
    approved = (status, confidence) == ("AUTHORIZED", "ACQUIRER_APPROVED")
    assert (poging.approved_cents == 100) is approved
    assert (poging.status is PogingStatus.APPROVED) is approved


@given(status=st.text(max_size=20).filter(lambda text: text not in words.Authorization.__members__))
def test_a_word_that_nobody_knows_stays_unknown(status: str) -> None:
    (poging,) = rapport(payment(status=status)).pogingen
    assert poging.status is PogingStatus.UNKNOWN


def test_a_cancelled_payment_with_a_confidence_level_is_cancelled() -> None:
    (poging,) = rapport(payment(status="CANCELED", confidence="ACQUIRER_APPROVED")).pogingen
    assert (poging.status, poging.approved_cents) == (PogingStatus.CANCELLED, 0)


@given(numbers=st.lists(st.integers(1, 10**10), unique=True, max_size=6))
def test_attempts_come_in_the_order_of_their_numbers(numbers: list[int]) -> None:
    found = [int(one.psp_id) for one in rapport(*(payment(number) for number in numbers)).pogingen]
    assert found == sorted(numbers)


def test_captures_that_failed_are_not_money() -> None:
    (poging,) = rapport(payment(capture=[move("CAPTURED", 60), move("ERROR", 40), move("NEW", 40)])).pogingen
    assert poging.captured_cents == 60


def test_a_reversal_is_told_beside_what_was_approved() -> None:
    (poging,) = rapport(payment(reversal=Node(amount=amount(30)))).pogingen
    assert (poging.approved_cents, poging.reversed_cents) == (100, 30)


def test_different_currencies_under_one_payment_are_no_currency() -> None:
    (poging,) = rapport(payment(capture=[move("CAPTURED", 100, amount=amount(100, "SEK"))])).pogingen
    assert poging.currency == mapping.MIXED_CURRENCY


def test_a_refund_that_succeeded_is_called_captured_and_carries_our_reference() -> None:
    done, failed = rapport(
        payment(refund=[move("CAPTURED", 40, merchantRefundId="T-1"), move("FAILED", 10)])
    ).terugbetalingen
    assert (done.status, done.our_reference, done.amount_cents) == (BewegingStatus.DONE, "T-1", 40)
    assert (failed.status, failed.our_reference) == (BewegingStatus.FAILED, None)


def test_two_refunds_of_one_payment_never_share_an_id() -> None:
    twins = [move("CAPTURED", 40, merchantRefundId="T-1"), move("CAPTURED", 40, merchantRefundId="T-1")]
    nameless = [move("CAPTURED", 5), move("CAPTURED", 5)]
    found = [one.psp_id for one in rapport(payment(refund=[*twins, *nameless])).terugbetalingen]
    assert len(set(found)) == 4


def test_a_chargeback_is_done_when_charged() -> None:
    (terugboeking,) = rapport(payment(chargeback=[move("CHARGED", 100, chargebackId="C-1")])).terugboekingen
    assert (terugboeking.status, terugboeking.poging_id) == (BewegingStatus.DONE, "1")


@pytest.mark.parametrize("registered", [None, "100", 1.0])
def test_a_report_without_a_whole_amount_is_not_understood(registered: Any) -> None:
    with pytest.raises(ValueError, match="no amount"):
        rapport(registered=registered)


@pytest.mark.parametrize(
    ("errors", "outcome", "code"),
    [
        ([("REQUEST_DATA_INCORRECT", "Merchant order reference is not unique.")], "REFUSED", "REFERENCE_NOT_UNIQUE"),
        ([("REQUEST_DATA_INCORRECT", "XML request does not match XSD.")], "REFUSED", "REQUEST_DATA_INCORRECT"),
        ([("REQUEST_DATA_MISSING", "")], "REFUSED", "REQUEST_DATA_MISSING"),
        ([("SECURITY_ERROR", "Login failed.")], "REFUSED", "MISCONFIGURED"),
        ([("INTERNAL_ERROR", "")], "UNKNOWN", "INTERNAL_ERROR"),
        ([("REQUEST_DATA_MISSING", ""), ("UNKNOWN_ERROR", "")], "UNKNOWN", "UNKNOWN_ERROR"),
        ([("A_NEW_CODE", "")], "UNKNOWN", "A_NEW_CODE"),
        ([("not a code <x>", "")], "UNKNOWN", "ANSWER_NOT_UNDERSTOOD"),
        ([(None, "")], "UNKNOWN", "ANSWER_NOT_UNDERSTOOD"),
    ],
)
def test_an_errors_element_has_one_outcome(errors: list[tuple[str | None, str]], outcome: str, code: str) -> None:
    with pytest.raises(NeighbourError) as caught:
        mapping.raise_errors(errors)
    assert (caught.value.outcome, caught.value.code) == (Outcome(outcome), code)
