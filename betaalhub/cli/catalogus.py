"""Reads a catalogue, loads it into the register, and makes the secrets of new aansluitingen."""

from __future__ import annotations

import re
import secrets
import tomllib
from collections.abc import Callable, Collection
from importlib.resources import files
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy.orm import Session, sessionmaker

from betaalhub.app import utc_now
from betaalhub.cli.register import open_engine
from betaalhub.errors import ConfigurationError
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.load_catalogus import load_catalogus
from betaalhub.settings import Settings
from betaalhub.storage.database import make_sessions, migrate, with_retries

_SINGLE, _DOUBLE = r"^[ \t]*\[(\w+)\]", r"^[ \t]*\[\[(\w+)\]\]"

# OWASP's smallest advice for argon2id: each check takes 19 MiB, and a hub process must stay under 150 MiB.
_HASHER = PasswordHasher(memory_cost=19456, time_cost=2, parallelism=1)


def read_catalogus(path: Path | None) -> dict[str, Any]:
    """The catalogue in this TOML file, or the demo's; ConfigurationError that tells the place when it cannot be read."""
    source = path or files("betaalhub").joinpath("catalogus/demo.toml")
    name = path or "demo.toml"
    text = ""
    try:
        text = source.read_bytes().decode("utf-8")
        return tomllib.loads(text)
    except UnicodeDecodeError:
        raise ConfigurationError(f"Catalogus {name} is geen UTF-8; bewaar het bestand als UTF-8") from None
    except OSError as error:
        raise ConfigurationError(f"Catalogus {name} is niet te lezen ({error.strerror})") from None
    except tomllib.TOMLDecodeError as error:
        if twice := _single_beside_double(text):
            why = f"[{twice}] staat er al met enkele haken; gebruik overal [[{twice}]]."
            raise ConfigurationError(f"Catalogus {name} is geen goede TOML; {why}") from None
        place = re.sub(r"^(.*) \(at line (\d+), column (\d+)\)$", r"regel \2, kolom \3: \1", str(error))
        raise ConfigurationError(f"Catalogus {name} is geen goede TOML; {place}") from None


def _single_beside_double(text: str) -> str | None:
    """The table that stands there both as one and as one of more, which TOML's own words do not explain."""
    single, double = (set(re.findall(rule, text, re.MULTILINE)) for rule in (_SINGLE, _DOUBLE))
    return min(single & double, default=None)


def load_with_secrets(
    sessions: sessionmaker[Session], data: dict[str, Any], *, renew: Collection[str] = ()
) -> dict[str, str]:
    """Load a catalogue; gives by name the secrets of the aansluitingen that are new or named in `renew`."""
    made: dict[str, str] = {}

    def draw(naam: str) -> str:
        made[naam] = secrets.token_urlsafe(24)
        return made[naam]

    _load(sessions, data, draw, renew)
    return made


def hash_secret(geheim: str) -> str:
    """The argon2 hash of a password, as the register keeps it."""
    return _HASHER.hash(geheim)


def load_demo(settings: Settings, geheim: str) -> None:
    """Make the demo's register and load its catalogue; its aansluiting gets this secret, also when it was there."""
    data = read_catalogus(None)
    page = f"http://{settings.simulator_host}:{settings.simulator_productsysteem_port}"
    for zender in data["zender"]:
        zender["terugkeer_adressen"] = [f"{page}/terug"]
        zender["push_url"] = f"{page}/soap/betaalstatus"
    data["psp_account"]["code"] = settings.psp.account
    with open_engine(settings) as engine:
        migrate(engine)
        _load(make_sessions(engine), data, lambda _: geheim, {one["naam"] for one in data["aansluiting"]})


def _load(
    sessions: sessionmaker[Session], data: dict[str, Any], draw: Callable[[str], str], renew: Collection[str]
) -> None:
    with_retries(
        sessions,
        lambda session: load_catalogus(
            session,
            data,
            make_hash=lambda naam: hash_secret(draw(naam)),
            door=Door("catalogus", utc_now()),
            renew=frozenset(renew),
        ),
    )
