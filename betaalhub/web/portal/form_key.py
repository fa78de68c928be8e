"""The signed keys of the portal: in its forms in place of a cookie, and on the one trip to the page that goes to the PSP."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from itsdangerous import BadData, URLSafeSerializer

TRIP_VALID = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class FormKey:
    """What a form of the winkelmandje was made for: the page she saw (version, total in cents) and a value used once."""

    mandje: str
    versie: int
    totaal_cent: int
    nonce: str


@dataclass(frozen=True, slots=True)
class Trip:
    """One trip from the pay button to the PSP; `until` in seconds since 1970 (UTC)."""

    mandje: str
    nonce: str
    until: int


V = TypeVar("V", FormKey, Trip)


class Signer:
    """Signs and reads keys; what was not signed by us, or for another purpose, reads as None."""

    def __init__(self, secret: str) -> None:
        options = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
        self._serializers = {
            kind: URLSafeSerializer(secret, salt=f"betaalhub.{kind.__name__}", signer_kwargs=options)
            for kind in (FormKey, Trip)
        }

    def sign(self, value: FormKey | Trip) -> str:
        """The value as text that fits in a form or an address."""
        return str(self._serializers[type(value)].dumps(list(asdict(value).values())))

    def read(self, kind: type[V], text: str) -> V | None:
        """The value that was signed; None when it was forged."""
        try:
            values: Any = self._serializers[kind].loads(text)
        except BadData:
            return None
        return kind(*values)

    def sign_trip(self, key: FormKey, now: datetime) -> str:
        """A trip to the PSP that starts now."""
        return self.sign(Trip(key.mandje, key.nonce, int((now + TRIP_VALID).timestamp())))

    def read_trip(self, text: str, now: datetime) -> Trip | None:
        """The trip, while it is fresh; None when it is forged or made too long ago."""
        trip = self.read(Trip, text)
        return trip if trip and now < datetime.fromtimestamp(trip.until, UTC) else None
