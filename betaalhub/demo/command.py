"""`betaalhub demo`: start everything, let one betaling walk through it, keep serving until Ctrl-C."""

from __future__ import annotations

import os
import secrets
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import zeep.exceptions

from betaalhub.demo import by_hand
from betaalhub.demo.betaling import Addresses, perform
from betaalhub.demo.environment import AANSLUITING, prepare
from betaalhub.demo.folder import alone_in
from betaalhub.demo.ports import all_doors, check_ports
from betaalhub.demo.processes import Processes
from betaalhub.demo.simulators import GEHEIM_VARIABLE
from betaalhub.demo.story import Say, Story
from betaalhub.errors import BetaalhubError
from betaalhub.settings import Settings


def run_demo(directory: Path, load: Callable[[Settings, str], None], *, keep_serving: bool, say: Say) -> None:
    """Run the demo in `directory`; `load(settings, secret)` makes its register. ConfigurationError, BetaalhubError."""
    with alone_in(directory):
        _run_alone(directory, load, Story(say), keep_serving=keep_serving)


def _run_alone(directory: Path, load: Callable[[Settings, str], None], story: Story, *, keep_serving: bool) -> None:
    os.umask(0o077)  # what the demo writes is for its owner only
    env = prepare(directory, os.environ)
    settings = Settings.from_env(env.variables)
    check_ports(all_doors(settings))
    at = _addresses(settings, env.geheim)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)  # a stop from outside is as clean as Ctrl-C
    # A process in the background starts with SIGINT ignored; it must be heard nevertheless.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    story.heading("Betaalhub: de demo")
    story.line(f"  Register, geheimen en logboeken staan in {directory}. Ctrl-C stopt alles.\n")
    try:
        with Processes(env.variables, directory / "log") as processes:
            load(settings, env.geheim)
            by_hand.write_files(directory, at)
            _start(processes, at, story)
            _run(processes, at, directory, story, keep_serving=keep_serving)
            story.line("\nStoppen …")
    except KeyboardInterrupt:
        story.line("")
    story.line("Alles is gestopt.")


def _addresses(settings: Settings, geheim: str) -> Addresses:
    host = settings.simulator_host
    return Addresses(
        hub=settings.public_url,
        psp=f"http://{host}:{settings.simulator_psp_port}",
        erp=f"http://{host}:{settings.simulator_erp_port}",
        productsysteem=f"http://{host}:{settings.simulator_productsysteem_port}",
        postbus=f"http://{host}:{settings.simulator_postbus_port}",
        aansluiting=AANSLUITING,
        geheim=geheim,
    )


def _start(processes: Processes, at: Addresses, story: Story) -> None:
    story.ready("register", "met zes producten van drie diensten")
    processes.start("simulatoren", ["simulators"], extra={GEHEIM_VARIABLE: at.geheim})
    processes.start("hub", ["serve"])
    processes.start("worker", ["worker"])
    processes.wait_for(f"{at.erp}/")
    processes.wait_for(f"{at.productsysteem}/")
    processes.wait_for(f"{at.postbus}/")
    story.ready("simulatoren", "PSP, financieel systeem, productsysteem en postbus")
    processes.wait_for(f"{at.hub}/health/ready")
    story.ready("hub", at.hub)
    story.ready("worker", "vraagt de PSP, meldt, mailt en boekt")


def _run(processes: Processes, at: Addresses, directory: Path, story: Story, *, keep_serving: bool) -> None:
    story.heading("Eén betaling van begin tot eind")
    with _explained(processes):
        betaalkenmerk = perform(at, f"EV-{secrets.token_hex(4)}", story, alive=processes.check_alive)
    if keep_serving:
        by_hand.tell(directory, at, betaalkenmerk, story)
        while True:
            time.sleep(1)
            processes.check_alive()


@contextmanager
def _explained(processes: Processes) -> Iterator[None]:
    """A step that failed: because a process died, or else by what it answered."""
    try:
        yield
    except (OSError, zeep.exceptions.Error) as error:
        processes.check_alive(patience=2.0)
        raise BetaalhubError(
            f"De demobetaling is niet gelukt ({type(error).__name__}: {error}). De logboeken: {processes.logs}"
        ) from error
