"""The message security of a service that speaks WS-Security: who calls is proved, once, and the answer is signed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from lxml import etree

from betaalhub.wire.addressing import message_id
from betaalhub.wire.envelope import Envelope
from betaalhub.wire.exchange import Exchange
from betaalhub.wire.wss_certificate import SigningCertificate, token_certificate
from betaalhub.wire.wss_faults import insecure, repeated, unproved
from betaalhub.wire.wss_header import SecurityHeader, security_header
from betaalhub.wire.wss_names import SECURITY
from betaalhub.wire.wss_signature import signature_value, verify_signature
from betaalhub.wire.wss_signed_info import read_signed_info
from betaalhub.wire.wss_signer import Signer
from betaalhub.wire.wss_timestamp import Window, check_timestamp
from betaalhub.wire.wss_username import Candidates, verify_username

log = structlog.get_logger(__name__)

Identify = Callable[[SigningCertificate], Any]
FirstTime = Callable[[str, datetime], bool]
Join = Callable[[Any, Any], Any]


def same_caller(by_http: Any, by_message: Any) -> Any:
    """Whom the message proves, when HTTP proves nobody or the same; else None."""
    return by_message if by_http is None or by_http == by_message else None


@dataclass(frozen=True, slots=True)
class WsSecurity:
    """What one address asks of messages. With neither `identify` nor `candidates` a Security header is refused.

    `clock` gives UTC. `first_time(key, until)`: remembers a key of 64 hexadecimal digits for all processes until that
    moment, and tells whether it was new. `identify`: who owns a certificate; None is nobody. `candidates`: the secrets
    that a UsernameToken of this name may be made with. `required`: every message must be signed, and every answer and
    fault is; else an answer is signed when its question was. `join`: the caller, of whom HTTP proved (or None) and whom
    the message proved; None when the two contradict each other.
    """

    clock: Callable[[], datetime]
    first_time: FirstTime
    identify: Identify | None = None
    candidates: Candidates | None = None
    signer: Signer | None = None
    required: bool = False
    join: Join = same_caller
    window: Window = field(default_factory=Window)

    understood: frozenset[str] = frozenset({SECURITY})

    def verify(self, exchange: Exchange) -> Any:
        """Who calls. Raises WireFault when the proof in the message is wrong, too old or used before, or when it is missing and required."""
        envelope, version = exchange.envelope, exchange.version
        header = security_header(envelope, version) if envelope is not None else None
        if envelope is None or header is None:
            if self.required:
                raise unproved("Dit adres eist een WS-Security-handtekening (X.509) in elk bericht.", version.name)
            return exchange.caller
        exchange.confirmation = signature_value(header.signature)
        caller = self._proved(header, envelope, version.name)
        if caller is None:
            return exchange.caller
        joined = self.join(exchange.caller, caller)
        if joined is None:
            log.warning("message_proof_contradicts_connection")
            raise unproved("De verbinding bewijst een andere aansluiting dan het bericht.", version.name)
        return joined

    def seal(self, exchange: Exchange, envelope: etree._Element) -> None:
        """Sign an answer or a fault, when this address signs all or the question was signed."""
        if self.signer is not None and (self.required or exchange.confirmation is not None):
            self.signer.sign(envelope, self.clock(), exchange.confirmation)

    def _proved(self, header: SecurityHeader, envelope: Envelope, version: str) -> Any:
        """Whom the header proves; None when it holds no proof (a Timestamp only)."""
        now = self.clock()
        if self.identify is None and self.candidates is None:
            raise insecure(
                "Dit adres werkt zonder WS-Security. Laat de Security-header weg of gebruik een ander adres."
            )
        if header.username is not None and (header.signature is not None or self.required):
            raise insecure("Stuur één bewijs: een handtekening of een UsernameToken, zoals dit adres vraagt.")
        if header.signature is not None or self.required:
            return self._signed(header, envelope, now, version)
        if header.timestamp is not None:
            check_timestamp(header.timestamp, self.window, now)
        if header.username is not None:
            return self._named(header.username, now, version)
        return None

    def _signed(self, header: SecurityHeader, envelope: Envelope, now: datetime, version: str) -> Any:
        if self.identify is None:
            raise insecure("Dit adres accepteert geen handtekeningen.", header.signature, at="/Signature")
        info = read_signed_info(header, envelope)
        until = check_timestamp(info.timestamp, self.window, now)
        certificate = token_certificate(info.token, now)
        caller = self.identify(certificate)
        if caller is None:
            log.warning("signing_certificate_unknown", fingerprint=certificate.fingerprint)
            raise unproved("Dit certificaat is bij ons niet bekend of niet meer toegestaan.", version)
        signed = verify_signature(info, certificate)
        if not self.first_time(signed.once, until):
            log.warning("signed_message_repeated", fingerprint=certificate.fingerprint)
            raise repeated(
                "Dit bericht is met deze handtekening al ontvangen. Onderteken het opnieuw, met een nieuw Timestamp; houd hetzelfde Referentienummer.",
                element="/Envelope/Header/Security/Signature",
            )
        self._check_message_id(envelope, certificate, until)
        return caller

    def _check_message_id(self, envelope: Envelope, certificate: SigningCertificate, until: datetime) -> None:
        """A MessageID names one message: that may be sent again, signed anew, but no other may come under its name."""
        name = message_id(envelope)
        if not name:
            return
        own = _key("messageid", certificate.fingerprint, name)
        content = etree.tostring(envelope.message, method="c14n", exclusive=True, with_comments=False)
        with_content = _key("messageid", certificate.fingerprint, name, hashlib.sha256(content).hexdigest())
        if self.first_time(with_content, until) and not self.first_time(own, until):
            raise repeated(
                "Deze wsa:MessageID is al gebruikt voor een bericht met een andere inhoud. Neem een nieuwe MessageID en onderteken opnieuw.",
                element="/Envelope/Header/MessageID",
            )

    def _named(self, token: etree._Element, now: datetime, version: str) -> Any:
        if self.candidates is None:
            raise unproved("Dit adres accepteert geen UsernameToken.", version)
        proof = verify_username(token, self.candidates, self.window, now)
        if proof.caller is None:
            log.warning("username_token_refused")
            raise unproved("Wij weten niet wie u bent: de naam of het geheim in de UsernameToken klopt niet.", version)
        if not self.first_time(proof.once, proof.until):
            log.warning("username_token_repeated")
            raise repeated(
                "Deze Nonce is al gebruikt. Maak voor elk bericht een nieuwe UsernameToken.",
                element="/Envelope/Header/Security/UsernameToken",
            )
        return proof.caller


def _key(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
