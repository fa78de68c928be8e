"""The security headers of every answer of every room: portal, SOAP, static files and health alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
ExcInfo = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None] | None
Wsgi = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "manifest-src 'self'",
        "report-uri /csp-melding",
    )
)

ALWAYS: Headers = [
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),  # the token in the address never leaves in a Referer
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("X-Robots-Tag", "noindex, nofollow"),
]
UNLESS_SET: Headers = [("Cache-Control", "no-store")]  # static files with a hash in their address set their own
TLS_ONLY: Headers = [("Strict-Transport-Security", "max-age=63072000; includeSubDomains")]


def as_lines(*, tls: bool) -> bytes:
    """All of them as lines of HTTP, for what the server answers before any room is asked."""
    headers = ALWAYS + UNLESS_SET + (TLS_ONLY if tls else [])
    return "".join(f"{name}: {value}\r\n" for name, value in headers).encode("ascii")


class SecurityHeaders:
    """Goes around the whole WSGI application. `tls`: the public address is https, so browsers may be told to insist."""

    def __init__(self, application: Wsgi, *, tls: bool) -> None:
        self._application = application
        self._always = ALWAYS + (TLS_ONLY if tls else [])
        self._names = {name.lower() for name, _ in self._always}

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Serve one request with our headers; what a room set under the same name is replaced."""

        def start(status: str, headers: Headers, exc_info: ExcInfo = None) -> Any:
            kept = [(name, value) for name, value in headers if name.lower() not in self._names]
            present = {name.lower() for name, _ in kept}
            extra = [(name, value) for name, value in UNLESS_SET if name.lower() not in present]
            return start_response(status, kept + self._always + extra, exc_info)

        return self._application(environ, start)
