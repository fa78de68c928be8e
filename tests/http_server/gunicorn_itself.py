"""What gunicorn's own parser makes of the same bytes: the judge of what a plain request is."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from gunicorn.config import Config
from gunicorn.http.errors import NoMoreData
from gunicorn.http.message import Request
from gunicorn.http.unreader import IterUnreader
from gunicorn.http.wsgi import base_environ, create

from betaalhub.http_server.plain import Limits, PlainReader, PlainRequest, Verdict

CALLER, TCP = ("10.1.2.3", 4711), ("127.0.0.1", 8080)
UNIX = "/run/hub.sock"


@dataclass(frozen=True)
class Read:
    """A request as it was understood: all that an application or the next request could notice."""

    environ: dict[str, Any]
    body: bytes
    rest: bytes
    closes: bool
    headers: list[tuple[str, str]]
    head: tuple[Any, ...]


def config(**settings: Any) -> Config:
    """Gunicorn's, as `gunicorn_conf` makes it where it matters to a parser."""
    cfg = Config()
    cfg.set("forwarded_allow_ips", "")
    cfg.set("forwarder_headers", "")
    for name, value in settings.items():
        cfg.set(name, value)
    return cfg


def by_gunicorn(data: bytes, cfg: Config, server: Any = TCP) -> Read | None:
    """What gunicorn makes of them; None when more must come. Raises its errors."""
    address = CALLER if isinstance(server, tuple) else ""
    unreader = IterUnreader([data])
    sock = io.BytesIO()
    try:
        request = Request(cfg, unreader, address)
        _, environ = create(request, sock, address, server, cfg)
        body = request.body.read()
    except (NoMoreData, StopIteration):
        return None
    if len(body) < int(environ.get("CONTENT_LENGTH", 0)):
        return None
    return Read(
        _comparable(environ), body, unreader.read() or b"", request.should_close(), request.headers, _head(request)
    )


def by_us(data: bytes, cfg: Config, server: Any = TCP) -> Read | Verdict:
    """What we make of them."""
    limits = Limits(cfg.limit_request_line, cfg.limit_request_fields, cfg.limit_request_field_size)
    schemes = None if isinstance(server, tuple) else cfg.secure_scheme_headers
    found = PlainReader(limits, schemes=schemes).read(data, _base(cfg, server))
    if not isinstance(found, PlainRequest):
        return found
    body = found.body.read()
    return Read(
        _comparable(found.environ), body, data[found.length :], found.should_close(), found.headers, _head(found)
    )


def _head(request: Any) -> tuple[Any, ...]:
    """What hooks, loggers and error pages read of a request."""
    return (
        request.method, request.uri, request.path, request.query, request.fragment, request.version, request.scheme,
        list(request.trailers), request.proxy_protocol_info,
    )  # fmt: skip


def _base(cfg: Config, server: Any) -> dict[str, Any]:
    given = {"wsgi.url_scheme": "http", "SERVER_PROTOCOL": "HTTP/1.1", "SCRIPT_NAME": ""}
    if isinstance(server, tuple):
        given |= {
            "REMOTE_ADDR": CALLER[0],
            "REMOTE_PORT": "4711",
            "SERVER_NAME": server[0],
            "SERVER_PORT": str(server[1]),
        }
    else:
        given |= {"REMOTE_ADDR": "", "SERVER_NAME": server, "SERVER_PORT": ""}
    return base_environ(cfg) | given


def _comparable(environ: dict[str, Any]) -> dict[str, Any]:
    """Without the objects that belong to one request, and what the worker itself sets."""
    apart = ("wsgi.input", "wsgi.errors", "wsgi.early_hints", "gunicorn.socket", "wsgi.multithread")
    return {name: value for name, value in environ.items() if name not in apart}
