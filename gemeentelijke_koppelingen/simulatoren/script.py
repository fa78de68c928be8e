"""What a simulator is told to do wrong: the next answers per operation, and how such an answer is given over HTTP."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from betaalhub.errors import Refusal
from betaalhub.wire.faults import WireFault

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Heard = Callable[[str, str | None, str], None]
_FORM = re.compile(r"([a-z]+(?:_\d{3})?)(_after)?(?::(\d+(?:\.\d+)?))?")
_REFUSE = re.compile(r"refuse:([A-Z][A-Z0-9_]{0,59})")
_HANG_SECONDS = 120.0
_HTML = b"<html><head><title>Simulator</title></head><body><h1>Bad Gateway</h1></body></html>"


class Wrong(StrEnum):
    """A way to answer wrongly."""

    DROP = "drop"  # close the connection without an answer
    HANG = "hang"  # keep the connection open without an answer
    DELAY = "delay"  # answer rightly, but late
    FAULT = "fault"  # a SOAP Server fault
    HTML_502 = "html_502"
    HTML_200 = "html_200"
    EMPTY_200 = "empty_200"
    GARBAGE_200 = "garbage_200"
    HTTP_401 = "http_401"
    HTTP_503 = "http_503"
    REFUSE = "refuse"  # a refusal with this code, in the neighbour's own form


_ANSWERS: Mapping[Wrong, tuple[str, str, bytes]] = {
    Wrong.HTML_502: ("502 Bad Gateway", "text/html", _HTML),
    Wrong.HTML_200: ("200 OK", "text/html", _HTML),
    Wrong.EMPTY_200: ("200 OK", "text/xml; charset=utf-8", b""),
    Wrong.GARBAGE_200: ("200 OK", "text/xml; charset=utf-8", b"<soap:Envelope><"),
    Wrong.HTTP_401: ("401 Unauthorized", "text/plain", b""),
    Wrong.HTTP_503: ("503 Service Unavailable", "text/plain", b""),
}


@dataclass(frozen=True, slots=True)
class Misstep:
    """One wrong answer. `after`: the operation is carried out and kept first, so that only the answer is lost."""

    wrong: Wrong
    after: bool = False
    seconds: float = 0.0
    code: str = ""

    def __str__(self) -> str:
        """As it is written, without its seconds."""
        return f"{self.wrong}{'_after' if self.after else ''}{f':{self.code}' if self.code else ''}"

    @classmethod
    def parse(cls, text: str) -> Misstep:
        """`drop`, `drop_after`, `html_502`, `delay:1.5`, `refuse:CODE` …; raises Refusal for anything else."""
        if (refusal := _REFUSE.fullmatch(text)) is not None:
            return cls(Wrong.REFUSE, code=refusal[1])
        match = _FORM.fullmatch(text)
        if match is None or match[1] not in set(Wrong):
            known = ", ".join(Wrong)
            raise Refusal("STORING_ONBEKEND", f"Kies uit {known}; eventueel met _after en :seconden.")
        return cls(Wrong(match[1]), match[2] is not None, float(match[3] or 0))


class Script:
    """The missteps to come, per operation and optionally per reference. Safe to share between threads."""

    def __init__(self, heard: Heard | None = None) -> None:
        """`heard(operation, reference, misstep)` is told of each one that is made."""
        self._heard = heard
        self._lock = threading.Lock()
        self._next: dict[tuple[str, str | None], list[Misstep]] = defaultdict(list)
        self._always: dict[str, Misstep] = {}
        self._pending = threading.local()

    def add(self, operation: str, texts: Iterable[str], *, reference: str | None = None) -> None:
        """The next calls of an operation (of this reference) go wrong in these ways, one call each."""
        missteps = [Misstep.parse(text) for text in texts]
        with self._lock:
            self._next[operation, reference].extend(missteps)

    def always(self, operation: str, text: str | None) -> None:
        """Every call of an operation goes wrong in this way, until it is None again."""
        misstep = None if text is None else Misstep.parse(text)
        with self._lock:
            self._always.pop(operation, None)
            if misstep is not None:
                self._always[operation] = misstep

    def clear(self) -> None:
        """Answer everything rightly again."""
        with self._lock:
            self._next.clear()
            self._always.clear()

    def play(self, operation: str, reference: str | None = None) -> None:
        """Called by an operation before it does anything: takes the next misstep and keeps it for the door.

        A misstep that comes before the work ends the call here, with nothing done: WireFault, or Refusal for `refuse`.
        """
        misstep = self._take(operation, reference)
        if misstep is not None and self._heard is not None:
            self._heard(operation, reference, str(misstep))
        if misstep is not None and misstep.wrong is Wrong.REFUSE:
            raise Refusal(misstep.code, "The simulator was told to refuse this.")
        if misstep is not None:
            self._pending.misstep = misstep
            if not misstep.after and misstep.wrong is not Wrong.DELAY:
                raise WireFault("INTERNE_FOUT")

    def _take(self, operation: str, reference: str | None) -> Misstep | None:
        with self._lock:
            for key in ((operation, reference), (operation, None)):
                if self._next.get(key):
                    return self._next[key].pop(0)
            return self._always.get(operation)

    def door(self, app: Wsgi, stop: threading.Event) -> Wsgi:
        """The application as WSGI, with each misstep given as it should be; `stop` ends whoever hangs."""

        def misbehave(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
            self._pending.misstep = None
            started: list[tuple[Any, ...]] = []
            body = list(app(environ, lambda *arguments: started.append(arguments)))
            misstep: Misstep | None = self._pending.misstep
            if misstep is not None and misstep.wrong in (Wrong.HANG, Wrong.DELAY):
                stop.wait(misstep.seconds or _HANG_SECONDS)
            if misstep is not None and misstep.wrong in (Wrong.HANG, Wrong.DROP):
                _hang_up(environ)
            if misstep is not None and misstep.wrong is Wrong.FAULT and misstep.after:
                started, body = [("500 Internal Server Error", [("Content-Type", "text/xml")])], [_FAULT]
            if misstep is not None and misstep.wrong in _ANSWERS:
                status, media_type, content = _ANSWERS[misstep.wrong]
                started, body = [(status, [("Content-Type", media_type)])], [content]
            start_response(*started[0])
            return body

        return misbehave


_FAULT = (
    b'<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><soap:Fault>'
    b"<faultcode>soap:Server</faultcode><faultstring>Fault occurred while processing.</faultstring>"
    b"</soap:Fault></soap:Body></soap:Envelope>"
)


def _hang_up(environ: Mapping[str, Any]) -> None:
    """Close the connection under the request: the caller sees it break, with no answer."""
    connection = environ.get("werkzeug.socket")
    if isinstance(connection, socket.socket):
        with contextlib.suppress(OSError):  # the caller may have been faster
            connection.shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError("the simulator was told to drop this connection")
