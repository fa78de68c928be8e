"""`betaalhub aansluiting`: who calls, for which zenders, and how it proves itself."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import click
from sqlalchemy.orm import Session

from betaalhub.cli.bewijs import (
    certificaat_command,
    einddatum_command,
    handtekening_command,
    intrekken_command,
    oin_command,
    usernametoken_command,
)
from betaalhub.cli.catalogus import hash_secret
from betaalhub.cli.dutch import DutchGroup
from betaalhub.cli.options import change, changed_list, look, until, who
from betaalhub.cli.proof_screen import ends, show_aansluiting_stand, show_history, tell_secret, to_file, with_history
from betaalhub.cli.screen import columns
from betaalhub.flows.aansluitingen import (
    AansluitingChange,
    AansluitingStand,
    add_aansluiting,
    change_aansluiting,
    list_aansluitingen,
    renew_password,
    show_aansluiting,
)
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.history import history_of_aansluiting

_KEEP = 14  # days in which both sides change a password
_DAY = timedelta(days=1)


@click.group("aansluiting", cls=DutchGroup)
def command() -> None:
    """Beheer wie er mag aanroepen, en hoe zij dat bewijst."""


@command.command("list")
def list_command() -> None:
    """Toon alle aansluitingen."""
    rows = look(list_aansluitingen)
    if not rows:
        click.echo("Er zijn nog geen aansluitingen.")
        return
    head = ("NAAM", "AAN", "GELDIG TOT", "BEWIJZEN", "ZENDERS")
    lines = [
        (
            row.naam,
            "ja" if row.actief else "nee",
            ends(row.geldig_tot),
            str(sum(one.ingetrokken_op is None for one in row.bewijzen)),
            ", ".join(row.zenders) or "-",
        )
        for row in rows
    ]
    click.echo(columns([head, *lines], right=(3,)))


@command.command("show")
@click.argument("naam", metavar="NAAM")
@with_history
def show_command(naam: str, geschiedenis: bool) -> None:
    """Toon één aansluiting met haar bewijzen."""
    show_aansluiting_stand(look(lambda session: show_aansluiting(session, naam)))
    if geschiedenis:
        show_history(look(lambda session: history_of_aansluiting(session, naam)))


def _new_name(_context: click.Context, _argument: click.Parameter, value: str) -> str:
    if not 0 < len(value) <= 100 or value != value.strip() or ":" in value or not value.isprintable():
        raise click.BadParameter("geef hooguit 100 tekens, zonder dubbele punt.")  # HTTP Basic ends a name at a colon
    return value


@command.command("add")
@click.argument("naam", metavar="NAAM", callback=_new_name)
@click.option("--zender", metavar="CODE", multiple=True, help="Een zender waarvoor zij spreekt. Mag vaker.")
@until
@who
def add_command(naam: str, zender: tuple[str, ...], geldig_tot: object, door: str) -> None:
    """Voeg een aansluiting toe.

    Geef haar daarna een bewijs: een wachtwoord, een certificaat of een OIN.
    """

    def work(session: Session, by: Door) -> AansluitingStand:
        add_aansluiting(session, naam, by)
        change_aansluiting(session, naam, AansluitingChange(geldig_tot=geldig_tot, zenders=zender), by)  # type: ignore[arg-type]  # click's callback made it a moment
        return show_aansluiting(session, naam)

    show_aansluiting_stand(change(door, work))


@command.command("change")
@click.argument("naam", metavar="NAAM")
@click.option("--zender", metavar="CODE", multiple=True, help="Een zender waarvoor zij ook spreekt. Mag vaker.")
@click.option("--geen-zender", metavar="CODE", multiple=True, help="Een zender waarvoor zij niet meer spreekt.")
@until
@click.option("--zonder-einddatum", is_flag=True, help="Zij geldt tot u haar uitzet.")
@click.option("--aan/--uit", "actief", default=None, help="Zet haar aan of uit.")
@who
def change_command(naam: str, door: str, **asked: object) -> None:
    """Verander een aansluiting.

    Uitzetten werkt binnen een minuut, in elk proces.
    """
    if asked["geldig_tot"] and asked["zonder_einddatum"]:
        raise click.UsageError("Geef --geldig-tot of --zonder-einddatum, niet allebei.")

    def work(session: Session, by: Door) -> AansluitingStand:
        old = show_aansluiting(session, naam)
        wanted = AansluitingChange(
            asked["actief"],  # type: ignore[arg-type]
            asked["geldig_tot"],  # type: ignore[arg-type]
            without_end=bool(asked["zonder_einddatum"]),
            zenders=changed_list(old.zenders, asked["zender"], asked["geen_zender"], "Zender"),  # type: ignore[arg-type]
        )
        change_aansluiting(session, naam, wanted, by)
        return show_aansluiting(session, naam)

    show_aansluiting_stand(change(door, work))


@command.command("nieuw-wachtwoord")
@click.argument("naam", metavar="NAAM")
@click.option(
    "--oud-blijft",
    metavar="DAGEN",
    type=click.IntRange(0, 365),
    default=_KEEP,
    help="Zo veel dagen werken de oude wachtwoorden nog (anders: 14; 0: meteen niet meer).",
)
@to_file
@who
def password_command(naam: str, oud_blijft: int, geheim_naar: Path | None, door: str) -> None:
    """Geef haar een nieuw wachtwoord.

    Het oude werkt nog even, zodat de leverancier zonder storing kan wisselen. Is het oude gelekt, geef dan --oud-blijft 0.
    """
    look(lambda session: show_aansluiting(session, naam))  # before a secret is made and shown
    with tell_secret(naam, "wachtwoord", geheim_naar) as geheim:
        change(
            door,
            lambda session, by: renew_password(session, naam, hash_secret(geheim), by, keep=oud_blijft * _DAY).id,
        )
    if oud_blijft:
        click.echo(f"Wat er al was, werkt nog hooguit {oud_blijft} dagen; betaalhub aansluiting show {naam}")


for _one in (
    certificaat_command,
    oin_command,
    handtekening_command,
    usernametoken_command,
    intrekken_command,
    einddatum_command,
):
    command.add_command(_one)
