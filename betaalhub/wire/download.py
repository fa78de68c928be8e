"""One file that is offered for download beside a service: its bytes, its name and its ETag, made once."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field

from betaalhub.wire.request import Environ

# The oldest moment a zip file can hold: no clock may change its bytes.
_MOMENT = (1980, 1, 1, 0, 0, 0)
_PLAIN_FILE = 0o100644 << 16
_MADE_ON_UNIX = 3


@dataclass(frozen=True, slots=True)
class Download:
    """A file: the same content has the same ETag on every node."""

    name: str
    media_type: str
    content: bytes = field(repr=False)
    etag: str = field(init=False)

    def __post_init__(self) -> None:
        """Compute the ETag."""
        object.__setattr__(self, "etag", f'"{hashlib.sha256(self.content).hexdigest()[:32]}"')

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """The HTTP headers, but for Content-Length."""
        return (
            ("Content-Type", self.media_type),
            ("Content-Disposition", f'attachment; filename="{self.name}"'),
            ("ETag", self.etag),
            ("Cache-Control", "no-cache"),
        )

    def status(self, environ: Environ) -> str:
        """304 for who names this ETag (RFC 9110, 13.1.2, weak comparison), else 200."""
        named = str(environ.get("HTTP_IF_NONE_MATCH") or "")
        known = {one.strip().removeprefix("W/") for one in named.split(",")}
        return "304 Not Modified" if self.etag in known or "*" in known else "200 OK"


def make_zip(files: Mapping[str, bytes]) -> bytes:
    """The files as one zip, in the order of their names; the same files give the same bytes everywhere.

    Nothing is compressed: how small zlib makes something differs from build to build.
    """
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.external_attr, entry.create_system = _PLAIN_FILE, _MADE_ON_UNIX
            archive.writestr(entry, files[name])
    return target.getvalue()
