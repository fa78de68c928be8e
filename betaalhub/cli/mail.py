"""`betaalhub mail`: which mails went about a betaling, and one of them again; for a person at the helpdesk."""

from __future__ import annotations

import click

from betaalhub.cli.dutch import DutchGroup
from betaalhub.cli.options import change, look, who
from betaalhub.cli.screen import columns, in_fours, in_local_time
from betaalhub.domain.kenmerk import parse_kenmerk
from betaalhub.errors import Refusal
from betaalhub.flows.mail_lists import MailRegister, list_mails, resend_mail
from betaalhub.settings import Settings


@click.group("mail", cls=DutchGroup)
def command() -> None:
    """Bekijk de mails over een betaling, of stuur er een opnieuw."""


@command.command("list")
@click.argument("kenmerk", nargs=-1, required=True, metavar="KENMERK")
def list_command(kenmerk: tuple[str, ...]) -> None:
    """Toon welke mails er zijn.

    KENMERK is het betaalkenmerk of het kenmerk van het winkelmandje. Het adres staat er niet helemaal.
    """
    asked = parse_kenmerk("".join(kenmerk))
    _show(look(lambda session: list_mails(session, asked)))


@command.command("stuur-opnieuw")
@click.argument("nummer", type=click.IntRange(1, 10**18), metavar="NUMMER")
@who
def resend_command(nummer: int, door: str) -> None:
    """Stuur een mail nog een keer.

    NUMMER staat in de lijst. De mail gaat naar hetzelfde adres, en vertelt hoe het nu is.
    """
    if Settings.from_env().mail is None:
        raise Refusal("MAIL_UIT", "Deze installatie stuurt geen mails: BETAALHUB_MAIL_HOST is leeg.")
    found = change(door, lambda session, who: resend_mail(session, nummer, door=who))
    click.echo(f"De mail gaat opnieuw naar {found.naar}.")


def _show(found: tuple[MailRegister, ...]) -> None:
    if not found:
        click.echo("Over deze betaling is geen mail.")
        return
    head = ("NUMMER", "MAIL", "STATUS", "SINDS", "KEER", "NAAR", "WINKELMANDJE", "REDEN")
    lines = [
        (
            str(row.nummer),
            row.soort,
            row.status,
            in_local_time(row.status_op),
            str(row.keer),
            row.naar or "-",
            in_fours(row.kenmerk),
            row.reden or "-",
        )
        for row in found
    ]
    click.echo(columns([head, *lines], right=(0, 4)))
