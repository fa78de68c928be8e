"""`betaalhub generate`: a register full of invented betalingen, to try and to measure with."""

from __future__ import annotations

import time
from datetime import timedelta

import click

from betaalhub.app import utc_now
from betaalhub.cli.dutch import command as dutch_command
from betaalhub.cli.progress import progress
from betaalhub.cli.register import open_engine
from betaalhub.cli.screen import columns
from betaalhub.errors import ConfigurationError
from betaalhub.generate.fill import Wish, fill, generated_before, make_pictures
from betaalhub.logs import configure_logging
from betaalhub.settings import Settings
from betaalhub.storage.database import pending
from betaalhub.storage.database_fill import freshen, require_fillable

_MONTH = 30.44  # days


@dutch_command("generate")
@click.argument("aantal", type=click.IntRange(1, 100_000_000), metavar="AANTAL")
@click.option("--tot", is_flag=True, help="Vul aan tot er AANTAL zijn, in plaats van er AANTAL bij te maken.")
@click.option(
    "--maanden",
    type=click.IntRange(1, 120),
    default=12,
    metavar="N",
    help="Over hoeveel maanden terug zij verspreid zijn (anders: 12).",
)
@click.option(
    "--seed", type=int, default=1, metavar="GETAL", help="Hetzelfde getal geeft hetzelfde register (anders: 1)."
)
def command(aantal: int, tot: bool, maanden: int, seed: int) -> None:
    """Vul het register met AANTAL verzonnen betaalopdrachten.

    Zij volgen uw catalogus: uw zenders, producten, prijzen en boekingsleutels, met betalingen, boekingen, terugbetalingen,
    uitval en alles wat daarbij hoort. De hub maakt er zelf een paar, met buren die alleen in het geheugen bestaan; de rest
    is daarvan gekopieerd, elk met eigen kenmerken, tijden en een verzonnen naam. Zo klopt het register helemaal.

    Alleen voor een register om te proberen: de opdracht weigert als er een productieaccount of een echte betaalopdracht in
    staat. Op Oracle wordt niet gegenereerd. Laat verder niemand in dit register schrijven zolang zij loopt. Afgebroken? Draai haar opnieuw met --tot.
    """
    settings = Settings.from_env()
    if settings.production_accounts:
        raise ConfigurationError("Er is een PSP-account van productie ingesteld; hier wordt niets verzonnen.")
    configure_logging("ERROR", False)  # the hub that makes the first ones tells of each step
    with open_engine(settings) as engine:
        require_fillable(engine)
        if pending(engine):
            raise ConfigurationError("Het register loopt achter of is nog leeg; draai eerst: betaalhub migrate")
        there, now = generated_before(engine), utc_now()
        many = aantal - there if tot else aantal
        if many <= 0:
            click.echo(f"Er zijn al {there} verzonnen betaalopdrachten; er komt niets bij.")
            return
        first = (now - timedelta(days=maanden * _MONTH)).date()
        wish = Wish(many, first, now, seed, settings.public_url)
        began = time.monotonic()
        with progress("Voorbeelden") as told:
            pictures = make_pictures(engine, wish, told=told)
        with progress("Kopiëren") as done:
            counted = fill(engine, wish, pictures, done=lambda so_far: done(so_far, many))
        freshen(engine)
        seconds = time.monotonic() - began
    rows = [(kind, f"{number}") for kind, number in sorted(counted.items(), key=lambda pair: -pair[1])]
    click.echo(columns(rows, indent="  ", right=(1,)))
    click.echo(f"{many} betaalopdrachten erbij in {seconds:.0f} s; nu {there + many} in het register.")
