"""The demo's settings: random secrets made once, and everything kept in files that only the owner can read."""

from __future__ import annotations

import os
import secrets
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from betaalhub.errors import ConfigurationError
from betaalhub.settings import PREFIX, Settings

AANSLUITING = "esb-demo"
ENV_FILE = "demo.env"
MAIL_FROM = "betalen@demostad.example"
_AANSLUITING_LINE = "AANSLUITING_GEHEIM"  # not a setting of the hub: the secret of the demo's own aansluiting
_SECRETS = ("SECRET_KEY", "PSP_PASSWORD", "ERP_PASSWORD", "PRODUCTSYSTEEM_PASSWORD")


@dataclass(frozen=True, slots=True)
class Environment:
    """The whole environment of the demo's processes, and the secret of its aansluiting."""

    variables: Mapping[str, str] = field(repr=False)
    geheim: str = field(repr=False)


def prepare(directory: Path, environ: Mapping[str, str]) -> Environment:
    """The demo's environment.

    What the user set under BETAALHUB_ wins; secrets that are missing are made once and kept. Everything the demo writes
    lies in `directory`; `directory`/demo.env holds all its settings, to be read by a shell. ConfigurationError: a
    setting is wrong, or the folder cannot be written.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        kept = _read(directory / ENV_FILE)
        geheim = kept.get(_AANSLUITING_LINE) or secrets.token_hex(16)
        chosen = _chosen(directory.resolve(), kept, environ)
        settings = Settings.from_env(chosen)
        if production := settings.production_accounts:
            raise ConfigurationError(
                f"{production[0].prefix}PRODUCTIE: de demo draait met simulatoren, nooit naast een productieaccount"
            )
        chosen = {**_addresses(settings), **chosen}
        write_private(directory / ENV_FILE, _as_shell({**chosen, _AANSLUITING_LINE: geheim}))
    except OSError as error:
        raise ConfigurationError(f"--map: {directory} is niet te gebruiken ({error.strerror})") from None
    others = {name: value for name, value in environ.items() if not name.startswith(PREFIX)}
    return Environment({**others, **chosen}, geheim)


def _chosen(directory: Path, kept: Mapping[str, str], environ: Mapping[str, str]) -> dict[str, str]:
    """What the user set, and what the demo needs beside it. A secret that comes from a file stays there."""
    ours = {name: value for name, value in environ.items() if name.startswith(PREFIX)}
    made = {PREFIX + name: kept.get(PREFIX + name) or secrets.token_hex(16) for name in _SECRETS}
    made[f"{PREFIX}DATABASE_URL"] = f"sqlite:///{directory}/betaalhub.sqlite3"
    made[f"{PREFIX}SIMULATOR_STATE_DIR"] = str(directory / "simulatoren")
    return {name: value for name, value in made.items() if f"{name}_FILE" not in ours} | ours


def _addresses(settings: Settings) -> dict[str, str]:
    """The addresses that follow from the chosen ports."""
    psp = f"http://{settings.simulator_host}:{settings.simulator_psp_port}"
    follow = {
        "PUBLIC_URL": f"http://{settings.bind}",
        "PSP_URL": f"{psp}/ps/services/paymentservice/1_3",
        "PSP_MENU_URL": f"{psp}/ps/menu",
        "ERP_URL": f"http://{settings.simulator_host}:{settings.simulator_erp_port}/soap/grootboek",
    }
    if settings.mail is None:  # mails go to the simulated mailbox, and nowhere else
        follow |= {
            "MAIL_HOST": settings.simulator_host,
            "MAIL_PORT": str(settings.simulator_smtp_port),
            "MAIL_TLS": "geen",
            "MAIL_FROM": MAIL_FROM,
        }
    return {PREFIX + name: value for name, value in follow.items()}


def _read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    pairs = (word.partition("=") for word in shlex.split(path.read_text(encoding="utf-8"), comments=True))
    return {name: value for name, _, value in pairs}


def _as_shell(values: Mapping[str, str]) -> str:
    head = "# De instellingen van de demo, voor een shell: set -a; . dit-bestand; set +a\n"
    return head + "".join(f"{name}={shlex.quote(value)}\n" for name, value in sorted(values.items()))


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        os.fchmod(descriptor, 0o600)  # it may have been there, open to others
        file.write(text)
