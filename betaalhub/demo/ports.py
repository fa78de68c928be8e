"""Are the doors that we want to open free? Says which are not, and with which setting another one is chosen."""

from __future__ import annotations

import errno
import socket
from collections.abc import Sequence

from betaalhub.errors import ConfigurationError
from betaalhub.settings import PREFIX, Settings

Door = tuple[str, str, int]  # the setting without prefix, host, port


def hub_door(settings: Settings) -> list[Door]:
    """Where the hub listens."""
    host, _, port = settings.bind.rpartition(":")
    return [("BIND", host, int(port))]


def all_doors(settings: Settings) -> list[Door]:
    """Where the hub and the simulators listen."""
    host = settings.simulator_host
    second = any(one.koppeling == "worldline" for one in settings.psps)
    return [
        *([("SIMULATOR_WORLDLINE_PORT", host, settings.simulator_worldline_port)] if second else []),
        *hub_door(settings),
        ("SIMULATOR_PSP_PORT", host, settings.simulator_psp_port),
        ("SIMULATOR_ERP_PORT", host, settings.simulator_erp_port),
        ("SIMULATOR_PRODUCTSYSTEEM_PORT", host, settings.simulator_productsysteem_port),
        ("SIMULATOR_POSTBUS_PORT", host, settings.simulator_postbus_port),
        ("SIMULATOR_SMTP_PORT", host, settings.simulator_smtp_port),
    ]


def check_ports(doors: Sequence[Door]) -> None:
    """ConfigurationError that names each port that cannot be had, and its setting."""
    problems = [problem for door in doors if (problem := _problem(*door))]
    seen: dict[int, str] = {}
    for name, _, port in doors:
        if port in seen:
            problems.append(f"poort {port} is twee keer gekozen: met {PREFIX}{seen[port]} en met {PREFIX}{name}")
        seen.setdefault(port, name)
    if problems:
        raise ConfigurationError("Starten kan niet:\n  " + "\n  ".join(problems))


def _problem(name: str, host: str, port: int) -> str | None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((host.strip("[]"), port))
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            why = "is al in gebruik; kies een andere" if taken else f"is niet te krijgen ({error.strerror}); kies"
            return f"poort {port} op {host} {why} met {PREFIX}{name}"
    return None
