"""Worldline's webhooks: is it really from Worldline, and which of our betalingen does it point at? Pure; it believes no status."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from onlinepayments.sdk.communication.request_header import RequestHeader
from onlinepayments.sdk.webhooks.secret_key_store import SecretKeyStore
from onlinepayments.sdk.webhooks.signature_validation_exception import SignatureValidationException
from onlinepayments.sdk.webhooks.signature_validator import SignatureValidator

from betaalhub.ports import InboundHttp, Notification, NotificationProblem

CHALLENGE = "X-GCS-Webhooks-Endpoint-Verification"
KEY_ID = "X-GCS-KeyId"
SIGNED = ("X-GCS-Signature", KEY_ID)
_CHALLENGE_TEXT = re.compile(r"[\x21-\x7e]{1,200}")
_EVENT_ID = re.compile(r"[A-Za-z0-9_-]{8,100}")
_PAYMENT_ID = re.compile(r"([0-9A-Za-z]{1,60})(?:_[0-9]{1,6})?")
_REFERENCE = re.compile(r"[\x20-\x7e]{1,40}")


@dataclass(frozen=True, slots=True)
class _OneKey(SecretKeyStore):
    """The key of one account: the SDK's own store in memory is one for all that are made in a process."""

    secret: str = field(repr=False)

    def get_secret_key(self, key_id: str) -> str:
        """Its secret; the caller has compared the number of the key."""
        return self.secret


@dataclass(frozen=True, slots=True)
class Webhooks:
    """What is needed to read the webhooks of one account: its PSPID, and the key that they are signed with."""

    merchant: str
    key_id: str
    secret: str = field(repr=False)

    def read(self, request: InboundHttp) -> Notification:
        """The references and checkouts to ask about. A GET is Worldline asking whether this address is ours: its challenge goes
        back. A message that is not signed with our key is refused (401): a sender who retries will not be heard either."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        if request.method in ("GET", "HEAD"):
            text = headers.get(CHALLENGE.lower(), "")
            return Notification((), None, 200, text if _CHALLENGE_TEXT.fullmatch(text) else "")
        if not self._is_signed(headers, request.body):
            return Notification((), None, 401, "", problem=NotificationProblem.SIGNATURE)
        event = _event(request.body)
        if event is None:
            return Notification((), None, 400, "", problem=NotificationProblem.NOT_UNDERSTOOD)
        if event.get("merchantId") not in (None, self.merchant):
            return Notification((), None, 200, "", problem=NotificationProblem.OTHER_MERCHANT)
        identity = event.get("id")
        known = isinstance(identity, str) and _EVENT_ID.fullmatch(identity)
        return Notification(
            tuple(dict.fromkeys(_references(event))),
            identity if known else None,
            200,
            "",
            psp_keys=tuple(dict.fromkeys(_checkouts(event))),
        )

    def _is_signed(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Signed with our key? The SDK compares in constant time."""
        if headers.get(KEY_ID.lower()) != self.key_id:
            return False
        given = [RequestHeader(name, headers[name.lower()]) for name in SIGNED if name.lower() in headers]
        try:
            SignatureValidator(_OneKey(self.secret)).validate(body, given)
        except SignatureValidationException:
            return False
        return True


def _event(body: bytes) -> dict[str, Any] | None:
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return event if isinstance(event, dict) and isinstance(event.get("type"), str) else None


def _parts(event: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Whatever the event is about, with its output: a payment, or a refund of one."""
    for name, output in (("payment", "paymentOutput"), ("refund", "refundOutput")):
        part = event.get(name)
        if isinstance(part, dict):
            found = part.get(output)
            yield part, found if isinstance(found, dict) else {}


def _references(event: Mapping[str, Any]) -> Iterator[str]:
    for _, output in _parts(event):
        for name in ("references", "operationReferences"):
            group = output.get(name)
            reference = group.get("merchantReference") if isinstance(group, dict) else None
            if isinstance(reference, str) and _REFERENCE.fullmatch(reference):
                yield reference


def _checkouts(event: Mapping[str, Any]) -> Iterator[str]:
    """The checkout that a payment belongs to: the first half of the payment's number, and what it says itself."""
    for part, _ in _parts(event):
        found = _PAYMENT_ID.fullmatch(str(part.get("id") or ""))
        if found is not None:
            yield found[1]
        own = part.get("hostedCheckoutSpecificOutput")
        checkout = own.get("hostedCheckoutId") if isinstance(own, dict) else None
        if isinstance(checkout, str) and _PAYMENT_ID.fullmatch(checkout):
            yield checkout
