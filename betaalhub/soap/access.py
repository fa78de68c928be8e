"""Who may call, as far as HTTP proves it: a client certificate, a password, or both for the same aansluiting."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.orm import Session, sessionmaker

from betaalhub.flows.access import Aanroeper
from betaalhub.soap.basic import BasicAccess
from betaalhub.soap.client_certificate import CertificateAccess
from betaalhub.soap.limits import CallLimit, LoginLimit
from betaalhub.wire.faults import WireFault

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class AccessChoices:
    """What an installation chose; every default is the safe one.

    `proxy_secret`: the secret that the TLS proxy sends with client certificates; None: certificates are not used.
    `behind_proxy`: X-Forwarded-For is the proxy's own. `message_proof`: a message may prove itself who sends it, so HTTP
    need not. `per_minute`: calls of one aansluiting per process; 0 is no limit.
    """

    proxy_secret: str | None = field(default=None, repr=False)
    behind_proxy: bool = False
    message_proof: bool = False
    per_minute: int = 1200


class TransportAccess:
    """`authenticate` of the service: gives the caller that HTTP proves, or None when the message may still prove it."""

    def __init__(
        self, sessions: sessionmaker[Session], clock: Callable[[], datetime], choices: AccessChoices | None = None
    ) -> None:
        """One per process, safe to share between threads; `clock` gives UTC."""
        chosen = choices or AccessChoices()
        self._ways = (
            CertificateAccess(sessions, clock, chosen.proxy_secret),
            BasicAccess(sessions, clock, LoginLimit(clock, chosen.behind_proxy)),
        )
        self._message_proof = chosen.message_proof
        self.limit = CallLimit(chosen.per_minute, clock)

    def __call__(self, environ: Mapping[str, Any]) -> Aanroeper | None:
        """Every proof that is shown must hold, and all for the same aansluiting; else WireFault NIET_GEAUTHENTICEERD.

        A caller found here is counted (`limit`); one that only its message proves must be counted by whoever finds it.
        """
        found = [one for way in self._ways if (one := way(environ)) is not None]
        if len({one.aansluiting_id for one in found}) > 1:
            log.warning("proofs_differ", aansluitingen=sorted(one.aansluiting_id for one in found))
            raise WireFault("NIET_GEAUTHENTICEERD")
        if found:
            self.limit.count(found[0])
            return found[0]
        if not self._message_proof:
            raise WireFault("NIET_GEAUTHENTICEERD")
        return None
