"""How a setting is read: its value from the environment or from a file, and what makes it malformed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1", "[::1]"})
_SCHEMA_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_$#]{0,29}")
_SITE = re.compile(r"[a-z0-9.-]+(:\d{1,5})?")
_ACCOUNT_CODE = re.compile(r"[A-Za-z0-9._-]{1,30}")


@dataclass(frozen=True, slots=True)
class Field:
    """One setting: its name without prefix, default (None: it must be given), how it is read and what it is for."""

    name: str
    default: str | None
    read: Callable[[str], Any]
    help: str
    secret: bool = False
    optional: bool = False  # may be empty, and is None then

    def names(self, prefix: str) -> tuple[str, ...]:
        """The environment variables that give it."""
        return (prefix + self.name, f"{prefix}{self.name}_FILE") if self.secret else (prefix + self.name,)

    def value(self, env: Mapping[str, str], prefix: str) -> Any:
        """What the environment gives, read. ValueError tells how to mend it, without the setting's name."""
        raw = self._raw(env, prefix)
        return self.read(raw) if raw or not self.optional else None

    def _raw(self, env: Mapping[str, str], prefix: str) -> str:
        name, file = prefix + self.name, f"{prefix}{self.name}_FILE"
        direct, path = env.get(name), env.get(file) if self.secret else None
        if direct is not None and path is not None:
            raise ValueError(f"geef {name} of {file}, niet allebei")
        if path is not None:
            try:
                direct = Path(path).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise ValueError(f"bestand uit {file} is niet te lezen ({error.strerror})") from None
        value = self.default if direct is None else direct
        if not value and not self.optional:
            raise ValueError("ontbreekt; " + self.help)
        return value or ""


def text(value: str) -> str:
    """Any text."""
    return value


def url(value: str) -> str:
    """An http(s) address without a query, without a slash at the end."""
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("geef een adres dat begint met http:// of https://, zonder vraagteken of hekje")
    return value.rstrip("/")


def site(value: str) -> str:
    """The https address of a site, or http on this machine: no path, so that each of its pages lies under it."""
    parts = urlsplit(value)
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if not safe or value.rstrip("/") != f"{parts.scheme}://{parts.netloc}" or not _SITE.fullmatch(parts.netloc):
        raise ValueError(
            "geef een adres als https://betalen.gemeente.nl: met https, in kleine letters, met niets erachter"
        )
    return value.rstrip("/")


def sites(value: str) -> dict[str, str]:
    """`code=https://…` for some administraties, with commas between them; each code and each address once."""
    found: dict[str, str] = {}
    for pair in value.split(","):
        code, equals, address = (part.strip() for part in pair.partition("="))
        if not equals or not code:
            raise ValueError(
                "geef code=https://…, met komma's ertussen; de code is die van de administratie in de catalogus"
            )
        if code in found or site(address) in found.values():
            raise ValueError(f"{code}={address}: deze code of dit adres staat er al")
        found[code] = site(address)
    return found


def contact(value: str) -> str:
    """A mailto: or https:// address on one line."""
    parts = urlsplit(value)
    whole_address = parts.scheme == "https" and parts.hostname or parts.scheme == "mailto" and "@" in parts.path
    if not whole_address or not value.isascii() or not value.isprintable() or " " in value:
        raise ValueError("geef mailto: met een e-mailadres, of een adres dat begint met https://")
    return value


def flag(value: str) -> bool:
    """Ja or nee."""
    if value.lower() not in ("ja", "nee"):
        raise ValueError("geef ja of nee")
    return value.lower() == "ja"


def whole(low: int, high: int) -> Callable[[str], int]:
    """A whole number between two others."""

    def read(value: str) -> int:
        if not value.isascii() or not value.isdigit() or not low <= int(value) <= high:
            raise ValueError(f"geef een heel getal van {low} tot en met {high}")
        return int(value)

    return read


def account_code(value: str) -> str:
    """A code that fits the register and an address."""
    if not _ACCOUNT_CODE.fullmatch(value):
        raise ValueError("geef 1 tot en met 30 letters, cijfers, punten en streepjes")
    return value


def schema_name(value: str) -> str:
    """The name of a schema that needs no quotes."""
    if not _SCHEMA_NAME.fullmatch(value):
        raise ValueError("geef een naam van een letter en dan ten hoogste 29 letters, cijfers of _ $ #")
    return value.upper()


def one_of(*words: str) -> Callable[[str], str]:
    """One of these words."""

    def read(value: str) -> str:
        if value not in words:
            raise ValueError("geef een van: " + ", ".join(words))
        return value

    return read


def several_of(*words: str) -> Callable[[str], tuple[str, ...]]:
    """Some of these words, in the order in which they stand here."""

    def read(value: str) -> tuple[str, ...]:
        chosen = [word.strip() for word in value.split(",")]
        if len(set(chosen)) != len(chosen) or not set(chosen) <= set(words):
            raise ValueError("geef een of meer van, met komma's ertussen: " + ", ".join(words))
        return tuple(word for word in words if word in chosen)

    return read


def file(value: str) -> Path | None:
    """A path, or None for `geen`."""
    if value == "geen":
        return None
    if not Path(value).is_file():
        raise ValueError("dit bestand is er niet; geef een pad, of geen")
    return Path(value)


def folder(value: str) -> Path | None:
    """The path of a folder, or None for `geen`."""
    if value == "geen":
        return None
    if not Path(value).is_dir():
        raise ValueError("deze map is er niet; geef een pad, of geen")
    return Path(value)


def bind(value: str) -> str:
    """An address and a port."""
    host, _, port = value.rpartition(":")
    if not host or not port.isdigit() or not 1 <= int(port) <= 65535:
        raise ValueError("geef adres:poort, bijvoorbeeld 127.0.0.1:8080")
    return value


def secret_key(value: str) -> str:
    """A key of 32 characters or more."""
    if len(value) < 32:
        raise ValueError("geef ten minste 32 tekens; maak er een met: openssl rand -hex 32")
    return value
