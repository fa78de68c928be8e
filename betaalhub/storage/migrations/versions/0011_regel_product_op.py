"""A product is found along the time at which it was offered."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The index."""
    op.create_index("ix_regel_product_op", "productregel", ["productcode", "aangemaakt_op", "betaalopdracht_id"])


def downgrade() -> None:
    """Nothing is lost: an index holds no facts."""
    op.drop_index("ix_regel_product_op", table_name="productregel")
