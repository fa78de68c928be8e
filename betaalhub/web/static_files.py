"""The few files that a page needs, with their fingerprint in the address so that browsers may keep them.

The style sheet is one file, ours with the parts of the design system in it, and is sent compressed to who takes that: it holds
nothing of anyone.
"""

from __future__ import annotations

import gzip
import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Response, abort, request, url_for

from betaalhub.web.guards import public

FOLDER = Path(__file__).resolve().parent / "static"
TYPES = {
    "portal.css": "text/css; charset=utf-8",
    "portal.js": "text/javascript; charset=utf-8",
    "betaalhub.svg": "image/svg+xml",
    "methode-bank.svg": "image/svg+xml",
    "methode-kaart.svg": "image/svg+xml",
}


VENDOR = FOLDER / "vendor" / "utrecht.css"  # made by frontend/build.py


@lru_cache
def content(name: str) -> bytes:
    """One of our files; they are small. The style sheet without the design system when that could not be built: plain, and whole."""
    if name != "portal.css":
        return (FOLDER / name).read_bytes()
    parts = [FOLDER / "betaalhub.css", VENDOR]
    return b"\n".join(part.read_bytes() for part in parts if part.exists())


@lru_cache
def compressed(name: str) -> bytes:
    """The same, as gzip."""
    return gzip.compress(content(name), 9, mtime=0)


def fingerprint(name: str) -> str:
    """The first ten characters of the SHA-256 of one of our files."""
    return hashlib.sha256(content(name)).hexdigest()[:10]


def static_url(name: str) -> str:
    """The address of one of our files, with its fingerprint."""
    return url_for("static_file", name=name, v=fingerprint(name))


def known_logos() -> frozenset[str]:
    """The names of the pictures that stand beside a way to pay."""
    return frozenset(
        name.removeprefix("methode-").removesuffix(".svg") for name in TYPES if name.startswith("methode-")
    )


def logo_url(logo: str | None) -> str:
    """The address of the picture beside a way to pay; empty when the catalogue names none that we have."""
    name = f"methode-{logo}.svg"
    return static_url(name) if name in TYPES else ""


@public("style, script and icon hold nothing of anyone")
def static_file(name: str) -> Response:
    """One file of the closed table; browsers keep it for a year when the address carries its fingerprint, else not at all."""
    if name not in TYPES:
        abort(404)
    small = request.accept_encodings.quality("gzip") > 0
    response = Response(compressed(name) if small else content(name), content_type=TYPES[name])
    response.headers["Vary"] = "Accept-Encoding"
    if small:
        response.headers["Content-Encoding"] = "gzip"
    if request.args.get("v") == fingerprint(name):
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
