"""Certificates for tests: of a municipality with its OIN, of somebody else, old ones and coming ones."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from urllib.parse import quote

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

OIN = "00000001003214345000"


@dataclass(frozen=True)
class Paper:
    """A certificate in the forms in which it travels."""

    found: x509.Certificate

    @property
    def pem(self) -> bytes:
        return self.found.public_bytes(Encoding.PEM)

    @property
    def fingerprint(self) -> str:
        return self.found.fingerprint(SHA256()).hex()

    @property
    def nginx(self) -> str:
        """As nginx's $ssl_client_escaped_cert."""
        return quote(self.pem.decode())

    @property
    def haproxy(self) -> str:
        return base64.b64encode(self.found.public_bytes(Encoding.DER)).decode()


@cache
def paper(of: datetime, *, days: int = 365, serials: tuple[str, ...] = (OIN,)) -> Paper:
    """A certificate that is valid from this moment for so many days, with these serialNumbers in its subject."""
    key = ec.generate_private_key(ec.SECP256R1())
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, "esb.demostad.example")]
    parts += [x509.NameAttribute(NameOID.SERIAL_NUMBER, serial) for serial in serials]
    name = x509.Name(parts)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(of)
    return Paper(builder.not_valid_after(of + timedelta(days=days)).sign(key, SHA256()))
