"""Brings the schema back to an older revision, as far as nothing is lost."""

from __future__ import annotations

from alembic import command
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine

from betaalhub.errors import ConfigurationError, NoWayBack
from betaalhub.storage.database_schema import alembic_config, revisions, wait_for_our_turn


def revision_of(engine: Engine) -> str | None:
    """The revision that this register has; None when there is none yet."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def migrate_back(engine: Engine, revision: str) -> None:
    """Undo every migration after `revision`, all of them or none; nobody else uses the register meanwhile.

    ConfigurationError when the register is not beyond it, or when something would be lost on the way: it says what.
    """
    if (
        engine.dialect.name == "oracle"
    ):  # each step is committed by itself there: half of the way back is no place to stay
        raise ConfigurationError("Op Oracle gaat dit niet: zet een reservekopie terug (docs/oracle.md)")
    known, present = [revision for revision, _ in revisions()], revision_of(engine)
    if revision not in known:
        raise ConfigurationError(f"Revisie {revision} bestaat niet; kies een van {', '.join(known)}")
    if present is None or known.index(present) <= known.index(revision):
        raise ConfigurationError(f"Het register staat op {present or 'niets'} en is dus niet verder dan {revision}")
    config = alembic_config()
    try:
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                wait_for_our_turn(connection)
            config.attributes["connection"] = connection
            command.downgrade(config, revision)
    except NoWayBack as lost:  # the migration says why; the transaction took everything back
        raise ConfigurationError(
            f"Het register kan niet terug tot voor {lost}. Zet een reservekopie terug (docs/backup.md). Er is niets veranderd."
        ) from lost
