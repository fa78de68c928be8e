"""Where Alembic meets the register: on a connection that is handed in, or as a script for a named dialect."""

from __future__ import annotations

from alembic import context

from betaalhub.storage.tables import METADATA

if context.is_offline_mode():
    context.configure(
        dialect_name=context.config.attributes["dialect"],
        target_metadata=METADATA,
        literal_binds=True,
        transaction_per_migration=True,
    )
else:
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=METADATA,
        render_as_batch=True,
        steps=context.config.attributes.get("steps"),  # on Oracle: the book of steps (database_oracle_steps.py)
    )

with context.begin_transaction():
    context.run_migrations()
