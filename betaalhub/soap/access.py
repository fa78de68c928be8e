"""Who may call: HTTP Basic with an aansluiting, verified with argon2 once and then from a short-lived keyed cache."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.orm import Session, sessionmaker

from betaalhub.domain.bewijs import BewijsSoort
from betaalhub.errors import Refusal
from betaalhub.flows.access import Aanroeper, find_bewijzen
from betaalhub.soap.availability import register_or_refusal
from betaalhub.soap.faults import as_fault
from betaalhub.storage.database import reading
from betaalhub.wire.faults import WireFault
from betaalhub.wire.http_basic import basic_credentials

log = structlog.get_logger(__name__)

REMEMBERED = timedelta(seconds=60)  # an aansluiting that is switched off is refused within this time, in every process
_MOST = 1024
_AT_ONCE = 2  # argon2 takes tens of megabytes each time: strangers cannot make a process grow
# Verified for an unknown name too, so that the time of an answer does not tell which names exist.
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$uGKFIXiQHDMBwEQQfedFKQ$LwT1NZ3GpoeAZ1Ai16QGYfOwfFEytz9qyHkM7hDSthY"


@dataclass(frozen=True, slots=True)
class _Known:
    aanroeper: Aanroeper
    until: datetime


@dataclass(slots=True)
class BasicAccess:
    """Finds the caller of a request; one per process, safe to share between threads. `clock` gives UTC."""

    sessions: sessionmaker[Session]
    clock: Callable[[], datetime]
    _key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    _known: OrderedDict[bytes, _Known] = field(default_factory=OrderedDict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _turn: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(_AT_ONCE), repr=False)

    def __call__(self, environ: Mapping[str, Any]) -> Aanroeper:
        """The caller. Raises WireFault NIET_GEAUTHENTICEERD (the same for an unknown name and a wrong secret) or PROCES_NIET_BESCHIKBAAR."""
        credentials = basic_credentials(environ)
        if credentials is None:
            raise WireFault("NIET_GEAUTHENTICEERD")
        naam, geheim = credentials
        memory_key = hmac.new(self._key, f"{naam}\0{geheim}".encode(), hashlib.sha256).digest()
        now = self.clock()
        known = self._known.get(memory_key)
        if known is not None and now < known.until:
            return known.aanroeper
        aanroeper = self._verify(naam, geheim, now)
        with self._lock:
            self._known[memory_key] = _Known(aanroeper, now + REMEMBERED)
            while len(self._known) > _MOST:
                self._known.popitem(last=False)
        return aanroeper

    def _verify(self, naam: str, geheim: str, now: datetime) -> Aanroeper:
        try:
            with register_or_refusal(), reading(self.sessions) as session:
                bewijzen = find_bewijzen(session, BewijsSoort.WACHTWOORD, naam, now)
        except Refusal as refusal:
            raise as_fault(refusal) from refusal
        with self._turn:
            if not bewijzen:
                _matches(_NOBODY, geheim)
            right = [one for one in bewijzen if _matches(str(one.geheim), geheim)]
        if not right:
            log.warning("aansluiting_refused", known=bool(bewijzen))
            raise WireFault("NIET_GEAUTHENTICEERD")
        return right[0].aanroeper


def _matches(geheim_hash: str, geheim: str) -> bool:
    try:
        return PasswordHasher().verify(geheim_hash, geheim)
    except (VerificationError, InvalidHashError):
        return False
