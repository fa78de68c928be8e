"""The index on product without time makes room."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """It costs, and nothing asks it any more."""
    op.drop_index("ix_regel_product", table_name="productregel")


def downgrade() -> None:
    """The index again."""
    op.create_index("ix_regel_product", "productregel", ["productcode", "betaalopdracht_id"])
