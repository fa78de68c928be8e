"""A company may give a betaling its own reference, which stands on the betaalbewijs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from betaalhub.errors import NoWayBack

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Empty for every betaling that is there: nobody was asked."""
    op.add_column("betaling", sa.Column("referentie", sa.String(40), nullable=True))


def downgrade() -> None:
    """Take the column away while nobody filled it in."""
    betaling = sa.table("betaling", sa.column("referentie"))
    if op.get_bind().scalar(sa.select(sa.func.count(betaling.c.referentie))):
        raise NoWayBack("0020: bij betalingen zijn referenties van bedrijven ingevuld, en die zouden verloren gaan")
    op.drop_column("betaling", "referentie")
