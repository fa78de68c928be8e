"""`betaalhub ddl`: the tables as scripts for a database administrator who wants to make them by hand."""

from __future__ import annotations

from pathlib import Path

import click

from betaalhub.cli.dutch import DutchGroup
from betaalhub.cli.dutch import command as dutch_command
from betaalhub.errors import ConfigurationError
from betaalhub.storage.database import oracle_scripts


@click.group("ddl", cls=DutchGroup)
def command() -> None:
    """Schrijf de tabellen als scripts, voor een databasebeheerder."""


@dutch_command("oracle")
@click.option("--map", "folder", metavar="MAP", default="oracle", help="Waar de scripts komen (anders: ./oracle).")
@click.option("--sinds", metavar="REVISIE", help="Alleen wat na deze revisie kwam; zo werkt u een register bij.")
def oracle(folder: str, sinds: str | None) -> None:
    """Schrijf de scripts voor SQL*Plus of SQLcl.

    Zonder --sinds: een nieuw register. De revisie van een register dat er is: SELECT version_num FROM alembic_version
    """
    target = Path(folder)
    made = oracle_scripts(since=sinds)
    try:
        target.mkdir(parents=True, exist_ok=True)
        for name, script in made.items():
            (target / name).write_text(script, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"In {target} kan niet geschreven worden: {error.strerror}") from None
    for name in made:
        click.echo(target / name)
    if sinds and not any(name.startswith("02-") for name in made):
        click.echo(f"Na revisie {sinds} is er niets nieuws.")


command.add_command(oracle)
