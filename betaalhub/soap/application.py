"""The SOAP service for product systems as WSGI applications: one address per profile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from betaalhub.flows.access import Aanroeper
from betaalhub.hub import Hub
from betaalhub.resources import wsdl_path
from betaalhub.soap.access import AccessChoices, TransportAccess
from betaalhub.soap.contract_pack import contract_pack
from betaalhub.soap.fault_detail import BetaalhubFoutRenderer
from betaalhub.soap.faults import as_fault
from betaalhub.soap.message_access import MessageAccess, message_security
from betaalhub.soap.profiles import EISEN, Eisen, Profiel
from betaalhub.soap.service import betaalhub_service
from betaalhub.soap.types import BER
from betaalhub.wire.addressing import Addressing
from betaalhub.wire.closed import ClosedAddress
from betaalhub.wire.contract_files import ContractFiles
from betaalhub.wire.faults import WireFault
from betaalhub.wire.policy import Authenticate
from betaalhub.wire.request import Environ, Limits, soap_version
from betaalhub.wire.serving import SoapEndpoint, make_soap_application
from betaalhub.wire.wss_faults import unproved
from betaalhub.wire.wss_signer import Signer

Transport = Callable[[Environ], Aanroeper | None]


@dataclass(frozen=True, slots=True)
class Beveiliging:
    """How the addresses of one hub are secured.

    `signer`: signs answers (2W-be-S must have one). `decrypt`: makes the secret of a UsernameToken readable; None where it
    is switched off. `tls_elsewhere`: on 2W-be-S the signature alone will do, because an ESB has seen the certificate.
    `transport`: whom the connection proves, shared by all addresses so that they count together; by default HTTP Basic.
    """

    signer: Signer | None = None
    decrypt: Callable[[str, str], str] | None = field(default=None, repr=False)
    tls_elsewhere: bool = False
    transport: TransportAccess | None = None


def make_soap(
    hub: Hub,
    *,
    public_url: str,
    max_bytes: int = 1024 * 1024,
    profiel: Profiel = Profiel.VRIJ,
    beveiliging: Beveiliging | None = None,
) -> SoapEndpoint:
    """The service at `public_url` (which the WSDL tells), as its profile asks, with typed faults; `max_bytes` bounds one message.

    Answers POST with SOAP 1.1 and 1.2, and GET with `?wsdl`, `?singleWsdl`, `?xsd=NAME`, `?pack` and `/wsdl`.
    """
    eisen, beveiliging = EISEN[profiel], beveiliging or Beveiliging()
    transport = beveiliging.transport or TransportAccess(hub.sessions, hub.clock, AccessChoices(message_proof=True))
    access = MessageAccess(hub.sessions, hub.clock, beveiliging.decrypt, transport.limit.count)
    return make_soap_application(
        betaalhub_service(hub),
        ContractFiles(wsdl_path("betaalhub-v1.wsdl")),
        url=public_url,
        tns=BER,
        fault_renderer=BetaalhubFoutRenderer(),
        headers=Addressing(required=eisen.addressing),
        authenticate=_authenticate(transport, eisen, beveiliging),
        security=message_security(access, eisen, beveiliging.signer),
        limits=Limits(bytes=max_bytes),
        as_fault=as_fault,
        realm="Betaalhub",
        downloads={"pack": contract_pack(public_url)},
    )


def make_closed() -> ClosedAddress:
    """What stands at the address of a profile that is not switched on."""
    return ClosedAddress(BetaalhubFoutRenderer())


def _authenticate(transport: TransportAccess, eisen: Eisen, beveiliging: Beveiliging) -> Authenticate:
    """Who calls as HTTP proves it; None where the message may still prove it."""
    if not eisen.certificate:
        return transport
    if eisen.signature and beveiliging.tls_elsewhere:
        return lambda environ: None
    return _by_certificate(transport)


def _by_certificate(transport: Transport) -> Authenticate:
    """Only a client certificate counts: a password on the connection is not looked at, and not asked for."""

    def authenticate(environ: Environ) -> Aanroeper:
        rest = {name: value for name, value in environ.items() if name != "HTTP_AUTHORIZATION"}
        try:
            caller = transport(rest)
        except WireFault as fault:
            if fault.code != "NIET_GEAUTHENTICEERD":
                raise
            caller = None  # 401 would invite the client to try a password
        if caller is None:
            text = "Dit adres eist een clientcertificaat dat bij ons bekend is op de verbinding."
            raise unproved(text, soap_version(environ).name)
        return caller

    return authenticate
