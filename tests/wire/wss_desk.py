"""The library behind signed messages: who may call, a memory of what came before, and the messages of a good sender."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lxml import etree

from betaalhub.wire.addressing import Addressing
from betaalhub.wire.serving import SoapEndpoint
from betaalhub.wire.wss_certificate import SigningCertificate
from betaalhub.wire.wss_security import WsSecurity
from betaalhub.wire.wss_signer import Signer
from tests.wire.bibliotheek import ACTION, leen_uit, library
from tests.wire.calls import Answer, call, envelope
from tests.wire.identities import NOW, Identity, identity
from tests.wire.sender import WSA, sign, to_bytes

ESB, HUB, STRANGER = identity("esb"), identity("hub"), identity("stranger")


@dataclass
class Memory:
    """Remembers keys; `first_time` as the register does it, and until when each was kept."""

    keys: dict[str, datetime] = field(default_factory=dict)

    def first_time(self, key: str, until: datetime) -> bool:
        new = key not in self.keys
        self.keys.setdefault(key, until)
        return new


@dataclass
class Clock:
    """A clock that a test sets."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


def desk(*known: Identity, clock: Clock | None = None, memory: Memory | None = None, **choices: Any) -> SoapEndpoint:
    """The library where each of `known` may call (ESB alone when none is named), and every message must be signed."""
    callers = {one.fingerprint: "ESB" for one in known or (ESB,)}

    def identify(certificate: SigningCertificate) -> str | None:
        return callers.get(certificate.fingerprint)

    choices = {"identify": identify, "signer": Signer(HUB.key_pem, HUB.pem), "required": True, **choices}
    security = WsSecurity(clock=clock or Clock(), first_time=(memory or Memory()).first_time, **choices)
    return library(security=security, headers=Addressing(), authenticate=lambda environ: environ.get("CALLER"))


def addressing(**values: str) -> str:
    """The headers of WS-Addressing."""
    blocks = {"To": "urn:bieb", "Action": ACTION, "MessageID": "urn:uuid:1", **values}
    return "".join(f'<wsa:{name} xmlns:wsa="{WSA}">{text}</wsa:{name}>' for name, text in blocks.items() if text)


def loan(who: Identity = ESB, *, pas: str = "WIE-BEN-IK", header: str | None = None, **how: Any) -> etree._Element:
    """A signed message that borrows a book; the answer tells who the desk thinks it is."""
    return sign(envelope(leen_uit(pas=pas), header=addressing() if header is None else header), who, **how)


def post(application: SoapEndpoint, message: etree._Element | bytes, **environ: Any) -> Answer:
    """Send it."""
    return call(application, message if isinstance(message, bytes) else to_bytes(message), **environ)
