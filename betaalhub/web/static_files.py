"""The few files of our own that a page needs, with their fingerprint in the address so that browsers may keep them."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Response, abort, request, send_from_directory, url_for

from betaalhub.web.guards import public

FOLDER = Path(__file__).resolve().parent / "static"


@lru_cache(maxsize=32)
def fingerprint(name: str) -> str:
    """The first ten characters of the SHA-256 of one of our files."""
    return hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:10]


def static_url(name: str) -> str:
    """The address of one of our files, with its fingerprint."""
    return url_for("static_file", name=name, v=fingerprint(name))


@public("style, script and icon hold nothing of anyone")
def static_file(name: str) -> Response:
    """One file; kept for a year when the address carries its fingerprint, else not at all."""
    if not (FOLDER / name).is_file():
        abort(404)
    response = send_from_directory(FOLDER, name, max_age=0)
    if request.args.get("v") == fingerprint(name):
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        response.headers["Cache-Control"] = "no-store"
    return response
