"""Is the register away, or did we make a mistake? The doors ask it, to say `later` in the first case only."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from betaalhub.storage.database import worth_another_try


def is_gone(error: SQLAlchemyError) -> bool:
    """Did the connection break, or was there none to be had? Anything else is about what was being done."""
    if not isinstance(error, DBAPIError):
        return isinstance(error, PoolTimeout)
    lost = error.connection_invalidated or isinstance(error, (OperationalError, InterfaceError))
    return lost and not worth_another_try(error)


def is_away(error: SQLAlchemyError) -> bool:
    """Does this error say that the register is gone, is being stopped, or is too busy? Then the same may be tried later."""
    return is_gone(error) or (isinstance(error, DBAPIError) and worth_another_try(error))
