"""Who calls, as the message itself proves it: the register behind WS-Security."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.orm import Session, sessionmaker

from betaalhub.domain.bewijs import BewijsSoort
from betaalhub.errors import ConfigurationError, Refusal
from betaalhub.flows import gezien
from betaalhub.flows.access import Aanroeper, Bewijs, find_bewijzen
from betaalhub.soap.availability import register_or_refusal
from betaalhub.soap.faults import as_fault
from betaalhub.soap.profiles import Eisen
from betaalhub.storage.database import reading, with_retries
from betaalhub.wire.wss_certificate import SigningCertificate
from betaalhub.wire.wss_security import WsSecurity
from betaalhub.wire.wss_signer import Signer
from betaalhub.wire.wss_username import Candidate

log = structlog.get_logger(__name__)

Join = Callable[[Aanroeper | None, Aanroeper], Aanroeper | None]


@dataclass(frozen=True, slots=True)
class MessageAccess:
    """What WS-Security asks the register; each question is a short transaction of its own. `clock` gives UTC.

    `decrypt`: makes the secret of a UsernameToken of this name readable; None where UsernameToken is switched off.
    `count`: counts a call of an aansluiting that only its message proved (WireFault TE_VEEL_VERZOEKEN when it is too many).
    A register that can't be reached is PROCES_NIET_BESCHIKBAAR (WireFault): the message may be sent again.
    """

    sessions: sessionmaker[Session]
    clock: Callable[[], datetime]
    decrypt: Callable[[str, str], str] | None = None
    count: Callable[[Aanroeper], None] = lambda aanroeper: None

    def identify(self, certificate: SigningCertificate) -> Aanroeper | None:
        """The aansluiting that signs with this certificate; None when there is none (any more)."""
        found = self._find(BewijsSoort.HANDTEKENING, certificate.fingerprint)
        return found[0].aanroeper if found else None

    def candidates(self, naam: str) -> list[Candidate]:
        """The secrets with which an aansluiting may make a UsernameToken of this name."""
        if self.decrypt is None:
            return []
        found = self._find(BewijsSoort.USERNAMETOKEN, naam)
        return [Candidate(secret, one.aanroeper) for one in found if (secret := self._readable(naam, one)) is not None]

    def _readable(self, naam: str, bewijs: Bewijs) -> str | None:
        """The secret; None, and a line in the log, when it was stored under another key: then this bewijs proves nothing."""
        if self.decrypt is None or bewijs.geheim is None:
            return None
        try:
            return self.decrypt(naam, bewijs.geheim)
        except ConfigurationError:
            log.error("usernametoken_not_readable", bewijs=bewijs.id)
            return None

    def first_time(self, sleutel: str, until: datetime) -> bool:
        """Remember a key for every process until that moment, and tell whether it was new; committed when this returns."""

        def remember(session: Session) -> bool:
            return gezien.first_time(session, sleutel, until, self.clock())

        try:
            with register_or_refusal():
                return with_retries(self.sessions, remember)
        except Refusal as refusal:
            raise as_fault(refusal) from refusal

    def _find(self, soort: BewijsSoort, sleutel: str) -> list[Bewijs]:
        try:
            with register_or_refusal(), reading(self.sessions) as session:
                return find_bewijzen(session, soort, sleutel, self.clock())
        except Refusal as refusal:
            raise as_fault(refusal) from refusal


def message_security(access: MessageAccess, eisen: Eisen, signer: Signer | None) -> WsSecurity:
    """What an address of this profile does with WS-Security: demand it, allow it, or (2W-be) refuse it."""
    if eisen.certificate and not eisen.signature:
        return WsSecurity(clock=access.clock, first_time=access.first_time)
    return WsSecurity(
        clock=access.clock,
        first_time=access.first_time,
        identify=access.identify,
        candidates=access.candidates if access.decrypt is not None and not eisen.signature else None,
        signer=signer,
        required=eisen.signature,
        join=_counted(the_signer if eisen.signature else one_aansluiting, access.count),
    )


def one_aansluiting(by_http: Aanroeper | None, by_message: Aanroeper) -> Aanroeper | None:
    """Connection and message must prove the same aansluiting; None when they do not."""
    if by_http is not None and by_http.aansluiting_id != by_message.aansluiting_id:
        return None
    return by_message


def the_signer(by_http: Aanroeper | None, by_message: Aanroeper) -> Aanroeper:
    """Behind an intermediary the connection is the intermediary's (it has proved itself too); who signed is who speaks."""
    return by_message


def _counted(join: Join, count: Callable[[Aanroeper], None]) -> Join:
    """The connection's caller was counted at the door; another one, whom the message proved, is counted here."""

    def joined(by_http: Aanroeper | None, by_message: Aanroeper) -> Aanroeper | None:
        caller = join(by_http, by_message)
        if caller is not None and (by_http is None or by_http.aansluiting_id != caller.aansluiting_id):
            count(caller)
        return caller

    return joined
