"""What a thema is once it has been read: values that every page uses, and the closed table of its files."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from betaalhub.web.texts import Taal, Texts

NEUTRAL = "betaalhub"  # the name of the thema that is always there
STYLE, LOGO = "thema.css", "logo.svg"  # how pages call the style sheet (theme.css with fix.css behind it) and the logo


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses of the municipality's own pages; None where the page does not show such a link."""

    site: str | None = None
    producten: str | None = None
    privacy: str | None = None
    toegankelijkheid: str | None = None


@dataclass(frozen=True, slots=True)
class ThemaFile:
    """One file of a thema, as it is served."""

    content: bytes = field(repr=False)
    content_type: str


@dataclass(frozen=True, slots=True, eq=False)
class Thema:
    """One municipality as the pages show it. `administratie` is the code in the register for which it is made, `hosts` are the
    names under which its pages are asked for, `version` stands in the addresses of its files."""

    naam: str
    css_class: str
    texts: Mapping[Taal, Texts] = field(repr=False)
    organisatie: str = ""
    telefoon: str | None = None
    openingstijden: Mapping[Taal, str] = field(default_factory=dict)
    links: Links = Links()
    hosts: tuple[str, ...] = ()
    administratie: str | None = None
    adres: tuple[str, ...] = ()
    files: Mapping[str, ThemaFile] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    version: str = ""

    def is_stranger_to(self, administratie: str) -> bool:
        """Whether a page about this administratie must not carry the logo and the name of this thema."""
        return self.administratie is not None and self.administratie != administratie


def version_of(files: Mapping[str, ThemaFile]) -> str:
    """Ten characters that change when any of the files does, so that browsers may keep them."""
    found = hashlib.sha256()
    for name, file in sorted(files.items()):
        found.update(name.encode() + b"\0" + hashlib.sha256(file.content).digest())
    return found.hexdigest()[:10]


def neutral(texts: Mapping[Taal, Texts]) -> Thema:
    """The thema that ships: our own style sheet as it is, and nobody's name."""
    return Thema(NEUTRAL, f"{NEUTRAL}-thema", texts)
