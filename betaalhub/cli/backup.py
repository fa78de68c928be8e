"""`betaalhub backup`: a copy of an SQLite register while the hub works."""

from __future__ import annotations

import os
from pathlib import Path

import click

from betaalhub.app import utc_now
from betaalhub.cli.dutch import command as dutch_command
from betaalhub.cli.progress import progress
from betaalhub.cli.register import open_engine
from betaalhub.errors import ConfigurationError
from betaalhub.settings import Settings
from betaalhub.storage.database_backup import copy_register


@dutch_command("backup")
@click.argument("bestand", metavar="BESTAND")
def command(bestand: str) -> None:
    """Kopieer een SQLite-register terwijl de hub werkt.

    BESTAND is de kopie, of een map waarin zij met datum en tijd in haar naam komt. Er staan persoonsgegevens in: alleen u
    kunt haar lezen; bewaar haar zo. Een bestand dat er al is, blijft staan. Voor PostgreSQL en Oracle: docs/backup.md.
    """
    settings = Settings.from_env()
    target = Path(bestand)
    if bestand.endswith(("/", os.sep)) and not target.is_dir():
        raise ConfigurationError(f"De map {bestand} bestaat niet; maak haar eerst, of noem een bestand.")
    if target.is_dir():
        target /= f"betaalhub-{utc_now():%Y%m%dT%H%M%SZ}.sqlite3"
    with open_engine(settings) as engine, progress("Kopiëren") as told:
        size = copy_register(engine, target, told)
    click.echo(f"Register gekopieerd naar {target} ({size / 1_000_000:.1f} MB).")
