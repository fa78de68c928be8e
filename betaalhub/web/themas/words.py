"""The texts of a thema: single texts in the place of ours, in one or both languages; what it does not name stays as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from betaalhub.errors import ConfigurationError
from betaalhub.web.texts import Taal, Texts, read_catalogue

FOLDER = "teksten"
_PLACE = re.compile(r"%\((\w+)\)s")
# What may only be said where it is certain: in a text of which ours says it too.
_CERTAIN: Mapping[Taal, re.Pattern[str]] = MappingProxyType(
    {Taal.NL: re.compile(r"niets betaald|niet betaald", re.I), Taal.EN: re.compile(r"not paid|nothing was paid", re.I)}
)


def read_words(folder: Path, texts: Mapping[Taal, Texts]) -> Mapping[Taal, Texts]:
    """Our texts with those of the thema in this folder over them. Raises ConfigurationError for an unknown key and for a text
    that lacks a place that ours has, or tells as certain what is not."""
    problems: list[str] = []
    found: dict[Taal, Texts] = {}
    for taal in Taal:
        path = folder / FOLDER / f"{taal}.po"
        own = read_catalogue(path, taal) if path.is_file() else {}
        problems += [f"{path}: {key}: {how}" for key, text in own.items() if (how := _wrong(texts[taal], key, text))]
        found[taal] = texts[taal].replaced_by(own)
    if problems:
        raise ConfigurationError("\n  ".join(problems))
    return found


def _wrong(texts: Texts, key: str, text: str) -> str:
    ours = texts.messages.get(key)
    if ours is None:
        return "deze tekst kent Betaalhub niet; kijk in betaalhub/web/teksten hoe hij heet"
    if not text.strip():
        return "is leeg; vul de tekst in of haal de sleutel weg"
    places = sorted(set(_PLACE.findall(ours)))
    if sorted(set(_PLACE.findall(text))) != places:
        return "gebruik dezelfde plaatsen als onze tekst: " + (
            ", ".join(f"%({one})s" for one in places) or "geen enkele"
        )
    if places and "%" in _PLACE.sub("", text).replace("%%", ""):
        return "schrijf een procentteken als %%"
    if key == "months" and len(text.split()) != len(ours.split()):
        return f"geef {len(ours.split())} maanden, met een spatie ertussen"
    if _CERTAIN[texts.taal].search(text) and not _CERTAIN[texts.taal].search(ours):
        return "zegt dat er niets betaald is; dat weten wij op deze plek niet zeker"
    return ""
