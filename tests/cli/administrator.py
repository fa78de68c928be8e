"""An administrator at her terminal: she types commands, reads what they print and sees how they end."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

from betaalhub.cli import cli
from tests.builders import settings_env

SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Administrator:
    """Where she sits, and what her environment says."""

    directory: Path
    env: Mapping[str, str | None]

    @classmethod
    def at(cls, directory: Path, **changes: object) -> Administrator:
        """With a register in this folder; `changes` name settings in lower case."""
        return cls(directory, settings_env(directory / "register.sqlite3", **changes))

    def with_env(self, **variables: str | None) -> Administrator:
        """The same with these variables as they are; None takes one away."""
        return Administrator(self.directory, {**self.env, **variables})

    def types(self, *arguments: str, code: int = 0, typed: str | None = None) -> str:
        """Run `betaalhub ARGUMENTS`, which ends with this exit code; gives everything that it printed. `typed`: her answers."""
        result = CliRunner().invoke(cli, list(arguments), input=typed, env=self.env)
        assert result.exit_code == code, result.output
        return result.output

    def starts(self, *arguments: str) -> subprocess.Popen[str]:
        """Start `betaalhub ARGUMENTS` as a process; what it prints comes through pipes."""
        return subprocess.Popen(
            [sys.executable, "-m", "betaalhub.cli", *arguments],
            cwd=self.directory,
            env=self.environ(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def environ(self) -> dict[str, str]:
        """The whole environment of a process of hers; the checkout is found without being installed."""
        others = {name: value for name, value in os.environ.items() if not name.startswith("BETAALHUB_")}
        top = str(Path(__file__).resolve().parents[2])
        ours = {name: value for name, value in self.env.items() if value is not None}
        return {**others, "PYTHONPATH": top, **ours}

    def is_refused(self, *arguments: str) -> str:
        """Run a command as a process that must end with exit code 2 by itself; gives what it said about it."""
        process = self.starts(*arguments)
        _, said = process.communicate(timeout=SECONDS)
        assert process.returncode == 2, said
        return said


def secret_in(printed: str) -> str:
    """The one secret that was shown."""
    (found,) = re.findall(r"^  ([\w-]{32})$", printed, re.MULTILINE)
    return str(found)
