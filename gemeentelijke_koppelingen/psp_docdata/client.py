"""The Docdata Order API 1.3 as a PspPort: SOAP by zeep, Docdata's own payment menu for the citizen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode, urlsplit

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
from betaalhub.resources import wsdl_path
from gemeentelijke_koppelingen.http_exchange import Endpoint
from gemeentelijke_koppelingen.psp_docdata import mapping
from gemeentelijke_koppelingen.soap_client import SoapClient

WSDL = "docdata-order-1.3.wsdl"
RETURN_MARK = "uitkomst"
_NO_ORDER = "0" * 32

# Docdata's parameter for each way back → our mark in that address → what it suggests.
_RETURNS = (
    ("return_url_success", "gelukt", ReturnHint.SUCCESS),
    ("return_url_pending", "in-behandeling", ReturnHint.PENDING),
    ("return_url_canceled", "geannuleerd", ReturnHint.CANCELLED),
    ("return_url_error", "fout", ReturnHint.ERROR),
)
_HINTS: Mapping[str, ReturnHint] = MappingProxyType({mark: hint for _, mark, hint in _RETURNS})


@dataclass(frozen=True, slots=True)
class Account:
    """A merchant account at Docdata: its names, and the e-mail address that stands in for the citizen's."""

    merchant: str
    profile: str
    filler_email: str


class DocdataPsp:
    """One merchant account at Docdata. Stateless and safe to share between threads."""

    code = mapping.NEIGHBOUR
    own_settings = ("menu_url",)
    capabilities = Capabilities(
        lookup_by_reference=False,
        idempotent_create=False,
        cancel=True,
        partial_refund=True,
        capture=True,
        signed_notification=False,
        repeat_hours=None,
        idempotent_refund=False,
    )

    def __init__(
        self,
        *,
        url: str,
        menu_url: str,
        merchant: str,
        password: str,
        profile: str = "standard",
        filler_email: str = "onbekend@example.nl",
        extended_status: bool = False,
        timeout: float = 30.0,
        verify_tls: bool = True,
        ca_file: str | None = None,
    ) -> None:
        """`timeout` in seconds per call. Raises ConfigurationError for addresses or names that cannot work.

        The plain status operation is enough and gives no account numbers or names; `extended_status` asks the other one.
        """
        endpoint = Endpoint(url, self.code, timeout=timeout, verify_tls=verify_tls, ca_file=ca_file)
        self._soap = SoapClient(wsdl_path(WSDL), endpoint)
        self._menu_url = _checked_menu(menu_url)
        self._account = Account(merchant, profile, filler_email)
        if not 0 < len(merchant) <= 50 or not 0 < len(password) <= 35:
            raise ConfigurationError("docdata: merchant takes 1 to 50 characters, password 1 to 35")
        if mapping.usable_email(filler_email) is None:
            raise ConfigurationError("docdata: the filler e-mail address is not one that Docdata accepts")
        self._password = password
        self._status_operation = "statusExtended" if extended_status else "status"

    def start(self, command: StartPspBetaling) -> StartedPspBetaling:
        """Create an order and give the way to its menu. REFUSED with REFERENCE_NOT_UNIQUE: it was created before."""
        account = self._account
        values = mapping.create_values(command, profile=account.profile, filler_email=account.filler_email)
        success = self._call("create", "create", values)
        key = self._soap.translate(lambda: _key(success))
        return StartedPspBetaling(key, self.menu(key, command))

    def menu(self, psp_key: str, command: StartPspBetaling) -> Handover:
        """The menu of an order; none of its parameters is signed, so the return proves nothing."""
        parameters = {
            "command": "show_payment_cluster",
            "payment_cluster_key": psp_key,
            "merchant_name": self._account.merchant,
            "client_language": command.taal,
            **{name: _marked(command.return_url, mark) for name, mark, _ in _RETURNS},
            **mapping.METHODS.get(command.methode, {}),
        }
        return Handover("GET", f"{self._menu_url}?{urlencode(parameters)}")

    def status(self, psp_key: str, *, now: datetime, timeout: float = 10.0) -> PspRapport:
        """What Docdata knows of an order; `timeout` in seconds."""
        values = {"paymentOrderKey": psp_key}
        success = self._call(self._status_operation, "status", values, timeout=timeout)
        return self._soap.translate(lambda: mapping.rapport_from_answer(success.report, now=now))

    def cancel(self, psp_key: str) -> None:
        """Ask to close an order; whatever the result says, the status decides."""
        self._call("cancel", "cancel", {"paymentOrderKey": psp_key})

    def refund(self, command: RefundCommand) -> None:
        """Ask to give back cents of one payment."""
        self._call("refund", "refund", mapping.refund_values(command))

    def capture(self, command: CaptureCommand) -> None:
        """Ask to collect cents that were only authorised."""
        self._call("capture", "capture", mapping.capture_values(command))

    def parse_notification(self, request: InboundHttp) -> Notification:
        """Docdata's GET carries our reference and nothing else; anything but 200 would be sent again."""
        reference = request.query.get("reference", "").strip()
        fits = 0 < len(reference) <= 35 and reference.isascii() and reference.isprintable()
        return Notification((reference,) if fits else (), None, 200, "OK")

    def parse_return(self, request: InboundHttp) -> ReturnHint:
        """The mark that we put in the return address ourselves."""
        return _HINTS.get(request.query.get(RETURN_MARK, ""), ReturnHint.UNKNOWN)

    def health(self) -> None:
        """Ask for an order that cannot exist: "not found" proves address, credentials and contract at once."""
        try:
            self._call(self._status_operation, "status", {"paymentOrderKey": _NO_ORDER}, timeout=10.0)
        except NeighbourError as error:
            if error.outcome is not Outcome.REFUSED or error.code != PspCode.ORDER_UNKNOWN:
                raise

    def _call(self, operation: str, node: str, values: Mapping[str, Any], *, timeout: float | None = None) -> Any:
        """The Success node of an answer; its Errors node, or neither, raises NeighbourError."""
        merchant = {"name": self._account.merchant, "password": self._password}
        answer = self._soap.call(operation, timeout=timeout, version="1.3", merchant=merchant, **values)
        success, errors = self._soap.translate(lambda: _either(answer, node))
        if errors:
            mapping.raise_errors(errors)
        return success


def _either(answer: Any, node: str) -> tuple[Any, tuple[tuple[str | None, str], ...]]:
    """The Success node and the errors; ValueError when there is neither, or both."""
    success, errors = getattr(answer, f"{node}Success"), getattr(answer, f"{node}Errors")
    if (success is None) == (errors is None):
        raise ValueError("neither success nor errors")
    pairs = () if errors is None else mapping.errors_of(errors)
    if success is None and not pairs:
        raise ValueError("errors without an error")
    return success, pairs


def _key(success: Any) -> str:
    if not isinstance(success.key, str) or len(success.key) != 32:
        raise ValueError("no key")
    return success.key


def _marked(return_url: str, mark: str) -> str:
    """The return address with our mark in its query."""
    return f"{return_url}{'&' if urlsplit(return_url).query else '?'}{RETURN_MARK}={mark}"


def _checked_menu(menu_url: str) -> str:
    parts = urlsplit(menu_url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ConfigurationError("docdata: the menu address must be an absolute http(s) URL without a query")
    return menu_url
