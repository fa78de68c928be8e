"""Tables from a neighbour's words to ours: closed at import, and what is not in one has no meaning."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from betaalhub.errors import ConfigurationError

_Word = TypeVar("_Word", bound=StrEnum)
_Meaning = TypeVar("_Meaning")


def closed(words: type[_Word], table: Mapping[_Word, _Meaning]) -> Mapping[_Word, _Meaning]:
    """The table, read-only; raises ConfigurationError when a word has no meaning in it."""
    missing = [word for word in words if word not in table]
    if missing:
        raise ConfigurationError(f"{words.__name__}: no meaning for {', '.join(missing)}")
    return MappingProxyType(dict(table))


def meaning(words: type[_Word], table: Mapping[_Word, _Meaning], text: str, unknown: _Meaning) -> _Meaning:
    """What a received word means, `unknown` when it is not one of ours."""
    return table[words(text)] if text in words.__members__ else unknown
