"""How often something was tried lately, counted for all processes together."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The table."""
    op.create_table(
        "limiet",
        sa.Column("sleutel", sa.String(64), nullable=False),
        sa.Column("aantal", sa.Integer(), nullable=False),
        sa.Column("tot", sa.TIMESTAMP(), nullable=False),
        sa.CheckConstraint("aantal >= 0", name=op.f("ck_limiet_aantal")),
        sa.PrimaryKeyConstraint("sleutel", name=op.f("pk_limiet")),
    )


def downgrade() -> None:
    """Nothing is lost that is not past within the hour."""
    op.drop_table("limiet")
