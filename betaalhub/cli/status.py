"""`betaalhub status`: the timeline of a payment, readable on the phone with a citizen."""

from __future__ import annotations

import click

from betaalhub.app import utc_now
from betaalhub.cli.dutch import command as dutch_command
from betaalhub.cli.register import open_register
from betaalhub.cli.screen import columns, in_euro, in_fours, in_local_time
from betaalhub.domain.kenmerk import parse_kenmerk
from betaalhub.flows.einddatums import find_endings
from betaalhub.flows.timeline import Tijdlijn, timeline
from betaalhub.settings import Settings
from betaalhub.storage.database import reading


@dutch_command("status")
@click.argument("kenmerk", nargs=-1, required=True, metavar="KENMERK")
def command(kenmerk: tuple[str, ...]) -> None:
    """Toon de tijdlijn van een betaling.

    KENMERK is het betaalkenmerk of het kenmerk van het winkelmandje: 12 cijfers, met of zonder spaties. Er staan geen
    persoonsgegevens in het antwoord.
    """
    asked = parse_kenmerk("".join(kenmerk))
    with open_register(Settings.from_env()) as sessions, reading(sessions) as session:
        found, endings = timeline(session, asked), find_endings(session, utc_now())
    _show(found)
    if endings:
        click.echo(f"\nLet op: {len(endings)} keer verloopt een aansluiting of bewijs; zie betaalhub check", err=True)


def _show(found: Tijdlijn) -> None:
    click.echo(f"Winkelmandje {in_fours(found.winkelmandje)}  {found.status}  {in_euro(found.totaal_cent)}\n")
    parts = [
        (
            part.soort,
            in_fours(part.kenmerk),
            part.status,
            "" if part.bedrag_cent is None else in_euro(part.bedrag_cent),
            part.toelichting,
        )
        for part in found.onderdelen
    ]
    click.echo(columns(parts, indent="  ", right=(3,)))
    moments = [
        (in_local_time(moment.tijdstip), moment.wie, moment.wat.replace(" - → ", " → ")) for moment in found.momenten
    ]
    click.echo("\n" + columns(moments, indent="  "))
