"""Talk SOAP to a neighbour with zeep: the WSDL from disk, our own transport, and every error as one of three outcomes."""

from __future__ import annotations

import base64
import logging
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeVar, cast

import zeep
import zeep.exceptions
from lxml import etree
from zeep.wsdl.bindings.soap import SoapBinding

from betaalhub.errors import ConfigurationError, NeighbourError, Outcome
from betaalhub.wire.contract_files import ContractFiles
from gemeentelijke_koppelingen.http_exchange import Answer, Endpoint, ExchangeCode, post

# zeep logs values that it cannot read, with a stack trace: values of a message do not belong in a log.
_zeep_log = logging.getLogger("zeep")
_zeep_log.addHandler(logging.NullHandler())
_zeep_log.propagate = False

_T = TypeVar("_T")
_ENVELOPE = "{http://schemas.xmlsoap.org/soap/envelope/}"
_CODE = re.compile(r"[A-Z][A-Z0-9_]{0,59}")
_lock = threading.Lock()
_loaded: dict[Path, _Contract] = {}


@dataclass(frozen=True, slots=True)
class _Contract:
    """A WSDL as zeep read it, and its files to validate with."""

    client: zeep.Client
    binding: SoapBinding
    files: ContractFiles

    @property
    def responses(self) -> dict[str, str]:
        """The response element of each operation."""
        return {operation.name: operation.response for operation in self.files.operations.values()}

    def fits(self, envelope: etree._Element) -> bool:
        """Whether the message in the Body fits the XSD."""
        child = envelope.find(f"{_ENVELOPE}Body/*")
        return child is not None and bool(self.files.local_schema().validate(child))


class SoapClient:
    """One neighbour: `wsdl` on disk, its endpoint. Safe to share between threads; loads the WSDL at the first call.

    `typed_faults`: the neighbour implements a contract of ours, so a Client fault with BetaalhubFout in its detail is
    a refusal and its answers must fit the contract. Of any other neighbour a fault proves nothing and unknown elements
    in an answer are let be.
    """

    def __init__(self, wsdl: Path, endpoint: Endpoint, *, typed_faults: bool = False) -> None:
        self.endpoint = endpoint
        self._wsdl = wsdl
        self._typed_faults = typed_faults

    def call(self, operation: str, *, timeout: float | None = None, **values: Any) -> Any:
        """Call `operation` with `values`; `timeout` in seconds for the whole call, never longer than the endpoint's own.

        Raises NeighbourError only. The answer is zeep's value for the response element.
        """
        contract = _contract(self._wsdl)
        message, action = self._message(contract, operation, values)
        answer = post(
            self.endpoint,
            message,
            self._headers(action),
            timeout=min(timeout or self.endpoint.timeout, self.endpoint.timeout),
        )
        envelope = self._envelope(answer)
        child = envelope.find(f"{_ENVELOPE}Body/*")
        answers = child is not None and child.tag == contract.responses.get(operation)
        if not answers or (self._typed_faults and not contract.fits(envelope)):
            self._fail(Outcome.UNKNOWN, ExchangeCode.ANSWER_NOT_UNDERSTOOD)
        return self.translate(lambda: contract.binding.get(operation).process_reply(envelope))

    def message(self, operation: str, **values: Any) -> bytes:
        """The bytes that `call` would send; raises NeighbourError REFUSED when they do not fit the contract."""
        return self._message(_contract(self._wsdl), operation, values)[0]

    def translate(self, read: Callable[[], _T]) -> _T:
        """Run `read`, which takes an answer apart; whatever it stumbles over means: not understood, so unknown."""
        try:
            return read()
        except (
            zeep.exceptions.Error,
            etree.LxmlError,
            ValueError,
            TypeError,
            LookupError,
            AttributeError,
            ArithmeticError,
        ):
            self._fail(Outcome.UNKNOWN, ExchangeCode.ANSWER_NOT_UNDERSTOOD)

    def _message(self, contract: _Contract, operation: str, values: Mapping[str, Any]) -> tuple[bytes, str]:
        """Envelope and SOAPAction; what zeep or the schema refuses is ours and is never sent."""
        soap_operation = contract.binding.get(operation)
        try:
            envelope = soap_operation.create(**values).content
            fits = contract.fits(envelope)
        except (zeep.exceptions.Error, etree.LxmlError, ValueError, TypeError, LookupError, AttributeError):
            fits = False
        if not fits:
            self._fail(Outcome.REFUSED, ExchangeCode.EIGEN_BERICHT_ONJUIST)
        return etree.tostring(envelope, xml_declaration=True, encoding="UTF-8"), soap_operation.soapaction

    def _headers(self, action: str) -> dict[str, str]:
        headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{action}"', "Accept": "text/xml"}
        if self.endpoint.user is not None:
            secret = f"{self.endpoint.user}:{self.endpoint.password or ''}".encode()
            headers["Authorization"] = "Basic " + base64.b64encode(secret).decode()
        return headers

    def _envelope(self, answer: Answer) -> etree._Element:
        """The Envelope of a good answer; everything else is a NeighbourError."""
        if answer.status in (401, 403):
            self._fail(Outcome.REFUSED, ExchangeCode.MISCONFIGURED)
        if answer.status == 429:
            self._fail(Outcome.NOT_DONE, ExchangeCode.TOO_BUSY)
        envelope = parse_answer(answer.content)
        fault = None if envelope is None else envelope.find(f"{_ENVELOPE}Body/{_ENVELOPE}Fault")
        if fault is not None:
            self._raise_fault(fault)
        if answer.status != 200:
            self._fail(Outcome.UNKNOWN, f"HTTP_{answer.status}")
        if not answer.content.strip():
            self._fail(Outcome.UNKNOWN, ExchangeCode.ANSWER_EMPTY)
        if envelope is None:
            self._fail(Outcome.UNKNOWN, ExchangeCode.ANSWER_NOT_XML)
        if envelope.tag != f"{_ENVELOPE}Envelope" or envelope.find(f"{_ENVELOPE}Body/*") is None:
            self._fail(Outcome.UNKNOWN, ExchangeCode.ANSWER_NOT_UNDERSTOOD)
        return envelope

    def _raise_fault(self, fault: etree._Element) -> NoReturn:
        """A fault proves nothing, unless a peer of our own contract says by a typed detail that it is the client's."""
        client_side = (fault.findtext("faultcode") or "").strip().rpartition(":")[2] == "Client"
        code = (fault.findtext("detail/{*}BetaalhubFout/{*}Code") or "").strip()
        if self._typed_faults and client_side and _CODE.fullmatch(code):
            self._fail(Outcome.REFUSED, code)
        self._fail(Outcome.UNKNOWN, ExchangeCode.SOAP_FAULT)

    def _fail(self, outcome: Outcome, code: str) -> NoReturn:
        raise NeighbourError(outcome, str(code), neighbour=self.endpoint.neighbour) from None


def clean_code(text: str | None) -> str:
    """A neighbour's own error code as far as it looks like one: never a text, never a value of a message."""
    text = (text or "").strip()
    return text if _CODE.fullmatch(text) else ExchangeCode.ANSWER_NOT_UNDERSTOOD


def parse_answer(content: bytes) -> etree._Element | None:
    """The root of well-formed XML without a DOCTYPE; None for anything else (HTML, garbage, cut off, empty)."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return None if root.getroottree().docinfo.internalDTD is not None else root


def _contract(wsdl: Path) -> _Contract:
    """The contract, read once per process; reading it touches no network."""
    with _lock:
        if wsdl not in _loaded:
            _loaded[wsdl] = _load(wsdl)
        return _loaded[wsdl]


def _load(wsdl: Path) -> _Contract:
    files = ContractFiles(wsdl)
    # Not strict: a neighbour's next minor version adds elements, and those are no reason to lose an answer.
    settings = zeep.Settings(strict=False, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    try:
        client = zeep.Client(str(wsdl), settings=settings)
    except zeep.exceptions.Error:
        raise ConfigurationError(f"zeep cannot read the contract {wsdl.name}") from None
    binding = next(iter(client.wsdl.bindings.values()))
    return _Contract(client, cast(SoapBinding, binding), files)
