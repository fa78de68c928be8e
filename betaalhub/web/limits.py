"""How often something may be tried: a small count per key, in this process or, where it matters, for all processes together."""

from __future__ import annotations

from collections import OrderedDict, deque
from datetime import datetime, timedelta
from ipaddress import AddressValueError, IPv6Address
from threading import Lock

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from betaalhub.flows import limieten
from betaalhub.flows.keys import Portaal
from betaalhub.flows.limieten import LimietSoort
from betaalhub.storage.away import is_away

_log = structlog.get_logger(__name__)


class Attempts:
    """At most `limit` tries per key within `window`.

    Kept in memory, so every process counts by itself: with four processes the limit is at worst four times as high.
    At most `keys` keys are remembered; the one tried longest ago is forgotten first.
    """

    def __init__(self, limit: int, window: timedelta, *, keys: int = 10_000) -> None:
        self._limit, self._window, self._keys = limit, window, keys
        self._tries: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._lock = Lock()

    def take(self, key: str, now: datetime) -> bool:
        """Count one try (UTC); False when there were too many already, and then it is not counted."""
        with self._lock:
            tries = self._tries.setdefault(key, deque())
            self._tries.move_to_end(key)
            while len(self._tries) > self._keys:
                self._tries.popitem(last=False)
            while tries and tries[0] <= now - self._window:
                tries.popleft()
            if len(tries) >= self._limit:
                return False
            tries.append(now)
            return True

    def give_back(self, key: str) -> None:
        """The last try was a hit: it does not count."""
        with self._lock:
            if self._tries.get(key):
                self._tries[key].pop()


class SharedAttempts:
    """At most `limit` tries per key within `window`, of all processes and nodes together: counted in the register.

    This process counts beside it, so that who is over the limit here costs the register nothing, and so that a register that is
    busy or away makes the limit looser but never takes it off; nobody waits for it longer than one statement may. A key is
    signed before it is stored: from what the register holds nobody's address can be told or guessed.
    """

    def __init__(
        self, sessions: sessionmaker[Session], portaal: Portaal, soort: LimietSoort, limit: int, window: timedelta
    ) -> None:
        self._sessions, self._portaal, self._soort = sessions, portaal, soort
        self._limit, self._window = limit, window
        self._here = Attempts(limit, window)

    def take(self, key: str, now: datetime) -> bool:
        """Count one try (UTC); False when there were too many already, and then it is not counted."""
        if not self._here.take(key, now):
            return False
        try:
            with self._sessions.begin() as session:
                taken = limieten.take(
                    session, self._soort, self._signed(key), limit=self._limit, window=self._window, now=now
                )
        except SQLAlchemyError as error:
            if not is_away(error):
                raise
            _log.warning("limit_counted_here_only", soort=self._soort, error=type(error).__name__)
            return True
        if not taken:
            self._here.give_back(key)
        return taken

    def give_back(self, key: str) -> None:
        """The last try was a hit: it does not count."""
        self._here.give_back(key)
        try:
            with self._sessions.begin() as session:
                limieten.give_back(session, self._soort, self._signed(key))
        except SQLAlchemyError as error:
            if not is_away(error):
                raise
            _log.warning("limit_not_given_back", soort=self._soort, error=type(error).__name__)

    def _signed(self, key: str) -> str:
        return self._portaal.sign(f"limiet:{self._soort}:{key}")


def who_asks(address: str | None) -> str:
    """The address that is counted; of IPv6 the first half, for one subscriber has all of the second."""
    try:
        return str(IPv6Address(int(IPv6Address(address or "")) >> 64 << 64))
    except AddressValueError:
        return address or ""
