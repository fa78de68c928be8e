"""`betaalhub uitval`: what waits for a person: list, show (also what a resolution would do), resolve."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from betaalhub.app import utc_now
from betaalhub.cli.dutch import DutchGroup
from betaalhub.cli.options import change, look, our_keys, who
from betaalhub.cli.regels import regels
from betaalhub.cli.register import open_register
from betaalhub.cli.screen import columns, in_euro, in_fours, in_local_time
from betaalhub.cli.uitval_screen import show_preview
from betaalhub.domain.statuses import UitvalStatus
from betaalhub.domain.uitval import Oplossing
from betaalhub.errors import NotFound
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.list_uitval import UitvalStand, list_uitval, show_uitval
from betaalhub.flows.preview import preview
from betaalhub.flows.resolve_uitval import resolve_uitval
from betaalhub.flows.resolve_uitval_zaak import Keuze
from betaalhub.settings import Settings

_LIMIT = 200
_NOBODY = "voorbeeld"  # who resolves in a preview when no name is given

_DOES = {
    Oplossing.OPNIEUW_VRAGEN: "vraag het nu nog eens aan de PSP of het financiële systeem",
    Oplossing.HANDMATIG_STATUS: "zet met --status en --reden hoe het is afgelopen",
    Oplossing.ACCEPTEREN: "neem het zoals het is",
    Oplossing.TERUGBETALEN: "betaal terug; daarna wacht de uitval tot het geld weg is",
    Oplossing.OPNIEUW_VERZENDEN: "stuur het nog eens, nu",
    Oplossing.OPNIEUW_BOEKEN: "boek opnieuw, nadat u de catalogus of de rekening hebt hersteld",
    Oplossing.CIRCUIT_SLUITEN: "roep de PSP weer aan, nadat u de instelling hebt hersteld",
    Oplossing.KOPPELEN: "zeg waarvoor het was; met --regel per productregel",
    Oplossing.BETWISTEN: "u betwist het bij de PSP; de uitval wacht op de afloop",
    Oplossing.GEEN_ACTIE: "doe niets; zeg met --reden waarom",
}


@click.group("uitval", cls=DutchGroup)
def command() -> None:
    """Bekijk en los op wat op een mens wacht."""


@command.command("list")
@click.option("--alles", is_flag=True, help="Ook wat al is opgelost.")
def list_command(alles: bool) -> None:
    """Toon wat er wacht, het oudste eerst."""
    rows = look(lambda session: list_uitval(session, everything=alles, limit=_LIMIT))
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


def _oplossing(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    name = value.strip().upper() if value is not None else None
    if name is not None and name not in [*Oplossing]:
        why = f"kies een van {', '.join(Oplossing)}; kijk met betaalhub uitval show NR wat kan."
        raise click.BadParameter(why, param_hint="'--oplossing'")
    return name


@contextmanager
def _found() -> Iterator[None]:
    """Of a number that is not there: where to find the right one."""
    try:
        yield
    except NotFound as error:
        raise NotFound(f"{error} Kijk met: betaalhub uitval list --alles.") from None


def _choice(required: bool) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """What goes with a resolution, in `show` (what would it do?) and in `resolve`."""
    options = (
        click.option(
            "--oplossing",
            required=required,
            metavar="OPLOSSING",
            callback=_oplossing,
            help="Wat er moet gebeuren; `uitval show NR` noemt wat kan.",
        ),
        click.option("--status", metavar="STATUS", help="Bij HANDMATIG_STATUS: welke; `uitval show NR` noemt wat kan."),
        click.option(
            "--reden",
            metavar="TEKST",
            help="Waarom; verplicht bij GEEN_ACTIE en HANDMATIG_STATUS. Geen persoonsgegevens.",
        ),
        click.option(
            "--tweede", metavar="NAAM", help="De collega die meekijkt, als u een terugbetaling met de hand afsluit."
        ),
        regels,
    )

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


@command.command("show")
@click.argument("nummer", type=int, metavar="NR")
@click.option("--door", metavar="NAAM", default=_NOBODY, help="Uw naam, als die uitmaakt voor het voorbeeld.")
@_choice(required=False)
def show_command(nummer: int, door: str, oplossing: str | None, **choice: Any) -> None:
    """Toon één uitval met het voorstel en de oplossingen.

    Met --oplossing ook wat die oplossing zou doen: boekingen, berichten en terugbetalingen. Er verandert dan niets.
    """
    with _found():
        row = look(lambda session: show_uitval(session, nummer))
    _show(row, open_too=oplossing is None)
    if oplossing is not None:
        _preview(nummer, _keuze(oplossing, Door(door.strip() or _NOBODY, utc_now()), choice))


@command.command("resolve")
@click.argument("nummer", type=int, metavar="NR")
@who
@click.option("--proef", is_flag=True, help="Laat alleen zien wat er zou gebeuren.")
@_choice(required=True)
def resolve_command(nummer: int, door: str, proef: bool, oplossing: str, **choice: Any) -> None:
    """Los een uitval op; wie en waarom komen in het register.

    Komt dezelfde oorzaak terug, dan gaat de uitval weer open.
    """
    if proef:
        with _found():
            _preview(nummer, _keuze(oplossing, Door(door, utc_now()), choice))
        return
    with _found():
        change(
            door, lambda session, who: resolve_uitval(session, nummer, _keuze(oplossing, who, choice), keys=our_keys())
        )
    row = look(lambda session: show_uitval(session, nummer))
    _show(row)
    if row.kop.status == UitvalStatus.OPEN:
        rest = "het antwoord er is" if oplossing == Oplossing.OPNIEUW_VRAGEN else "u ook over de rest hebt beslist"
        click.echo(f"\n{oplossing} is gedaan. Deze uitval blijft open tot {rest}.")


def _keuze(oplossing: str, door: Door, choice: dict[str, Any]) -> Keuze:
    status, reden, tweede = (((choice[name] or "").strip() or None) for name in ("status", "reden", "tweede"))
    return Keuze(
        Oplossing(oplossing),
        door,
        reden=reden,
        status=status.upper() if status else None,
        tweede=tweede,
        regels=choice["regels"],
    )


def _preview(nummer: int, keuze: Keuze) -> None:
    """Never committed: the session is left without it."""
    with open_register(Settings.from_env()) as sessions, sessions() as session:
        found = preview(session, nummer, keuze, keys=our_keys())
        session.rollback()
    show_preview(found, keuze.oplossing)


def _show(row: UitvalStand, *, open_too: bool = False) -> None:
    kop = row.kop
    times = "één keer" if row.keer == 1 else f"{row.keer} keer"
    click.echo(f"Uitval {kop.id}: {kop.soort} ({kop.status}), {times} gezien, sinds {in_local_time(kop.geopend_op)}")
    facts = [
        ("wat er is", kop.omschrijving),
        ("betaalkenmerk", in_fours(kop.betaalkenmerk)),
        ("voorstel", row.voorstel),
    ]
    if row.bedragen:
        facts.insert(2, ("bedrag", ", ".join(f"{what} {in_euro(cents)}" for what, cents in row.bedragen)))
    if row.terugbetaling:
        facts.append(("terugbetaling", row.terugbetaling))
    if row.oplossing:
        word = "opgelost" if kop.status == "OPGELOST" else "gekozen"
        facts.append((word, f"{row.oplossing} door {row.opgelost_door}{f': {row.reden}' if row.reden else ''}"))
    click.echo(columns(facts, indent="  "))
    if open_too and row.oplossingen:
        _show_ways(row)


def _show_ways(row: UitvalStand) -> None:
    """What can be chosen, and commands to paste."""
    click.echo("\nHier kunt u kiezen:\n" + columns([(way, _DOES[way]) for way in row.oplossingen], indent="  "))
    if row.statussen:
        click.echo(f"Bij HANDMATIG_STATUS kan --status {' of '.join(row.statussen)}.")
    first, number = row.oplossingen[0], row.kop.id
    more = ""
    if first == Oplossing.GEEN_ACTIE:
        more = ' --reden "WAT U DEED"'
        click.echo("Het voorstel doet u zelf, bij de PSP of in het financiële systeem; sluit de uitval daarna.")
    elif first == Oplossing.HANDMATIG_STATUS:
        more = f' --status {row.statussen[0]} --reden "WAAROM"'
    click.echo(f"\nWat zou er gebeuren?  betaalhub uitval show {number} --oplossing {first}{more}")
    click.echo(f'Zo lost u het op: betaalhub uitval resolve {number} --oplossing {first} --door "UW NAAM"{more}')
