"""Spyne as the declaration of a service: its models, its operations, its contract. Reading, calling and writing are ours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lxml import etree
from spyne import Application
from spyne.protocol.soap import Soap11
from spyne.server import ServerBase

from betaalhub.wire.contract_files import ContractFiles
from betaalhub.wire.exchange import Exchange
from betaalhub.wire.readers import Reader, Readers
from betaalhub.wire.writers import Writer, Writers


class StrictSoap(Soap11):
    """Spyne's SOAP protocol as it is declared, with the readers and writers that do its work.

    None of Spyne's own parsing, validation, catching and logging is ever reached: the door opens and validates a
    message, both SOAP versions alike. No `href` or `id` is followed, no `xsi:type` obeyed.
    """

    def __init__(self, contract: ContractFiles) -> None:
        super().__init__()
        self.readers = Readers(self, contract.index)
        self.writers = Writers(self, contract.prefixes)


@dataclass(frozen=True, slots=True)
class OperationContext:
    """What an operation gets as `ctx`: of all that Spyne would give only `udc`, the Exchange."""

    udc: Exchange


@dataclass(frozen=True, slots=True)
class _Call:
    """One operation with all that is needed to answer it, found once."""

    read: Reader
    function: Callable[[OperationContext, Any], Any]
    write: Writer


class SpyneOperations(ServerBase):
    """Answers the messages of one service by calling its Spyne operations: the dispatcher behind a SOAP endpoint.

    Spyne would make a context of some forty attributes for each request and fire its events; the operations use
    neither. Whatever an operation raises goes up to the WSGI edge.
    """

    transport = "http://schemas.xmlsoap.org/soap/http"

    def __init__(self, application: Application) -> None:
        """Compile the readers and writers of every operation, so that no request has to."""
        super().__init__(application)
        methods = application.interface.service_method_map
        self._calls = {tag: self._call(method) for tag, (method, *_) in methods.items()}

    def __call__(self, exchange: Exchange) -> etree._Element:
        """The answer to a validated message, as the element of the Body."""
        assert exchange.envelope is not None  # the door has opened it
        message = exchange.envelope.message
        call = self._calls[message.tag]
        return call.write(call.function(OperationContext(exchange), call.read(message)))

    def _call(self, method: Any) -> _Call:
        answer = method.out_message
        tag = f"{{{answer.get_namespace()}}}{answer.get_type_name()}"
        read = self.app.in_protocol.readers.reader(method.in_message)
        return _Call(read, method.function, self.app.out_protocol.writers.writer(answer, tag))


def spyne_application(service: Any, contract: ContractFiles, *, tns: str, name: str | None = None) -> Application:
    """The Spyne application of a service class; `tns` is the namespace of its messages."""
    return Application(
        [service],
        tns=tns,
        name=name or service.__name__,
        in_protocol=StrictSoap(contract),
        out_protocol=StrictSoap(contract),
    )
