"""A betaalopdracht is found by its amount."""

from __future__ import annotations

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The index."""
    op.create_index("ix_opdracht_bedrag_op", "betaalopdracht", ["totaal_cent", "aangemaakt_op", "id"])


def downgrade() -> None:
    """Nothing is lost: an index holds no facts."""
    op.drop_index("ix_opdracht_bedrag_op", table_name="betaalopdracht")
