"""Click's own words in Dutch: the headings of a help text, and what is wrong with a command line."""

from __future__ import annotations

import re
from typing import Any

import click

_HELP = (
    (r"^Usage: ", "Gebruik: "),
    (r"^Options:", "Opties:"),
    (r"^Commands:", "Opdrachten:"),
    (r"\[OPTIONS\]", "[OPTIES]"),
    (r"COMMAND \[ARGS\]\.\.\.", "OPDRACHT …"),
    (r"Show this message and exit\.", "Toon deze uitleg."),
    (r"\[required\]", "[verplicht]"),
)

_USAGE = (
    (r"^No such command ['\"]?(.+?)['\"]?\.(?: .*)?$", r"De opdracht \1 bestaat niet."),
    (r"^Missing command\.$", "Noem een opdracht."),
    (r"^No such option:? ['\"]?([\w-]+)['\"]?\.?(?: .*)?$", r"De optie \1 bestaat niet."),
    (r"(?s)^Missing option ['\"](.+?)['\"].*$", r"De optie \1 is verplicht."),
    (r"(?s)^Missing argument ['\"](.+?)['\"].*$", r"\1 ontbreekt."),
    (r"^Option ['\"](.+?)['\"] requires an argument\.$", r"Achter de optie \1 hoort een waarde."),
    (r"^Option ['\"](.+?)['\"] does not take a value\.$", r"Achter de optie \1 hoort geen waarde."),
    (r"^Got unexpected extra arguments? \((.+)\)$", r"Dit is te veel: \1"),
    (r"(?s)^Invalid value for ['\"](.+?)['\"]: (.*)$", r"\1: \2"),
    (r": ['\"].*['\"] is not a valid (?:integer|int)(?: range)?\.$", ": geef een heel getal."),
    (r": -?\d+ is not in the range (\d+)<=x<=(\d+)\.$", r": geef een heel getal van \1 tot en met \2."),
    (r": -?\d+ is not in the range x>=(\d+)\.$", r": geef een heel getal vanaf \1."),
    (r"(?s): ['\"].*?['\"] is not one of (.*)\.$", r": kies een van \1."),
    (r": (?:File|Path) ['\"](.*)['\"] does not exist\.$", r": het bestand \1 bestaat niet."),
    (r": (?:File|Path) ['\"](.*)['\"] is a directory\.$", r": \1 is een map, geen bestand."),
    (r": Directory ['\"](.*)['\"] is a file\.$", r": \1 is een bestand, geen map."),
    (r": (?:File|Path) ['\"](.*)['\"] is not readable\.$", r": het bestand \1 is niet te lezen."),
)


def _told(text: str, words: tuple[tuple[str, str], ...]) -> str:
    for english, dutch in words:
        text = re.sub(english, dutch, text, flags=re.MULTILINE)
    return text


class _Dutch(click.Command):
    def get_help(self, ctx: click.Context) -> str:
        """The help text under Dutch headings."""
        return _told(super().get_help(ctx), _HELP)


class DutchCommand(_Dutch):
    """A command with a Dutch help text."""


class DutchGroup(_Dutch, click.Group):
    """A group of commands with Dutch help texts."""

    command_class = DutchCommand


def command(name: str) -> Any:
    """The decorator that makes a function the command of this name."""
    return click.command(name, cls=DutchCommand)


def tell_usage(error: click.ClickException) -> int:
    """Say on standard error what is wrong with the command line; gives the exit code (2, or 0 for a help text)."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.format_message())
        return 0
    context = getattr(error, "ctx", None)
    click.echo(f"Fout: {_told(error.format_message(), _USAGE)}", err=True)
    if context is not None:
        click.echo(_told(context.get_usage(), _HELP), err=True)
    click.echo(f"Uitleg: {context.command_path if context else 'betaalhub'} --help", err=True)
    return error.exit_code
