"""Building the portal's style sheet where npm does not do what it should: said in one line, and nothing is stopped by it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import betaalhub

PACKAGE = Path(betaalhub.__file__).resolve().parent
PLAIN = "The pages of the portal are plain now, and whole."


def checkout(folder: Path, *, npm: str) -> Path:
    """A checkout without a style sheet, on a machine whose npm does this."""
    left_out = shutil.ignore_patterns("vendor", "__pycache__")
    shutil.copytree(PACKAGE, folder / "checkout" / "betaalhub", ignore=left_out)
    program = folder / "bin" / "npm"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{npm}\n", "utf-8")
    program.chmod(0o755)
    return folder / "checkout"


def build(place: Path, patience: str) -> subprocess.CompletedProcess[str]:
    command = f"from betaalhub.web.frontend import build; build.main({patience})"
    path = f"{place.parent / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run([sys.executable, "-P", "-c", command], cwd=place, env={**os.environ, "PATH": path, "PYTHONPATH": str(place)},
                          capture_output=True, text=True, timeout=60, check=False)  # fmt: skip


@pytest.mark.parametrize(
    ("npm", "patience", "why"),
    [
        ("echo 'npm error network' >&2; exit 1", "", "npm could not fetch it"),
        ("exec sleep 3600", "0", "fetching it took too long"),  # a network that swallows everything
    ],
)
def test_an_npm_that_fails_or_hangs_leaves_plain_pages_and_stops_nothing(
    tmp_path: Path, npm: str, patience: str, why: str
) -> None:
    place = checkout(tmp_path, npm=npm)
    built = build(place, patience)
    assert built.returncode == 0, built.stderr
    assert f"No style sheet of the design system: {why}." in built.stderr
    assert PLAIN in built.stderr
    assert "make stijl" in built.stderr
    assert not (place / "betaalhub" / "web" / "static" / "vendor").exists()
