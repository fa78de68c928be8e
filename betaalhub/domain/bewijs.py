"""How an aansluiting proves that it is the one that calls."""

from __future__ import annotations

from enum import StrEnum


class BewijsSoort(StrEnum):
    """The kind of proof; what looks it up is a name, the 20 digits of an OIN, or a SHA-256 fingerprint in lower hex."""

    WACHTWOORD = "WACHTWOORD"  # HTTP Basic, by name
    OIN = "OIN"  # a client certificate with this organisation's number in its subject
    CERTIFICAAT = "CERTIFICAAT"  # exactly this client certificate, by fingerprint
    HANDTEKENING = "HANDTEKENING"  # a signature in the message with this certificate, by fingerprint
    USERNAMETOKEN = "USERNAMETOKEN"  # a digest in the message, by name


BY_NAME = frozenset({BewijsSoort.WACHTWOORD, BewijsSoort.USERNAMETOKEN})  # these have a secret; several live at once
ONE_OWNER = frozenset(BewijsSoort) - BY_NAME  # the same one never leads to two aansluitingen


def owner_key(soort: BewijsSoort, sleutel: str) -> str | None:
    """What the register keeps unique while a bewijs is not revoked; None where several may live at once."""
    return f"{soort}:{sleutel}" if soort in ONE_OWNER else None
