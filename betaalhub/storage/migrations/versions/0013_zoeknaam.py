"""A betaler is found by name: a column for the name as it is searched; `betaalhub migrate` fills it for those that are there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

CHECK = "CONSTRAINT ck_opdracht_zoeknaam CHECK (zoeknaam IS NULL OR betaler_naam IS NOT NULL)"
# One statement with its check on each: Oracle takes no check on two columns with the column itself.
ADD = {
    "sqlite": f"ADD COLUMN zoeknaam VARCHAR(100) {CHECK}",
    "postgresql": f'ADD COLUMN zoeknaam VARCHAR(100) COLLATE "C", ADD {CHECK}',
    "oracle": f"ADD (zoeknaam VARCHAR2(100 CHAR), {CHECK})",
}


def upgrade() -> None:
    """It can not outlive the name itself."""
    op.execute(sa.DDL(f"ALTER TABLE betaalopdracht {ADD[op.get_context().dialect.name]}"))


def downgrade() -> None:
    """Nothing is lost: it is made from the name, which stays."""
    cascade = " CASCADE CONSTRAINTS" if op.get_context().dialect.name == "oracle" else ""
    op.execute(sa.DDL(f"ALTER TABLE betaalopdracht DROP COLUMN zoeknaam{cascade}"))
