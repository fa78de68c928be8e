"""`betaalhub serve`: becomes gunicorn."""

from __future__ import annotations

import os
import sys

import click

from betaalhub.app import make_hub, make_signer, make_themas
from betaalhub.cli.dutch import command as dutch_command
from betaalhub.demo.ports import check_ports, hub_door
from betaalhub.settings import Settings


@dutch_command("serve")
@click.option(
    "--config",
    metavar="BESTAND",
    type=click.Path(exists=True, dir_okay=False),
    help="Eigen gunicorn-configuratie; begin met deploy/gunicorn.conf.py.",
)
def command(config: str | None) -> None:
    """Start de hub: SOAP-dienst en betaalportaal.

    Luistert op BETAALHUB_BIND. Ctrl-C of SIGTERM maakt af wat loopt en stopt dan.
    """
    settings = Settings.from_env()
    make_signer(settings)  # what can't be used is told here, once, and not by every process
    make_hub(settings)
    make_themas(settings)
    if config is None and "LISTEN_FDS" not in os.environ:  # systemd may hand over an open door
        check_ports(hub_door(settings))
    arguments = ["-m", "gunicorn", "-c", config or "python:betaalhub.gunicorn_conf", "betaalhub.wsgi:application"]
    os.execv(sys.executable, [sys.executable, *arguments])
