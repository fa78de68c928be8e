"""What is known of one call while it is being answered; an operation sees it as `ctx.udc`."""

from __future__ import annotations

from typing import Any

from betaalhub.wire.contract_files import Operation
from betaalhub.wire.envelope import Envelope
from betaalhub.wire.request import Environ
from betaalhub.wire.versions import SoapVersion


class Exchange:
    """One call, filled while it is answered: a fault renderer may find `caller`, `envelope` or `operation` still None.

    `environ` is the WSGI environ, `caller` what the service's `authenticate` returned. `confirmation` is the value of the
    signature of the question, as sent, when there is one: a signed answer confirms it.
    """

    __slots__ = ("caller", "confirmation", "envelope", "environ", "operation", "version")

    def __init__(self, environ: Environ, version: SoapVersion) -> None:
        self.environ = environ
        self.version = version
        self.caller: Any = None
        self.confirmation: bytes | None = None
        self.envelope: Envelope | None = None
        self.operation: Operation | None = None
