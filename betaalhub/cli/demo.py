"""`betaalhub demo`."""

from __future__ import annotations

from pathlib import Path

import click

from betaalhub.cli.catalogus import load_demo
from betaalhub.cli.dutch import command as dutch_command
from betaalhub.demo.command import run_demo


@dutch_command("demo")
@click.option(
    "--map",
    "directory",
    metavar="MAP",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("var/demo"),
    help="Waar de demo alles bewaart (anders: var/demo).",
)
@click.option("--stop-na-betaling", is_flag=True, help="Stop na de demobetaling in plaats van te blijven draaien.")
def command(directory: Path, stop_na_betaling: bool) -> None:
    """Start alles op deze computer en doe één betaling voor.

    Hub, worker en simulatoren van alle buren, met een eigen register. Daarna blijft alles draaien tot u Ctrl-C drukt.
    """
    run_demo(directory, load_demo, keep_serving=not stop_na_betaling, say=click.echo)
