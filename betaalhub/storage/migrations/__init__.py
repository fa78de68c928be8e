"""The history of the schema, for Alembic; run through `betaalhub.storage.database.migrate`."""
