"""`python -m tests.browser.index FOLDER`: an index of the pictures there, to look through, and which sentences no page showed."""

from __future__ import annotations

import html
import re
import sys
from pathlib import Path

from betaalhub.web.texts import Taal, read_messages

_HEAD = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Every page and state</title>
<style>body { font: 1rem/1.4 sans-serif; margin: 1rem } figure { display: inline-block; margin: .5rem; vertical-align: top }
img { border: 1px solid #999; max-width: 100%; height: auto } .wide img { width: 40rem } .narrow img { width: 16rem }</style>
"""


def index(folder: Path) -> str:
    """The page with every picture, by state: narrow beside wide, Dutch before English."""
    groups: dict[str, list[Path]] = {}
    for picture in sorted(folder.glob("*.png")):
        groups.setdefault(re.sub(r"-(nl|en)-[\w-]+-\d+$", "", picture.stem), []).append(picture)
    parts = [_HEAD, f"<h1>{len(groups)} pages and states, {sum(map(len, groups.values()))} pictures</h1>"]
    for name, pictures in groups.items():
        parts.append(f'<h2 id="{name}">{html.escape(name)}</h2>')
        parts += [_figure(one) for one in sorted(pictures, key=lambda one: ("-en-" in one.stem, one.stem))]
    return "\n".join(parts)


def _figure(picture: Path) -> str:
    kind = "narrow" if picture.stem.endswith("-320") else "wide"
    name = html.escape(picture.stem)
    return f'<figure class="{kind}"><a href="{name}.png"><img src="{name}.png" alt="{name}" loading="lazy"></a><figcaption>{name}</figcaption></figure>'


def unseen(folder: Path, taal: Taal) -> list[str]:
    """The keys of the texts that stood on no page of this language."""
    seen = " ".join(plain(path.read_text("utf-8")) for path in sorted(folder.glob(f"txt/*-{taal}-*.txt")))
    return [key for key, text in read_messages(taal).items() if not pattern(text).search(seen)]


def pattern(text: str) -> re.Pattern[str]:
    """How a text looks on a page, with anything in its places."""
    return re.compile(".{0,80}?".join(re.escape(plain(part)) for part in re.split(r"%\(\w+\)s", text)), re.IGNORECASE)


def plain(text: str) -> str:
    """A text without marks and with single spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", text)).strip()


def _told(keys: list[str], most: int = 30) -> str:
    return " ".join([*keys[:most], *(["…"] if len(keys) > most else [])])


def main(folder: Path) -> int:
    """Write index.html and say what nobody saw."""
    if not folder.exists():
        return 0
    (folder / "index.html").write_text(index(folder), encoding="utf-8")
    sys.stdout.write(f"Look through {folder / 'index.html'}\n")
    if any(folder.glob("txt/*.txt")):
        for taal in Taal:
            missing = unseen(folder, taal)
            sys.stdout.write(f"Texts in {taal} that stood on no page: {len(missing)} {_told(missing)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
