"""Reads an X.509 certificate as far as an aansluiting needs: its subject, OIN, fingerprint and dates."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote_to_bytes

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

from betaalhub.errors import ConfigurationError

_LONGEST = 32 * 1024
_OIN_DIGITS = 20
_SUBJECT = 200
_NAMES = {NameOID.SERIAL_NUMBER: "serialNumber", NameOID.EMAIL_ADDRESS: "emailAddress"}


@dataclass(frozen=True, slots=True)
class Certificaat:
    """What is known of a certificate. `fingerprint` is the SHA-256 of its DER in lower hex; the times are UTC."""

    subject: str
    oin: str | None
    fingerprint: str
    geldig_van: datetime
    geldig_tot: datetime

    def holds(self, now: datetime) -> bool:
        """Is it valid on its own dates?"""
        return self.geldig_van <= now < self.geldig_tot


def read_certificate(data: bytes) -> Certificaat:
    """The certificate in this PEM (the first one) or DER; ConfigurationError when there is none."""
    try:
        pem = b"-----BEGIN" in data
        found = x509.load_pem_x509_certificate(data) if pem else x509.load_der_x509_certificate(data)
        return Certificaat(
            subject=found.subject.rfc4514_string(_NAMES)[:_SUBJECT],
            oin=_oin(found),
            fingerprint=found.fingerprint(SHA256()).hex(),
            geldig_van=found.not_valid_before_utc,
            geldig_tot=found.not_valid_after_utc,
        )
    except ValueError:
        raise ConfigurationError("Dit is geen certificaat (X.509) in PEM of DER") from None


def read_header(value: str) -> Certificaat:
    """The certificate in the header of a proxy: PEM with percent signs (nginx), or DER in base64 (HAProxy, F5)."""
    if len(value) > _LONGEST:
        raise ConfigurationError("Dit certificaat is te groot")
    data = unquote_to_bytes(value)
    if data.count(b"-----BEGIN") > 1:
        raise ConfigurationError("Dit is meer dan één certificaat")
    if b"-----BEGIN" not in data:
        try:
            data = base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            raise ConfigurationError("Dit is geen certificaat in PEM of base64") from None
    return read_certificate(data)


def is_oin(text: str) -> bool:
    """Twenty digits: an Organisatie-identificatienummer (Logius, Digikoppeling)."""
    return len(text) == _OIN_DIGITS and text.isascii() and text.isdigit()


def _oin(found: x509.Certificate) -> str | None:
    """The OIN stands in the subject's serialNumber (PKIoverheid, part 3b); with more than one nobody knows which."""
    told = [str(one.value) for one in found.subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)]
    return told[0] if len(told) == 1 and is_oin(told[0]) else None
