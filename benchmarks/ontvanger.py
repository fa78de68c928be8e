"""A product system for the drain: takes statusberichten as fast as it can, and remembers what it was told, when, and how many
at once. It may be away (503) or hang."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

_ANSWER = (Path(__file__).parents[1] / "wsdl" / "voorbeelden" / "MeldBetaalstatus-antwoord.xml").read_text(
    encoding="utf-8"
)
_VERSIE, _KENMERK, _REFERENTIE = (
    re.compile(rf"<(?:\w+:)?{name}(?:\s[^>]*)?>([^<]*)<".encode())
    for name in ("Versie", "Betaalkenmerk", "Referentienummer")
)


@dataclass(slots=True)
class Told:
    """What one receiver was told. Times are monotonic seconds."""

    calls: int = 0
    refused: int = 0
    inside: int = 0
    most: int = 0
    early: int = 0  # the most at once in the first second after it came back
    back_at: float | None = None
    arrived: dict[str, float] = field(default_factory=dict)
    newest: dict[str, int] = field(default_factory=dict)
    wrong: Counter[str] = field(default_factory=Counter)


class Ontvanger:
    """An HTTP server on loopback; each first part of the path is a receiver of its own."""

    def __init__(self, *, pause: float) -> None:
        """`pause` is how long an answer takes, in seconds."""
        self.pause = pause
        self.away: set[str] = set()
        self.hangs: set[str] = set()
        self.told: dict[str, Told] = {}
        self.released = threading.Event()
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def of(self, name: str) -> Told:
        """What this receiver was told."""
        with self._lock:
            return self.told.setdefault(name, Told())

    def comes_back(self, name: str) -> None:
        """It answers from now on."""
        told = self.of(name)
        self.away.discard(name)
        told.most, told.back_at = 0, time.monotonic()

    def close(self) -> None:
        """Stop listening."""
        self.released.set()
        self._server.shutdown()
        self._server.server_close()

    def enters(self, told: Told) -> None:
        """A call begins."""
        with self._lock:
            told.calls += 1
            told.inside += 1
            told.most = max(told.most, told.inside)
            if told.back_at is not None and time.monotonic() < told.back_at + 1:
                told.early = max(told.early, told.inside)

    def leaves(self, told: Told) -> None:
        """A call has ended."""
        with self._lock:
            told.inside -= 1

    def hears(self, told: Told, body: bytes) -> bytes:
        """Note what this message says; gives the answer."""
        versie, kenmerk, referentie = (
            pattern.search(body)[1].decode()  # type: ignore[index]  # the hub's own message
            for pattern in (_VERSIE, _KENMERK, _REFERENTIE)
        )
        with self._lock:
            before = told.newest.get(kenmerk, 0)
            told.wrong["dubbel"] += int(versie) == before
            told.wrong["oud na nieuw"] += int(versie) < before
            told.newest[kenmerk] = max(before, int(versie))
            told.arrived.setdefault(kenmerk, time.monotonic())
        answer = re.sub(r"(CrossRefnummer>)[^<]*", rf"\g<1>{referentie}", _ANSWER, count=1)
        return re.sub(r"(Versie>)[^<]*(</)", rf"\g<1>{versie}\g<2>", answer, count=1).encode()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        ontvanger = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                name = self.path.strip("/")
                told = ontvanger.of(name)
                body = self.rfile.read(int(self.headers["Content-Length"]))
                ontvanger.enters(told)
                try:
                    self._answer(name, told, body)
                except ConnectionError:  # who hung up did not wait for a receiver that hangs
                    self.close_connection = True
                finally:
                    ontvanger.leaves(told)

            def _answer(self, name: str, told: Told, body: bytes) -> None:
                if name in ontvanger.hangs:
                    ontvanger.released.wait()
                if name in ontvanger.away:
                    told.refused += 1
                    self.send_error(503)
                    return
                time.sleep(ontvanger.pause)
                answer = ontvanger.hears(told, body)
                self.send_response(200)
                self.send_header("Content-Type", "text/xml; charset=utf-8")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: Any) -> None:
                """It says nothing."""

        return Handler
