"""What was counted is found by when it may be forgotten."""

from __future__ import annotations

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The index."""
    op.create_index("ix_limiet_tot", "limiet", ["tot"])


def downgrade() -> None:
    """Nothing is lost: an index holds no facts."""
    op.drop_index("ix_limiet_tot", table_name="limiet")
