"""The helpdesk looks over all zenders of an administratie, the newest first."""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The index."""
    op.create_index("ix_opdracht_adm_op", "betaalopdracht", ["administratie_id", "aangemaakt_op", "id"])


def downgrade() -> None:
    """Nothing is lost: an index holds no facts."""
    op.drop_index("ix_opdracht_adm_op", table_name="betaalopdracht")
