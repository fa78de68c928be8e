"""One demo per folder: two would write each other's addresses into the one register and do each other's work."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from betaalhub.errors import ConfigurationError


@contextmanager
def alone_in(directory: Path) -> Iterator[None]:
    """Hold the folder (made when it is not there) until the end; ConfigurationError when a demo runs in it, or it cannot be written."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        held = (directory / "demo.lock").open("ab")
    except OSError as error:
        raise ConfigurationError(f"--map: {directory} is niet te gebruiken ({error.strerror})") from None
    with held:  # the lock ends with the file, also when this process is killed
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfigurationError(
                f"In {directory} draait al een demo. Stop die eerst, of kies een andere map (--map) en andere poorten (BETAALHUB_BIND, BETAALHUB_SIMULATOR_…_PORT)"
            ) from None
        yield
