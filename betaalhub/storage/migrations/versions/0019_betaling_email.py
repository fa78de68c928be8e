"""A citizen may say at paying where her betaalbewijs is to be sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from betaalhub.errors import NoWayBack

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Empty for every betaling that is there: nobody was asked."""
    op.add_column("betaling", sa.Column("email", sa.String(254), nullable=True))


def downgrade() -> None:
    """Take the column away while nobody filled it in."""
    betaling = sa.table("betaling", sa.column("email"))
    if op.get_bind().scalar(sa.select(sa.func.count(betaling.c.email))):
        raise NoWayBack("0019: bij betalingen zijn adressen ingevuld, en die zouden verloren gaan")
    op.drop_column("betaling", "email")
