"""How an administrator names productregels and amounts on the command line: `--regel 2=12,50`."""

from __future__ import annotations

import click

from betaalhub.web.portal.amounts import read_amount


def _regels(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> dict[int, int] | None:
    found: dict[int, int] = {}
    for text in values:
        number, _, amount = text.partition("=")
        cents = read_amount(amount)
        if not number.strip().isdecimal() or cents is None:
            raise click.BadParameter("geef regelnummer en euro's, bijvoorbeeld 2=12,50.", param_hint="'--regel'")
        if int(number) in found:
            raise click.BadParameter(f"regel {int(number)} staat er twee keer.", param_hint="'--regel'")
        found[int(number)] = cents
    return found or None


regels = click.option(
    "--regel",
    "regels",
    multiple=True,
    metavar="NR=BEDRAG",
    callback=_regels,
    help="Regelnummer en euro's, bijvoorbeeld 2=12,50; mag vaker. Zonder: alles wat erbij hoort.",
)
