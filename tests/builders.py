"""Builders that tests share: settings of a hub, the demo catalogue on other ports, and the messages of a product system."""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy.orm import Session, sessionmaker

import betaalhub
from betaalhub.demo.journey import stuurgegevens
from betaalhub.domain.operaties import Operatie
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.load_catalogus import load_catalogus
from gemeentelijke_koppelingen.simulatoren import SimulatorConfig, WorldlineConfig

CATALOGUS = Path(betaalhub.__file__).parent / "catalogus" / "demo.toml"
GEHEIM = "geheim van de aansluiting"
WACHTWOORD = "wachtwoord"
ESB, BUUR = "esb-demo", "alleen-parkeren"  # one aansluiting for all zenders, one for a single zender
PRIJZEN = {"EVENEMENT": 18_750, "OMGEVING": 8_450, "UITTREKSEL": 1_580, "PARKEREN": 9_600, "AFVALPAS": 1_210}
ZENDERS = {"EVENEMENT": "vergunningen", "OMGEVING": "vergunningen", "UITTREKSEL": "burgerzaken"}  # else: parkeren

OPENING = Door("catalogus", datetime(2026, 1, 1, tzinfo=UTC))  # before every clock of the tests
_CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
_NUMBERS = itertools.count(1)


def settings_env(register: Path, **changes: object) -> dict[str, str]:
    """The environment of a hub on this SQLite file; `changes` name settings without prefix, in lower case."""
    values: dict[str, object] = {
        "database_url": f"sqlite:///{register}",
        "secret_key": "a key of the tests of thirty-two signs",
        "psp_password": WACHTWOORD,
        "erp_password": WACHTWOORD,
        "productsysteem_password": WACHTWOORD,
        "neighbour_timeout": 5,
        "worker_lease": 16,
        "worker_poll_ms": 50,
        "worker_concurrency": 1,
        **changes,
    }
    return {f"BETAALHUB_{name.upper()}": str(value) for name, value in values.items()}


def simulator_config(**changes: Any) -> SimulatorConfig:
    """Simulators on free ports that check the passwords of `settings_env`."""
    values: dict[str, Any] = {
        "psp_port": 0,
        "erp_port": 0,
        "productsysteem_port": 0,
        "hub_notification_url": None,
        "hub_soap_url": None,
        "psp_merchant": "gemeente_demo",
        "psp_password": WACHTWOORD,
        "erp_user": "betaalhub",
        "erp_password": WACHTWOORD,
        "productsysteem_user": "betaalhub",
        "productsysteem_password": WACHTWOORD,
    }
    return SimulatorConfig(**{**values, **changes})


# A second PSP account, as its settings name it.
WORLDLINE = {
    "account": "wl",
    "koppeling": "worldline",
    "merchant": "GemeenteDemo",
    "key_id": "sleutel-1",
    "password": WACHTWOORD,
    "webhook_key_id": "webhook-1",
    "webhook_secret": "geheim van de webhooks",
}


def worldline_config(notification_url: str | None) -> WorldlineConfig:
    """A simulated Worldline on a free port that knows the second PSP account."""
    return WorldlineConfig(
        0,
        notification_url=notification_url,
        merchant=WORLDLINE["merchant"],
        key_id=WORLDLINE["key_id"],
        secret=WORLDLINE["password"],
        webhook_key_id=WORLDLINE["webhook_key_id"],
        webhook_secret=WORLDLINE["webhook_secret"],
    )


def demo_catalogus(*, terug: str, push: str | None) -> dict[str, Any]:
    """The demo catalogue with these addresses and every right for every zender, and one aansluiting more that speaks for parkeren only."""
    data = tomllib.loads(CATALOGUS.read_text(encoding="utf-8"))
    for zender in data["zender"]:
        zender["terugkeer_adressen"], zender["push_url"] = [terug], push
        zender["operaties"] = [one.value for one in Operatie]
    data["aansluiting"].append({"naam": BUUR, "zenders": ["parkeren"]})
    return data


def load(sessions: sessionmaker[Session], catalogus: Mapping[str, Any]) -> None:
    """Load a catalogue; every aansluiting gets GEHEIM."""
    with sessions.begin() as session:
        load_catalogus(session, catalogus, make_hash=lambda _: _CHEAP.hash(GEHEIM), door=OPENING)


def regel(code: str, bedrag_cent: int | None = None, *, nummer: int = 1, **more: Any) -> dict[str, Any]:
    """A productregel for one piece, at the price of the demo catalogue unless another is given."""
    cents = PRIJZEN[code] if bedrag_cent is None else bedrag_cent
    named = {"Regelnummer": nummer, "Productcode": code, "Omschrijving": f"Product {code.lower()}", "Aantal": 1}
    return {**named, "BedragInCenten": cents, **more}


def regels(*codes: str) -> list[dict[str, Any]]:
    """One productregel per code, numbered from 1."""
    return [regel(code, nummer=nummer) for nummer, code in enumerate(codes, 1)]


def start_message(zender: str, productregels: list[dict[str, Any]], *, terug: str, **more: Any) -> dict[str, Any]:
    """A StartBetaling with a Referentienummer and a Kenmerk of its own, unless `more` gives them."""
    number = next(_NUMBERS)
    referentie = more.pop("Referentienummer", f"ref-{number}")
    message = {
        "Kenmerk": f"ZAAK-{number}",
        "Productregel": productregels,
        "TotaalInCenten": sum(one["BedragInCenten"] for one in productregels),
        "TerugkeerUrl": terug,
        **more,
    }
    return {"Stuurgegevens": stuurgegevens(zender, referentie), **message}


def zender_of(productregels: list[dict[str, Any]]) -> str:
    """The zender of the demo catalogue that sells the first of these."""
    return ZENDERS.get(productregels[0]["Productcode"], "parkeren")


def utc_now() -> datetime:
    """The time in whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)
