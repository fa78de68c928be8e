"""Keeps a secret that must stay readable (a UsernameToken digest needs it) encrypted in the register.

AES-256-GCM with a key derived from a setting; the name of the aansluiting is bound to it, so that a row that is copied to
another name can not be read there.
"""

from __future__ import annotations

import base64
import binascii
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from betaalhub.errors import ConfigurationError

_FORM = "1."  # what comes after a change of algorithm starts otherwise
_NONCE = 12


def encrypt(key: str, naam: str, geheim: str) -> str:
    """The secret of this name as the register keeps it; `key` is the setting, of at least 32 characters."""
    nonce = secrets.token_bytes(_NONCE)
    sealed = AESGCM(_derived(key)).encrypt(nonce, geheim.encode(), naam.encode())
    return _FORM + base64.urlsafe_b64encode(nonce + sealed).decode()


def decrypt(key: str, naam: str, stored: str) -> str:
    """The secret again; ConfigurationError when the key is another one, or when the row was changed or moved."""
    try:
        raw = base64.urlsafe_b64decode(stored.removeprefix(_FORM))
        return AESGCM(_derived(key)).decrypt(raw[:_NONCE], raw[_NONCE:], naam.encode()).decode()
    except (InvalidTag, binascii.Error, ValueError):
        raise ConfigurationError(
            "BETAALHUB_USERNAMETOKEN_KEY: hiermee is het geheim niet te lezen; het is met een andere sleutel bewaard"
        ) from None


def _derived(key: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"betaalhub usernametoken 1").derive(key.encode())
