"""Reads theme.json strictly: what is unknown, missing or malformed is named with its key and how to mend it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from betaalhub.errors import ConfigurationError
from betaalhub.web.texts import Taal
from betaalhub.web.themas.thema import Links

_REQUIRED = ("class", "organisatie", "telefoon", "openingstijden", "links", "hosts")
_OPTIONAL = ("administratie", "adres")
_LINKS_REQUIRED = ("site", "privacy", "toegankelijkheid")
_LINKS_OPTIONAL = ("producten",)
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_LONGEST = 300
_CLASS = re.compile(r"[a-z][a-z0-9-]{1,59}")
_HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")
_URL_SIGNS = re.compile(r"[!-~]+")  # visible ASCII: what may stand in an address without escaping


@dataclass(frozen=True, slots=True)
class Description:
    """What theme.json says."""

    css_class: str
    organisatie: str
    telefoon: str
    openingstijden: Mapping[Taal, str]
    links: Links
    hosts: tuple[str, ...]
    administratie: str | None
    adres: tuple[str, ...]


@dataclass(slots=True)
class _Reader:
    """Takes values out of theme.json and gathers what is wrong with them."""

    path: Path
    problems: list[str] = field(default_factory=list)

    def wrong(self, key: str, how: str) -> None:
        self.problems.append(f"{self.path}: {key}: {how}")

    def keys(self, found: Any, key: str, required: tuple[str, ...], optional: tuple[str, ...]) -> dict[str, Any]:
        """The object under this key with only the keys that it may have."""
        inside = f"{key}." if key else ""
        if not isinstance(found, dict):
            self.wrong(key or "het bestand", "geef een object tussen accolades, met " + ", ".join(required))
            return {}
        for name in required:
            if name not in found:
                self.wrong(inside + name, "ontbreekt")
        for name in sorted(found.keys() - {*required, *optional}):
            self.wrong(inside + name, "kent Betaalhub niet; kies uit " + ", ".join((*required, *optional)))
        return {name: value for name, value in found.items() if name in (*required, *optional)}

    def text(self, found: dict[str, Any], name: str, inside: str = "") -> str:
        """One line of text; a missing one was told already."""
        value = found.get(name)
        if name in found and (not isinstance(value, str) or not value.strip() or not value.isprintable()):
            self.wrong(inside + name, "geef een tekst van één regel")
        if isinstance(value, str) and len(value) > _LONGEST:
            self.wrong(inside + name, f"geef hooguit {_LONGEST} tekens")
        return value.strip() if isinstance(value, str) else ""

    def matching(self, found: dict[str, Any], name: str, form: re.Pattern[str], how: str) -> str:
        """A text of this form."""
        value = self.text(found, name)
        if value and not form.fullmatch(value):
            self.wrong(name, how)
        return value

    def several(self, found: dict[str, Any], name: str) -> list[str]:
        """A list of lines; may be empty."""
        value = found.get(name, [])
        if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
            self.wrong(name, "geef een lijst van teksten tussen blokhaken; hij mag leeg zijn")
            return []
        return [one.strip() for one in value]

    def link(self, found: dict[str, Any], name: str) -> str | None:
        """An address to which a page may lead."""
        value = self.text(found, name, "links.")
        if value and not is_link(value):
            self.wrong(f"links.{name}", "geef een adres dat begint met https:// (http:// mag alleen naar deze machine)")
        return value or None


def is_link(value: str) -> bool:
    """Whether a page may lead there: https to a host, or http to this machine; without a name or password in it."""
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or "\\" in value or not _URL_SIGNS.fullmatch(value):
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)


def read_description(path: Path) -> Description:
    """What theme.json says. Raises ConfigurationError with a line for each thing that is wrong."""
    reader = _Reader(path)
    found = reader.keys(_json(path), "", _REQUIRED, _OPTIONAL)
    hours = reader.keys(found["openingstijden"], "openingstijden", tuple(Taal), ()) if "openingstijden" in found else {}
    links = reader.keys(found["links"], "links", _LINKS_REQUIRED, _LINKS_OPTIONAL) if "links" in found else {}
    description = Description(
        css_class=reader.matching(found, "class", _CLASS, "geef een naam van kleine letters, cijfers en streepjes"),
        organisatie=reader.text(found, "organisatie"),
        telefoon=reader.text(found, "telefoon"),
        openingstijden={taal: reader.text(hours, taal, "openingstijden.") for taal in Taal},
        links=Links(**{name: reader.link(links, name) for name in (*_LINKS_REQUIRED, *_LINKS_OPTIONAL)}),
        hosts=_hosts(reader, found),
        administratie=reader.text(found, "administratie") or None,
        adres=tuple(reader.several(found, "adres")),
    )
    if reader.problems:
        raise ConfigurationError("\n  ".join(reader.problems))
    return description


def _hosts(reader: _Reader, found: dict[str, Any]) -> tuple[str, ...]:
    hosts = reader.several(found, "hosts")
    for host in hosts:
        if not _HOST.fullmatch(host):
            reader.wrong("hosts", f"{host!r} is geen naam van een server; geef bijvoorbeeld betalen.gemeente.example")
        if hosts.count(host) > 1:
            reader.wrong("hosts", f"{host} staat er twee keer")
    return tuple(hosts)


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"), object_pairs_hook=_once(path))
    except OSError as error:
        raise ConfigurationError(f"{path}: is niet te lezen ({error.strerror})") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{path}: bewaar dit bestand als UTF-8") from None
    except json.JSONDecodeError as error:
        raise ConfigurationError(f"{path}: regel {error.lineno} is geen goede JSON ({error.msg})") from None


def _once(path: Path) -> Callable[[list[tuple[str, Any]]], dict[str, Any]]:
    """Json takes the last of two equal keys; here that is a mistake."""

    def read(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in pairs]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ConfigurationError(f"{path}: {', '.join(twice)}: staat er twee keer")
        return dict(pairs)

    return read
