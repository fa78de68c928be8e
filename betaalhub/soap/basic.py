"""Who calls, by HTTP Basic: argon2 once, and then a short memory."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.orm import Session, sessionmaker

from betaalhub.domain.bewijs import BewijsSoort
from betaalhub.errors import Refusal
from betaalhub.flows.access import MOST_BEWIJZEN, Aanroeper, Bewijs, find_bewijzen
from betaalhub.soap.availability import register_or_refusal
from betaalhub.soap.faults import as_fault
from betaalhub.soap.limits import LoginLimit, too_many
from betaalhub.soap.remembered import Memory
from betaalhub.storage.database import reading
from betaalhub.wire.faults import WireFault
from betaalhub.wire.http_basic import basic_credentials

log = structlog.get_logger(__name__)

_AT_ONCE = 2  # argon2 takes tens of megabytes each time: strangers cannot make a process grow
_TURN = 3.0  # seconds that one waits for its turn; an answer must be there within five
_BUSY = 2  # seconds to wait when all turns stayed taken
# Verified where there is nothing to verify, so that the time of an answer does not tell which names exist.
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$uGKFIXiQHDMBwEQQfedFKQ$LwT1NZ3GpoeAZ1Ai16QGYfOwfFEytz9qyHkM7hDSthY"


@dataclass(slots=True)
class BasicAccess:
    """Finds the caller by name and password; one per process, safe to share between threads. `clock` gives UTC."""

    sessions: sessionmaker[Session]
    clock: Callable[[], datetime]
    limit: LoginLimit
    _memory: Memory = field(default_factory=Memory, repr=False)
    _turn: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(_AT_ONCE), repr=False)

    def __call__(self, environ: Mapping[str, Any]) -> Aanroeper | None:
        """The caller, or None when there is no Authorization header.

        Raises WireFault NIET_GEAUTHENTICEERD (the same for an unknown name and a wrong password), TE_VEEL_VERZOEKEN after
        too many that failed, or PROCES_NIET_BESCHIKBAAR.
        """
        if not environ.get("HTTP_AUTHORIZATION"):
            return None
        credentials = basic_credentials(environ)
        if credentials is None:
            raise WireFault("NIET_GEAUTHENTICEERD")
        naam, geheim = credentials
        now = self.clock()
        known = self._memory.get(f"{naam}\0{geheim}", now)
        if known is not None:
            return known
        self.limit.check(environ, naam)
        bewijs = self._verified(naam, geheim, now)
        if bewijs is None:
            self.limit.failed(environ, naam)
            raise WireFault("NIET_GEAUTHENTICEERD")
        self.limit.succeeded(environ, naam)
        self._memory.put(f"{naam}\0{geheim}", bewijs.aanroeper, now, bewijs.geldig_tot)
        return bewijs.aanroeper

    def _verified(self, naam: str, geheim: str, now: datetime) -> Bewijs | None:
        """The bewijs with this password, of those that hold under this name (an old one and a new one, say)."""
        try:
            with register_or_refusal(), reading(self.sessions) as session:
                bewijzen = find_bewijzen(session, BewijsSoort.WACHTWOORD, naam, now)
        except Refusal as refusal:
            raise as_fault(refusal) from refusal
        if not self._turn.acquire(timeout=_TURN):
            log.warning("too_many_logins", wait_seconds=_BUSY)
            raise too_many(_BUSY)
        try:
            for bewijs in bewijzen:
                if _matches(str(bewijs.geheim), geheim):
                    return bewijs
            for _ in range(MOST_BEWIJZEN - len(bewijzen)):  # what fails takes as long for every name
                _matches(_NOBODY, geheim)
        finally:
            self._turn.release()
        log.warning("aansluiting_refused", known=bool(bewijzen))
        return None


def _matches(geheim_hash: str, geheim: str) -> bool:
    try:
        return PasswordHasher().verify(geheim_hash, geheim)
    except (VerificationError, InvalidHashError):
        return False
