"""Names are found by how they begin."""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The index."""
    op.create_index("ix_opdracht_zoeknaam", "betaalopdracht", ["zoeknaam", "aangemaakt_op", "id"])


def downgrade() -> None:
    """Nothing is lost: an index holds no facts."""
    op.drop_index("ix_opdracht_zoeknaam", table_name="betaalopdracht")
