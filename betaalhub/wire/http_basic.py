"""Reads the HTTP Basic credentials of a request (RFC 7617, UTF-8)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

_LONGEST = 4096


def basic_credentials(environ: Mapping[str, Any]) -> tuple[str, str] | None:
    """(user, password) from the Authorization header of a WSGI environ; None when absent or malformed.

    The user ends at the first colon; both are UTF-8 without control characters.
    """
    scheme, _, encoded = str(environ.get("HTTP_AUTHORIZATION") or "").partition(" ")
    if scheme.lower() != "basic" or len(encoded) > _LONGEST:
        return None
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    user, colon, password = text.partition(":")
    if not colon or not user or any(ord(one) < 0x20 or ord(one) == 0x7F for one in text):
        return None
    return user, password
