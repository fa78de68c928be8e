"""The WSGI side of a SOAP service: documents on GET, messages on POST, and never an answer that is not ours."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Unpack

import structlog
from lxml import etree

from betaalhub.errors import ConfigurationError, ContractError, Finding, Refusal
from betaalhub.wire.codes import Plek
from betaalhub.wire.contract_files import ContractFiles, Operation
from betaalhub.wire.documents import Documents, exists
from betaalhub.wire.envelope import Envelope, envelope_bytes, make_envelope, open_envelope, parse
from betaalhub.wire.exchange import Exchange
from betaalhub.wire.faults import WireFault, fault_element
from betaalhub.wire.incidents import report
from betaalhub.wire.policy import Choices, Policy
from betaalhub.wire.protocol import SpyneOperations, spyne_application
from betaalhub.wire.request import ContentType, Environ, check_http, read_body, soap_version
from betaalhub.wire.versions import SoapVersion

log = structlog.get_logger(__name__)

Dispatcher = Callable[[Exchange], etree._Element]
ElementHandler = Callable[[etree._Element, Any], etree._Element]


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP answer, complete; Content-Length is added when it is sent."""

    status: str
    body: bytes
    headers: tuple[tuple[str, str], ...]


class SoapEndpoint:
    """A WSGI application for one contract: SOAP 1.1 and 1.2 on one URL, by Content-Type. The Host header is not read."""

    def __init__(self, dispatcher: Dispatcher, contract: ContractFiles, url: str, policy: Policy) -> None:
        self.dispatcher = dispatcher
        self.contract = contract
        self._policy = policy
        self._understood = policy.headers.understood | policy.security.understood
        self._documents = Documents(contract.documents(url), policy.downloads)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request; no exception leaves this method."""
        reply = self._reply(environ)
        headers = [*reply.headers, ("X-Content-Type-Options", "nosniff")]
        if not reply.status.startswith("304"):
            headers.append(("Content-Length", str(len(reply.body))))
        start_response(reply.status, headers)
        return [b"" if environ.get("REQUEST_METHOD") == "HEAD" else reply.body]

    def _reply(self, environ: Environ) -> Reply:
        if environ.get("REQUEST_METHOD") in ("GET", "HEAD"):
            return Reply(*self._documents.answer(environ))
        exchange = Exchange(environ, soap_version(environ))
        failure: Exception | None = None
        for attempt in (self._answer, self._fault):
            try:
                return attempt(exchange, failure)
            except Exception as error:  # the WSGI edge: whatever goes wrong, the caller gets a SOAP fault and no more
                failure = error
        return self._bare_fault(exchange, failure)

    def _answer(self, exchange: Exchange, failure: Exception | None) -> Reply:
        """The whole way of a message. Raises WireFault for each refusal at the door."""
        policy = self._policy
        content_type = check_http(exchange.environ)
        if not exists(exchange.environ):
            raise WireFault("ADRES_ONBEKEND")
        body = read_body(exchange.environ, policy.limits)
        if policy.authenticate is not None:
            exchange.caller = policy.authenticate(exchange.environ)
        elements = parse(body, content_type.charset, policy.limits)  # held until the answer is there: see `parse`
        exchange.envelope = open_envelope(elements[0], exchange.version, self._understood)
        exchange.caller = policy.security.verify(exchange)
        if exchange.caller is None and policy.authenticate is not None:
            raise WireFault("NIET_GEAUTHENTICEERD")
        exchange.operation = self._operation(exchange.envelope, exchange.environ, content_type)
        policy.headers.check(exchange)
        findings = self.contract.validate(exchange.envelope.message)
        if findings:
            raise WireFault("ONGELDIG_BERICHT", findings=findings)
        answer = self.dispatcher(exchange)
        self._check_answer(answer, exchange.operation)
        document = self._written(answer, exchange, policy.headers.reply(exchange, None))
        return _message("200 OK", document, exchange.version)

    def _written(self, content: etree._Element, exchange: Exchange, headers: tuple[etree._Element, ...]) -> bytes:
        """The complete message, sealed."""
        envelope = make_envelope(content, exchange.version, headers)
        self._policy.security.seal(exchange, envelope)
        return envelope_bytes(envelope)

    def _operation(self, envelope: Envelope, environ: Environ, content_type: ContentType) -> Operation:
        operation = self.contract.operations.get(envelope.message.tag)
        if operation is None:
            raise WireFault("OPERATIE_ONBEKEND")
        action = content_type.action or str(environ.get("HTTP_SOAPACTION") or "").strip().strip('"')
        if action and action != operation.action:
            raise WireFault("SOAPACTION_ONJUIST")
        return operation

    def _check_answer(self, answer: etree._Element, operation: Operation) -> None:
        """Our own answer against the contract: a mistake of ours must not travel as a success."""
        findings = self.contract.validate(answer)
        if findings or answer.tag != operation.response:
            log.error("soap_answer_not_in_contract", operation=operation.name, findings=_places(findings))
            raise ContractError(f"The answer of {operation.name} does not fit the contract")

    def _fault(self, exchange: Exchange, failure: Exception | None) -> Reply:
        """The refusal with its typed detail."""
        fault = self._fault_of(failure, exchange)
        operation = exchange.operation.name if exchange.operation else None
        log.info("soap_fault", code=fault.code, operation=operation, findings=len(fault.findings))
        headers = self._policy.headers.reply(exchange, fault)
        content = fault_element(fault, exchange.version, self._detail(fault, exchange))
        return _refusal(fault, exchange.version, self._written(content, exchange, headers), self._policy.realm)

    def _bare_fault(self, exchange: Exchange, failure: Exception | None) -> Reply:
        """When even making the fault failed: one without the application's detail and headers."""
        fault = report(failure, exchange)
        document = envelope_bytes(make_envelope(fault_element(fault, exchange.version, None), exchange.version))
        return _refusal(fault, exchange.version, document, self._policy.realm)

    def _fault_of(self, failure: Exception | None, exchange: Exchange) -> WireFault:
        if isinstance(failure, WireFault):
            return failure
        if isinstance(failure, Refusal):
            if self._policy.as_fault is not None:
                return self._policy.as_fault(failure)
            return WireFault(failure.code, failure.omschrijving, plek=Plek.CLIENT, findings=failure.findings)
        return report(failure, exchange)

    def _detail(self, fault: WireFault, exchange: Exchange) -> etree._Element | None:
        """The application's detail, left out when it does not fit the contract: the fault itself must go out."""
        detail = self._policy.fault_renderer.render(fault, exchange)
        if detail is None or self.contract.index.element(detail.tag) is None:
            return detail
        findings = self.contract.validate(detail)
        if findings:
            log.error("soap_fault_detail_not_in_contract", code=fault.code, findings=_places(findings))
            return None
        return detail


def make_soap_application(
    service: Any, contract: ContractFiles, *, url: str, tns: str, **choices: Unpack[Choices]
) -> SoapEndpoint:
    """The WSGI application of a Spyne service class.

    `url` is the public address, put into the WSDL; `tns` the namespace of the messages. See `Policy` for the choices.
    Raises ConfigurationError when the service and the contract do not have the same operations.
    """
    application = spyne_application(service, contract, tns=tns)
    _same_operations(set(application.interface.service_method_map), contract)
    return SoapEndpoint(SpyneOperations(application), contract, url, Policy(**choices))


def make_element_application(
    handlers: Mapping[str, ElementHandler], contract: ContractFiles, *, url: str, **choices: Unpack[Choices]
) -> SoapEndpoint:
    """The WSGI application of plain handlers: `{namespace}name` of the message → callable(message, caller) → answer.

    The same door as for Spyne services, for contracts full of attributes. Operations of the contract without handler
    are answered with OPERATIE_ONBEKEND; raises ConfigurationError for a handler that the contract does not know.
    """
    unknown = set(handlers) - set(contract.operations)
    if unknown:
        raise ConfigurationError(f"Geen operaties van {contract.wsdl_path.name}: {', '.join(sorted(unknown))}")

    def dispatch(exchange: Exchange) -> etree._Element:
        if exchange.envelope is None or exchange.envelope.message.tag not in handlers:
            raise WireFault("OPERATIE_ONBEKEND")
        message = exchange.envelope.message
        return handlers[message.tag](message, exchange.caller)

    return SoapEndpoint(dispatch, contract, url, Policy(**choices))


def _same_operations(served: set[str], contract: ContractFiles) -> None:
    different = served ^ set(contract.operations)
    if different:
        names = ", ".join(sorted(different))
        raise ConfigurationError(f"De dienst en {contract.wsdl_path.name} verschillen in operaties: {names}")


def _refusal(fault: WireFault, version: SoapVersion, document: bytes, realm: str) -> Reply:
    status = fault.http_status or version.http_status(fault.faultcode)
    extra: tuple[tuple[str, str], ...] = ()
    if status.startswith("401"):
        extra = (("WWW-Authenticate", f'Basic realm="{realm}", charset="UTF-8"'),)
    if status.startswith("405"):
        extra = (("Allow", "POST, GET, HEAD"),)
    return _message(status, document, version, extra)


def _message(status: str, document: bytes, version: SoapVersion, extra: tuple[tuple[str, str], ...] = ()) -> Reply:
    headers = (("Content-Type", f"{version.media_type}; charset=utf-8"), ("Cache-Control", "no-store"), *extra)
    return Reply(status, document, headers)


def _places(findings: tuple[Finding, ...]) -> list[str]:
    """Findings for the log: where and which rule, no text."""
    return [f"{one.element} {one.facet or one.code}" for one in findings[:10]]
