"""How an aansluiting and its bewijzen look on the screen, and how a new secret is told once."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click

from betaalhub.cli.screen import columns, in_local_time
from betaalhub.cli.secret_file import secret_file
from betaalhub.flows.aansluitingen import AansluitingStand, BewijsStand
from betaalhub.flows.einddatums import Einde
from betaalhub.flows.history import Verandering

to_file = click.option(
    "--geheim-naar",
    metavar="BESTAND",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Zet het geheim in dit bestand (alleen voor u te lezen) en niet op het scherm.",
)

with_history = click.option("--geschiedenis", is_flag=True, help="Ook wie wat veranderde, het nieuwste eerst.")


@contextmanager
def tell_secret(naam: str, word: str, path: Path | None) -> Iterator[str]:
    """A new secret for the block to store; told, once, when the block has succeeded."""
    geheim = secrets.token_urlsafe(24)
    with secret_file(path) as file:
        yield geheim
        if file is not None:
            file.write(f"{naam}={geheim}\n")
    if path is not None:
        click.echo(f"Aansluiting {naam} heeft een nieuw {word}; het staat in {path}")
    else:
        click.echo(f"Aansluiting {naam} heeft een nieuw {word}. Bewaar het; u ziet het maar één keer:\n  {geheim}")


def show_aansluiting_stand(row: AansluitingStand) -> None:
    """One aansluiting, with every bewijs that is not revoked; no secret is in it."""
    click.echo(f"Aansluiting {row.naam} ({'aan' if row.actief else 'uit'}), geldig tot {ends(row.geldig_tot)}")
    click.echo(f"  spreekt voor: {', '.join(row.zenders) or 'niemand'}")
    live = [one for one in row.bewijzen if one.ingetrokken_op is None]
    if not live:
        click.echo(
            "  heeft nog geen bewijs. Geef haar er een met: betaalhub aansluiting nieuw-wachtwoord (of certificaat, oin)"
        )
        return
    head = ("NR", "BEWIJS", "SLEUTEL", "GELDIG TOT")
    click.echo(columns([head, *map(_line, live)], indent="  ", right=(0,)))
    for one in live:
        if one.toelichting:
            click.echo(f"  {one.id}: {one.toelichting}")


def show_history(rows: Sequence[Verandering]) -> None:
    """The last changes, under each other."""
    lines = [
        (in_local_time(row.tijdstip), row.wie, row.soort, row.gegevens + (f" ({row.reden})" if row.reden else ""))
        for row in rows
    ]
    click.echo("\n" + columns(lines, indent="  "))


def _line(one: BewijsStand) -> tuple[str, ...]:
    return (str(one.id), one.soort, one.sleutel, ends(one.geldig_tot))


def ends(moment: datetime | None) -> str:
    """An end date; `geen einde` for nothing."""
    return in_local_time(moment) if moment else "geen einde"


def told_ending(one: Einde) -> str:
    """What ends or has ended, in a sentence."""
    when = "is verlopen op" if one.over else "verloopt op"
    return f"aansluiting {one.aansluiting}: {one.wat} {when} {in_local_time(one.tot)}"
