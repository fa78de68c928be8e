"""How WS-Security refuses: which code, at which place in the message, and a text that says how to mend it."""

from __future__ import annotations

from lxml import etree

from betaalhub.errors import Finding
from betaalhub.wire.codes import FindingCode
from betaalhub.wire.faults import WireFault
from betaalhub.wire.findings import line_of

_PLACE = "/Envelope/Header/Security"
# A refusal inside the message: HTTP credentials would not mend it, so it keeps the status of the binding, not 401.
_STATUS = {"1.1": "500 Internal Server Error", "1.2": "400 Bad Request"}


def insecure(text: str, node: etree._Element | None = None, *, at: str = "") -> WireFault:
    """BEVEILIGING_ONJUIST: the Security header is not as we ask; `at` is the path below it, `node` tells the line."""
    return WireFault("BEVEILIGING_ONJUIST", findings=(_finding(text, node, at),))


def expired(text: str, node: etree._Element | None = None, *, at: str = "/Timestamp") -> WireFault:
    """BERICHT_VERLOPEN: the message is too old, or from the future."""
    return WireFault("BERICHT_VERLOPEN", findings=(_finding(text, node, at),))


def repeated(text: str, *, element: str) -> WireFault:
    """BERICHT_HERHAALD: exactly this proof was used before."""
    return WireFault("BERICHT_HERHAALD", findings=(Finding(FindingCode.HEADER_ONJUIST, element, text, 0),))


def unproved(text: str, soap_version: str) -> WireFault:
    """NIET_GEAUTHENTICEERD for proof in (or absent from) the message; `soap_version` is `1.1` or `1.2`."""
    return WireFault("NIET_GEAUTHENTICEERD", text, http_status=_STATUS[soap_version])


def _finding(text: str, node: etree._Element | None, at: str) -> Finding:
    return Finding(FindingCode.HEADER_ONJUIST, _PLACE + at, text, line_of(node) if node is not None else 0)
