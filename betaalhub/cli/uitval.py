"""`betaalhub uitval`: what waits for a person: list, show, resolve."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from betaalhub.cli.dutch import DutchGroup
from betaalhub.cli.register import open_register
from betaalhub.cli.screen import columns, in_fours, in_local_time
from betaalhub.domain.uitval import Oplossing
from betaalhub.flows.keys import Keys
from betaalhub.flows.resolve_uitval import UitvalStand, list_uitval, resolve_uitval, show_uitval
from betaalhub.settings import Settings
from betaalhub.storage.database import reading, with_retries

_LIMIT = 200

_DOES = {
    Oplossing.OPNIEUW_VRAGEN: "vraag het de buurman nog eens, nu",
    Oplossing.OPNIEUW_VERZENDEN: "stuur het statusbericht nog eens, nu",
    Oplossing.OPNIEUW_BOEKEN: "boek opnieuw, nadat u de catalogus of de rekening hebt hersteld",
    Oplossing.CIRCUIT_SLUITEN: "roep de PSP weer aan, nadat u de instelling hebt hersteld",
    Oplossing.GEEN_ACTIE: "doe niets; zeg met --reden waarom",
}


@click.group("uitval", cls=DutchGroup)
def command() -> None:
    """Bekijk en los op wat op een mens wacht."""


@command.command("list")
@click.option("--alles", is_flag=True, help="Ook wat al is opgelost.")
def list_command(alles: bool) -> None:
    """Toon wat er wacht, het oudste eerst."""
    with open_register(Settings.from_env()) as sessions, reading(sessions) as session:
        rows = list_uitval(session, everything=alles, limit=_LIMIT)
    if not rows:
        click.echo("Geen uitval. Alles klopt." if not alles else "Er is nog nooit uitval geweest.")
        return
    head = ("NR", "SOORT", "STATUS", "SINDS", "BETAALKENMERK", "OMSCHRIJVING")
    lines = [
        (
            str(row.id),
            row.soort,
            row.status,
            in_local_time(row.geopend_op),
            in_fours(row.betaalkenmerk),
            row.omschrijving,
        )
        for row in rows
    ]
    click.echo(columns([head, *lines], right=(0,)))
    click.echo("\nVoorstel en oplossingen: betaalhub uitval show NR")
    if len(rows) == _LIMIT:
        click.echo(f"Dit zijn de oudste {_LIMIT}; er kan meer zijn.")


@command.command("show")
@click.argument("nummer", type=int, metavar="NR")
def show_command(nummer: int) -> None:
    """Toon één uitval met het voorstel en de oplossingen."""
    with open_register(Settings.from_env()) as sessions, reading(sessions) as session:
        row = show_uitval(session, nummer)
    _show(row)
    if row.opgelost_door is None:
        _show_ways(row)


def _show_ways(row: UitvalStand) -> None:
    """What can be chosen, and a command to paste."""
    click.echo("\nHier kunt u kiezen:\n" + columns([(way, _DOES.get(way, "")) for way in row.oplossingen], indent="  "))
    first = row.oplossingen[0]
    reden = ""
    if first == Oplossing.GEEN_ACTIE:
        reden = ' --reden "WAT U DEED"'
        click.echo("Het voorstel doet u zelf, bij de PSP of in het financiële systeem; sluit de uitval daarna.")
    click.echo(f'\nZo lost u het op: betaalhub uitval resolve {row.id} --oplossing {first} --door "UW NAAM"{reden}')


@command.command("resolve")
@click.argument("nummer", type=int, metavar="NR")
@click.option(
    "--oplossing",
    required=True,
    metavar="OPLOSSING",
    type=click.Choice([way.value for way in Oplossing], case_sensitive=False),
    help="Wat er moet gebeuren; `uitval show NR` noemt wat kan.",
)
@click.option("--door", required=True, metavar="NAAM", help="Uw naam; komt in het register.")
@click.option("--reden", metavar="TEKST", help="Waarom; verplicht bij GEEN_ACTIE. Geen persoonsgegevens.")
def resolve_command(nummer: int, oplossing: str, door: str, reden: str | None) -> None:
    """Los een uitval op; wie en waarom komen in het register.

    Komt dezelfde oorzaak terug, dan gaat de uitval weer open.
    """
    if not door.strip():
        raise click.BadParameter("zeg wie u bent.", param_hint="'--door'")
    with open_register(Settings.from_env()) as sessions:
        row = with_retries(
            sessions,
            lambda session: resolve_uitval(
                session,
                nummer,
                oplossing=Oplossing(oplossing),
                door=door.strip(),
                reden=(reden or "").strip() or None,
                now=datetime.now(UTC),
                keys=Keys(),
            ),
        )
    _show(row)


def _show(row: UitvalStand) -> None:
    times = "één keer" if row.keer == 1 else f"{row.keer} keer"
    click.echo(f"Uitval {row.id}: {row.soort} ({row.status}), {times} gezien, sinds {in_local_time(row.geopend_op)}")
    facts = [
        ("wat er is", row.omschrijving),
        ("betaalkenmerk", in_fours(row.betaalkenmerk)),
        ("voorstel", row.voorstel),
    ]
    if row.opgelost_door:
        facts.append(("opgelost", f"{row.oplossing} door {row.opgelost_door}{f': {row.reden}' if row.reden else ''}"))
    click.echo(columns(facts, indent="  "))
