"""The demo's settings: random secrets made once and kept in a file that only the owner can read."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from betaalhub.errors import ConfigurationError
from betaalhub.settings import PREFIX, Settings

AANSLUITING = "esb-demo"
_FILE = "demo.env"
_AANSLUITING_LINE = "AANSLUITING_GEHEIM"  # not a setting of the hub: the secret of the demo's own aansluiting


def prepare(directory: Path, environ: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """The environment for the demo's processes and the secret of its aansluiting.

    What the user set under BETAALHUB_ wins; secrets that are missing are made once and kept in `directory`/demo.env.
    Everything the demo writes lies in `directory`. ConfigurationError: a setting is wrong.
    """
    directory.mkdir(parents=True, exist_ok=True)
    kept = _read(directory / _FILE)
    made = {
        **{name: kept.get(name, "") or secrets.token_hex(16) for name in _SECRETS},
        "DATABASE_URL": f"sqlite:///{directory.resolve()}/betaalhub.sqlite3",
        "SIMULATOR_STATE_DIR": str(directory.resolve() / "simulatoren"),
    }
    _write(directory / _FILE, {name: made[name] for name in _SECRETS})
    env = {name: value for name, value in environ.items() if not name.startswith(PREFIX)}
    env |= {PREFIX + name: value for name, value in made.items() if name != _AANSLUITING_LINE}
    env |= {name: value for name, value in environ.items() if name.startswith(PREFIX)}
    for name in environ:
        if name.endswith("_FILE") and name.startswith(PREFIX):
            env.pop(name.removesuffix("_FILE"), None)
    settings = Settings.from_env(env)
    env |= _addresses(settings, environ)
    if settings.psp_productie:
        raise ConfigurationError(
            "BETAALHUB_PSP_PRODUCTIE: de demo draait met simulatoren, nooit naast een productieaccount"
        )
    return env, made[_AANSLUITING_LINE]


_SECRETS = ("SECRET_KEY", "PSP_PASSWORD", "ERP_PASSWORD", "PRODUCTSYSTEEM_PASSWORD", _AANSLUITING_LINE)


def _addresses(settings: Settings, environ: Mapping[str, str]) -> dict[str, str]:
    """The addresses that follow from the chosen ports, unless the user gave them."""
    psp = f"http://{settings.simulator_host}:{settings.simulator_psp_port}"
    follow = {
        "PUBLIC_URL": f"http://{settings.bind}",
        "PSP_URL": f"{psp}/ps/services/paymentservice/1_3",
        "PSP_MENU_URL": f"{psp}/ps/menu",
        "ERP_URL": f"http://{settings.simulator_host}:{settings.simulator_erp_port}/soap/grootboek",
    }
    return {PREFIX + name: value for name, value in follow.items() if PREFIX + name not in environ}


def _read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    lines = (line.partition("=") for line in path.read_text(encoding="utf-8").splitlines() if "=" in line)
    return {name: value for name, _, value in lines}


def _write(path: Path, values: Mapping[str, str]) -> None:
    text = "".join(f"{name}={value}\n" for name, value in values.items())
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
