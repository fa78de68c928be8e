"""Work is claimed receiver by receiver, along an index of its own."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The index along which a claim goes round the receivers."""
    op.create_index("ix_outbox_ontvanger", "outbox", ["state", "ontvanger", "due_at", "id"], unique=False)


def downgrade() -> None:
    """Nothing is lost: an index holds no facts."""
    op.drop_index("ix_outbox_ontvanger", table_name="outbox")
