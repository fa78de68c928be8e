"""Mails about a betaling: which are to be sent, and how far each is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from betaalhub.errors import NoWayBack

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SOORTEN = "soort IN ('BETAALBEWIJS', 'ALSNOG_BETAALD', 'TERUGBETALING')"
STATUSES = "status IN ('TE_VERZENDEN', 'VERZENDEN', 'VERZONDEN', 'GEWEIGERD', 'ONBEKEND', 'VERVALLEN')"


def upgrade() -> None:
    """Nothing is told about what happened before."""
    op.create_table(
        "mail",
        sa.Column("id", BIG, sa.Identity(start=1), nullable=False),
        sa.Column("betaling_id", BIG, nullable=False),
        sa.Column("zaak", sa.String(30), nullable=False),
        sa.Column("soort", sa.String(20), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("status_op", sa.TIMESTAMP(), nullable=False),
        sa.Column("gewenst_op", sa.TIMESTAMP(), nullable=False),
        sa.Column("keer", sa.Integer(), nullable=False),
        sa.Column("reden", sa.String(60), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
        sa.ForeignKeyConstraint(["betaling_id"], ["betaling.id"], name=op.f("fk_mail_betaling")),
        sa.UniqueConstraint("betaling_id", "zaak", name=op.f("uq_mail_zaak")),
        sa.CheckConstraint(SOORTEN, name=op.f("ck_mail_soort")),
        sa.CheckConstraint(STATUSES, name=op.f("ck_mail_status")),
    )


def downgrade() -> None:
    """While there is none: which mails went, and which wait, would be lost, and an older worker does not know that work."""
    mail = sa.table("mail", sa.column("id"))
    if op.get_bind().scalar(sa.select(sa.func.count(mail.c.id))):
        raise NoWayBack("0021: er zijn mails verstuurd of klaargezet, en dat zou verloren gaan")
    op.drop_table("mail")
