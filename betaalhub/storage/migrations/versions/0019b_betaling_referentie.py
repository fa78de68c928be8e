"""A company may give a betaling its own reference, which stands on the betaalbewijs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019b"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Empty for every betaling that is there: nobody was asked."""
    op.add_column("betaling", sa.Column("referentie", sa.String(40), nullable=True))


def downgrade() -> None:
    """The references are lost: they stand on a betaalbewijs, and nothing else needs them."""
    op.drop_column("betaling", "referentie")
