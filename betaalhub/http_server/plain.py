"""What a plain request is: complete, small, and of a shape that is allowed here byte by byte.

Gunicorn reads every request right, but slowly, in Python. Nearly all real requests have one simple shape, and that shape
can be checked by one regular expression. Whatever does not match, however harmless, is not judged here: it goes to
gunicorn's own parser (see `worker`). So this module can refuse nothing and can let nothing through that gunicorn would
refuse; a test compares the two (tests/http_server/test_plain.py).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from gunicorn import util

MOST_BYTES = 65536  # of a whole request; a larger one is read by gunicorn, on demand
_MOST_HEAD = 8190

# A subset of RFC 9112 in which no two readers differ. The lines end with CRLF only, names have no underscore, the target
# has no fragment and no sign that a URL should have escaped.
_LINE = (
    r"(?P<method>GET|POST) (?P<uri>(?P<path>/[\w/.~%!$&'()*+,;=:@-]*+)(?:\?(?P<query>[\w/.~%!$&'()*+,;=:@?-]*+))?+)"
    r" HTTP/1\.1\r\n"
)
_FIRST_LINE = re.compile(_LINE.encode())
_HEAD = re.compile(_LINE + r"(?P<fields>(?:[0-9A-Za-z-]++:[\t\x20-\x7e\x80-\xff]*+\r\n)*+)", re.ASCII)
_MOST_NAMES = 256  # kept; who invents names does not make a process grow

# Fields that change what a message or a connection is. They are gunicorn's.
_NOT_PLAIN = (
    "EXPECT",
    "TRANSFER-ENCODING",
    "UPGRADE",
    "HTTP2-SETTINGS",
    "TRAILER",
    "TE",
    "KEEP-ALIVE",
    "PROXY-CONNECTION",
)


class Verdict(StrEnum):
    """Of bytes that are no plain request: more must come before it can be said, or gunicorn must say."""

    INCOMPLETE = "incomplete"
    NOT_PLAIN = "not plain"


class PlainRequest:
    """A request with its environ; has the attributes that gunicorn's hooks, loggers and error pages read of its own."""

    __slots__ = ("body", "closes", "environ", "fields", "length", "method", "path", "query", "uri")

    version = (1, 1)
    fragment = ""
    trailers: tuple[()] = ()
    proxy_protocol_info = None

    method: str
    uri: str
    path: str
    query: str
    fields: str
    body: io.BytesIO
    closes: bool
    environ: dict[str, Any]
    length: int

    @property
    def scheme(self) -> str:
        """http, or https where a believed proxy says so."""
        return str(self.environ["wsgi.url_scheme"])

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Names in capitals, and values, in the order in which they came."""
        lines = (line.partition(":") for line in self.fields.split("\r\n")[:-1])
        return [(name.upper(), value.strip(" \t")) for name, _, value in lines]

    def should_close(self) -> bool:
        """Whether the caller wants no second request on this connection."""
        return self.closes


@dataclass(frozen=True, slots=True)
class Limits:
    """Gunicorn's bounds on a head, 0 being its word for none."""

    line: int
    fields: int
    field_size: int


class PlainReader:
    """Reads plain requests under the limits of a gunicorn configuration."""

    def __init__(
        self, limits: Limits, *, not_plain: Iterable[str] = (), schemes: Mapping[str, str] | None = None
    ) -> None:
        """`not_plain`: more field names that only gunicorn may read. `schemes`: for a Unix socket, whose other side is
        believed: the fields that tell how the caller came, with their value when it was over TLS.
        """
        self._most_line = limits.line if limits.line > 0 else _MOST_HEAD
        self._most_fields = limits.fields if limits.fields > 0 else _MOST_NAMES
        self._most_head = min(_MOST_HEAD, limits.field_size if limits.field_size > 0 else _MOST_HEAD)
        self._keys: dict[str, str | None] = {}
        self._not_plain = frozenset((*_NOT_PLAIN, *(name.upper() for name in not_plain)))
        self._over_unix = schemes is not None
        self._schemes = [("HTTP_" + name.replace("-", "_"), secure) for name, secure in (schemes or {}).items()]

    def read(self, data: bytes, base: Mapping[str, Any]) -> PlainRequest | Verdict:
        """The request at the start of `data`, whose `length` says where the next one begins; `base` is its environ so far."""
        end = data.find(b"\r\n\r\n") + 2
        if end == 1:
            return self._unfinished(data)
        match = _HEAD.fullmatch(data[:end].decode("latin-1")) if end <= self._most_head else None
        if match is None:
            return Verdict.NOT_PLAIN
        request = PlainRequest()
        request.method, request.uri, request.path, query, request.fields = match.groups()
        request.query = query or ""
        environ = self._environ(request, base)
        if environ is None or len(request.uri) + 14 > self._most_line:
            return Verdict.NOT_PLAIN
        begin, size = end + 2, environ.get("CONTENT_LENGTH", "0")
        if not (size.isdecimal() and len(size) < 6) or begin + int(size) > MOST_BYTES:
            return Verdict.NOT_PLAIN
        request.length = begin + int(size)
        if len(data) < request.length:
            return Verdict.INCOMPLETE
        environ["wsgi.input"] = request.body = io.BytesIO(data[begin : request.length])
        request.environ = environ
        return request

    def _unfinished(self, data: bytes) -> Verdict:
        """A head that goes on, while gunicorn would wait for the rest as well; what it refuses already, it must see."""
        length = data.find(b"\r\n")
        if data.count(b"\n") != data.count(b"\r\n") or len(data) > _MOST_HEAD:
            return Verdict.NOT_PLAIN
        if length >= 0 and not _FIRST_LINE.match(data):
            return Verdict.NOT_PLAIN
        return Verdict.INCOMPLETE if (len(data) if length < 0 else length) <= self._most_line else Verdict.NOT_PLAIN

    def _environ(self, request: PlainRequest, base: Mapping[str, Any]) -> dict[str, Any] | None:
        """What gunicorn would make of it; None where a field is not plain, comes twice, or there are too many."""
        environ = dict(base)
        lines = request.fields.split("\r\n")
        if len(lines) > self._most_fields:
            return None
        del lines[-1]
        keys = self._keys
        for line in lines:
            name, _, value = line.partition(":")
            key = keys[name] if name in keys else self._key(name)
            if key is None or key in environ:
                return None
            environ[key] = value.strip(" \t")
        request.closes = environ.get("HTTP_CONNECTION", "").lower() == "close"
        environ["REQUEST_METHOD"] = request.method
        environ["RAW_URI"] = request.uri
        environ["QUERY_STRING"] = request.query
        environ["PATH_INFO"] = util.unquote_to_wsgi_str(request.path) if "%" in request.path else request.path
        return environ if not self._over_unix or self._believe(environ) else None

    def _believe(self, environ: dict[str, Any]) -> bool:
        """Over a Unix socket the fields are all there is to tell where the server is; whether they say one thing."""
        found = [environ[key] == secure for key, secure in self._schemes if key in environ]
        if len(found) > 1:
            return False
        scheme = environ["wsgi.url_scheme"] = "https" if found == [True] else "http"
        name, *port = environ.get("HTTP_HOST", "").split(":")
        if name or port:
            environ["SERVER_NAME"] = name
            environ["SERVER_PORT"] = port[0] if port else {"http": "80", "https": "443"}[scheme]
        return True

    def _key(self, name: str) -> str | None:
        """The key of a field in the environ; None when it is gunicorn's."""
        field = name.upper()
        key = field.replace("-", "_")
        if field not in ("CONTENT-TYPE", "CONTENT-LENGTH"):
            key = "HTTP_" + key
        found = None if field in self._not_plain else key
        if len(self._keys) < _MOST_NAMES:
            self._keys[name] = found
        return found
