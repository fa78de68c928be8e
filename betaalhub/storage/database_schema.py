"""The state of the schema: what it lacks, bringing it up to date, and the same as a script for an administrator."""

from __future__ import annotations

import io
import re
from functools import cache
from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, select, text
from sqlalchemy.exc import DBAPIError

from betaalhub.storage.database_oracle import code_of
from betaalhub.storage.database_oracle_steps import VERSION, one_at_a_time

READ_OPTION = "betaalhub_read"  # an execution option: this transaction only reads
_MIGRATION_LOCK = 4827_1093  # any number, the same in every process
_NO_TABLE = "ORA-00942"
_MOMENT = re.compile(r"TO_DATE\('[^']*', 'YYYY-MM-DD HH24:MI:SS'\)")


def migrate(engine: Engine) -> None:
    """Bring the schema up to date; safe when several processes do it at once.

    What broke halfway is finished by doing it again: on Oracle, where each step is final, at the step where it stopped.
    """
    if engine.dialect.name == "oracle":
        if not pending(engine):  # so that a user without the right to make tables may ask
            return
        with one_at_a_time(engine) as (connection, steps):
            _upgrade(connection, steps=steps)
        return
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            wait_for_our_turn(connection)
        _upgrade(connection)


def wait_for_our_turn(connection: Connection) -> None:
    """As long as another node migrates, which may be minutes; the steps themselves wait for a lock as short as ever."""
    usual = connection.scalar(text("SELECT current_setting('lock_timeout')"))
    connection.execute(text("SET LOCAL lock_timeout = 0"))
    connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _MIGRATION_LOCK})
    connection.execute(text("SELECT set_config('lock_timeout', :usual, true)"), {"usual": usual})


def _upgrade(connection: Connection, **attributes: Connection) -> None:
    config = alembic_config()
    config.attributes.update(connection=connection, **attributes)
    command.upgrade(config, "head")


def pending(engine: Engine) -> bool:
    """Does the schema lack a migration, or is there none yet?"""
    with engine.connect().execution_options(**{READ_OPTION: True}) as connection:
        return is_behind(connection)


def is_behind(connection: Connection) -> bool:
    """The same, in a transaction that is there already."""
    return _current(connection) != heads()


def _current(connection: Connection) -> frozenset[str]:
    if connection.dialect.name != "oracle":
        return frozenset(MigrationContext.configure(connection).get_current_heads())
    try:  # asked for by name, so that it is found through a synonym too
        return frozenset(connection.scalars(select(VERSION)))
    except DBAPIError as error:
        if code_of(error.orig) != _NO_TABLE:
            raise
        return frozenset()


def migration_sql(dialect: str, *, since: str = "base", until: str = "head") -> str:
    """The schema as a script for a database administrator; `dialect` is sqlite, postgresql or oracle.

    `since` is the revision that the register has (`SELECT version_num FROM alembic_version`); by default there is none yet.
    """
    config = alembic_config()
    config.attributes["dialect"] = dialect
    config.output_buffer = io.StringIO()
    command.upgrade(config, f"{since}:{until}", sql=True)
    script = config.output_buffer.getvalue()
    if dialect == "oracle":
        # A bound variable has no place in a script; a moment that a migration took as "now" is that of whoever runs it; and
        # its DDL is committed, but its last INSERT not.
        script = script.replace(" RETURNING alembic_version.version_num INTO :ret_0", "") + "COMMIT\n\n/\n"
        script = _MOMENT.sub("CAST(SYS_EXTRACT_UTC(SYSTIMESTAMP) AS TIMESTAMP)", script)
    return script


def revisions() -> tuple[tuple[str, str], ...]:
    """Every revision and what it is for, from the first to the newest."""
    scripts = ScriptDirectory.from_config(alembic_config()).walk_revisions()
    return tuple((script.revision, script.doc) for script in reversed(list(scripts)))


def alembic_config() -> Config:
    """Where Alembic finds the migrations."""
    config = Config()
    config.set_main_option("script_location", str(files("betaalhub.storage") / "migrations").replace("%", "%%"))
    return config


@cache
def heads() -> frozenset[str]:
    """The newest revision."""
    return frozenset(ScriptDirectory.from_config(alembic_config()).get_heads())
