"""SOAP 1.1 and 1.2: what differs between them on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

ENVELOPE_11 = "http://schemas.xmlsoap.org/soap/envelope/"
ENVELOPE_12 = "http://www.w3.org/2003/05/soap-envelope"


@dataclass(frozen=True, slots=True)
class SoapVersion:
    """One version of SOAP: the namespace of its Envelope, its media type, its spelling of fault codes and roles."""

    name: str
    envelope: str
    media_type: str
    role_attribute: str
    roles: frozenset[str]  # of a header that this service must look at
    fault_codes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def is_12(self) -> bool:
        """Whether this is SOAP 1.2."""
        return self.envelope == ENVELOPE_12

    def http_status(self, faultcode: str) -> str:
        """The HTTP status that the binding prescribes for a fault code."""
        return "400 Bad Request" if self.is_12 and faultcode == "Client" else "500 Internal Server Error"


SOAP11 = SoapVersion(
    "1.1", ENVELOPE_11, "text/xml", "actor", frozenset({"", "http://schemas.xmlsoap.org/soap/actor/next"})
)
SOAP12 = SoapVersion(
    "1.2",
    ENVELOPE_12,
    "application/soap+xml",
    "role",
    frozenset({"", f"{ENVELOPE_12}/role/next", f"{ENVELOPE_12}/role/ultimateReceiver"}),
    MappingProxyType({"Client": "Sender", "Server": "Receiver"}),
)
BY_MEDIA_TYPE: Mapping[str, SoapVersion] = MappingProxyType({one.media_type: one for one in (SOAP11, SOAP12)})
