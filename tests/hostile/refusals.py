"""Requests that gunicorn itself refuses: they never reach the application. The names are those of docs/deur.md."""

from __future__ import annotations

from tests.hostile.verdict import MARKER

_P = b"POST /soap/v1 HTTP/1.1\r\n"
_H = b"Host: hub.example\r\nContent-Type: text/xml\r\n"


def _with(*lines: bytes, body: bytes = b"") -> bytes:
    return _P + _H + b"".join(one + b"\r\n" for one in lines) + b"\r\n" + body


REFUSED: dict[str, bytes] = {
    "geen HTTP": MARKER.encode() + b"\r\n\r\n",
    "een TLS-verbinding op de gewone poort": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\r\n\r\n",
    "HTTP 0.9 of een onbekende versie": b"POST /soap/v1 HTTP/0.9\r\n\r\n",
    "HTTP/2 zonder onderhandelen": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "een methode in kleine letters": b"post /soap/v1 HTTP/1.1\r\n" + _H + b"\r\n",
    "een onbekend teken in de methode": b"P\xd6ST /soap/v1 HTTP/1.1\r\n" + _H + b"\r\n",
    "een teken buiten ASCII in het pad": b"POST /soap/v1/\xc3\xa9 HTTP/1.1\r\n" + _H + b"\r\n",
    "een spatie in het pad": f"POST /soap/v1/{MARKER} x HTTP/1.1\r\n".encode() + _H + b"\r\n",
    "een verzoekregel van meer dan 4094 bytes": b"POST /soap/v1?" + b"x" * 5000 + b" HTTP/1.1\r\n" + _H + b"\r\n",
    "een header van meer dan 8190 bytes": _with(b"X-Lang: " + b"x" * 9000),
    "meer dan 100 headers": _with(*(b"X-%d: y" % n for n in range(200))),
    "een header zonder dubbele punt": _with(MARKER.encode()),
    "een spatie voor de dubbele punt": _with(b"X-Marker : " + MARKER.encode()),
    "een header over twee regels": _with(b"X-Marker: a", b" " + MARKER.encode()),
    "een besturingsteken in een header": _with(b"X-Marker: a\x00" + MARKER.encode()),
    "Content-Type twee keer": _with(b"Content-Type: application/json"),
    "Content-Length twee keer": _with(b"Content-Length: 5", b"Content-Length: 6", body=b"hello"),
    "Content-Length onder nul": _with(b"Content-Length: -1"),
    "Content-Length die geen getal is": _with(b"Content-Length: 0x5", body=b"hello"),
    "Content-Length en Transfer-Encoding samen": _with(b"Content-Length: 5", b"Transfer-Encoding: chunked", body=b"0\r\n\r\n"),
    "een onbekende Transfer-Encoding": _with(b"Transfer-Encoding: gzip", body=b"x"),
    "twee keer chunked": _with(b"Transfer-Encoding: chunked, chunked", body=b"0\r\n\r\n"),
    "Transfer-Encoding in HTTP/1.0": _with(b"Transfer-Encoding: chunked").replace(b"HTTP/1.1", b"HTTP/1.0"),
    "een onbekende Expect": _with(b"Expect: 200-ok", b"Content-Length: 0"),
}  # fmt: skip
