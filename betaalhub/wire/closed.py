"""An address where a service could be and is not: a SOAP fault for who sends a message, never another service."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from betaalhub.wire.envelope import envelope_bytes, make_envelope
from betaalhub.wire.exchange import Exchange
from betaalhub.wire.faults import WireFault, fault_element
from betaalhub.wire.policy import FaultRenderer, NoDetail
from betaalhub.wire.request import soap_version

_ABSENT = "404 Not Found"


@dataclass(frozen=True, slots=True)
class ClosedAddress:
    """A WSGI application that answers every message with ADRES_ONBEKEND; the body is not read."""

    fault_renderer: FaultRenderer = field(default_factory=NoDetail)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """A SOAP fault for a POST, with the status that SOAP gives a fault; 404 in plain text for everything else."""
        exchange = Exchange(environ, soap_version(environ))
        fault = WireFault("ADRES_ONBEKEND")
        body, kind, status = f"{fault.omschrijving}\n".encode(), "text/plain", _ABSENT
        if environ.get("REQUEST_METHOD") == "POST":
            element = fault_element(fault, exchange.version, self.fault_renderer.render(fault, exchange))
            body, kind = envelope_bytes(make_envelope(element, exchange.version)), exchange.version.media_type
            status = exchange.version.http_status(fault.faultcode)
        length = str(len(body))
        start_response(status, [("Content-Type", f"{kind}; charset=utf-8"), ("Content-Length", length)])
        return [b"" if environ.get("REQUEST_METHOD") == "HEAD" else body]
