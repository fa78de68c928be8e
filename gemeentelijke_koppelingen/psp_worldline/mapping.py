"""Between the hub's values and Worldline's messages: pure, evidence only, no judgement about what is paid."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from onlinepayments.sdk.domain.amount_of_money import AmountOfMoney
from onlinepayments.sdk.domain.capture_payment_request import CapturePaymentRequest
from onlinepayments.sdk.domain.card_payment_method_specific_input_base import CardPaymentMethodSpecificInputBase
from onlinepayments.sdk.domain.create_hosted_checkout_request import CreateHostedCheckoutRequest
from onlinepayments.sdk.domain.get_hosted_checkout_response import GetHostedCheckoutResponse
from onlinepayments.sdk.domain.hosted_checkout_specific_input import HostedCheckoutSpecificInput
from onlinepayments.sdk.domain.operation_output import OperationOutput
from onlinepayments.sdk.domain.operation_payment_references import OperationPaymentReferences
from onlinepayments.sdk.domain.order import Order
from onlinepayments.sdk.domain.order_references import OrderReferences
from onlinepayments.sdk.domain.payment_details_response import PaymentDetailsResponse
from onlinepayments.sdk.domain.payment_output import PaymentOutput
from onlinepayments.sdk.domain.payment_product_filter import PaymentProductFilter
from onlinepayments.sdk.domain.payment_product_filters_hosted_checkout import PaymentProductFiltersHostedCheckout
from onlinepayments.sdk.domain.redirect_payment_method_specific_input import RedirectPaymentMethodSpecificInput
from onlinepayments.sdk.domain.refund_request import RefundRequest

from betaalhub.domain.evidence import MIXED_CURRENCY, BewegingStatus, PogingStatus, PspBeweging, PspPoging, PspRapport
from betaalhub.ports import CaptureCommand, RefundCommand, StartPspBetaling
from gemeentelijke_koppelingen.closed_tables import meaning
from gemeentelijke_koppelingen.psp_worldline import words
from gemeentelijke_koppelingen.psp_worldline.words import Kind, Operation, Payment
from gemeentelijke_koppelingen.soap_client import clean_code

NEIGHBOUR = "worldline"
_DESCRIPTOR = 22  # characters of a card statement that every bank shows (API reference)
_UNKNOWN = Operation(Kind.BETALING, BewegingStatus.UNKNOWN)


def create_request(command: StartPspBetaling, *, return_url: str, variant: str | None) -> CreateHostedCheckoutRequest:
    """The hosted checkout: one attempt, so that one payment is all there is to know of it; nothing about the citizen.

    `command.methode` must be one of `words.OFFERS`.
    """
    request = CreateHostedCheckoutRequest()
    request.order = Order()
    request.order.amount_of_money = _money(command.amount_cents, command.currency)
    request.order.references = OrderReferences()
    request.order.references.merchant_reference = command.reference
    request.order.references.soft_descriptor = _tail(command.description)
    page = HostedCheckoutSpecificInput()
    page.locale = words.LOCALES[command.taal]
    page.return_url = return_url
    page.show_result_page = False
    page.allowed_number_of_payment_attempts = 1
    page.session_timeout = command.valid_minutes
    page.variant = variant
    page.payment_product_filters = _only(words.OFFERS[command.methode])
    request.hosted_checkout_specific_input = page
    # Collected at once, as iDEAL does by itself: the hub never has to remember to capture.
    request.card_payment_method_specific_input = CardPaymentMethodSpecificInputBase()
    request.card_payment_method_specific_input.authorization_mode = "SALE"
    request.redirect_payment_method_specific_input = RedirectPaymentMethodSpecificInput()
    request.redirect_payment_method_specific_input.requires_approval = False
    return request


def refund_request(command: RefundCommand) -> RefundRequest:
    """Give back cents of one payment; our reference comes back with the operation."""
    request = RefundRequest()
    request.amount_of_money = _money(command.amount_cents, command.currency)
    request.operation_references = _references(command.reference)
    return request


def capture_request(command: CaptureCommand) -> CapturePaymentRequest:
    """Collect cents that were only authorised."""
    request = CapturePaymentRequest()
    request.amount = command.amount_cents
    request.operation_references = _references(command.reference)
    return request


def payment_of(checkout: GetHostedCheckoutResponse) -> str | None:
    """The number of the payment that a checkout led to, if any."""
    created = checkout.created_payment_output
    payment = None if created is None else created.payment
    return None if payment is None else payment.id


def rapport(
    checkout: GetHostedCheckoutResponse | None, details: PaymentDetailsResponse | None, *, now: datetime
) -> PspRapport:
    """A checkout (None: no longer kept) and its payment (None: none yet) as evidence. Raises ValueError, TypeError or
    AttributeError when an amount or a number is missing: the answer is not understood."""
    if checkout is not None and not isinstance(checkout.status, str):
        raise ValueError("a checkout without a status")
    poging = None if details is None else _poging(details)
    money = None if details is None else details.payment_output.amount_of_money
    return PspRapport(
        observed_at=now,
        registered_cents=None if money is None else cents(money),  # told with the payment, not before
        currency=None if money is None else money.currency_code,
        pogingen=() if poging is None else (poging,),
        terugbetalingen=() if details is None else tuple(_movements(details, Kind.TERUGBETALING)),
        terugboekingen=() if details is None else tuple(_movements(details, Kind.TERUGBOEKING)),
        closed=_closed(checkout, poging),
    )


def cents(money: AmountOfMoney | None) -> int:
    """A whole number of cents; ValueError for anything else."""
    amount = None if money is None else money.amount
    if not isinstance(amount, int) or isinstance(amount, bool) or amount < 0:
        raise ValueError("no amount")
    return amount


def _closed(checkout: GetHostedCheckoutResponse | None, poging: PspPoging | None) -> bool | None:
    """Is nothing to come any more? Not while its payment lies at a bank: the session may end before the bank answers."""
    if checkout is None or (poging is not None and poging.status in (PogingStatus.STARTED, PogingStatus.UNKNOWN)):
        return None
    return meaning(words.Checkout, words.CHECKOUT, str(checkout.status), None)


def _poging(details: PaymentDetailsResponse) -> PspPoging:
    """The payment as an attempt: what was captured decides, since its status is that of whatever was done to it last, and a
    refund that was refused makes it REJECTED."""
    output = details.payment_output
    if not isinstance(details.id, str) or not isinstance(details.status, str) or output is None:
        raise ValueError("a payment without a number, status or amount")
    amount = cents(output.amount_of_money)
    captures = [
        one for one in details.operations or () if _meaning(one) == Operation(Kind.CAPTURE, BewegingStatus.DONE)
    ]
    captured = sum(cents(one.amount_of_money) for one in captures)
    status = meaning(Payment, words.PAYMENT, details.status, PogingStatus.UNKNOWN)
    if captured:
        status = PogingStatus.APPROVED
    elif status is PogingStatus.APPROVED or _went_back(details):
        status = PogingStatus.APPROVED
        captured = amount if output.acquired_amount is None else cents(output.acquired_amount)
    currencies = {one.amount_of_money.currency_code for one in captures} | {output.amount_of_money.currency_code}
    return PspPoging(
        psp_id=details.id,
        methode=_methode(output),
        status=status,
        native_status=clean_code(details.status),
        amount_cents=amount,
        approved_cents=captured,
        captured_cents=captured,
        reversed_cents=0,
        currency=currencies.pop() if len(currencies) == 1 else MIXED_CURRENCY,
    )


def _went_back(details: PaymentDetailsResponse) -> bool:
    """Was anything asked or taken back? Then it had come in, whatever the status says and whether the capture is listed or not."""
    return any(_meaning(one).kind in (Kind.TERUGBETALING, Kind.TERUGBOEKING) for one in details.operations or ())


def _methode(output: PaymentOutput) -> str:
    if output.card_payment_method_specific_output is not None:
        return words.CARD
    if output.sepa_direct_debit_payment_method_specific_output is not None:
        return words.DIRECT_DEBIT
    redirect = output.redirect_payment_method_specific_output
    product: int | None = None if redirect is None else redirect.payment_product_id
    return words.OTHER_METHOD if product is None else words.PRODUCTS.get(product, words.OTHER_METHOD)


def _movements(details: PaymentDetailsResponse, kind: Kind) -> Iterator[PspBeweging]:
    """The refunds or chargebacks of a payment, each under the number of its operation. A word that we do not know is a movement
    of money for all we know: it is told with the refunds, as UNKNOWN."""
    own = details.payment_output.references
    for one in details.operations or ():
        found = _meaning(one)
        strange = found is _UNKNOWN and kind is Kind.TERUGBETALING and one.id != details.id
        if found.kind is not kind and not strange:
            continue
        if not isinstance(one.id, str):
            raise ValueError("an operation without a number")
        yield PspBeweging(
            psp_id=one.id,
            poging_id=str(details.id),
            our_reference=_reference(one, None if own is None else own.merchant_reference),
            amount_cents=cents(one.amount_of_money),
            currency=str(one.amount_of_money.currency_code),
            status=found.status,
        )


def _meaning(one: OperationOutput) -> Operation:
    code = None if one.status_output is None else one.status_output.status_code
    if one.status == Payment.REJECTED and code in words.REFUND_CODES:
        return words.REFUND_REFUSED
    return meaning(Payment, words.OPERATION, str(one.status), _UNKNOWN)


def _reference(one: OperationOutput, of_payment: str | None) -> str | None:
    """The reference of an operation that we asked ourselves; Worldline repeats the payment's own for one that it has not."""
    given: Any = None if one.operation_references is None else one.operation_references.merchant_reference
    return given if isinstance(given, str) and given and given != of_payment else None


def _money(amount: int, currency: str) -> AmountOfMoney:
    money = AmountOfMoney()
    money.amount = amount
    money.currency_code = currency
    return money


def _references(reference: str) -> OperationPaymentReferences:
    references = OperationPaymentReferences()
    references.merchant_reference = reference
    return references


def _only(offer: words.Offer) -> PaymentProductFiltersHostedCheckout:
    filters = PaymentProductFiltersHostedCheckout()
    filters.restrict_to = PaymentProductFilter()
    filters.restrict_to.products = list(offer.products) or None
    filters.restrict_to.groups = list(offer.groups) or None
    return filters


def _tail(description: str) -> str:
    """The end of the description, which is where the kenmerk stands, as long as a statement takes."""
    words_left = " ".join(description.split())
    return words_left if len(words_left) <= _DESCRIPTOR else words_left[-_DESCRIPTOR:].strip()
