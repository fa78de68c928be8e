"""Money that goes back or is taken back: what a terugbetaling needs at the PSP, terugboekingen, and what a person accepted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from betaalhub.errors import NoWayBack

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATUSES = "status IN ('GEMELD', 'GEWONNEN', 'VERLOREN')"
MEER = "meer_gereserveerd_cent >= 0 AND meer_gereserveerd_cent <= gereserveerd_cent"

# As in 0004: SQLite adds a column with its checks and its reference in one statement.
SQLITE = (
    "ALTER TABLE betaling ADD COLUMN meer_gereserveerd_cent INTEGER DEFAULT 0 NOT NULL "
    f"CONSTRAINT ck_betaling_meer CHECK ({MEER})",
    "ALTER TABLE betaling ADD COLUMN aanvaard_cent INTEGER CONSTRAINT ck_betaling_aanvaard_cent CHECK (aanvaard_cent > 0)",
    "ALTER TABLE uitval ADD COLUMN terugboeking_id INTEGER CONSTRAINT fk_uitval_terugboek REFERENCES terugboeking (id)",
)


def upgrade() -> None:
    """Make the tables, then the columns that refer to them or count along."""
    create_tables()
    op.add_column("betaalopdracht", sa.Column("aanvaard_op", sa.TIMESTAMP(), nullable=True))
    if op.get_context().dialect.name == "sqlite":
        for statement in SQLITE:
            op.execute(sa.DDL(statement))
    else:
        op.add_column("betaling", sa.Column("meer_gereserveerd_cent", BIG, server_default="0", nullable=False))
        op.create_check_constraint(op.f("ck_betaling_meer"), "betaling", MEER)
        op.add_column("betaling", sa.Column("aanvaard_cent", BIG, nullable=True))
        op.create_check_constraint(op.f("ck_betaling_aanvaard_cent"), "betaling", "aanvaard_cent > 0")
        op.add_column("uitval", sa.Column("terugboeking_id", BIG, nullable=True))
        op.create_foreign_key(op.f("fk_uitval_terugboek"), "uitval", "terugboeking", ["terugboeking_id"], ["id"])
    op.create_index(op.f("ix_uitval_terugboek"), "uitval", ["terugboeking_id"])
    for column in (
        sa.Column("beslist_door", sa.String(100), nullable=True),
        sa.Column("beslist_op", sa.TIMESTAMP(), nullable=True),
        sa.Column("poging_id", sa.String(80), nullable=True),
        sa.Column("psp_id", sa.String(80), nullable=True),
        sa.Column("beweging_sleutel", sa.String(101), nullable=True),
        sa.Column("gezocht", sa.Integer(), server_default="0", nullable=False),
        sa.Column("uitbetaald_bewijs", sa.String(40), nullable=True),
    ):
        op.add_column("terugbetaling", column)
    op.create_index("ux_terugbet_beweging", "terugbetaling", ["beweging_sleutel"], unique=True)


def create_tables() -> None:
    """The two tables of terugboekingen, each with the indexes that its foreign keys need."""
    op.create_table(
        "terugboeking",
        sa.Column("id", BIG, sa.Identity(always=False, start=1), nullable=False),
        sa.Column("administratie_id", BIG, nullable=False),
        sa.Column("betaling_id", BIG, nullable=False),
        sa.Column("psp_id", sa.String(80), nullable=False),
        sa.Column("poging_id", sa.String(80), nullable=True),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("status_op", sa.TIMESTAMP(), nullable=False),
        sa.Column("bedrag_cent", BIG, nullable=False),
        sa.Column("gemeld_op", sa.TIMESTAMP(), nullable=False),
        sa.CheckConstraint(STATUSES, name=op.f("ck_terugboek_status")),
        sa.CheckConstraint("bedrag_cent > 0", name=op.f("ck_terugboek_bedrag_cent")),
        sa.ForeignKeyConstraint(["administratie_id"], ["administratie.id"], name=op.f("fk_terugboek_adm")),
        sa.ForeignKeyConstraint(["betaling_id"], ["betaling.id"], name=op.f("fk_terugboek_betaling")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terugboek")),
        sa.UniqueConstraint("betaling_id", "psp_id", name="uq_terugboek_beweging"),
    )
    op.create_index(op.f("ix_terugboek_adm"), "terugboeking", ["administratie_id"])
    op.create_index(op.f("ix_terugboek_status_op"), "terugboeking", ["status", "status_op"])
    op.create_table(
        "terugboeking_regel",
        sa.Column("id", BIG, sa.Identity(always=False, start=1), nullable=False),
        sa.Column("terugboeking_id", BIG, nullable=False),
        sa.Column("toewijzing_id", BIG, nullable=False),
        sa.Column("bedrag_cent", BIG, nullable=False),
        sa.CheckConstraint("bedrag_cent > 0", name=op.f("ck_terugboek_regel_bedrag_cent")),
        sa.ForeignKeyConstraint(["terugboeking_id"], ["terugboeking.id"], name=op.f("fk_terugboek_regel_terugboek")),
        sa.ForeignKeyConstraint(["toewijzing_id"], ["toewijzing.id"], name=op.f("fk_terugboek_regel_toewijzing")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terugboek_regel")),
        sa.UniqueConstraint("terugboeking_id", "toewijzing_id", name="uq_terugboek_regel_toewijzing"),
    )
    op.create_index(op.f("ix_terugboek_regel_toewijzing"), "terugboeking_regel", ["toewijzing_id"])


def downgrade() -> None:
    """Never: facts would be lost."""
    raise NoWayBack("0005: het register zou niet meer weten wat de PSP terugbetaalde en wat de bank terughaalde")
