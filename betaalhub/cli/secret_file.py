"""Where a new secret goes: shown once on the screen, or into a file that only the administrator can read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from betaalhub.errors import ConfigurationError


@contextmanager
def secret_file(path: Path | None) -> Iterator[TextIO | None]:
    """The file for secrets, open before a secret is made; nothing stays behind when none is written."""
    if path is None:
        yield None
        return
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.fchmod(descriptor, 0o600)  # it may have been there, open to others
    except OSError as error:
        raise ConfigurationError(f"--geheim-naar: {path} is niet te schrijven ({error.strerror})") from None
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            yield file
    finally:
        if path.stat().st_size == 0:
            path.unlink()
