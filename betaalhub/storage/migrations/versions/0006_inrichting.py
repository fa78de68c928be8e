"""What is configured per product and PSP account: which account, how long an attempt lasts, when a second person decides."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from betaalhub.errors import NoWayBack

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CENTS = "vier_ogen_cent"
MINUTES = "poging_minuten"
COLUMNS = (
    ("administratie", "verschil_rekening"),
    ("betaalmethode", "logo"),
    *((table, "psp_account") for table in ("productgroep", "product")),
    *((table, MINUTES) for table in ("productgroep", "product", "psp_account")),
    *((table, CENTS) for table in ("administratie", "productgroep", "product")),
)


def upgrade() -> None:
    """All may stay empty: then what is above it decides (product, productgroep, administratie or PSP account, setting)."""
    op.add_column("administratie", sa.Column("verschil_rekening", sa.String(20), nullable=True))
    op.add_column("betaalmethode", sa.Column("logo", sa.String(40), nullable=True))
    for table in ("productgroep", "product"):
        op.add_column(table, sa.Column("psp_account", sa.String(30), nullable=True))
    for table, short in (("productgroep", "productgroep"), ("product", "product"), ("psp_account", "account")):
        _add_number(table, MINUTES, f"ck_{short}_{MINUTES}", f"{MINUTES} > 0", sa.Integer())
    for table, short in (("administratie", "adm"), ("productgroep", "productgroep"), ("product", "product")):
        _add_number(table, CENTS, f"ck_{short}_{CENTS}", f"{CENTS} >= 0", BIG)


def _add_number(table: str, column: str, name: str, check: str, kind: sa.types.TypeEngine[int]) -> None:
    if op.get_context().dialect.name == "sqlite":
        op.execute(sa.DDL(f"ALTER TABLE {table} ADD COLUMN {column} INTEGER CONSTRAINT {name} CHECK ({check})"))
        return
    op.add_column(table, sa.Column(column, kind, nullable=True))
    op.create_check_constraint(op.f(name), table, check)


def downgrade() -> None:
    """Take the columns away while all of them are empty: what was configured in them would be lost."""
    for table, column in COLUMNS:
        named = sa.table(table, sa.column(column))
        if op.get_bind().scalar(sa.select(sa.func.count(named.c[column]))):
            raise NoWayBack(f"0006: {table}.{column} is ingevuld, en dat zou verloren gaan")
    for table, column in COLUMNS:
        op.drop_column(table, column)
