"""A folder with themas to break: each test writes what it needs, and changes one thing in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

CSS = ".stad-thema { --bh-accent: #7a1fa2; --bh-link: #6a1b9a; }"
SAID: dict[str, Any] = {
    "class": "stad-thema",
    "organisatie": "Gemeente Stad",
    "telefoon": "14 0999",
    "openingstijden": {"nl": "op werkdagen van 9 tot 5", "en": "on working days from 9 to 5"},
    "links": {
        "site": "https://www.stad.example",
        "privacy": "https://www.stad.example/privacy",
        "toegankelijkheid": "https://www.stad.example/toegankelijk",
    },
    "hosts": ["betalen.stad.example"],
}


def write_thema(home: Path, naam: str = "stad", *, css: str = CSS, fix: str | None = None, **changes: Any) -> Path:
    """A good thema of this name, but for the changes of theme.json; a value None takes the key away."""
    folder = home / naam
    folder.mkdir(parents=True)
    said = {key: value for key, value in {**SAID, **changes}.items() if value is not None}
    (folder / "theme.json").write_text(json.dumps(said), "utf-8")
    (folder / "theme.css").write_text(css, "utf-8")
    (folder / "LICENTIE.md").write_text("Van de stad.", "utf-8")
    if fix is not None:
        (folder / "fix.css").write_text(fix, "utf-8")
    return folder


def write_texts(folder: Path, taal: str, **texts: str) -> Path:
    """A catalogue of this thema; `cart__title` stands for the key cart.title."""
    path = folder / "teksten" / f"{taal}.po"
    path.parent.mkdir(exist_ok=True)
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'
    lines = (f'\nmsgid "{key.replace("__", ".")}"\nmsgstr "{text}"\n' for key, text in texts.items())
    path.write_text(head + "".join(lines), "utf-8")
    return path
