"""Worldline Direct as a PspPort: REST by the official SDK, Worldline's own Hosted Checkout page for the citizen."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlencode, urlsplit

from onlinepayments.sdk.authentication.v1hmac_authenticator import V1HmacAuthenticator
from onlinepayments.sdk.call_context import CallContext
from onlinepayments.sdk.client import Client
from onlinepayments.sdk.communication.metadata_provider import MetadataProvider
from onlinepayments.sdk.communicator import Communicator
from onlinepayments.sdk.communicator_configuration import CommunicatorConfiguration
from onlinepayments.sdk.domain.cancel_payment_request import CancelPaymentRequest
from onlinepayments.sdk.domain.create_hosted_checkout_response import CreateHostedCheckoutResponse
from onlinepayments.sdk.json.default_marshaller import DefaultMarshaller
from onlinepayments.sdk.merchant.i_merchant_client import IMerchantClient

from betaalhub.domain.evidence import PspRapport
from betaalhub.errors import ConfigurationError, NeighbourError, Outcome
from betaalhub.ports import (
    Capabilities,
    CaptureCommand,
    Handover,
    InboundHttp,
    Notification,
    PspCode,
    RefundCommand,
    ReturnHint,
    StartedPspBetaling,
    StartPspBetaling,
)
from gemeentelijke_koppelingen.http_exchange import Endpoint
from gemeentelijke_koppelingen.psp_worldline import mapping
from gemeentelijke_koppelingen.psp_worldline.exchange import DeadlineConnection, asked
from gemeentelijke_koppelingen.psp_worldline.webhook import Webhooks
from gemeentelijke_koppelingen.psp_worldline.words import OFFERS

_T = TypeVar("_T")
INTEGRATOR = "Betaalhub"
STANDARD = "standard"  # the payment page as Worldline makes it: no variant
REFERENCE_PARAMETER, MARK_PARAMETER = "poging", "merk"
_ADDRESS = re.compile(r"https?://[!-~]+")  # goes into a header of ours: nothing that ends or splits one
_CHECKOUT_ID = re.compile(r"[0-9A-Za-z-]{1,60}")


class WorldlinePsp:
    """One PSPID at Worldline Direct. Stateless and safe to share between threads."""

    code = mapping.NEIGHBOUR
    own_settings = ("key_id", "webhook_key_id", "webhook_secret")
    capabilities = Capabilities(
        lookup_by_reference=False,
        idempotent_create=True,
        cancel=True,
        partial_refund=True,
        capture=True,
        signed_notification=True,
        repeat_hours=24,
        idempotent_refund=True,
        methods=frozenset(OFFERS),
    )

    def __init__(
        self,
        *,
        url: str,
        merchant: str,
        key_id: str,
        password: str,
        webhook_key_id: str,
        webhook_secret: str,
        profile: str = STANDARD,
        timeout: float = 30.0,
        verify_tls: bool = True,
        ca_file: str | None = None,
    ) -> None:
        """`merchant` is the PSPID; `key_id` with `password` the API key and its secret; what begins with `webhook_` is what webhooks
        are signed with; `profile` a variant of the payment page. `timeout` in seconds per question. Raises ConfigurationError for
        what cannot work."""
        self._endpoint = Endpoint(url, self.code, timeout=timeout, verify_tls=verify_tls, ca_file=ca_file)
        if urlsplit(url).path not in ("", "/"):
            raise ConfigurationError("worldline: give the address of the API without a path")
        if not key_id or not password or not webhook_key_id or not webhook_secret:
            raise ConfigurationError(
                "worldline: the API key and the key of the webhooks are needed, each with its secret"
            )
        if not re.fullmatch(r"[A-Za-z0-9_.-]{1,50}", merchant):
            raise ConfigurationError("worldline: the PSPID takes letters, digits, _ . and -")
        self._merchant = merchant
        self._secret = password
        self._variant = None if profile == STANDARD else profile
        self._webhooks = Webhooks(merchant, webhook_key_id, webhook_secret)
        self._authenticator = V1HmacAuthenticator(
            CommunicatorConfiguration(
                api_key_id=key_id,
                secret_api_key=password,
                authorization_type="v1HMAC",
                connect_timeout=1,  # the SDK wants them; our own connection keeps the time
                socket_timeout=1,
            )
        )
        self._metadata = MetadataProvider(INTEGRATOR)

    def start(self, command: StartPspBetaling) -> StartedPspBetaling:
        """Open a hosted checkout. The same call with the same reference gives the same checkout, for at least 24 hours."""
        if command.methode not in OFFERS:
            raise NeighbourError(Outcome.REFUSED, PspCode.METHOD_UNKNOWN, neighbour=self.code)
        request = mapping.create_request(command, return_url=self._return_url(command), variant=self._variant)
        context = CallContext(idempotence_key=command.reference)
        return self._ask(lambda merchant: _started(merchant.hosted_checkout().create_hosted_checkout(request, context)))

    def status(self, psp_key: str, *, now: datetime, timeout: float = 10.0) -> PspRapport:
        """What Worldline knows of a checkout and its payment; `timeout` in seconds for both calls together."""

        def look(merchant: IMerchantClient) -> PspRapport:
            checkout = self._unless_gone(lambda: merchant.hosted_checkout().get_hosted_checkout(_clean(psp_key)))
            # Worldline keeps a checkout for hours and a payment for years; the payment of a checkout has its number.
            payment = f"{psp_key}_0" if checkout is None else mapping.payment_of(checkout)
            details = None if payment is None else merchant.payments().get_payment_details(payment)
            return mapping.rapport(checkout, details, now=now)

        return self._ask(look, timeout=timeout)

    def cancel(self, psp_key: str) -> None:
        """Cancel what can be cancelled: a payment that was not captured. A checkout without one ends by itself, with its session;
        the status tells."""

        def close(merchant: IMerchantClient) -> None:
            payment = mapping.payment_of(merchant.hosted_checkout().get_hosted_checkout(_clean(psp_key)))
            if payment is None:
                return
            status = merchant.payments().get_payment_details(payment).status_output
            if status is not None and status.is_cancellable:
                merchant.payments().cancel_payment(payment, CancelPaymentRequest())

        self._ask(close)

    def refund(self, command: RefundCommand) -> None:
        """Ask to give back; the same reference again is the same refund, for at least 24 hours."""
        context = CallContext(idempotence_key=command.reference)
        request = mapping.refund_request(command)
        self._ask(lambda merchant: merchant.payments().refund_payment(command.poging_id, request, context))

    def capture(self, command: CaptureCommand) -> None:
        """Ask to collect what was only authorised; the same reference again is the same capture."""
        context = CallContext(idempotence_key=command.reference)
        request = mapping.capture_request(command)
        self._ask(lambda merchant: merchant.payments().capture_payment(command.poging_id, request, context))

    def parse_notification(self, request: InboundHttp) -> Notification:
        """A signed webhook, or the challenge by which Worldline finds out that this address is ours."""
        return self._webhooks.read(request)

    def parse_return(self, request: InboundHttp) -> ReturnHint:
        """Worldline tells nothing about the outcome; PENDING says that she came from the page that we sent her to.

        Its RETURNMAC is a random text that is told when the checkout is opened. To compare it we would have to remember it, and
        it would guard an address that leads to an ask whatever it holds; a mark of our own over the reference proves the same
        without memory.
        """
        reference, mark = request.query.get(REFERENCE_PARAMETER, ""), request.query.get(MARK_PARAMETER, "")
        ours = hmac.compare_digest(mark.encode(), self._mark(reference).encode())
        theirs = bool(request.query.get("RETURNMAC")) and bool(request.query.get("hostedCheckoutId"))
        return ReturnHint.PENDING if ours and theirs else ReturnHint.UNKNOWN

    def health(self) -> None:
        """Worldline's own test of a connection: address, key and PSPID at once."""
        self._ask(lambda merchant: _answered(merchant.services().test_connection()), timeout=10.0)

    def _ask(self, work: Callable[[IMerchantClient], _T], *, timeout: float | None = None) -> _T:
        """Do a question of one or more calls within one deadline. Raises NeighbourError only."""
        connection = DeadlineConnection(self._endpoint, min(timeout or self._endpoint.timeout, self._endpoint.timeout))
        communicator = Communicator(
            api_endpoint=self._endpoint.url.rstrip("/"),
            connection=connection,
            authenticator=self._authenticator,
            metadata_provider=self._metadata,
            marshaller=DefaultMarshaller.instance(),
        )
        return asked(self.code, lambda: work(Client(communicator).merchant(self._merchant)))

    def _unless_gone(self, look: Callable[[], _T]) -> _T | None:
        try:
            return asked(self.code, look)
        except NeighbourError as error:
            if error.code != PspCode.ORDER_UNKNOWN:
                raise
            return None

    def _return_url(self, command: StartPspBetaling) -> str:
        mine = urlencode({REFERENCE_PARAMETER: command.reference, MARK_PARAMETER: self._mark(command.reference)})
        return f"{command.return_url}{'&' if urlsplit(command.return_url).query else '?'}{mine}"

    def _mark(self, reference: str) -> str:
        digest = hmac.new(self._secret.encode(), b"terug:" + reference.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest[:15]).decode()


def _clean(psp_key: str) -> str:
    """The number of a checkout, fit for a path. ValueError for anything else: it is none of ours."""
    if not _CHECKOUT_ID.fullmatch(psp_key):
        raise ValueError("no checkout has this number")
    return psp_key


def _started(answer: CreateHostedCheckoutResponse) -> StartedPspBetaling:
    key, url = answer.hosted_checkout_id, answer.redirect_url
    if not isinstance(key, str) or not _CHECKOUT_ID.fullmatch(key):
        raise ValueError("a checkout without a number")
    if not isinstance(url, str) or not _ADDRESS.fullmatch(url) or not urlsplit(url).hostname:
        raise ValueError("a checkout without an address")
    return StartedPspBetaling(key, Handover("GET", url))


def _answered(answer: object) -> None:
    if answer is None:
        raise ValueError("no answer")
