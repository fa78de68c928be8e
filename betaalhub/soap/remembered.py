"""A short memory of callers that proved themselves: keyed, bounded, and never longer than the proof itself holds."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from betaalhub.flows.access import Aanroeper

REMEMBERED = timedelta(seconds=60)  # what is revoked or switched off is refused within this time, in every process
_MOST = 1024


@dataclass(frozen=True, slots=True)
class _Known:
    aanroeper: Aanroeper
    until: datetime


@dataclass(slots=True)
class Memory:
    """Callers by what they showed, of which only a keyed hash is kept. Safe to share between threads."""

    _key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    _known: OrderedDict[bytes, _Known] = field(default_factory=OrderedDict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def get(self, shown: str, now: datetime) -> Aanroeper | None:
        """Whom this proved a moment ago (UTC); None when it must be looked at again."""
        known = self._known.get(self._hash(shown))
        return known.aanroeper if known is not None and now < known.until else None

    def put(self, shown: str, aanroeper: Aanroeper, now: datetime, *ends: datetime | None) -> None:
        """Remember for a minute, or until the first of these ends."""
        until = min([now + REMEMBERED, *(end for end in ends if end is not None)])
        with self._lock:
            self._known[self._hash(shown)] = _Known(aanroeper, until)
            while len(self._known) > _MOST:
                self._known.popitem(last=False)

    def _hash(self, shown: str) -> bytes:
        return hmac.digest(self._key, shown.encode("utf-8", "surrogatepass"), hashlib.sha256)
