"""What a caller is told when the register cannot be reached: a fault that may be repeated, never a stack trace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from sqlalchemy.exc import SQLAlchemyError

from betaalhub.errors import Refusal
from betaalhub.storage.away import is_away

log = structlog.get_logger(__name__)


@contextmanager
def register_or_refusal() -> Iterator[None]:
    """Turns a register that is down, locked or too busy into PROCES_NIET_BESCHIKBAAR, which the caller may repeat."""
    try:
        yield
    except SQLAlchemyError as error:
        if not is_away(error):
            raise
        raise _unreachable(error) from error


def _unreachable(error: SQLAlchemyError) -> Refusal:
    log.error("register_not_reachable", error=type(error).__name__)
    text = "Het betaalregister is even niet bereikbaar. Herhaal het bericht later, ongewijzigd."
    return Refusal("PROCES_NIET_BESCHIKBAAR", text)
