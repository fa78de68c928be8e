"""A sender of signed messages that shares nothing with the hub's own code: canonical XML from lxml, signatures from `cryptography`.

It can sign properly, and in every wrong way that a test asks for.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from lxml import etree

from tests.wire.identities import NOW, Identity

_WSS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
WSSE, WSU = _WSS + "wssecurity-secext-1.0.xsd", _WSS + "wssecurity-utility-1.0.xsd"
DS, WSA = "http://www.w3.org/2000/09/xmldsig#", "http://www.w3.org/2005/08/addressing"
X509V3, BASE64 = _WSS + "x509-token-profile-1.0#X509v3", _WSS + "soap-message-security-1.0#Base64Binary"
EXC = "http://www.w3.org/2001/10/xml-exc-c14n#"
MORE, ENC = "http://www.w3.org/2001/04/xmldsig-more#", "http://www.w3.org/2001/04/xmlenc#"
NS = {"wsse": WSSE, "wsu": WSU, "ds": DS, "wsa": WSA, "s": "http://schemas.xmlsoap.org/soap/envelope/", "ec": EXC}
DIGESTS = {
    DS + "sha1": hashlib.sha1,
    ENC + "sha256": hashlib.sha256,
    MORE + "sha384": hashlib.sha384,
    ENC + "sha512": hashlib.sha512,
}


@dataclass(frozen=True)
class How:
    """The choices of a sender; the defaults are those of a good one."""

    now: datetime = NOW
    life: timedelta | None = timedelta(minutes=5)
    method: str = MORE + "rsa-sha256"
    digest: str = ENC + "sha256"
    transforms: tuple[str, ...] = (EXC,)
    canonicalization: str = EXC
    prefixes: tuple[str, ...] = ()
    key_info: str = "token"
    parts: tuple[str, ...] = ("s:Body", "//wsu:Timestamp", "s:Header/wsa:*")
    id_attribute: str = f"{{{WSU}}}Id"
    created: str = ""
    token: bytes = field(default=b"", repr=False)


def sign(body: bytes, who: Identity, **choices: Any) -> etree._Element:
    """The envelope with a Security header in it, signed."""
    how = How(**choices)
    root = etree.fromstring(body)
    soap = etree.QName(root).namespace
    names = {**NS, "s": soap}
    header = root.find("s:Header", names)
    if header is None:
        header = etree.Element(f"{{{soap}}}Header")
        root.insert(0, header)
    security = etree.SubElement(header, f"{{{WSSE}}}Security", nsmap={"wsse": WSSE, "wsu": WSU})
    security.set(f"{{{soap}}}mustUnderstand", "1")
    _timestamp(security, how)
    token = etree.SubElement(security, f"{{{WSSE}}}BinarySecurityToken", ValueType=X509V3, EncodingType=BASE64)
    token.set(f"{{{WSU}}}Id", "X509-" + uuid.uuid4().hex)
    token.text = base64.b64encode(how.token or who.der).decode()
    signature = etree.SubElement(security, f"{{{DS}}}Signature", nsmap={"ds": DS})
    info = _signed_info(signature, [node for part in how.parts for node in root.xpath(part, namespaces=names)], how)
    value = etree.SubElement(signature, f"{{{DS}}}SignatureValue")
    value.text = base64.b64encode(signature_of(canonical(info, how.prefixes), who, how.method)).decode()
    _key_info(signature, token, who, how.key_info)
    return root


def resign(root: etree._Element, who: Identity, **choices: Any) -> etree._Element:
    """Make the signature right again after somebody with the key changed SignedInfo."""
    how = How(**choices)
    info = root.find(".//ds:SignedInfo", NS)
    value = base64.b64encode(signature_of(canonical(info, how.prefixes), who, how.method)).decode()
    root.find(".//ds:SignatureValue", NS).text = value
    return root


def canonical(node: etree._Element, prefixes: tuple[str, ...] = ()) -> bytes:
    """Exclusive canonical XML."""
    return etree.tostring(node, method="c14n", exclusive=True, inclusive_ns_prefixes=list(prefixes) or None)


def signature_of(data: bytes, who: Identity, method: str) -> bytes:
    """The raw signature value, as XML Signature wants it."""
    name = method.rpartition("#")[2]
    algorithm = {"1": hashes.SHA1, "2": hashes.SHA256, "3": hashes.SHA384, "5": hashes.SHA512}[
        name.partition("sha")[2][0]
    ]()
    if name.startswith("hmac"):
        public = who.certificate.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        return hmac.digest(public, data, "sha256")
    if isinstance(who.key, ec.EllipticCurvePrivateKey):
        size = (who.key.curve.key_size + 7) // 8
        return b"".join(one.to_bytes(size) for one in decode_dss_signature(who.key.sign(data, ec.ECDSA(algorithm))))
    if not isinstance(who.key, rsa.RSAPrivateKey):
        return who.key.sign(data)
    pss = padding.PSS(padding.MGF1(algorithm), algorithm.digest_size)
    return who.key.sign(data, pss if "MGF1" in name else padding.PKCS1v15(), algorithm)


def to_bytes(root: etree._Element) -> bytes:
    return etree.tostring(root)


def _timestamp(security: etree._Element, how: How) -> None:
    timestamp = etree.SubElement(security, f"{{{WSU}}}Timestamp")
    moments = {"Created": how.now, "Expires": how.now + how.life if how.life is not None else None}
    for name, when in moments.items():
        if when is not None:
            text = how.created if name == "Created" and how.created else when.strftime("%Y-%m-%dT%H:%M:%SZ")
            etree.SubElement(timestamp, f"{{{WSU}}}{name}").text = text


def _signed_info(signature: etree._Element, nodes: list[etree._Element], how: How) -> etree._Element:
    info = etree.SubElement(signature, f"{{{DS}}}SignedInfo")
    _inclusive(etree.SubElement(info, f"{{{DS}}}CanonicalizationMethod", Algorithm=how.canonicalization), how)
    etree.SubElement(info, f"{{{DS}}}SignatureMethod", Algorithm=how.method)
    for node in nodes:
        node.set(how.id_attribute, "id-" + uuid.uuid4().hex)
    for node in nodes:
        reference = etree.SubElement(info, f"{{{DS}}}Reference", URI="#" + node.get(how.id_attribute))
        transforms = etree.SubElement(reference, f"{{{DS}}}Transforms")
        for one in how.transforms:
            _inclusive(etree.SubElement(transforms, f"{{{DS}}}Transform", Algorithm=one), how)
        etree.SubElement(reference, f"{{{DS}}}DigestMethod", Algorithm=how.digest)
        digest = DIGESTS[how.digest](canonical(node, how.prefixes)).digest()
        etree.SubElement(reference, f"{{{DS}}}DigestValue").text = base64.b64encode(digest).decode()
    return info


def _inclusive(method: etree._Element, how: How) -> None:
    if how.prefixes:
        etree.SubElement(method, f"{{{EXC}}}InclusiveNamespaces", nsmap={"ec": EXC}, PrefixList=" ".join(how.prefixes))


def _key_info(signature: etree._Element, token: etree._Element, who: Identity, kind: str) -> None:
    info = etree.SubElement(signature, f"{{{DS}}}KeyInfo")
    if kind == "token":
        holder = etree.SubElement(info, f"{{{WSSE}}}SecurityTokenReference")
        etree.SubElement(holder, f"{{{WSSE}}}Reference", URI="#" + token.get(f"{{{WSU}}}Id"), ValueType=X509V3)
    elif kind == "x509data":
        data = etree.SubElement(info, f"{{{DS}}}X509Data")
        etree.SubElement(data, f"{{{DS}}}X509Certificate").text = base64.b64encode(who.der).decode()
    else:
        numbers = who.key.public_key().public_numbers()
        holder = etree.SubElement(etree.SubElement(info, f"{{{DS}}}KeyValue"), f"{{{DS}}}RSAKeyValue")
        for name, number in (("Modulus", numbers.n), ("Exponent", numbers.e)):
            raw = number.to_bytes((number.bit_length() + 7) // 8)
            etree.SubElement(holder, f"{{{DS}}}{name}").text = base64.b64encode(raw).decode()
