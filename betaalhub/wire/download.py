"""One file that a service gives on GET: its bytes, its name and its ETag, made once."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field

# The oldest moment a zip file can hold: no clock may change its bytes.
_MOMENT = (1980, 1, 1, 0, 0, 0)
_PLAIN_FILE = 0o100644 << 16
_MADE_ON_UNIX = 3


@dataclass(frozen=True, slots=True)
class Download:
    """A file: the same content has the same ETag on every node. One without a name is shown, not saved."""

    name: str
    media_type: str
    content: bytes = field(repr=False)
    etag: str = field(init=False)

    def __post_init__(self) -> None:
        """Compute the ETag."""
        object.__setattr__(self, "etag", f'"{hashlib.sha256(self.content).hexdigest()[:32]}"')

    @property
    def kept(self) -> tuple[tuple[str, str], ...]:
        """The HTTP headers of a 304."""
        return ("ETag", self.etag), ("Cache-Control", "no-cache")

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """The HTTP headers, but for Content-Length."""
        saved = (("Content-Disposition", f'attachment; filename="{self.name}"'),) if self.name else ()
        return ("Content-Type", self.media_type), *saved, *self.kept


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
