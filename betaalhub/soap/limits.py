"""How often: token buckets in memory, for the calls of an aansluiting and for logins that fail.

Every process counts by itself: with four processes a limit is at worst four times as high.
"""

from __future__ import annotations

import ipaddress
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog

from betaalhub.errors import Refusal
from betaalhub.flows.access import Aanroeper
from betaalhub.soap.faults import as_fault
from betaalhub.wire.faults import WireFault

log = structlog.get_logger(__name__)

_MOST_KEYS = 4096
_TRUSTED = timedelta(hours=1)
_MICROSECOND = timedelta(microseconds=1)
_ONE = 60_000_000  # what a call takes: a rate per minute times the microseconds of a minute, so that all is whole


@dataclass(slots=True)
class _Bucket:
    content: int  # of _ONE per call
    at: datetime


class Buckets:
    """One bucket per key: `size` at once, and `per_minute` after that. The key used longest ago is forgotten first."""

    def __init__(self, *, size: int, per_minute: int, most_keys: int = _MOST_KEYS) -> None:
        self._full, self._per_minute, self._most = size * _ONE, per_minute, most_keys
        self._buckets: OrderedDict[Hashable, _Bucket] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: Hashable, now: datetime) -> int:
        """Take one; gives 0, or the whole seconds to wait when there is none, and then nothing is taken."""
        with self._lock:
            bucket = self._filled(key, now)
            if bucket.content >= _ONE:
                bucket.content -= _ONE
                return 0
            return self._wait(bucket)

    def wait(self, key: Hashable, now: datetime) -> int:
        """What `take` would give, without taking."""
        with self._lock:
            if key not in self._buckets:
                return 0
            bucket = self._filled(key, now)
            return 0 if bucket.content >= _ONE else self._wait(bucket)

    def __len__(self) -> int:
        return len(self._buckets)

    def _filled(self, key: Hashable, now: datetime) -> _Bucket:
        bucket = self._buckets.setdefault(key, _Bucket(self._full, now))
        self._buckets.move_to_end(key)
        while len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        passed = max(0, (now - bucket.at) // _MICROSECOND)
        bucket.content = min(self._full, bucket.content + passed * self._per_minute)
        bucket.at = max(bucket.at, now)
        return bucket

    def _wait(self, bucket: _Bucket) -> int:
        return -(-(_ONE - bucket.content) // (self._per_minute * 1_000_000))  # rounded up


class CallLimit:
    """At most `per_minute` calls of one aansluiting in this process, a minute's worth at once; 0 is no limit."""

    def __init__(self, per_minute: int, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._buckets = Buckets(size=per_minute, per_minute=per_minute) if per_minute else None

    def count(self, aanroeper: Aanroeper) -> None:
        """Count one call. Raises WireFault TE_VEEL_VERZOEKEN, with the seconds to wait, when it is one too many."""
        wait = self._buckets.take(aanroeper.aansluiting_id, self._clock()) if self._buckets is not None else 0
        if wait:
            log.warning("too_many_calls", aansluiting=aanroeper.aansluiting_id, wait_seconds=wait)
            raise too_many(wait)


@dataclass(slots=True)
class LoginLimit:
    """Bounds logins that fail, before they cost an argon2: per address and name, and per address whatever the name.

    Behind an ESB all names come from one address. So a name that was right there within the last hour is not held up by what
    others fail: one system with an old password must not keep out its neighbours. Guessing at it stays bounded by its name.
    """

    clock: Callable[[], datetime]
    behind_proxy: bool = False
    _by_name: Buckets = field(default_factory=lambda: Buckets(size=10, per_minute=10), repr=False)
    _by_address: Buckets = field(default_factory=lambda: Buckets(size=60, per_minute=60), repr=False)
    _right: OrderedDict[tuple[str, str], datetime] = field(default_factory=OrderedDict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def check(self, environ: Mapping[str, Any], naam: str) -> None:
        """Raises WireFault TE_VEEL_VERZOEKEN when too many failed lately from here."""
        address, now = self._address(environ), self.clock()
        known = now < self._right.get((address, naam), now)
        wait = max(self._by_name.wait((address, naam), now), 0 if known else self._by_address.wait(address, now))
        if wait:
            log.warning("too_many_logins", wait_seconds=wait)
            raise too_many(wait)

    def succeeded(self, environ: Mapping[str, Any], naam: str) -> None:
        """Remember that this name was right from here."""
        with self._lock:
            self._right[self._address(environ), naam] = self.clock() + _TRUSTED
            self._right.move_to_end((self._address(environ), naam))
            while len(self._right) > _MOST_KEYS:
                self._right.popitem(last=False)

    def failed(self, environ: Mapping[str, Any], naam: str) -> None:
        """Count one that failed."""
        address, now = self._address(environ), self.clock()
        self._by_name.take((address, naam), now)
        self._by_address.take(address, now)

    def _address(self, environ: Mapping[str, Any]) -> str:
        """Whence: the last address that the proxy saw, else the peer's; of IPv6 the network (/64) that one party has."""
        told = str(environ.get("HTTP_X_FORWARDED_FOR") or "").rpartition(",")[2].strip() if self.behind_proxy else ""
        text = told or str(environ.get("REMOTE_ADDR") or "")
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            return "?"
        if address.version == 6:
            return str(ipaddress.ip_network((address, 64), strict=False))
        return str(address)


def too_many(wait_seconds: int) -> WireFault:
    """The fault TE_VEEL_VERZOEKEN: safe to repeat, after so many seconds."""
    return as_fault(Refusal("TE_VEEL_VERZOEKEN", ""), wait_seconds=wait_seconds)
