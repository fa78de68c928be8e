"""Verifies the X.509 signature of a message with xmlsec, on the tree that the service reads, after its shape was judged."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import xmlsec
from lxml import etree

from betaalhub.wire.wss_certificate import SigningCertificate, decoded
from betaalhub.wire.wss_faults import insecure
from betaalhub.wire.wss_names import WSU_NAMESPACE
from betaalhub.wire.wss_signed_info import SignedInfo

_AT = "/Signature"


@dataclass(frozen=True, slots=True)
class Signed:
    """A message whose signature holds: by which certificate, and what tells it apart from every other message."""

    certificate: SigningCertificate
    once: str  # a key that only a copy of this signed message has too


def verify_signature(signed: SignedInfo, certificate: SigningCertificate) -> Signed:
    """Compute the digests and the signature. Raises WireFault BEVEILIGING_ONJUIST when one of them is not right.

    The certificate is the one that the caller of this function has recognised: a key in the message itself is not read.
    """
    if signed.key_kind != certificate.kind:
        raise insecure("De SignatureMethod hoort niet bij de sleutel van het certificaat.", signed.info, at=_AT)
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(certificate.pem, xmlsec.constants.KeyDataFormatCertPem)
    for node in signed.covered:
        context.register_id(node, "Id", WSU_NAMESPACE)
    try:
        context.verify(signed.signature)
    except xmlsec.Error as error:
        text = "De handtekening klopt niet: het bericht is na het ondertekenen veranderd, of met een andere sleutel ondertekend."
        raise insecure(text, signed.signature, at=_AT) from error
    return Signed(certificate, _once(signed.info, certificate))


def signature_value(signature: etree._Element | None) -> bytes | None:
    """The value of a signature as sent, for the confirmation in the answer; None when it can not be read."""
    value = None if signature is None else next(signature.iterchildren("{*}SignatureValue"), None)
    return None if value is None else decoded(value, 4096)


def _once(info: etree._Element, certificate: SigningCertificate) -> str:
    """By what was signed and not by the value: an ECDSA value can be changed into a second one that is as good."""
    signed = etree.tostring(info, method="c14n", exclusive=True, with_comments=False)
    return hashlib.sha256(f"handtekening:{certificate.fingerprint}:".encode() + signed).hexdigest()
