"""Small ways to call a WSGI application with a SOAP message, and to look at what comes back."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lxml import etree

from betaalhub.wire.versions import ENVELOPE_11, ENVELOPE_12

DETAIL = "{urn:test:bibliotheek:v1}"


@dataclass(frozen=True)
class Answer:
    """What a call gave: the HTTP status number, the headers and the body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def xml(self) -> etree._Element:
        return etree.fromstring(self.body)

    def text(self, name: str) -> str:
        """The text of the first element of that local name, empty when there is none."""
        found = self.xml.find(f".//{{*}}{name}")
        return "" if found is None else found.text or ""

    @property
    def fault(self) -> tuple[str, str]:
        """(SOAP fault code without prefix, our own code)."""
        code = self.text("faultcode") or self.text("Value")
        return code.rpartition(":")[2], self.xml.findtext(f".//{DETAIL}Code") or ""

    @property
    def findings(self) -> list[str]:
        return [one.text for one in self.xml.iter(f"{DETAIL}Omschrijving")]


def envelope(message: str, *, header: str = "", namespace: str = ENVELOPE_11) -> bytes:
    """A SOAP message around one element."""
    head = f"<s:Header>{header}</s:Header>" if header else ""
    return f'<s:Envelope xmlns:s="{namespace}">{head}<s:Body>{message}</s:Body></s:Envelope>'.encode()


def call(application: Callable[..., Any], body: bytes, **environ: Any) -> Answer:
    """POST a body straight to a WSGI application, or whatever `environ` says otherwise."""
    given: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/soap",
        "QUERY_STRING": "",
        "CONTENT_TYPE": "text/xml; charset=utf-8",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        **environ,
    }
    heard: list[Any] = []
    chunks = application(given, lambda status, headers: heard.extend((status, headers)))
    return Answer(int(heard[0][:3]), dict(heard[1]), b"".join(chunks))


def send(application: Callable[..., Any], message: str, **environ: Any) -> Answer:
    """Send one message in a SOAP 1.1 envelope."""
    return call(application, envelope(message), **environ)


def send_12(application: Callable[..., Any], message: str, **environ: Any) -> Answer:
    """Send one message in a SOAP 1.2 envelope."""
    environ.setdefault("CONTENT_TYPE", "application/soap+xml; charset=utf-8")
    return call(application, envelope(message, namespace=ENVELOPE_12), **environ)
