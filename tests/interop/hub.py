"""The hub that foreign clients talk to: a real one under gunicorn, on a fresh register with the demo catalogue."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from betaalhub.demo.processes import Processes
from tests.builders import CATALOGUS, ESB, settings_env
from tests.ports import free_port

ZENDER = "vergunningen"
# Every client must read these two signs in an answer, and write them in a message.
ZENDER_NAAM = "Vergunningen & café-terrassen"
PRODUCT_NAAM = "Omgevingsvergunning & café"


@dataclass(frozen=True, slots=True)
class Served:
    """Where the hub is, and with which name and secret of an aansluiting one may call it."""

    address: str
    naam: str
    geheim: str = field(repr=False)


@contextlib.contextmanager
def running_hub(folder: Path) -> Iterator[Served]:
    """Start a hub on loopback with everything it writes in `folder`; stopped again on the way out."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    others = {name: value for name, value in os.environ.items() if not name.startswith("BETAALHUB_")}
    settings = settings_env(folder / "register.sqlite3", bind=f"127.0.0.1:{port}", public_url=url, processes=1)
    env = {**others, **settings}
    geheim = _init(folder, env)
    with Processes(env, folder / "log") as processes:
        processes.start("hub", ["serve"])
        processes.wait_for(f"{url}/health/ready")
        yield Served(f"{url}/soap/v1", ESB, geheim)


def _init(folder: Path, env: dict[str, str]) -> str:
    """Make the register; gives the secret of the aansluiting."""
    catalogus, kept = folder / "catalogus.toml", folder / "geheim"
    catalogus.write_text(catalogue_with_signs(CATALOGUS.read_text(encoding="utf-8")), encoding="utf-8")
    command = [sys.executable, "-m", "betaalhub.cli", "init", "--catalogus", catalogus, "--geheim-naar", kept]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    return kept.read_text(encoding="utf-8").strip().partition("=")[2]


def catalogue_with_signs(demo: str) -> str:
    """The demo catalogue, with an ampersand and an accent in the names that answers tell."""
    for plain, signed in (
        (f'code = "{ZENDER}"\nnaam = "Vergunningen"', f'code = "{ZENDER}"\nnaam = "{ZENDER_NAAM}"'),
        ('omschrijving = "Omgevingsvergunning"', f'omschrijving = "{PRODUCT_NAAM}"'),
    ):
        if plain not in demo:
            raise SystemExit(f"The demo catalogue no longer says {plain!r}; change {__name__}")
        demo = demo.replace(plain, signed)
    return demo
