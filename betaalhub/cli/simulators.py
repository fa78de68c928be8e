"""`betaalhub simulators`."""

from __future__ import annotations

import os

import click

from betaalhub.cli.dutch import command as dutch_command
from betaalhub.demo.simulators import run_simulators, with_simulator_secrets
from betaalhub.settings import Settings


@dutch_command("simulators")
def command() -> None:
    """Start alleen de simulatoren van de buren.

    Een betaaldienst (PSP), een financieel systeem en een productsysteem, om een aansluiting mee te proberen. Er wordt nooit
    echt geld betaald. Starten niet naast een productieaccount. Ctrl-C stopt ze. Zonder instellingen vragen ze als wachtwoord:
    simulator.
    """
    run_simulators(Settings.from_env(with_simulator_secrets(os.environ)), say=click.echo)
