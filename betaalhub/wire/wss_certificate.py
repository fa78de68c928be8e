"""Reads the certificate that a signed message brings along, and says whether its key may sign messages."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from betaalhub.wire.wss_faults import insecure
from betaalhub.wire.wss_names import BASE64, X509_V3

_AT = "/BinarySecurityToken"
_LONGEST = 32 * 1024  # characters of base64
_UNREADABLE = (ValueError, UnsupportedAlgorithm, x509.InvalidVersion, x509.DuplicateExtension)
_RSA_BITS, _EC_BITS = range(2048, 8193), 256


@dataclass(frozen=True, slots=True)
class SigningCertificate:
    """The certificate of a signed message: `fingerprint` is the SHA-256 of its DER in lower-case hex; times are UTC."""

    fingerprint: str
    kind: str
    pem: bytes
    not_before: datetime
    not_after: datetime


def token_certificate(token: etree._Element, now: datetime) -> SigningCertificate:
    """The certificate in a BinarySecurityToken. Raises WireFault when it is none, its time is not now, or its key is too weak or not meant for signing."""
    if token.get("ValueType") != X509_V3 or token.get("EncodingType", BASE64) != BASE64 or len(token):
        raise insecure("Het BinarySecurityToken moet een certificaat zijn: X509v3 in base64.", token, at=_AT)
    der = decoded(token)
    try:
        certificate = x509.load_der_x509_certificate(der or b"")
        usable, kind = _may_sign(certificate), key_kind(certificate)
    except _UNREADABLE as error:
        raise insecure("Het BinarySecurityToken is geen leesbaar X.509-certificaat.", token, at=_AT) from error
    if not usable:
        raise insecure("Het certificaat (keyUsage) is niet bedoeld om te ondertekenen.", token, at=_AT)
    not_before, not_after = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not not_before <= now <= not_after:
        raise insecure("Het certificaat is niet (meer) geldig.", token, at=_AT)
    if kind is None:
        raise insecure("De sleutel moet RSA van 2048 tot en met 8192 bits zijn, of EC vanaf 256 bits.", token, at=_AT)
    fingerprint = hashlib.sha256(der or b"").hexdigest()
    return SigningCertificate(fingerprint, kind, certificate.public_bytes(Encoding.PEM), not_before, not_after)


def key_kind(certificate: x509.Certificate) -> str | None:
    """`RSA` or `EC` when the public key is strong enough to sign messages, else None."""
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey) and key.key_size in _RSA_BITS:
        return "RSA"
    return "EC" if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.key_size >= _EC_BITS else None


def decoded(node: etree._Element, longest: int = _LONGEST) -> bytes | None:
    """The bytes of a base64 text, white space apart; None when it is not base64, empty or too long."""
    text = "".join((node.text or "").split())
    if not 0 < len(text) <= longest or len(node):
        return None
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _may_sign(certificate: x509.Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return usage.digital_signature or usage.content_commitment
