"""Runs a step of a client as a process of its own, within a bounded time."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended: its exit code (None when it was killed for taking too long), what it wrote, and how long it took."""

    code: int | None
    out: str
    err: str
    seconds: float

    @property
    def good(self) -> bool:
        return self.code == 0

    @property
    def reason(self) -> str:
        """Why it is not good: one line, the most telling that it wrote."""
        if self.code is None:
            return f"killed after {self.seconds:.0f} s"
        lines = [line.strip() for line in (self.err or self.out).splitlines() if line.strip()]
        telling = [line for line in lines if re.search(r"error|exception|fault", line, re.IGNORECASE)] or lines[-1:]
        if lines and lines[0].startswith("Traceback"):
            telling = lines[-1:]  # Python tells last what went wrong
        return f"exit code {self.code}" + (f": {telling[0][:200]}" if telling else "")


def run(command: Sequence[str], *, cwd: Path, env: Mapping[str, str], seconds: float) -> Ended:
    """Run to its end; a process that takes longer is killed with all it started."""
    begin = time.monotonic()
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )
    try:
        out, err = process.communicate(timeout=max(1.0, seconds))
        code: int | None = process.returncode
    except subprocess.TimeoutExpired:
        _kill(process)
        out, err = process.communicate()
        code = None
    except BaseException:
        _kill(process)
        raise
    return Ended(code, out, err, time.monotonic() - begin)


def _kill(process: subprocess.Popen[str]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)  # it leads a group of its own
