"""The register at any revision: up, down, as a script, and what each step really asks of the database."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Engine, event

from betaalhub.storage.tables import METADATA
from tests.storage.registers import BOOKKEEPING

DDL = {"CREATE", "ALTER", "DROP", "RENAME", "COMMENT", "TRUNCATE"}
DML = {"INSERT", "UPDATE", "DELETE", "MERGE"}


def _config(**attributes: object) -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("betaalhub.storage") / "migrations").replace("%", "%%"))
    config.attributes.update(attributes)
    return config


def revisions() -> list[Script]:
    """Every revision, the first one first."""
    return list(ScriptDirectory.from_config(_config()).walk_revisions())[::-1]


def upgrade(engine: Engine, revision: str) -> None:
    """The register as that version of the hub made it."""
    with engine.begin() as connection:
        command.upgrade(_config(connection=connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """The register as it was before what came after that revision."""
    with engine.begin() as connection:
        command.downgrade(_config(connection=connection), revision)


def script_of(dialect: str, revision: Script) -> list[str]:
    """The statements of one revision as the script for an administrator has them."""
    config = _config(dialect=dialect)
    config.output_buffer = io.StringIO()
    command.upgrade(config, f"{revision.down_revision or 'base'}:{revision.revision}", sql=True)
    parts = config.output_buffer.getvalue().replace("\n/\n", ";").split(";")
    return [" ".join(part.split()) for part in parts]


@contextmanager
def asked(engine: Engine) -> Iterator[list[str]]:
    """The statements that are executed in the block."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(" ".join(statement.split()))

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def faults(statements: list[str]) -> list[str]:
    """What is wrong with one revision: a database that commits each DDL must never stop halfway in it."""
    ours = [one for one in statements if not any(name in one for name in BOOKKEEPING)]
    ddl = [one for one in ours if _verb(one) in DDL]
    dml = [one for one in ours if _verb(one) in DML]
    found = [f"DDL after DDL in one revision: {one}" for one in ddl[1:]]
    return found + [f"data beside DDL in one revision: {one}" for one in dml if ddl]


def _verb(statement: str) -> str:
    return statement.split(" ", 1)[0].upper()


def differences(engine: Engine) -> list[Any]:
    """Where the tables of the database and ours differ; of CHECKs only the names."""

    def include(_object: object, name: str | None, kind: str, *_: object) -> bool:
        return kind != "table" or name not in BOOKKEEPING

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": include})
        return list(compare_metadata(context, METADATA))
