"""Every answer recorded from Docdata is read rightly, served over HTTP as it was recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from betaalhub.domain.evidence import PogingStatus, PspRapport
from betaalhub.errors import NeighbourError, Outcome
from betaalhub.ports import RefundCommand
from gemeentelijke_koppelingen.http_exchange import Endpoint
from gemeentelijke_koppelingen.psp_docdata import DocdataPsp, mapping
from gemeentelijke_koppelingen.soap_client import SoapClient
from tests.koppelingen import lastig
from tests.koppelingen.voorbeelden import NU, PUBLISHED, start_command

pytestmark = pytest.mark.skipif(not PUBLISHED.is_dir(), reason="the published Docdata contract is not here")
KEY = "098F6BCD4621D373CADE4E832627B4F6"
MERCHANT = {"name": "gemeente", "password": "geheim"}


def ask(name: str, use: Callable[[DocdataPsp], Any]) -> Any:
    """What the connector makes of the recorded answer `name`."""
    with lastig.neighbour(lastig.answer((PUBLISHED / "responses" / f"{name}.xml").read_bytes())) as url:
        menu = "https://psp.example.nl/ps/menu"
        return use(DocdataPsp(url=url, menu_url=menu, merchant="gemeente", password="geheim", extended_status=True))


def ask_original(name: str, operation: str, **values: Any) -> Any:
    """What the SOAP client makes of the recorded answer to an operation that the hub does not use."""
    with lastig.neighbour(lastig.answer((PUBLISHED / "responses" / f"{name}.xml").read_bytes())) as url:
        client = SoapClient(PUBLISHED / "paymentservice-1_3.local.wsdl", Endpoint(url, "docdata"))
        return client.call(operation, version="1.3", merchant=MERCHANT, paymentOrderKey=KEY, **values)


def status(psp: DocdataPsp) -> PspRapport:
    return psp.status(KEY, now=NU)


def refund(psp: DocdataPsp) -> None:
    psp.refund(RefundCommand(KEY, "12345678", "T-1", 100, "EUR", "Terug"))


READS: dict[str, tuple[Callable[[DocdataPsp], Any], Outcome, str]] = {
    "create_error": (lambda psp: psp.start(start_command()), Outcome.REFUSED, "REFERENCE_NOT_UNIQUE"),
    "refund_error": (refund, Outcome.REFUSED, "REQUEST_DATA_INCORRECT"),
    "status_error": (status, Outcome.REFUSED, "ORDER_UNKNOWN"),
    "soap_fault": (status, Outcome.UNKNOWN, "SOAP_FAULT"),
}
# name → method, status, approved, captured (cents), currency of the order
PAYMENTS = {
    "status_success_ideal_paid": ("IDEAL", PogingStatus.APPROVED, 100, 100, "EUR"),
    "status_success_bancontact_paid": ("OVERIG", PogingStatus.APPROVED, 100, 100, "EUR"),
    "status_success_giropay_paid": ("OVERIG", PogingStatus.APPROVED, 100, 100, "EUR"),
    "status_success_sofort_paid": ("OVERIG", PogingStatus.APPROVED, 100, 100, "EUR"),
    "status_success_amex_paid": ("CREDITCARD", PogingStatus.APPROVED, 100, 0, "SEK"),
    "status_success_ideal_cancelled": ("IDEAL", PogingStatus.CANCELLED, 0, 0, "EUR"),
    "status_success_sepa_dd_pending": ("INCASSO", PogingStatus.PENDING, 0, 0, "EUR"),
}
OTHERS = {"create_success", "refund_success", "status_success_without_payment"}
UNUSED = {"start_success", "start_error", "payment_methods_success", "payment_methods_error"}


def test_every_recorded_answer_is_in_a_test() -> None:
    recorded = {path.stem for path in (PUBLISHED / "responses").glob("*.xml")}
    assert recorded == {*READS, *PAYMENTS, *OTHERS, *UNUSED}


@pytest.mark.parametrize("name", READS)
def test_a_recorded_refusal_or_fault_gets_its_outcome(name: str) -> None:
    use, outcome, code = READS[name]
    with pytest.raises(NeighbourError) as caught:
        ask(name, use)
    assert (caught.value.outcome, caught.value.code) == (outcome, code)


@pytest.mark.parametrize("name", PAYMENTS)
def test_a_recorded_payment_is_read_as_evidence(name: str) -> None:
    rapport: PspRapport = ask(name, status)
    (poging,) = rapport.pogingen
    read = (poging.methode, poging.status, poging.approved_cents, poging.captured_cents, rapport.currency)
    assert read == PAYMENTS[name]
    assert (poging.psp_id, poging.amount_cents, poging.currency) == ("12345678", 100, "EUR")
    assert rapport.registered_cents == (1000 if name == "status_success_amex_paid" else 100)


def test_an_order_without_a_payment_has_no_attempts() -> None:
    rapport = ask("status_success_without_payment", status)
    assert (rapport.registered_cents, rapport.pogingen, rapport.closed) == (100, (), None)


def test_a_recorded_create_gives_the_key_and_the_menu() -> None:
    started = ask("create_success", lambda psp: psp.start(start_command()))
    assert started.psp_key == KEY
    assert f"payment_cluster_key={KEY}" in started.handover.url


def test_a_recorded_refund_is_accepted() -> None:
    assert ask("refund_success", refund) is None


def test_operations_that_the_hub_does_not_use_are_read_too() -> None:
    answer = ask_original("payment_methods_success", "listPaymentMethods")
    assert "IDEAL" in [one.name for one in answer.listPaymentMethodsSuccess.paymentMethod]
    ideal = {"paymentMethod": "IDEAL", "iDealPaymentInput": {"issuerId": "INGBNL2A"}}
    answer = ask_original("start_success", "start", payment=ideal)
    assert answer.startSuccess.paymentResponse.paymentSuccess.status == "AUTHORIZED"


@pytest.mark.parametrize("name", ["start_error", "payment_methods_error"])
def test_their_errors_are_refusals_too(name: str) -> None:
    ideal = {"payment": {"paymentMethod": "IDEAL", "iDealPaymentInput": {"issuerId": "INGBNL2A"}}}
    operation, values = ("start", ideal) if name == "start_error" else ("listPaymentMethods", {})
    errors = mapping.errors_of(ask_original(name, operation, **values)[f"{operation}Errors"])
    with pytest.raises(NeighbourError, match="REFUSED .ORDER_UNKNOWN"):
        mapping.raise_errors(errors)
