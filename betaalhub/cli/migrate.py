"""`betaalhub migrate`."""

from __future__ import annotations

import click

from betaalhub.cli.dutch import command as dutch_command
from betaalhub.cli.progress import progress
from betaalhub.cli.register import open_engine
from betaalhub.flows.zoekvelden import fill_search_fields
from betaalhub.settings import Settings
from betaalhub.storage import database


@dutch_command("migrate")
def command() -> None:
    """Breng de tabellen van het register bij de tijd.

    Doe dit na elke nieuwe versie. Mag altijd opnieuw; er gaat niets verloren. Wat alleen dient om op te zoeken, wordt daarna
    ingevuld voor wat er al was; breekt dat af, draai de opdracht dan nog eens.
    """
    with open_engine(Settings.from_env()) as engine:
        needed = database.pending(engine)
        database.migrate(engine)
        with progress("Zoekvelden") as told:
            fill_search_fields(database.make_sessions(engine), told=told)
    click.echo("Register is bijgewerkt." if needed else "Register was al bij de tijd.")
