"""Reading: the feed of published changes, and the indexes of a search.

No row is written here. What a zender had before this is put into its feed when the first number is given out in it
(`betaalhub/flows/wijzigingen.py`), a zender at a time, and not while everything waits for the migration.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from betaalhub.errors import NoWayBack

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATUSES = "'OPEN', 'IN_BETALING', 'BETAALD', 'DEELS_TERUGBETAALD', 'TERUGBETAALD', 'INGETROKKEN', 'VERLOPEN'"


def upgrade() -> None:
    """Make two tables and the indexes."""
    _feed()
    op.create_index("ix_opdracht_zender_op", "betaalopdracht", ["zender_id", "aangemaakt_op", "id"])
    op.create_index("ix_opdracht_zender_status", "betaalopdracht", ["zender_id", "status", "aangemaakt_op", "id"])
    op.create_index("ix_opdracht_klant", "betaalopdracht", ["klant_kenmerk"])
    op.create_index("ix_regel_product", "productregel", ["productcode", "betaalopdracht_id"])
    op.create_index("ix_regel_zaaknummer", "productregel", ["zaaknummer"])


def _feed() -> None:
    op.create_table(
        "wijziging",
        sa.Column("betaalopdracht_id", BIG, nullable=False),
        sa.Column("versie", sa.Integer(), nullable=False),
        sa.Column("zender_id", BIG, nullable=False),
        sa.Column("nummer", BIG, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("leverbaar", sa.SmallInteger(), nullable=False),
        sa.Column("totaal_cent", BIG, nullable=False),
        sa.Column("ontvangen_cent", BIG, nullable=False),
        sa.Column("terugbetaald_cent", BIG, nullable=False),
        sa.Column("teruggeboekt_cent", BIG, nullable=False),
        sa.Column("tijdstip", sa.TIMESTAMP(), nullable=False),
        sa.CheckConstraint(f"status IN ({STATUSES})", name=op.f("ck_wijziging_status")),
        sa.CheckConstraint("leverbaar IN (0, 1)", name=op.f("ck_wijziging_leverbaar")),
        sa.CheckConstraint("versie > 0 AND versie < 1000000", name=op.f("ck_wijziging_versie")),
        sa.CheckConstraint("nummer <> 0", name=op.f("ck_wijziging_nummer")),
        sa.CheckConstraint("totaal_cent > 0", name=op.f("ck_wijziging_totaal_cent")),
        sa.CheckConstraint("ontvangen_cent >= 0", name=op.f("ck_wijziging_ontvangen_cent")),
        sa.CheckConstraint("terugbetaald_cent >= 0", name=op.f("ck_wijziging_terugbetaald_cent")),
        sa.CheckConstraint("teruggeboekt_cent >= 0", name=op.f("ck_wijziging_teruggeboekt_cent")),
        sa.ForeignKeyConstraint(["betaalopdracht_id"], ["betaalopdracht.id"], name=op.f("fk_wijziging_opdracht")),
        sa.ForeignKeyConstraint(["zender_id"], ["zender.id"], name=op.f("fk_wijziging_zender")),
        sa.PrimaryKeyConstraint("betaalopdracht_id", "versie", name=op.f("pk_wijziging")),
        sa.UniqueConstraint("zender_id", "nummer", name=op.f("uq_wijziging_zender_nummer")),
    )
    op.create_table(
        "wijziging_teller",
        sa.Column("zender_id", BIG, nullable=False),
        sa.Column("laatste", BIG, nullable=False),
        sa.CheckConstraint("laatste >= 0", name=op.f("ck_wijziging_teller_laatste")),
        sa.ForeignKeyConstraint(["zender_id"], ["zender.id"], name=op.f("fk_wijziging_teller_zender")),
        sa.PrimaryKeyConstraint("zender_id", name=op.f("pk_wijziging_teller")),
    )


def downgrade() -> None:
    """Never: facts would be lost."""
    raise NoWayBack("0003: de nummers in de feed zijn uitgedeeld, en productsystemen lezen verder vanaf hun laatste nummer")
