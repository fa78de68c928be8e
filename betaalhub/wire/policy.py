"""What a SOAP service decides for itself at the door; every choice has a safe default."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypedDict

from lxml import etree

from betaalhub.errors import Refusal
from betaalhub.wire.download import Download
from betaalhub.wire.exchange import Exchange
from betaalhub.wire.faults import WireFault
from betaalhub.wire.request import Environ, Limits

Authenticate = Callable[[Environ], Any]


class FaultRenderer(Protocol):
    """Makes the child of the SOAP `detail` for a fault, or None for a fault without detail."""

    def render(self, fault: WireFault, exchange: Exchange) -> etree._Element | None:
        """The typed detail; `exchange` tells what is known of the message (maybe nothing yet)."""
        ...


class NoDetail:
    """The renderer of a service whose contract has no typed faults."""

    def render(self, fault: WireFault, exchange: Exchange) -> None:
        """No detail."""


class HeaderPolicy(Protocol):
    """What a service does with SOAP headers (WS-Addressing, say)."""

    @property
    def understood(self) -> frozenset[str]:
        """The header blocks, `{namespace}name`, that may carry mustUnderstand."""
        ...

    def check(self, exchange: Exchange) -> None:
        """Judge the headers of a message whose operation is known; raises WireFault."""
        ...

    def reply(self, exchange: Exchange, fault: WireFault | None) -> tuple[etree._Element, ...]:
        """The header blocks of the answer, or of the fault."""
        ...


class NoHeaders:
    """No header is understood, and none is sent."""

    understood: frozenset[str] = frozenset()

    def check(self, exchange: Exchange) -> None:
        """Nothing to judge."""

    def reply(self, exchange: Exchange, fault: WireFault | None) -> tuple[etree._Element, ...]:
        """No header blocks."""
        return ()


class MessageSecurity(Protocol):
    """What a service does with proof inside the message itself (WS-Security, say)."""

    @property
    def understood(self) -> frozenset[str]:
        """The header blocks, `{namespace}name`, that may carry mustUnderstand."""
        ...

    def verify(self, exchange: Exchange) -> Any:
        """Who calls, as the message proves it; `exchange.caller` is what HTTP proved (maybe None). Raises WireFault.

        The envelope is there and holds one message; the operation is not known yet. What it returns becomes the caller,
        and None is nobody: NIET_GEAUTHENTICEERD.
        """
        ...

    def seal(self, exchange: Exchange, envelope: etree._Element) -> None:
        """Put the last hand to an answer or a fault, in place (sign it, say), before it is written as bytes."""
        ...


class NoMessageSecurity:
    """Only HTTP proves who calls, and answers are not signed."""

    understood: frozenset[str] = frozenset()

    def verify(self, exchange: Exchange) -> Any:
        """Whom HTTP proved."""
        return exchange.caller

    def seal(self, exchange: Exchange, envelope: etree._Element) -> None:
        """Nothing to add."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The choices of one service.

    `fault_renderer`: makes the typed detail of a fault. `authenticate`: gets the WSGI environ before the body is parsed
    and returns the caller (None when the message may still prove it to `security`), or raises
    `WireFault("NIET_GEAUTHENTICEERD")`, which becomes a SOAP fault with HTTP 401 and
    `WWW-Authenticate: Basic` with this `realm` (the one fault besides 405 and 415 that leaves status 500 of SOAP 1.1,
    because HTTP clients send Basic credentials when asked). `as_fault`: makes a WireFault of a Refusal that an
    operation raises; by default a Client fault with the refusal's own code and findings. `downloads`: what GET gives
    beside the contract itself, by query string in lower case.
    """

    fault_renderer: FaultRenderer = field(default_factory=NoDetail)
    authenticate: Authenticate | None = None
    limits: Limits = field(default_factory=Limits)
    headers: HeaderPolicy = field(default_factory=NoHeaders)
    security: MessageSecurity = field(default_factory=NoMessageSecurity)
    as_fault: Callable[[Refusal], WireFault] | None = None
    realm: str = "soap"
    downloads: Mapping[str, Download] = field(default_factory=dict)


class Choices(TypedDict, total=False):
    """The fields of `Policy` as keyword arguments."""

    fault_renderer: FaultRenderer
    authenticate: Authenticate | None
    limits: Limits
    headers: HeaderPolicy
    security: MessageSecurity
    as_fault: Callable[[Refusal], WireFault] | None
    realm: str
    downloads: Mapping[str, Download]
