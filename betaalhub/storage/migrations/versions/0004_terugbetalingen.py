"""Writing: terugbetalingen, payments at the counter and what was told of delivery."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from betaalhub.errors import NoWayBack

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATUSES = (
    "status IN ('AANGEVRAAGD', 'GOEDGEKEURD', 'AFGEWEZEN', 'VERZENDEN', 'INGEDIEND', 'ONBEKEND', 'VOLTOOID', 'MISLUKT', "
    "'EXTERN', 'GEKOPPELD', 'HANDMATIG')"
)
RESERVED = "gereserveerd_cent >= 0 AND gereserveerd_cent <= ontvangen_cent"

# SQLite adds a column with its checks and its reference in one statement. Making the table anew, as other changes need there,
# would drop one that others refer to while foreign keys are on.
SQLITE_RESERVED = (
    "ALTER TABLE betaling ADD COLUMN gereserveerd_cent INTEGER DEFAULT 0 NOT NULL "
    f"CONSTRAINT ck_betaling_gereserveerd CHECK ({RESERVED})"
)
SQLITE_UITVAL = (
    "ALTER TABLE uitval ADD COLUMN terugbetaling_id INTEGER CONSTRAINT fk_uitval_terugbet REFERENCES terugbetaling (id)"
)


def upgrade() -> None:
    """Make the tables, then the columns that refer to them or reserve cents."""
    create_tables()
    op.add_column("betaalopdracht", sa.Column("herroepen_op", sa.TIMESTAMP(), nullable=True))
    op.add_column("administratie", sa.Column("balie_tussenrekening", sa.String(20), nullable=True))
    if op.get_context().dialect.name == "sqlite":
        op.execute(sa.DDL(SQLITE_RESERVED))
        op.execute(sa.DDL(SQLITE_UITVAL))
    else:
        op.add_column("betaling", sa.Column("gereserveerd_cent", BIG, server_default="0", nullable=False))
        op.create_check_constraint(op.f("ck_betaling_gereserveerd"), "betaling", RESERVED)
        op.add_column("uitval", sa.Column("terugbetaling_id", BIG, nullable=True))
        op.create_foreign_key(op.f("fk_uitval_terugbet"), "uitval", "terugbetaling", ["terugbetaling_id"], ["id"])
    op.create_index(op.f("ix_uitval_terugbet"), "uitval", ["terugbetaling_id"])


def create_tables() -> None:
    """The three tables, each with the indexes that its foreign keys need."""
    op.create_table(
        "registratie",
        sa.Column("id", BIG, sa.Identity(always=False, start=1), nullable=False),
        sa.Column("betaling_id", BIG, nullable=False),
        sa.Column("betaalopdracht_id", BIG, nullable=False),
        sa.Column("zender_id", BIG, nullable=False),
        sa.Column("ontvangen_op", sa.TIMESTAMP(), nullable=False),
        sa.Column("bewijsnummer", sa.String(40), nullable=True),
        sa.Column("geregistreerd_op", sa.TIMESTAMP(), nullable=False),
        sa.ForeignKeyConstraint(["betaling_id"], ["betaling.id"], name=op.f("fk_registratie_betaling")),
        sa.ForeignKeyConstraint(["betaalopdracht_id"], ["betaalopdracht.id"], name=op.f("fk_registratie_opdracht")),
        sa.ForeignKeyConstraint(["zender_id"], ["zender.id"], name=op.f("fk_registratie_zender")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registratie")),
        sa.UniqueConstraint("betaling_id", name=op.f("uq_registratie_betaling")),
    )
    op.create_index(op.f("ix_registratie_opdracht"), "registratie", ["betaalopdracht_id"])
    op.create_index(op.f("ix_registratie_zender"), "registratie", ["zender_id"])
    op.create_table(
        "terugbetaling",
        sa.Column("id", BIG, sa.Identity(always=False, start=1), nullable=False),
        sa.Column("administratie_id", BIG, nullable=False),
        sa.Column("betaling_id", BIG, nullable=False),
        sa.Column("betaalopdracht_id", BIG, nullable=True),
        sa.Column("nummer", sa.String(26), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("status_op", sa.TIMESTAMP(), nullable=False),
        sa.Column("bedrag_cent", BIG, nullable=False),
        sa.Column("reden", sa.String(500), nullable=True),
        sa.Column("aangevraagd_door", sa.String(100), nullable=False),
        sa.Column("aangevraagd_op", sa.TIMESTAMP(), nullable=False),
        sa.CheckConstraint(STATUSES, name=op.f("ck_terugbet_status")),
        sa.CheckConstraint("bedrag_cent > 0", name=op.f("ck_terugbet_bedrag_cent")),
        sa.ForeignKeyConstraint(["administratie_id"], ["administratie.id"], name=op.f("fk_terugbet_adm")),
        sa.ForeignKeyConstraint(["betaling_id"], ["betaling.id"], name=op.f("fk_terugbet_betaling")),
        sa.ForeignKeyConstraint(["betaalopdracht_id"], ["betaalopdracht.id"], name=op.f("fk_terugbet_opdracht")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terugbet")),
        sa.UniqueConstraint("nummer", name=op.f("uq_terugbet_nummer")),
    )
    op.create_index(op.f("ix_terugbet_adm"), "terugbetaling", ["administratie_id"])
    op.create_index(op.f("ix_terugbet_betaling"), "terugbetaling", ["betaling_id"])
    op.create_index(op.f("ix_terugbet_opdracht"), "terugbetaling", ["betaalopdracht_id"])
    op.create_index(op.f("ix_terugbet_status_op"), "terugbetaling", ["status", "status_op"])
    op.create_table(
        "terugbetaling_regel",
        sa.Column("id", BIG, sa.Identity(always=False, start=1), nullable=False),
        sa.Column("terugbetaling_id", BIG, nullable=False),
        sa.Column("toewijzing_id", BIG, nullable=False),
        sa.Column("bedrag_cent", BIG, nullable=False),
        sa.CheckConstraint("bedrag_cent > 0", name=op.f("ck_terugbet_regel_bedrag_cent")),
        sa.ForeignKeyConstraint(["terugbetaling_id"], ["terugbetaling.id"], name=op.f("fk_terugbet_regel_terugbet")),
        sa.ForeignKeyConstraint(["toewijzing_id"], ["toewijzing.id"], name=op.f("fk_terugbet_regel_toewijzing")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terugbet_regel")),
        sa.UniqueConstraint("terugbetaling_id", "toewijzing_id", name="uq_terugbet_regel_toewijzing"),
    )
    op.create_index(op.f("ix_terugbet_regel_toewijzing"), "terugbetaling_regel", ["toewijzing_id"])


def downgrade() -> None:
    """Never: facts would be lost."""
    raise NoWayBack("0004: het register zou niet meer weten wat er aan de balie is ontvangen en wat er terug moet")
