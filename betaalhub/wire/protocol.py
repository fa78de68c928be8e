"""Spyne behind the door: its models, its dispatch and its contract, without its parsing, its catching and its logging."""

from __future__ import annotations

from typing import Any, cast

from lxml import etree
from spyne import Application, MethodContext
from spyne.protocol import ProtocolBase
from spyne.protocol.soap import Soap11
from spyne.server import ServerBase

from betaalhub.wire.contract_files import ContractFiles
from betaalhub.wire.exchange import Exchange
from betaalhub.wire.readers import Readers
from betaalhub.wire.writers import Writers


class StrictSoap(Soap11):
    """Spyne's SOAP protocol for a message that the door has opened and validated.

    Both SOAP versions come through here: they differ in envelope and fault only, and those are the door's work. No
    `href` or `id` is followed, no `xsi:type` obeyed, and nothing is caught: errors go up to the WSGI edge.
    """

    def __init__(self, contract: ContractFiles) -> None:
        super().__init__()
        self._prefixes = contract.prefixes
        self._readers = Readers(self, contract.index)
        self._writers = Writers(self)

    def create_in_document(self, ctx: MethodContext, charset: str | None = None) -> None:
        """Take the document from the door: it has been parsed, once and bounded."""
        ctx.in_document = ctx.udc.envelope.root

    def decompose_incoming_envelope(self, ctx: MethodContext, message: object = ProtocolBase.REQUEST) -> None:
        """Take the parts from the door: it has checked and validated them."""
        envelope = ctx.udc.envelope
        ctx.in_header_doc = list(envelope.headers)
        ctx.in_body_doc = envelope.message
        ctx.method_request_string = envelope.message.tag

    def deserialize(self, ctx: MethodContext, message: object) -> None:
        """Read the message into the operation's request object."""
        ctx.in_object = self._readers.read(ctx.descriptor.in_message, ctx.in_body_doc)

    def serialize(self, ctx: MethodContext, message: object) -> None:
        """Write the operation's answer as one element; the door validates it and puts the envelope around it."""
        cls = ctx.descriptor.out_message
        tag = f"{{{cls.get_namespace()}}}{cls.get_type_name()}"
        ctx.out_body_doc = self._writers.write(cls, tag, ctx.out_object[0], prefixes=self._prefixes)


class StrictApplication(Application):
    """A Spyne application whose operations are called without the catching and logging of stock Spyne."""

    def process_request(self, ctx: MethodContext) -> None:
        """Call the operation. Whatever it raises goes up to the WSGI edge; Spyne would log its text."""
        ctx.in_object = [ctx.in_object]
        ctx.out_object = [self.call_wrapper(ctx)]


class SpyneOperations(ServerBase):
    """Answers the messages of one service by calling its Spyne operations: the dispatcher behind a SOAP endpoint."""

    transport = "http://schemas.xmlsoap.org/soap/http"

    def __call__(self, exchange: Exchange) -> etree._Element:
        """The answer to a validated message, as the element of the Body."""
        protocol = self.app.in_protocol
        ctx = MethodContext(self, MethodContext.SERVER)
        ctx.udc = exchange
        protocol.create_in_document(ctx)
        protocol.decompose_incoming_envelope(ctx)
        (ctx,) = protocol.generate_method_contexts(ctx)
        protocol.deserialize(ctx, ProtocolBase.REQUEST)
        self.app.process_request(ctx)
        protocol.serialize(ctx, ProtocolBase.RESPONSE)
        answer = cast(etree._Element, ctx.out_body_doc)
        ctx.close()
        return answer


def spyne_application(service: Any, contract: ContractFiles, *, tns: str, name: str | None = None) -> StrictApplication:
    """The Spyne application of a service class; `tns` is the namespace of its messages."""
    return StrictApplication(
        [service],
        tns=tns,
        name=name or service.__name__,
        in_protocol=StrictSoap(contract),
        out_protocol=StrictSoap(contract),
    )
