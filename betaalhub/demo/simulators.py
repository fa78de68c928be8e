"""Starts the simulators from the settings, for the demo and for suppliers who want to try against them."""

from __future__ import annotations

import os
import secrets
import signal
import threading
from collections.abc import Mapping
from pathlib import Path

from betaalhub.demo.betaling import KLANT
from betaalhub.demo.environment import AANSLUITING
from betaalhub.demo.story import Say
from betaalhub.logs import configure_logging
from betaalhub.settings import PREFIX, Settings
from gemeentelijke_koppelingen.simulatoren import (
    DemoProduct,
    PostbusConfig,
    RunningSimulators,
    SimulatorConfig,
    WorldlineConfig,
    start_simulators,
)

GEHEIM_VARIABLE = "DEMO_AANSLUITING_GEHEIM"

PRODUCTEN = (
    DemoProduct("EVENEMENT", "Evenementenvergunning", 18750, "vergunningen"),
    DemoProduct("OMGEVING", "Omgevingsvergunning", 42500, "vergunningen", vrij=True),
    DemoProduct("UITTREKSEL", "Uittreksel basisregistratie personen", 1580, "burgerzaken"),
    DemoProduct("PARKEREN", "Parkeervergunning bewoner", 9600, "parkeren"),
    DemoProduct("MARKT", "Marktstandplaats", 3200, "parkeren"),
    DemoProduct("AFVALPAS", "Vervangende afvalpas", 1210, "parkeren"),
)


SIMULATOR_PASSWORD = "simulator"


def with_simulator_secrets(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment, completed with what a supplier who starts the simulators alone need not choose: the password that
    every simulator asks, and the key of a hub that is not there."""
    env = dict(environ)
    for name in ("PSP_PASSWORD", "ERP_PASSWORD", "PRODUCTSYSTEEM_PASSWORD", "SECRET_KEY"):
        if f"{PREFIX}{name}_FILE" not in env:
            env.setdefault(PREFIX + name, secrets.token_hex(16) if name == "SECRET_KEY" else SIMULATOR_PASSWORD)
    return env


def run_simulators(settings: Settings, *, say: Say) -> None:
    """Serve the simulators until SIGTERM or Ctrl-C. ConfigurationError beside a production account."""
    configure_logging(settings.log_level, settings.log_format == "json")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    config = _config(settings)
    running = start_simulators(config)
    try:
        _tell(running, config, say)
        stop.wait()
    finally:
        running.close()
    say("De simulatoren zijn gestopt.")


def _tell(running: RunningSimulators, config: SimulatorConfig, say: Say) -> None:
    say("De simulatoren draaien. Ctrl-C stopt ze; er wordt nooit echt geld betaald.")
    rows = (
        ("PSP", f"{running.psp_base}/", running.psp_url, config.psp_merchant),
        ("financieel systeem", f"{running.erp_base}/", running.erp_url, config.erp_user),
        ("productsysteem", f"{running.productsysteem_base}/", running.productsysteem_url, config.productsysteem_user),
    )
    for name, page, soap, user in rows:
        say(f"  {name:<20}pagina {page:<26}SOAP {soap}  (gebruiker {user})")
    say(f"  {'postbus':<20}pagina {f'{running.postbus_base}/':<26}SMTP {config.host}:{running.smtp_port}")
    if (base := running.worldline_base) is not None and config.worldline is not None:
        say(f"  {'PSP Worldline':<20}pagina {base + '/':<26}REST {base}/v2  (PSPID {config.worldline.merchant})")


def _config(settings: Settings) -> SimulatorConfig:
    geheim = os.environ.get(GEHEIM_VARIABLE)
    return SimulatorConfig(
        host=settings.simulator_host,
        psp_port=settings.simulator_psp_port,
        erp_port=settings.simulator_erp_port,
        productsysteem_port=settings.simulator_productsysteem_port,
        hub_notification_url=f"{settings.public_url}/psp/{settings.psp.account}/melding?reference=",
        hub_soap_url=f"{settings.public_url}/soap/v1",
        state_dir=Path(settings.simulator_state_dir),
        productie=bool(settings.production_accounts),
        psp_merchant=settings.psp.merchant,
        psp_password=settings.psp.password,
        erp_user=settings.erp_user,
        erp_password=settings.erp_password,
        productsysteem_user=settings.productsysteem_user,
        productsysteem_password=settings.productsysteem_password,
        aansluiting=AANSLUITING if geheim else None,
        aansluiting_geheim=geheim,
        producten=PRODUCTEN if geheim else (),
        klant=KLANT if geheim else None,
        worldline=_worldline(settings),
        postbus=PostbusConfig(settings.simulator_smtp_port, settings.simulator_postbus_port),
    )


def _worldline(settings: Settings) -> WorldlineConfig | None:
    """The second simulated PSP, when an account of the hub speaks with one."""
    account = next((one for one in settings.psps if one.koppeling == "worldline"), None)
    if account is None:
        return None
    return WorldlineConfig(
        settings.simulator_worldline_port,
        notification_url=f"{settings.public_url}/psp/{account.account}/melding",
        merchant=account.merchant,
        key_id=account.key_id,
        secret=account.password,
        webhook_key_id=account.webhook_key_id or "simulator",
        webhook_secret=account.webhook_secret or "simulator",
    )
