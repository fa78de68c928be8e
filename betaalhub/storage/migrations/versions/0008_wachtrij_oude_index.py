"""The index along which work was claimed until now is not read any more."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Every change of a piece of work would still pay for it."""
    op.drop_index("ix_outbox_state_due_at_id", table_name="outbox")


def downgrade() -> None:
    """Made again from the rows that are there."""
    op.create_index("ix_outbox_state_due_at_id", "outbox", ["state", "due_at", "id"], unique=False)
