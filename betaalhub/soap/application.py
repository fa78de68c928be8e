"""The SOAP service for product systems as a WSGI application."""

from __future__ import annotations

from betaalhub.hub import Hub
from betaalhub.resources import wsdl_path
from betaalhub.soap.access import BasicAccess
from betaalhub.soap.contract_pack import contract_pack
from betaalhub.soap.fault_detail import BetaalhubFoutRenderer
from betaalhub.soap.faults import as_fault
from betaalhub.soap.service import betaalhub_service
from betaalhub.soap.types import BER
from betaalhub.wire.addressing import Addressing
from betaalhub.wire.contract_files import ContractFiles
from betaalhub.wire.request import Limits
from betaalhub.wire.serving import SoapEndpoint, make_soap_application


def make_soap(hub: Hub, *, public_url: str, max_bytes: int = 1024 * 1024) -> SoapEndpoint:
    """The service at `public_url` (which the WSDL tells), with HTTP Basic, WS-Addressing when asked, and typed faults; `max_bytes` bounds one message.

    Answers POST with SOAP 1.1 and 1.2, and GET with `?wsdl`, `?singleWsdl`, `?xsd=NAME`, `?pack` and `/wsdl`.
    """
    return make_soap_application(
        betaalhub_service(hub),
        ContractFiles(wsdl_path("betaalhub-v1.wsdl")),
        url=public_url,
        tns=BER,
        fault_renderer=BetaalhubFoutRenderer(),
        headers=Addressing(),
        authenticate=BasicAccess(hub.sessions, hub.clock),
        limits=Limits(bytes=max_bytes),
        as_fault=as_fault,
        realm="Betaalhub",
        downloads={"pack": contract_pack(public_url)},
    )
