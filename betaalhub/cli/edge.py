"""The edge of the command line: finds the command, and lets no error out as anything but one readable message.

Exit codes: 0 good, 1 a check failed, 2 an error that the user can mend (or a wrong command line), 3 a fault of ours.
"""

from __future__ import annotations

import os
import secrets
import sys
from importlib import import_module
from typing import Any

import click
import structlog

from betaalhub import __version__
from betaalhub.cli.dutch import DutchGroup, tell_usage
from betaalhub.errors import BetaalhubError, Refusal
from betaalhub.logs import configure_logging
from betaalhub.settings import PREFIX

log = structlog.get_logger(__name__)

# In the order of their lives; each in the module of its name, and loaded only when it is asked for.
_COMMANDS = (
    "init",
    "migrate",
    "ddl",
    "check",
    "serve",
    "worker",
    "queue",
    "simulators",
    "demo",
    "zender",
    "aansluiting",
    "status",
    "uitval",
    "terugbetaling",
    "mail",
    "theme",
    "zoek",
    "generate",
    "verify",
    "backup",
)
_ERROR, _FAULT, _INTERRUPTED = 2, 3, 130


class Edge(DutchGroup):
    """The commands, and what becomes of their errors."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names in the order of their lives."""
        return [*_COMMANDS, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, loaded now; None when there is none of this name."""
        if cmd_name not in _COMMANDS:
            return super().get_command(ctx, cmd_name)
        found: click.Command = import_module(f"betaalhub.cli.{cmd_name}").command
        return found

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run and leave with an exit code; never returns."""
        try:
            code = super().main(*args, **{**kwargs, "standalone_mode": False})
        except click.ClickException as error:
            code = tell_usage(error)
        except click.Abort:
            code = _INTERRUPTED
        except BetaalhubError as error:
            click.echo(f"Fout: {error.omschrijving if isinstance(error, Refusal) else error}", err=True)
            code = _ERROR
        except Exception as error:  # the command line's edge: a person reads one line, whatever it is
            code = _tell_incident(error)
        raise SystemExit(code if isinstance(code, int) else 0)


def _tell_incident(error: Exception) -> int:
    incident = secrets.token_hex(4)
    if os.environ.get(f"{PREFIX}LOG_LEVEL") == "DEBUG":
        configure_logging("DEBUG", os.environ.get(f"{PREFIX}LOG_FORMAT") != "tekst")
        log.debug("command_failed", incident=incident, exc_info=error)
        hint = "Meld het met de laatste regel van het logboek."
    else:
        hint = f"Met {PREFIX}LOG_LEVEL=DEBUG staat in het logboek waar; meld het daarmee."
    kind = type(error).__name__
    click.echo(f"Fout: er ging bij ons iets onverwachts mis ({kind}, incident {incident}). {hint}", err=True)
    return _FAULT


@click.group(cls=Edge, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="betaalhub", message="%(prog)s %(version)s", help="Toon de versie.")
def cli() -> None:
    """Betaalhub: één betaaldienst voor alle producten van een gemeente.

    Instellingen staan in omgevingsvariabelen; deploy/env.example noemt ze allemaal. Probeer eerst: betaalhub demo

    Exitcodes: 0 goed, 1 een controle mislukte, 2 een fout die u kunt herstellen, 3 een fout van ons,
    130 afgebroken.
    """


def main() -> None:
    """The entry point of the script `betaalhub`."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal without € must not end a command
    cli(prog_name="betaalhub")
