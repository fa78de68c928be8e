"""The names of WS-Security: namespaces, elements, and the closed lists of algorithms that this house accepts."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_OASIS = "http://docs.oasis-open.org/wss/"
_WSS10 = _OASIS + "2004/01/oasis-200401-wss-"
WSSE_NAMESPACE = _WSS10 + "wssecurity-secext-1.0.xsd"
WSU_NAMESPACE = _WSS10 + "wssecurity-utility-1.0.xsd"
WSSE11_NAMESPACE = _OASIS + "oasis-wss-wssecurity-secext-1.1.xsd"
DS_NAMESPACE = "http://www.w3.org/2000/09/xmldsig#"
EXC_C14N = "http://www.w3.org/2001/10/xml-exc-c14n#"

WSSE, WSU, WSSE11, DS = (
    f"{{{namespace}}}" for namespace in (WSSE_NAMESPACE, WSU_NAMESPACE, WSSE11_NAMESPACE, DS_NAMESPACE)
)
SECURITY = WSSE + "Security"
BINARY_TOKEN = WSSE + "BinarySecurityToken"
USERNAME_TOKEN = WSSE + "UsernameToken"
TIMESTAMP = WSU + "Timestamp"
SIGNATURE = DS + "Signature"
WSU_ID = WSU + "Id"
INCLUSIVE_NAMESPACES = f"{{{EXC_C14N}}}InclusiveNamespaces"

X509_V3 = _WSS10 + "x509-token-profile-1.0#X509v3"
BASE64 = _WSS10 + "soap-message-security-1.0#Base64Binary"
PASSWORD_DIGEST = _WSS10 + "username-token-profile-1.0#PasswordDigest"

_MORE = "http://www.w3.org/2001/04/xmldsig-more#"
_MGF1 = "http://www.w3.org/2007/05/xmldsig-more#"
RSA_SHA256, ECDSA_SHA256, ECDSA_SHA384 = _MORE + "rsa-sha256", _MORE + "ecdsa-sha256", _MORE + "ecdsa-sha384"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"

# Signature method → the kind of key that belongs to it; nothing below SHA-256, and nothing with a shared secret.
SIGNATURE_METHODS: Mapping[str, str] = MappingProxyType(
    {
        **{f"{_MORE}rsa-sha{bits}": "RSA" for bits in (256, 384, 512)},
        **{f"{_MGF1}sha{bits}-rsa-MGF1": "RSA" for bits in (256, 384, 512)},
        **{f"{_MORE}ecdsa-sha{bits}": "EC" for bits in (256, 384, 512)},
    }
)
DIGEST_METHODS = frozenset({SHA256, _MORE + "sha384", "http://www.w3.org/2001/04/xmlenc#sha512"})
