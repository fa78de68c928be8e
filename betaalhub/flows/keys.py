"""What the entry points hand to the flows: random values and the portal's address and secret."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from betaalhub.domain.betaalopdracht import Limits

MEEBETAALTOKEN_VALID = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Keys:
    """Where random values come from: `draw(n)` gives 0 ≤ x < n, `token()` 256 bits as URL-safe text, `number()` 26 characters.

    `mails`: does this installation send mails? Else none is wished for.
    """

    draw: Callable[[int], int] = secrets.randbelow
    token: Callable[[], str] = lambda: secrets.token_urlsafe(32)
    number: Callable[[], str] = lambda: secrets.token_hex(13).upper()
    mails: bool = False


@dataclass(frozen=True, slots=True)
class Portaal:
    """The portal's public address (no slash at the end) and the secret that signs what it hands out.

    `own_urls`: the addresses of administraties, by their code, that have one of their own; their links begin with it.
    """

    url: str
    secret: str
    own_urls: Mapping[str, str] = field(default_factory=dict)

    def at(self, administratie: str) -> Portaal:
        """The portal as the citizens of this administratie know it."""
        return replace(self, url=self.own_urls.get(administratie, self.url))

    def betaal_url(self, token: str, taal: str) -> str:
        """The page of the winkelmandje in which the betaalopdracht with this token lies."""
        return f"{self.url}/{taal}/winkelmandje/{token}"

    def kijk_url(self, kijktoken: str, taal: str) -> str:
        """The page that shows how a winkelmandje stands, and no more."""
        return f"{self.url}/{taal}/betaling/{kijktoken}"

    def sign(self, text: str) -> str:
        """32 hexadecimal digits that only this secret makes of this text; the text begins with what it is for."""
        return hmac.new(self.secret.encode(), text.encode(), hashlib.sha256).hexdigest()[:32]

    def __repr__(self) -> str:
        return f"Portaal({self.url!r}, …)"


@dataclass(frozen=True, slots=True)
class Omgeving:
    """What the entry point brings: the time (UTC), random keys, the limits of this installation and the portal."""

    now: datetime
    keys: Keys
    limits: Limits
    portaal: Portaal


def make_meebetaaltoken(portaal: Portaal, winkelmandje_id: int, now: datetime) -> str:
    """A token with which a product system may put its betaalopdracht into this winkelmandje; valid for one hour."""
    until = int((now + MEEBETAALTOKEN_VALID).timestamp())
    return f"{winkelmandje_id}-{until}-{_sign(portaal, winkelmandje_id, until)}"


def read_meebetaaltoken(portaal: Portaal, token: str, now: datetime) -> int | None:
    """The winkelmandje that a meebetaaltoken points at; None when it is forged or too old (never an error: domain.md 7)."""
    parts = token.split("-")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts[:2]):
        return None
    winkelmandje_id, until = int(parts[0]), int(parts[1])
    signed = hmac.compare_digest(parts[2].encode(), _sign(portaal, winkelmandje_id, until).encode())
    return winkelmandje_id if signed and now < datetime.fromtimestamp(until, UTC) else None


def _sign(portaal: Portaal, winkelmandje_id: int, until: int) -> str:
    return portaal.sign(f"meebetaaltoken:{winkelmandje_id}:{until}")


def make_kijktoken(portaal: Portaal, winkelmandje_id: int) -> str:
    """A token with which one may look at the state and the betaalbewijs of this winkelmandje, and do nothing. It does not grow
    old: a betaalbewijs is kept for years. A new secret of the portal ends it."""
    return f"{winkelmandje_id}-{_sign_kijk(portaal, winkelmandje_id)}"


def read_kijktoken(portaal: Portaal, token: str) -> int | None:
    """The winkelmandje that a kijktoken shows; None when it is forged."""
    number, dash, signature = token.partition("-")
    if not (dash and number.isascii() and number.isdigit() and len(number) < 19 and number[0] != "0"):
        return None
    signed = hmac.compare_digest(signature.encode(), _sign_kijk(portaal, int(number)).encode())
    return int(number) if signed else None


def _sign_kijk(portaal: Portaal, winkelmandje_id: int) -> str:
    return portaal.sign(f"kijktoken:{winkelmandje_id}")
