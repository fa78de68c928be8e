"""`betaalhub worker`."""

from __future__ import annotations

import signal

import structlog

from betaalhub.app import make_hub
from betaalhub.cli.dutch import command as dutch_command
from betaalhub.logs import configure_logging
from betaalhub.settings import Settings
from betaalhub.worker.loop import Worker

log = structlog.get_logger(__name__)


@dutch_command("worker")
def command() -> None:
    """Start de worker: vraagt de PSP, meldt en boekt.

    Vraagt de PSP naar betalingen, brengt statusberichten naar productsystemen en boekingen naar het financiële systeem.
    Er mogen er meer tegelijk draaien. Ctrl-C of SIGTERM maakt af wat loopt en stopt dan.
    """
    settings = Settings.from_env()
    configure_logging(settings.log_level, settings.log_format == "json")
    running = Worker(
        make_hub(settings, role="worker"),
        concurrency=settings.worker_concurrency,
        poll_seconds=settings.worker_poll_ms / 1000,
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: running.stop.set())
    log.info("worker_started", concurrency=settings.worker_concurrency, poll_ms=settings.worker_poll_ms)
    running.start()
    running.join()
    log.info("worker_stopped")
