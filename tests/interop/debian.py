"""Finds what a client needs on the machine, and has Debian install what is missing when that may be done."""

from __future__ import annotations

import glob
import os
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

from tests.interop.clients import Need
from tests.interop.processes import run

_OPTIONS = ("-q", "-o", "Acquire::Retries=2", "-o", "Acquire::http::Timeout=30", "-o", "DPkg::Lock::Timeout=120")


class Packages:
    """The packages of this machine; the lists are renewed once, before the first is installed."""

    def __init__(self, say: Callable[[str], None], seconds_left: Callable[[], float]) -> None:
        self._say, self._left = say, seconds_left
        self._renewed = False

    def provide(self, needs: Iterable[Need]) -> str:
        """Install what is missing; gives "" or why something stays missing."""
        missing = _missing(needs)
        if not missing:
            return ""
        if os.geteuid() != 0 or shutil.which("apt-get") is None:
            return f"not on this machine: {' '.join(missing)} (as root: apt-get install {' '.join(missing)})"
        if not self._renewed:
            self._say("renewing the package lists")
            self._apt(["update"])
            self._renewed = True
        self._say(f"installing {' '.join(missing)}")
        reason = self._apt(["install", "--yes", "--no-install-recommends", *missing])
        return f"could not install {' '.join(missing)}: {reason}" if _missing(needs) else ""

    def _apt(self, arguments: list[str]) -> str:
        env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
        ended = run(["apt-get", *_OPTIONS, *arguments], cwd=Path("/"), env=env, seconds=min(300.0, self._left()))
        return ended.reason


def _missing(needs: Iterable[Need]) -> list[str]:
    return [need.package for need in needs if not _there(need.probe)]


def _there(probe: str) -> bool:
    return bool(glob.glob(probe)) if probe.startswith("/") else shutil.which(probe) is not None
