"""What is logged of an unexpected error: its type and the places in the code, never its text, which may hold values."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

import structlog

from betaalhub.wire.exchange import Exchange
from betaalhub.wire.faults import WireFault

log = structlog.get_logger(__name__)

_MOST_PLACES = 30


def report(error: BaseException | None, exchange: Exchange) -> WireFault:
    """Log an unexpected error under a random number, and make the INTERNE_FOUT that tells the caller that number."""
    incident = secrets.token_hex(6)
    operation = exchange.operation.name if exchange.operation else None
    log.error(
        "soap_incident",
        incident=incident,
        operation=operation,
        errors=[f"{type(one).__module__}.{type(one).__qualname__}" for one in _chain(error)],
        places=_places(error.__traceback__ if error else None),
    )
    text = f"Er ging bij ons iets mis (incident {incident}). U mag het bericht ongewijzigd opnieuw sturen."
    return WireFault("INTERNE_FOUT", text)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what it came from, at most ten deep."""
    for _ in range(10):
        if error is None:
            return
        yield error
        error = error.__cause__ or error.__context__


def _places(traceback: TracebackType | None) -> list[str]:
    """`module/file.py:line function`, outermost first; the innermost ones when there are too many."""
    places = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        file = Path(code.co_filename)
        places.append(f"{file.parent.name}/{file.name}:{traceback.tb_lineno} {code.co_name}")
        traceback = traceback.tb_next
    return places[-_MOST_PLACES:]
