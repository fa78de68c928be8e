"""Reads one HTTP request with a bound on everything: method, media type, character set and the bytes of the body."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from gunicorn.http.errors import ParseException  # what its body raises on broken chunks and trailers

from betaalhub.wire.charset import check_charset
from betaalhub.wire.codes import FindingCode
from betaalhub.wire.faults import WireFault, invalid
from betaalhub.wire.versions import BY_MEDIA_TYPE, SOAP11, SoapVersion

Environ = Mapping[str, Any]

_PARAMETER = re.compile(r';\s*([A-Za-z]+)\s*=\s*(?:"([^"]*)"|([^\s;"]+))')
_PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What one message may cost: bytes of the body, depth and number of elements (and of attributes) in it.

    `drain` is the number of bytes of a too large body that is read and thrown away, so that the sender gets to read
    the refusal instead of a broken connection.
    """

    bytes: int = 1024 * 1024
    depth: int = 64
    elements: int = 20_000
    drain: int = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ContentType:
    """A parsed Content-Type; `charset` and `action` are empty when not given."""

    media_type: str
    charset: str
    action: str

    @classmethod
    def of(cls, environ: Environ) -> ContentType:
        """The Content-Type of a request, tolerant in spelling."""
        return _content_type(str(environ.get("CONTENT_TYPE") or ""))


@lru_cache(maxsize=64)  # callers send the same few headers with every message
def _content_type(header: str) -> ContentType:
    parameters = {name.lower(): quoted or plain for name, quoted, plain in _PARAMETER.findall(header)}
    media_type = header.partition(";")[0].strip().lower()
    return ContentType(media_type, parameters.get("charset", "").lower(), parameters.get("action", ""))


def soap_version(environ: Environ) -> SoapVersion:
    """The version to answer in: by media type, SOAP 1.1 for everything unknown."""
    return BY_MEDIA_TYPE.get(ContentType.of(environ).media_type, SOAP11)


def check_http(environ: Environ) -> ContentType:
    """The Content-Type of a POST that may hold a SOAP message; raises WireFault for every other request."""
    if environ.get("REQUEST_METHOD") != "POST":
        raise WireFault("METHODE_NIET_TOEGESTAAN")
    content_type = ContentType.of(environ)
    encoding = str(environ.get("HTTP_CONTENT_ENCODING") or "identity").strip().lower()
    if content_type.media_type not in BY_MEDIA_TYPE or encoding != "identity":
        raise WireFault("MEDIATYPE_ONBEKEND")
    if content_type.charset:
        check_charset(b"", content_type.charset)
    return content_type


def read_body(environ: Environ, limits: Limits) -> bytes:
    """The body, with or without Content-Length. Raises WireFault when it is too large, empty or cut off."""
    length = _content_length(environ)
    stream = environ["wsgi.input"]
    try:
        body = _read(stream, limits.bytes + 1 if length is None else min(length, limits.bytes + 1))
        if len(body) > limits.bytes:
            _drain(stream, limits.drain if length is None else min(length - len(body), limits.drain))
            text = f"Het bericht is te groot; hooguit {limits.bytes} bytes."
            raise invalid(FindingCode.BERICHT_TE_GROOT, text)
    except (OSError, ParseException) as error:
        raise invalid(FindingCode.BERICHT_ONVOLLEDIG, "Het bericht is niet volledig ontvangen.") from error
    if length is not None and len(body) < length:
        raise invalid(FindingCode.BERICHT_ONVOLLEDIG, "Het bericht is korter dan de Content-Length.")
    if not body:
        raise invalid(FindingCode.NIET_WELGEVORMD, "Het bericht is leeg.")
    return body


def _content_length(environ: Environ) -> int | None:
    """The announced length in bytes; None for a body that ends by itself (chunked)."""
    header = str(environ.get("CONTENT_LENGTH") or "")
    if header:
        if not (header.isascii() and header.isdigit() and len(header) < 20):
            raise invalid(FindingCode.BERICHT_ONVOLLEDIG, "De Content-Length is geen getal.")
        return int(header)
    return None if environ.get("wsgi.input_terminated") else 0


def _read(stream: Any, most: int) -> bytes:
    pieces = []
    while most > 0:
        piece = stream.read(min(most, _PIECE))
        if not piece:
            break
        pieces.append(piece)
        most -= len(piece)
    return b"".join(pieces)


def _drain(stream: Any, most: int) -> None:
    while most > 0 and (piece := stream.read(min(most, _PIECE))):
        most -= len(piece)
