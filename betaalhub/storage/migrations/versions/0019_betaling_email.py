"""A citizen may say at paying where her betaalbewijs is to be sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Empty for every betaling that is there: nobody was asked."""
    op.add_column("betaling", sa.Column("email", sa.String(254), nullable=True))


def downgrade() -> None:
    """The addresses are lost: the mails that wait for them are not sent, and nothing else needs them."""
    op.drop_column("betaling", "email")
