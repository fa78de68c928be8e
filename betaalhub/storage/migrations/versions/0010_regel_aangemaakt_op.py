"""A productregel knows when its betaalopdracht was made; `betaalhub migrate` fills in those that are there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Empty at first: filling is no step of a table."""
    op.add_column("productregel", sa.Column("aangemaakt_op", sa.TIMESTAMP(), nullable=True))


def downgrade() -> None:
    """Nothing is lost: the betaalopdracht knows it too."""
    op.drop_column("productregel", "aangemaakt_op")
