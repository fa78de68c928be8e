"""Copies an SQLite register to one file while others write, as it stood at one moment."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine

from betaalhub.errors import ConfigurationError

_PAGES = 1024  # at once, some 4 MiB: between two parts the progress is told


def copy_register(engine: Engine, target: Path, progress: Callable[[int, int], None]) -> int:
    """Copy the register of this engine to a file that is not there yet, readable by its owner only; gives its bytes.

    Writers go on; what they commit after the first moment is not in the copy. The file appears under its name when all of it
    is on the disk, and not at all when anything fails. `progress` hears how many pages are done, and of how many.
    ConfigurationError: not SQLite, the file is there, or its folder cannot be written.
    """
    if engine.dialect.name != "sqlite":
        raise ConfigurationError(
            "betaalhub backup kopieert alleen een SQLite-register. PostgreSQL: pg_dump of pg_basebackup (docs/backup.md); "
            "Oracle: RMAN of Data Pump (docs/oracle.md)."
        )
    if target.exists() or target.is_symlink():
        raise _there(target)
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as folder:
            copy = Path(folder) / target.name
            _copy(Path(str(engine.url.database)), copy, progress)
            _publish(copy, target)
    except OSError as error:
        raise ConfigurationError(f"{target} is niet te schrijven: {error.strerror}") from error
    except sqlite3.Error as error:
        raise ConfigurationError(f"Het register is niet te kopiëren: {error}") from error
    return target.stat().st_size


def _copy(source: Path, copy: Path, progress: Callable[[int, int], None]) -> None:
    os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    there = f"{source.resolve().as_uri()}?mode=rw"  # a register that is not there is not made
    with (
        closing(sqlite3.connect(there, uri=True, isolation_level=None)) as ours,
        closing(sqlite3.connect(copy)) as theirs,
    ):
        ours.execute("BEGIN")
        ours.execute("SELECT count(*) FROM sqlite_master").fetchone()  # from here on the view stands still
        ours.backup(theirs, pages=_PAGES, progress=lambda _, left, whole: progress(whole - left, whole))
        ours.execute("ROLLBACK")
        (found,) = theirs.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise ConfigurationError(
            f"Het register is beschadigd, en de kopie dus ook: {found}. Zet een oudere kopie terug."
        )


def _publish(copy: Path, target: Path) -> None:
    """Under its own name when it is whole and on the disk; never over another file."""
    _flush(copy)
    try:
        os.link(copy, target)
    except FileExistsError:
        raise _there(target) from None
    except OSError:  # a share without hard links: the name is ours first, so that nobody else's file is taken
        _claim(target)
        copy.replace(target)
    _flush(target.parent)


def _claim(target: Path) -> None:
    try:
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        raise _there(target) from None


def _there(target: Path) -> ConfigurationError:
    return ConfigurationError(f"{target} bestaat al; kies een andere naam, of ruim het zelf op")


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
