"""What is known of one call while it is being answered; an operation sees it as `ctx.udc`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from betaalhub.wire.contract_files import Operation
from betaalhub.wire.envelope import Envelope
from betaalhub.wire.request import Environ
from betaalhub.wire.versions import SoapVersion


@dataclass(slots=True)
class Exchange:
    """One call: filled from left to right, so a fault renderer may find `caller`, `envelope` or `operation` still None.

    `caller` is what the service's `authenticate` returned.
    """

    environ: Environ
    version: SoapVersion
    caller: Any = None
    envelope: Envelope | None = None
    operation: Operation | None = None
