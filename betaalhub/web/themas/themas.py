"""All themas of one installation: read at start-up, chosen per page by whose winkelmandje it is and by the host that was asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from betaalhub.errors import ConfigurationError
from betaalhub.web.texts import Taal, Texts, load_texts
from betaalhub.web.themas.description import read_description
from betaalhub.web.themas.style import read_style
from betaalhub.web.themas.thema import LOGO, NEUTRAL, STYLE, Thema, ThemaFile, neutral, version_of
from betaalhub.web.themas.words import read_words

DESCRIPTION = "theme.json"
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
_FONT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}\.woff2")


class Themas:
    """The themas by name, and which of them a page has."""

    def __init__(self, themas: Iterable[Thema], *, standard: str = NEUTRAL) -> None:
        """Raises ConfigurationError when two have the same host or administratie, or when there is none named `standard`."""
        self.by_name: Mapping[str, Thema] = MappingProxyType({one.naam: one for one in themas})
        if standard not in self.by_name:
            raise ConfigurationError(
                f"BETAALHUB_THEME: er is geen thema {standard}; kies uit: {', '.join(sorted(self.by_name))}"
            )
        self.standard = self.by_name[standard]
        self._by_host = _unique("hosts", ((host, one) for one in self.by_name.values() for host in one.hosts))
        made_for = ((one.administratie, one) for one in self.by_name.values() if one.administratie)
        self._by_administratie = _unique("administratie", made_for)

    def choose(self, *, host: str = "", administratie: str | None = None) -> Thema:
        """The thema of a page: that of the administratie whose winkelmandje it shows, else that of the host, else the standard
        one; never one that was made for another administratie. `host` is as the browser sent it, and only looked up."""
        by_host = self._by_host.get(_plain(host), self.standard)
        if not administratie:
            return by_host
        fits = (one for one in (by_host, self.standard) if not one.is_stranger_to(administratie))
        return self._by_administratie.get(administratie) or next(fits, self.by_name[NEUTRAL])


def standard_only() -> Themas:
    """The themas of an installation that chose none."""
    return Themas([neutral(load_texts())])


def load_themas(folder: Path | None, standard: str) -> Themas:
    """Every thema in this folder (None: only ours). Raises ConfigurationError that names file and key for all that is wrong."""
    texts = load_texts()
    found, problems = [neutral(texts)], []
    for path in sorted(folder.iterdir()) if folder else ():
        if path.is_dir() and not path.name.startswith("."):
            try:
                found.append(read_thema(path, texts))
            except ConfigurationError as error:
                problems.append(str(error))
    if problems:
        raise ConfigurationError("BETAALHUB_THEMES: een thema klopt niet:\n  " + "\n  ".join(problems))
    return Themas(found, standard=standard)


def read_thema(folder: Path, texts: Mapping[Taal, Texts]) -> Thema:
    """The thema in this folder, named after it. Raises ConfigurationError."""
    if not _NAME.fullmatch(folder.name) or folder.name == NEUTRAL:
        raise ConfigurationError(
            f"{folder}: noem de map van een thema met kleine letters, cijfers en streepjes, en niet {NEUTRAL}"
        )
    said = read_description(folder / DESCRIPTION)
    files = _files(folder)
    style = read_style(folder, files)
    files[STYLE] = ThemaFile(style.encode(), "text/css; charset=utf-8")
    return Thema(
        naam=folder.name,
        css_class=said.css_class,
        texts=read_words(folder, texts),
        organisatie=said.organisatie,
        telefoon=said.telefoon,
        openingstijden=said.openingstijden,
        links=said.links,
        hosts=said.hosts,
        administratie=said.administratie,
        adres=said.adres,
        files=MappingProxyType(files),
        version=version_of(files),
    )


def _files(folder: Path) -> dict[str, ThemaFile]:
    """The logo and the fonts: what is not named here, is never served."""
    found = {}
    if (folder / LOGO).is_file():
        found[LOGO] = ThemaFile(_content(folder / LOGO), "image/svg+xml")
    for path in sorted((folder / "fonts").glob("*")):
        if path.suffix in (".md", ".txt"):
            continue  # a licence lies beside its font
        if not _FONT.fullmatch(path.name):
            raise ConfigurationError(f"{path}: lettertypen zijn .woff2, met een naam van letters, cijfers, . _ en -")
        found[f"fonts/{path.name}"] = ThemaFile(_content(path), "font/woff2")
    return found


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{path}: is niet te lezen ({error.strerror})") from None


def _unique(key: str, pairs: Iterable[tuple[str, Thema]]) -> Mapping[str, Thema]:
    found: dict[str, Thema] = {}
    for value, thema in pairs:
        if value in found:
            raise ConfigurationError(
                f"{thema.naam}/{DESCRIPTION}: {key}: {value} staat ook in {found[value].naam}/{DESCRIPTION}; kies er één"
            )
        found[value] = thema
    return MappingProxyType(found)


def _plain(host: str) -> str:
    """A Host header as names are written in theme.json: no port, no dot at the end, small letters."""
    return re.sub(r":\d*\Z", "", host).rstrip(".").lower()
