"""UsernameToken with a digest (WSS UsernameToken Profile 1.1): proves that the sender knows a secret, without sending it."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lxml import etree

from betaalhub.wire.schema_index import local_name
from betaalhub.wire.wss_certificate import decoded
from betaalhub.wire.wss_faults import insecure
from betaalhub.wire.wss_names import BASE64, PASSWORD_DIGEST, WSSE, WSU
from betaalhub.wire.wss_timestamp import Window, check_fresh, moment

_AT = "/UsernameToken"
_PARTS = [WSSE + "Username", WSSE + "Password", WSSE + "Nonce", WSU + "Created"]
_LONGEST_NAME, _NONCE_BYTES = 100, range(8, 129)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A secret that may be the sender's, and who calls when it is."""

    secret: str = field(repr=False)
    caller: Any


Candidates = Callable[[str], Iterable[Candidate]]


@dataclass(frozen=True, slots=True)
class UsernameProof:
    """A token whose digest one of the candidates explains (`caller` None: none does); until when it could be sent again."""

    caller: Any
    once: str
    until: datetime


def verify_username(token: etree._Element, candidates: Candidates, window: Window, now: datetime) -> UsernameProof:
    """Who the token proves to be calling. Raises WireFault for a password as text, a part that is missing or double, and a token that is too old."""
    name, password, nonce, created = _parts(token)
    if password.get("Type") != PASSWORD_DIGEST:
        raise insecure("Password moet een PasswordDigest zijn; een wachtwoord als tekst weigeren wij.", token, at=_AT)
    salt, digest = decoded(nonce, 200), decoded(password, 100)
    if salt is None or len(salt) not in _NONCE_BYTES or nonce.get("EncodingType", BASE64) != BASE64:
        raise insecure("Nonce moet 8 tot en met 128 willekeurige bytes in base64 zijn.", token, at=_AT)
    until = check_fresh(created, window, now, created=moment(created, at=_AT))
    username = (name.text or "").strip()
    if not 0 < len(username) <= _LONGEST_NAME:
        raise insecure("Username ontbreekt of is te lang.", token, at=_AT)
    once = hashlib.sha256(f"nonce:{username}:".encode() + salt).hexdigest()
    caller = None
    for candidate in candidates(username):
        right = password_digest(salt, (created.text or "").strip(), candidate.secret)
        if hmac.compare_digest(right, base64.b64encode(digest or b"").decode()) and caller is None:
            caller = candidate.caller
    return UsernameProof(caller, once, until)


def password_digest(nonce: bytes, created: str, secret: str) -> str:
    """Base64 of SHA-1 over nonce, Created and secret: the profile knows no other; the secret must be long and random."""
    return base64.b64encode(hashlib.sha1(nonce + created.encode() + secret.encode()).digest()).decode()


def _parts(token: etree._Element) -> list[etree._Element]:
    """Username, Password, Nonce and Created, whatever their order."""
    found = sorted((child for child in token if child.tag in _PARTS), key=lambda child: _PARTS.index(child.tag))
    if [child.tag for child in found] != _PARTS or len(found) != len(token) or any(len(child) for child in found):
        names = ", ".join(local_name(tag) for tag in _PARTS)
        raise insecure(f"Een UsernameToken heeft precies één van elk: {names}.", token, at=_AT)
    return found
