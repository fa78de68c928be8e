"""Freezes version 1 of the contract: copies wsdl/ and xsd/ to tests/contract/frozen/, with which a test compares them ever after.

    make freeze-contract

Growth is frozen at once, and is then promised too. What is not growth is refused and named, unless nobody uses the
contract yet: `make freeze-contract FREEZE_ARGS=--nobody-uses-it-yet`.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from tests.contract.growth import breaks, contract_files

TOP = Path(__file__).resolve().parents[2]
FROZEN = Path(__file__).resolve().parent / "frozen"
FORCE = "--nobody-uses-it-yet"


def freeze(top: Path, frozen: Path, *, force: bool) -> list[str]:
    """Copy the contract; gives what stands in the way, and then nothing was copied."""
    problems = breaks(frozen, top)
    if problems and not force:
        return problems
    for path in contract_files(frozen):
        path.unlink()
    for path in contract_files(top):
        target = frozen / path.relative_to(top)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    return []


if __name__ == "__main__":
    found = freeze(TOP, FROZEN, force=sys.argv[1:] == [FORCE])
    for one in found:
        sys.stderr.write(one + "\n")
    if found:
        sys.exit(f"Not frozen: this is not growth. Does really nobody use version 1 yet? Then give {FORCE}.")
    sys.stdout.write(f"Frozen: {len(contract_files(FROZEN))} files in {FROZEN.relative_to(TOP)}.\n")
