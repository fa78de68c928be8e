"""Builds the distribution once per run, from a copy of the checkout, and installs its wheel in a place of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path

import pytest

from betaalhub.settings import FIELDS, PREFIX
from tests.structure.house import TOP

GOES_IN = (
    "setup.cfg", "setup.py", "pyproject.toml", "MANIFEST.in", "README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md",
    "SECURITY.md", "publiccode.yml", "Makefile", "betaalhub", "gemeentelijke_koppelingen", "wsdl", "xsd", "deploy", "docs",
    "constraints",
)  # fmt: skip
LEFT_OUT = shutil.ignore_patterns("__pycache__", "node_modules", "*.egg-info", ".*_cache")
SECONDS = 120


@dataclass(frozen=True, slots=True)
class Installed:
    """An installed wheel: its interpreter, an empty folder to work in, and what the environment there says."""

    python: Path
    cwd: Path
    env: dict[str, str]

    def run(self, *command: str) -> str:
        """What a command writes to standard output; `betaalhub` is the installed script."""
        program = str(self.python.parent / command[0])
        done = subprocess.run(
            [program, *command[1:]], cwd=self.cwd, env=self.env, capture_output=True, text=True, timeout=SECONDS
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="session")
def distribution(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the sdist and the wheel; the wheel is built from the sdist, so the sdist is complete too."""
    source = tmp_path_factory.mktemp("source")
    for name in GOES_IN:
        origin = TOP / name
        copy = shutil.copytree if origin.is_dir() else shutil.copyfile
        copy(origin, source / name, **({"ignore": LEFT_OUT} if origin.is_dir() else {}))
    target = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(target), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode == 0, done.stdout + done.stderr
    return target


@pytest.fixture(scope="session")
def installed(distribution: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel in a fresh virtual environment that borrows the libraries of this one, but not this checkout."""
    home = tmp_path_factory.mktemp("elsewhere")
    venv.create(home / "venv", with_pip=False, symlinks=True)
    python = home / "venv" / "bin" / "python"
    wheel = next(distribution.glob("*.whl"))
    pip = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(python),
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        str(wheel),
    ]
    done = subprocess.run(pip, capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode == 0, done.stdout + done.stderr
    # A path line adds the folder and does not read the .pth files in it: an editable install stays out.
    borrowed = next((home / "venv" / "lib").glob("python*")) / "site-packages" / "borrowed.pth"
    borrowed.write_text(sysconfig.get_paths()["purelib"] + "\n")
    cwd = home / "work"
    cwd.mkdir()
    return Installed(python, cwd, _environment(home))


def _environment(home: Path) -> dict[str, str]:
    required = {PREFIX + field.name: "x" * 32 for field in FIELDS if field.default is None}
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LANG": "C.UTF-8",
        **required,
        f"{PREFIX}DATABASE_URL": f"sqlite:///{home}/register.sqlite3",
    }
