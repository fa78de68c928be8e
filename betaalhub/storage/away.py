"""Is the register away, or did we make a mistake? The doors ask it, to say `later` in the first case only."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from betaalhub.storage.database import worth_another_try


def is_away(error: SQLAlchemyError) -> bool:
    """Does this error say that the register can't be reached, is being stopped, or is too busy? Then the same may be tried later."""
    if isinstance(error, PoolTimeout):
        return True
    if not isinstance(error, DBAPIError):
        return False
    return (
        isinstance(error, (OperationalError, InterfaceError))
        or error.connection_invalidated
        or worth_another_try(error)
    )
