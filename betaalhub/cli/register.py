"""Opens the register for a command, and says in words what is wrong when it does not open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from betaalhub.errors import ConfigurationError
from betaalhub.settings import Settings
from betaalhub.storage.database import DatabaseOptions, make_engine, make_sessions, pending, reason_of


@contextmanager
def open_engine(settings: Settings) -> Iterator[Engine]:
    """The engine of the register, whatever its state; ConfigurationError when the database does not answer."""
    engine = make_engine(settings.database_url, DatabaseOptions(**settings.database_options, role="beheer"))
    try:
        yield engine
    except SQLAlchemyError as error:
        reason = reason_of(error.orig) if isinstance(error, DBAPIError) else type(error).__name__
        raise ConfigurationError(f"Het register antwoordt niet (BETAALHUB_DATABASE_URL): {reason}") from error
    finally:
        engine.dispose()


@contextmanager
def open_register(settings: Settings) -> Iterator[sessionmaker[Session]]:
    """Sessions on a register that is up to date; ConfigurationError when it is away or behind."""
    with open_engine(settings) as engine:
        if pending(engine):
            raise ConfigurationError("Het register loopt achter of is nog leeg; draai eerst: betaalhub migrate")
        yield make_sessions(engine)
