"""The register: tables, migrations, named reads and the outbox; the only room that knows databases."""
