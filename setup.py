"""Build hook: the contract files of the top level travel inside the wheel as betaalhub/_contract/{wsdl,xsd,docs}.

From docs/ only what an integrator reads: it is in the contract pack that the hub serves.

All metadata is in setup.cfg. An editable install copies nothing: there the checkout itself is read
(betaalhub/resources.py finds either place).
"""

from __future__ import annotations

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

CONTRACT = (
    "wsdl/**/*", "xsd/**/*",
    "docs/koppelen.md", "docs/koppelen/*.md", "docs/contract.md", "docs/faults.md", "docs/statuses.md", "docs/simulatoren.md", "docs/digikoppeling.md",
)  # fmt: skip


class BuildWithContract(build_py):
    """The stock build_py, and then the contract files."""

    def run(self) -> None:
        """Build the packages; copy the contract files too, unless this is an editable install."""
        super().run()
        if self.editable_mode:
            return
        for source, target in self._contract_files():
            Path(target).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        """Everything this build writes, so that an uninstall removes it again."""
        outputs: list[str] = super().get_outputs(include_bytecode)
        return outputs if self.editable_mode else outputs + [target for _, target in self._contract_files()]

    def _contract_files(self) -> list[tuple[str, str]]:
        home = Path(__file__).resolve().parent
        room = Path(self.build_lib) / "betaalhub" / "_contract"
        found = (path for pattern in CONTRACT for path in sorted(home.glob(pattern)) if path.is_file())
        return [(str(path), str(room / path.relative_to(home))) for path in found]


setup(cmdclass={"build_py": BuildWithContract})
