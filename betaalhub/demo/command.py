"""`betaalhub demo`: start everything, let one payment walk through it, keep serving until Ctrl-C."""

from __future__ import annotations

import os
import secrets
import signal
import time
from collections.abc import Callable
from pathlib import Path

from betaalhub.demo.betaling import Addresses, perform
from betaalhub.demo.environment import AANSLUITING, prepare
from betaalhub.demo.processes import Processes, check_ports
from betaalhub.demo.simulators import GEHEIM_VARIABLE
from betaalhub.settings import Settings


def run_demo(
    directory: Path,
    load: Callable[[Settings, str], None],
    *,
    keep_serving: bool,
    say: Callable[[str], None],
) -> None:
    """Run the demo in `directory`; `load(settings, secret)` makes its register. Raises ConfigurationError or BetaalhubError."""
    env, geheim = prepare(directory, os.environ)
    settings = Settings.from_env(env)
    check_ports(settings)
    say(f"Betaalhub wordt gestart; gegevens en logboeken staan in {directory}")
    load(settings, geheim)
    at = _addresses(settings, geheim)
    for number in (signal.SIGTERM, signal.SIGINT):  # also when started in the background, where SIGINT is ignored
        signal.signal(number, signal.default_int_handler)
    try:
        with Processes(env, directory / "log") as processes:
            _start(processes, at, geheim)
            say("Alles draait. Nu één betaling van begin tot eind:\n")
            perform(at, f"EV-{secrets.token_hex(4)}", say)
            if keep_serving:
                say(_what_now(at))
                _wait(processes)
            say("Gestopt wordt…")
    except KeyboardInterrupt:
        say("\nAlles is gestopt.")
        return
    say("Alles is gestopt.")


def _addresses(settings: Settings, geheim: str) -> Addresses:
    host = settings.simulator_host
    return Addresses(
        hub=settings.public_url,
        psp=f"http://{host}:{settings.simulator_psp_port}",
        erp=f"http://{host}:{settings.simulator_erp_port}",
        productsysteem=f"http://{host}:{settings.simulator_productsysteem_port}",
        aansluiting=AANSLUITING,
        geheim=geheim,
    )


def _start(processes: Processes, at: Addresses, geheim: str) -> None:
    processes.start("simulatoren", ["simulators"], extra={GEHEIM_VARIABLE: geheim})
    processes.start("hub", ["serve"])
    processes.start("worker", ["worker"])
    processes.wait_for(f"{at.hub}/health/ready")
    processes.wait_for(f"{at.erp}/")
    processes.wait_for(f"{at.productsysteem}/")


def _what_now(at: Addresses) -> str:
    return f"""
Alles blijft draaien. Open in uw browser:
  {at.productsysteem}/   het productsysteem: kies een product en betaal het zelf
  {at.psp}/   de PSP
  {at.erp}/   het financiële systeem: de boekingen
  {at.hub}/soap/v1?wsdl   het contract van de hub
Zelf een betaling starten met SOAP: aansluiting {at.aansluiting}, het wachtwoord staat in demo.env bij de gegevens.
Stoppen: Ctrl-C."""


def _wait(processes: Processes) -> None:
    while True:
        time.sleep(1)
        processes.check_alive()
