"""Signs an answer or a fault: a fresh Timestamp, the Body and every WS-Addressing header, with the hub's own key."""

from __future__ import annotations

import base64
import uuid
from datetime import UTC, datetime, timedelta

import structlog
import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from lxml import etree

from betaalhub.errors import ConfigurationError
from betaalhub.wire.addressing import NAMESPACE as WSA_NAMESPACE
from betaalhub.wire.wss_certificate import key_kind
from betaalhub.wire.wss_names import (
    BASE64,
    BINARY_TOKEN,
    DS,
    DS_NAMESPACE,
    ECDSA_SHA256,
    ECDSA_SHA384,
    EXC_C14N,
    RSA_SHA256,
    SECURITY,
    SHA256,
    SIGNATURE,
    TIMESTAMP,
    WSSE,
    WSSE11,
    WSSE11_NAMESPACE,
    WSSE_NAMESPACE,
    WSU,
    WSU_ID,
    WSU_NAMESPACE,
    X509_V3,
)

log = structlog.get_logger(__name__)

_LIFE = timedelta(minutes=5)
_NSMAP = {"wsse": WSSE_NAMESPACE, "wsu": WSU_NAMESPACE}


class Signer:
    """Signs envelopes with one key; made once per process, safe to share between threads. `not_after`: until when its certificate holds (UTC)."""

    def __init__(self, key_pem: bytes, certificate_pem: bytes) -> None:
        """`key_pem`: a private key without password; `certificate_pem`: its certificate. Raises ConfigurationError when they can't be read, do not belong together or are too weak."""
        certificate = _certificate(key_pem, certificate_pem)
        kind = key_kind(certificate)
        if kind is None:
            raise ConfigurationError(
                "De sleutel om te ondertekenen is te zwak: RSA vanaf 2048 bits of EC vanaf 256 bits"
            )
        self._key = xmlsec.Key.from_memory(key_pem, xmlsec.constants.KeyDataFormatPem)
        self._method = RSA_SHA256 if kind == "RSA" else _for_curve(certificate)
        self._token = base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()
        self.not_after = certificate.not_valid_after_utc
        if self.not_after < datetime.now(UTC):
            log.warning("signing_certificate_expired", not_after=self.not_after.isoformat())

    def sign(self, envelope: etree._Element, now: datetime, confirm: bytes | None = None) -> None:
        """Add a signed Security header to an envelope, in place.

        `confirm`: the value of the signature of the request, which goes along (WSS 1.1 SignatureConfirmation, Digikoppeling
        WB014); None for a request without signature, which is confirmed as such.
        """
        namespace = etree.QName(envelope).namespace
        header = envelope[0] if len(envelope) == 2 else etree.Element(f"{{{namespace}}}Header")
        if header.getparent() is None:
            envelope.insert(0, header)
        security = etree.SubElement(header, SECURITY, nsmap=_NSMAP)
        security.set(f"{{{namespace}}}mustUnderstand", "1")
        token = etree.SubElement(security, BINARY_TOKEN, ValueType=X509_V3, EncodingType=BASE64)
        token.set(WSU_ID, _new_id())
        token.text = self._token
        addressing = [block for block in header if block.tag.startswith(f"{{{WSA_NAMESPACE}}}")]
        parts = [_timestamp(security, now), envelope[-1], *addressing, _confirmation(security, confirm)]
        self._seal(envelope, security, parts, token.get(WSU_ID, ""))

    def _seal(
        self, envelope: etree._Element, security: etree._Element, parts: list[etree._Element], token_id: str
    ) -> None:
        context = xmlsec.SignatureContext()
        context.key = self._key
        for part in parts:
            part.set(WSU_ID, _new_id())
        # One declaration at the top instead of one on every part: some clients choke on invented prefixes.
        etree.cleanup_namespaces(envelope, top_nsmap=_NSMAP)
        for part in parts:
            context.register_id(part, "Id", WSU_NAMESPACE)
        signature = _template(security, self._method, [part.get(WSU_ID, "") for part in parts], token_id)
        context.sign(signature)


def _template(security: etree._Element, method: str, ids: list[str], token_id: str) -> etree._Element:
    """A Signature whose values are still empty."""
    signature = etree.SubElement(security, SIGNATURE, nsmap={"ds": DS_NAMESPACE})
    info = etree.SubElement(signature, DS + "SignedInfo")
    etree.SubElement(info, DS + "CanonicalizationMethod", Algorithm=EXC_C14N)
    etree.SubElement(info, DS + "SignatureMethod", Algorithm=method)
    for name in ids:
        reference = etree.SubElement(info, DS + "Reference", URI=f"#{name}")
        etree.SubElement(etree.SubElement(reference, DS + "Transforms"), DS + "Transform", Algorithm=EXC_C14N)
        etree.SubElement(reference, DS + "DigestMethod", Algorithm=SHA256)
        etree.SubElement(reference, DS + "DigestValue")
    etree.SubElement(signature, DS + "SignatureValue")
    holder = etree.SubElement(etree.SubElement(signature, DS + "KeyInfo"), WSSE + "SecurityTokenReference")
    etree.SubElement(holder, WSSE + "Reference", URI=f"#{token_id}", ValueType=X509_V3)
    return signature


def _timestamp(security: etree._Element, now: datetime) -> etree._Element:
    timestamp = etree.SubElement(security, TIMESTAMP)
    for name, when in (("Created", now), ("Expires", now + _LIFE)):
        text = when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        etree.SubElement(timestamp, WSU + name).text = text
    return timestamp


def _confirmation(security: etree._Element, value: bytes | None) -> etree._Element:
    confirmation = etree.SubElement(security, WSSE11 + "SignatureConfirmation", nsmap={"wsse11": WSSE11_NAMESPACE})
    if value is not None:
        confirmation.set("Value", base64.b64encode(value).decode())
    return confirmation


def _certificate(key_pem: bytes, certificate_pem: bytes) -> x509.Certificate:
    try:
        key = load_pem_private_key(key_pem, password=None)
        certificate = x509.load_pem_x509_certificate(certificate_pem)
        same = _spki(key.public_key()) == _spki(certificate.public_key())
    except (ValueError, TypeError) as error:
        text = "De sleutel of het certificaat om te ondertekenen is geen leesbare PEM (een sleutel zonder wachtwoord)"
        raise ConfigurationError(text) from error
    if not same:
        raise ConfigurationError("De sleutel om te ondertekenen hoort niet bij het certificaat")
    return certificate


def _spki(key: object) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined]


def _for_curve(certificate: x509.Certificate) -> str:
    """The hash that fits the curve."""
    return ECDSA_SHA256 if getattr(certificate.public_key(), "key_size", 0) < 384 else ECDSA_SHA384


def _new_id() -> str:
    return f"id-{uuid.uuid4().hex}"
