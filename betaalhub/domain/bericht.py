"""What makes two writing messages the same message: their typed values (contract.md, idempotency)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import Field
from datetime import UTC, datetime
from typing import Any, ClassVar, Protocol


class Bericht(Protocol):
    """A writing message as a frozen dataclass of its typed values, without TijdstipBericht. Times are aware."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @property
    def zender(self) -> str:
        """The code of the zender."""
        ...

    @property
    def referentienummer(self) -> str:
        """The zender's own number of the message."""
        ...


def message_key(bericht: Bericht) -> str:
    """SHA-256 over all typed values: the same message, whatever an ESB did to its prefixes, white space or time zone.

    An optional element that is absent counts as its default, where the contract names one (Vervang).
    """
    return sha256_of(bericht)


def sha256_of(values: object) -> str:
    """SHA-256 over plain values, times and dataclasses; the order of names does not count, that of a list does."""
    text = json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return {name: getattr(value, name) for name in value.__dataclass_fields__}
