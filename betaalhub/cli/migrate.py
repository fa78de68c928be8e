"""`betaalhub migrate`."""

from __future__ import annotations

import click
from sqlalchemy import Engine

from betaalhub.cli.dutch import command as dutch_command
from betaalhub.cli.progress import progress
from betaalhub.cli.register import open_engine
from betaalhub.flows.zoekvelden import fill_search_fields
from betaalhub.settings import Settings
from betaalhub.storage import database
from betaalhub.storage.database_back import migrate_back, revision_of


@dutch_command("migrate")
@click.option(
    "--terug",
    metavar="REVISIE",
    help="Ga terug naar deze revisie, voor een oudere versie; alleen waar niets verloren gaat.",
)
@click.option("--ja", is_flag=True, help="Vraag bij --terug niets.")
def command(terug: str | None, ja: bool) -> None:
    """Breng de tabellen van het register bij de tijd.

    Doe dit na elke nieuwe versie. Mag altijd opnieuw; er gaat niets verloren. Wat alleen dient om op te zoeken, wordt daarna
    ingevuld voor wat er al was; breekt dat af, draai de opdracht dan nog eens. Terug kan alleen waar niets
    verloren gaat; anders zet u een reservekopie terug (docs/backup.md).
    """
    with open_engine(Settings.from_env()) as engine:
        if terug is not None:
            _back(engine, terug, sure=ja)
            return
        needed = database.pending(engine)
        database.migrate(engine)
        with progress("Zoekvelden") as told:
            fill_search_fields(database.make_sessions(engine), told=told)
    click.echo("Register is bijgewerkt." if needed else "Register was al bij de tijd.")


def _back(engine: Engine, revision: str, *, sure: bool) -> None:
    present = revision_of(engine)
    if not sure:
        click.echo(
            f"Het register gaat van {present} terug naar {revision}. Hub en worker moeten stilstaan, en er moet een "
            "reservekopie zijn."
        )
        if click.prompt("Doorgaan? (ja of nee)", default="nee", show_default=False) != "ja":
            click.echo("Er is niets veranderd.")
            raise click.Abort
    migrate_back(engine, revision)
    click.echo(f"Register staat weer op {revision}. Zet nu de oudere versie van Betaalhub neer.")
