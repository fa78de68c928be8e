"""The index on administratie without time makes room."""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """It costs, and nothing asks it any more."""
    op.drop_index("ix_opdracht_adm", table_name="betaalopdracht")


def downgrade() -> None:
    """The index again."""
    op.create_index("ix_opdracht_adm", "betaalopdracht", ["administratie_id"])
