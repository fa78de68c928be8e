"""Who calls, by the client certificate that the TLS proxy checked and passes on in headers.

Anybody can send a header, so these count only together with the secret that proxy and hub share; without it they are
refused and logged, never passed over. The proxy verifies the chain; the hub looks at the dates again.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.orm import Session, sessionmaker

from betaalhub.domain.bewijs import BewijsSoort
from betaalhub.errors import ConfigurationError, Refusal
from betaalhub.flows.access import Aanroeper, Bewijs, find_bewijzen
from betaalhub.soap.availability import register_or_refusal
from betaalhub.soap.certificates import Certificaat, read_header
from betaalhub.soap.faults import as_fault
from betaalhub.soap.remembered import Memory
from betaalhub.storage.database import reading
from betaalhub.wire.faults import WireFault

log = structlog.get_logger(__name__)

PROXY = "HTTP_X_BETAALHUB_PROXY"  # the shared secret
VERIFY = "HTTP_X_BETAALHUB_CLIENT_VERIFY"  # SUCCESS when the proxy trusts the certificate, NONE when there is none
CERT = "HTTP_X_BETAALHUB_CLIENT_CERT"  # the certificate


@dataclass(slots=True)
class CertificateAccess:
    """Finds the caller by its client certificate; `secret` None: certificates are not used here."""

    sessions: sessionmaker[Session]
    clock: Callable[[], datetime]
    secret: str | None = field(default=None, repr=False)
    _memory: Memory = field(default_factory=Memory, repr=False)

    def __call__(self, environ: Mapping[str, Any]) -> Aanroeper | None:
        """The caller, or None when no certificate was shown. Raises WireFault NIET_GEAUTHENTICEERD for whatever is wrong."""
        told = {name: str(environ.get(name) or "") for name in (PROXY, VERIFY, CERT)}
        if not any(told.values()):
            return None
        if self.secret is None:
            raise _refused("certificates_not_used")
        if not hmac.compare_digest(told[PROXY].encode("utf-8", "replace"), self.secret.encode()):
            raise _refused("not_from_the_proxy")
        if not told[CERT]:
            if told[VERIFY] not in ("", "NONE"):
                raise _refused("not_verified")
            return None
        if told[VERIFY] != "SUCCESS":
            raise _refused("not_verified")
        return self._caller(told[CERT])

    def _caller(self, header: str) -> Aanroeper:
        now = self.clock()
        known = self._memory.get(header, now)
        if known is not None:
            return known
        try:
            certificaat = read_header(header)
        except ConfigurationError:
            raise _refused("not_readable") from None
        if not certificaat.holds(now):
            raise _refused("expired", fingerprint=certificaat.fingerprint)
        bewijs = self._find(certificaat, now)
        if bewijs is None:
            raise _refused("unknown", fingerprint=certificaat.fingerprint)
        end = min(bewijs.geldig_tot or certificaat.geldig_tot, certificaat.geldig_tot)
        caller = replace(bewijs.aanroeper, geldig_tot=end)
        self._memory.put(header, caller, now, end)
        return caller

    def _find(self, certificaat: Certificaat, now: datetime) -> Bewijs | None:
        """By this very certificate; else by the OIN of its owner."""
        try:
            with register_or_refusal(), reading(self.sessions) as session:
                found = find_bewijzen(session, BewijsSoort.CERTIFICAAT, certificaat.fingerprint, now)
                if not found and certificaat.oin:
                    found = find_bewijzen(session, BewijsSoort.OIN, certificaat.oin, now)
        except Refusal as refusal:
            raise as_fault(refusal) from refusal
        return found[0] if found else None


def _refused(why: str, **ids: str) -> WireFault:
    log.warning("client_certificate_refused", why=why, **ids)
    return WireFault("NIET_GEAUTHENTICEERD")
