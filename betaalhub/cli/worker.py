"""`betaalhub worker`."""

from __future__ import annotations

import signal
from dataclasses import replace

import click
import structlog

from betaalhub.app import make_hub
from betaalhub.cli.dutch import command as dutch_command
from betaalhub.logs import configure_logging
from betaalhub.settings import Settings
from betaalhub.worker.loop import Worker

log = structlog.get_logger(__name__)
_MOST = 64


def _number(_context: click.Context, _option: click.Parameter, value: int | None) -> int | None:
    if value is not None and not 1 <= value <= _MOST:
        raise click.BadParameter(f"geef een heel getal van 1 tot en met {_MOST}.", param_hint="'--concurrency'")
    return value


@dutch_command("worker")
@click.option(
    "--concurrency",
    type=int,
    metavar="AANTAL",
    callback=_number,
    help="Aantal taken tegelijk, 1 tot en met 64; gaat voor BETAALHUB_WORKER_CONCURRENCY.",
)
def command(concurrency: int | None) -> None:
    """Start de worker: vraagt de PSP, meldt en boekt.

    Vraagt de PSP naar betalingen, brengt statusberichten naar productsystemen en boekingen naar het financiële systeem.
    Er mogen er meer tegelijk draaien, ook op andere servers. Ctrl-C of SIGTERM maakt af wat loopt, geeft terug wat nog niet
    begonnen is, en stopt dan.
    """
    settings = Settings.from_env()
    settings = replace(settings, worker_concurrency=concurrency or settings.worker_concurrency)
    configure_logging(settings.log_level, settings.log_format == "json")
    running = Worker(
        make_hub(settings, role="worker"),
        concurrency=settings.worker_concurrency,
        poll_seconds=settings.worker_poll_ms / 1000,
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: running.stop())
    log.info("worker_started", concurrency=settings.worker_concurrency, poll_ms=settings.worker_poll_ms)
    running.start()
    running.join()
    log.info("worker_stopped")
