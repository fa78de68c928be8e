"""`betaalhub migrate`."""

from __future__ import annotations

import click

from betaalhub.cli.dutch import command as dutch_command
from betaalhub.cli.register import open_engine
from betaalhub.settings import Settings
from betaalhub.storage import database


@dutch_command("migrate")
def command() -> None:
    """Breng de tabellen van het register bij de tijd.

    Doe dit na elke nieuwe versie. Mag altijd opnieuw; er gaat niets verloren.
    """
    with open_engine(Settings.from_env()) as engine:
        needed = database.pending(engine)
        database.migrate(engine)
    click.echo("Register is bijgewerkt." if needed else "Register was al bij de tijd.")
