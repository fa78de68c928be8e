"""A zender's status is found along the status or along the zender: both in one index brought nothing (docs/register.md)."""

from __future__ import annotations

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """It costs, and nothing asks it any more."""
    op.drop_index("ix_opdracht_zender_status", table_name="betaalopdracht")


def downgrade() -> None:
    """The index again."""
    op.create_index("ix_opdracht_zender_status", "betaalopdracht", ["zender_id", "status", "aangemaakt_op", "id"])
