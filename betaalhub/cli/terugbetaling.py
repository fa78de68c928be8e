"""`betaalhub terugbetaling`: what was asked to be given back: list."""

from __future__ import annotations

import click

from betaalhub.cli.dutch import DutchGroup
from betaalhub.cli.register import open_register
from betaalhub.cli.screen import columns, in_euro, in_fours, in_local_time
from betaalhub.flows.terugbetaling_lists import list_terugbetalingen
from betaalhub.settings import Settings
from betaalhub.storage.database import reading

_LIMIT = 200


@click.group("terugbetaling", cls=DutchGroup)
def command() -> None:
    """Bekijk waarvoor geld terug moet."""


@command.command("list")
@click.option("--alles", is_flag=True, help="Ook wat al klaar is.")
def list_command(alles: bool) -> None:
    """Toon wat er is aangevraagd en nog niet klaar is, het oudste eerst."""
    with open_register(Settings.from_env()) as sessions, reading(sessions) as session:
        rows = list_terugbetalingen(session, everything=alles, limit=_LIMIT)
    if not rows:
        click.echo("Er is nog nooit om terugbetalen gevraagd." if alles else "Er wacht geen terugbetaling.")
        return
    head = ("TERUGBETALING", "STATUS", "BEDRAG", "SINDS", "BETAALKENMERK", "DOOR", "REDEN")
    lines = [
        (
            row.nummer,
            row.status,
            in_euro(row.bedrag_cent),
            in_local_time(row.aangevraagd_op),
            in_fours(row.betaalkenmerk),
            row.aangevraagd_door,
            row.reden or "-",
        )
        for row in rows
    ]
    click.echo(columns([head, *lines], right=(2,)))
    if len(rows) == _LIMIT:
        click.echo(f"Dit zijn de oudste {_LIMIT}; er kan meer zijn.")
