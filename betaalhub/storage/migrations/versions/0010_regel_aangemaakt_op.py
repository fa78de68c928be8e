"""A productregel knows when its betaalopdracht was made; `betaalhub migrate` fills in those that are there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0008"
branch_labels = None
depends_on = None


# Where nobody says otherwise: in rows that are there, and in those of a hub of the version before.
NOT_FILLED = {"oracle": "TIMESTAMP '1970-01-01 00:00:00.000000'"}


def upgrade() -> None:
    """Not filled at first: that is no step of a table."""
    default = NOT_FILLED.get(op.get_context().dialect.name, "'1970-01-01 00:00:00.000000'")
    column = sa.Column("aangemaakt_op", sa.TIMESTAMP(), server_default=sa.text(default), nullable=False)
    op.add_column("productregel", column)


def downgrade() -> None:
    """Nothing is lost: the betaalopdracht knows it too."""
    op.drop_column("productregel", "aangemaakt_op")
