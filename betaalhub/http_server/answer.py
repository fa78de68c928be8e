"""The answer to a plain request: gunicorn's own, but its head goes out with the first bytes, and fields are checked at once."""

from __future__ import annotations

import re
import time
from typing import Any

from gunicorn import util
from gunicorn.http.wsgi import Response

# What gunicorn checks field by field. A field that does not match is left to gunicorn, which accepts it or raises.
_FIELDS = re.compile(r"(?:[0-9A-Za-z-]++: [!-~](?:[ -~]*[!-~])?\r\n)*+")


class _Clock:
    """The Date of an answer, made anew when the second is another."""

    second, text = 0, ""

    def date(self) -> str:
        now = int(time.time())
        if now != self.second:
            self.text = util.http_date(now)  # first the text: another thread may read between the two
            self.second = now
        return self.text


_clock = _Clock()


class Answer(Response):
    """One answer over HTTP/1.1, for a GET or a POST."""

    def __init__(self, request: Any, sock: Any, cfg: Any) -> None:
        super().__init__(request, sock, cfg)
        self.response_length: int | None = None
        self._fields = ""
        self._head = b""

    def process_headers(self, headers: list[tuple[str, str]]) -> None:
        """Take over the application's fields; raises what gunicorn raises for a bad one, so that none can split an answer."""
        self.headers, self.response_length, self._fields = [], None, ""  # a second time: those of the first are void
        self._head = b""
        text = "".join([name + ": " + value + "\r\n" for name, value in headers])
        if _FIELDS.fullmatch(text) and text.count("\r\n") == len(headers) and not self._own(headers):
            self.headers = list(headers)
            self._fields = text
        else:
            self.response_length = None
            super().process_headers(headers)

    def _own(self, headers: list[tuple[str, str]]) -> bool:
        """Whether a field among them is for gunicorn to judge; finds the Content-Length on its way.

        A name with a colon looks to the expression like a shorter name.
        """
        for name, value in headers:
            low = name.lower()
            if low == "content-length":
                self.response_length = int(value)
            elif ":" in name or util.is_hoppish(low):
                return True
        return False

    def is_chunked(self) -> bool:
        """An answer with a body of a length that is not known goes in chunks."""
        return self.response_length is None and not self._omits_body

    def send_headers(self) -> None:
        """Make the head; it is sent with what follows."""
        if self.headers_sent or self._head:
            return
        if self._fields and len(self.headers) == self._fields.count("\r\n"):
            wish = "close" if self.should_close() else "keep-alive"
            coding = "Transfer-Encoding: chunked\r\n" if self.chunked else ""
            head = f"HTTP/1.1 {self.status}\r\nServer: {self.version}\r\nDate: {_clock.date()}\r\nConnection: {wish}\r\n{coding}{self._fields}\r\n"
        else:  # gunicorn took a field out, or there is none
            head = "".join([*self.default_headers(), *(f"{name}: {value}\r\n" for name, value in self.headers), "\r\n"])
        self._head = head.encode("latin-1")

    def close(self) -> None:
        """Send what is not sent yet."""
        self.send_headers()
        self._send(b"0\r\n\r\n" if self.chunked else b"")

    def _emit_body(self, data: bytes) -> None:
        self._send(b"%X\r\n%b\r\n" % (len(data), data) if self.chunked else data)

    def _send(self, data: bytes) -> None:
        if self._head:
            data, self._head = self._head + data, b""
            self.headers_sent = True
        if data:
            self.sock.sendall(data)
