"""Who may call: how an aansluiting proves itself, what a zender may ask, and what was seen already."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from betaalhub.errors import NoWayBack

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LONG_AGO = datetime(2020, 1, 1)  # a password that was there is valid from before whatever it was used for
OPERATIES = ("StartBetaling", "VraagBetaalstatus", "Controleer")  # all that the contract had


def upgrade() -> None:
    """Make the tables, move the secrets, give every zender what it had, and only then take the old column away."""
    create_tables()
    move_secrets(datetime.now(UTC).replace(tzinfo=None, microsecond=0))
    give_operaties()
    op.drop_column("aansluiting", "geheim_hash")


def create_tables() -> None:
    op.create_table('bewijs',
    sa.Column('id', BIG, sa.Identity(always=False, start=1), nullable=False),
    sa.Column('aansluiting_id', BIG, nullable=False),
    sa.Column('soort', sa.String(20), nullable=False),
    sa.Column('sleutel', sa.String(100), nullable=False),
    sa.Column('eigenaar_sleutel', sa.String(120), nullable=True),
    sa.Column('geheim', sa.String(500), nullable=True),
    sa.Column('toelichting', sa.String(200), nullable=True),
    sa.Column('geldig_van', sa.TIMESTAMP(), nullable=False),
    sa.Column('geldig_tot', sa.TIMESTAMP(), nullable=True),
    sa.Column('ingetrokken_op', sa.TIMESTAMP(), nullable=True),
    sa.Column('aangemaakt_op', sa.TIMESTAMP(), nullable=False),
    sa.CheckConstraint("soort IN ('WACHTWOORD', 'OIN', 'CERTIFICAAT', 'HANDTEKENING', 'USERNAMETOKEN')", name=op.f('ck_bewijs_soort')),
    sa.CheckConstraint("(soort IN ('USERNAMETOKEN', 'WACHTWOORD') AND geheim IS NOT NULL) OR (soort NOT IN ('USERNAMETOKEN', 'WACHTWOORD') AND geheim IS NULL)", name=op.f('ck_bewijs_geheim')),
    sa.ForeignKeyConstraint(['aansluiting_id'], ['aansluiting.id'], name=op.f('fk_bewijs_aansluiting')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bewijs')),
    sa.UniqueConstraint('eigenaar_sleutel', name=op.f('uq_bewijs_eigenaar_sleutel'))
    )
    op.create_index(op.f('ix_bewijs_aansluiting'), 'bewijs', ['aansluiting_id'], unique=False)
    op.create_index(op.f('ix_bewijs_soort_sleutel'), 'bewijs', ['soort', 'sleutel'], unique=False)
    op.create_table('zender_operatie',
    sa.Column('zender_id', BIG, nullable=False),
    sa.Column('operatie', sa.String(40), nullable=False),
    sa.ForeignKeyConstraint(['zender_id'], ['zender.id'], name=op.f('fk_zender_operatie_zender')),
    sa.PrimaryKeyConstraint('zender_id', 'operatie', name=op.f('pk_zender_operatie'))
    )
    op.create_table('gezien',
    sa.Column('sleutel', sa.String(64), nullable=False),
    sa.Column('tot', sa.TIMESTAMP(), nullable=False),
    sa.PrimaryKeyConstraint('sleutel', name=op.f('pk_gezien'))
    )
    op.create_index(op.f('ix_gezien_tot'), 'gezien', ['tot'], unique=False)


def move_secrets(now: datetime) -> None:
    """Each aansluiting had one password, under its own name."""
    aansluiting = sa.table(
        "aansluiting", sa.column("id", BIG), sa.column("naam", sa.String), sa.column("geheim_hash", sa.String)
    )
    bewijs = sa.table(
        "bewijs", *(sa.column(name) for name in ("aansluiting_id", "soort", "sleutel", "geheim", "geldig_van", "aangemaakt_op"))
    )
    found = sa.select(
        aansluiting.c.id,
        sa.literal("WACHTWOORD", sa.String(20)),
        aansluiting.c.naam,
        aansluiting.c.geheim_hash,
        sa.literal(LONG_AGO, sa.TIMESTAMP()),
        sa.literal(now, sa.TIMESTAMP()),
    )
    op.execute(bewijs.insert().from_select([column.name for column in bewijs.c], found))


def give_operaties() -> None:
    """Nobody loses what it could do before."""
    zender = sa.table("zender", sa.column("id", BIG))
    recht = sa.table("zender_operatie", sa.column("zender_id", BIG), sa.column("operatie", sa.String))
    for operatie in OPERATIES:
        found = sa.select(zender.c.id, sa.literal(operatie, sa.String(40)))
        op.execute(recht.insert().from_select(["zender_id", "operatie"], found))


def downgrade() -> None:
    """Never: facts would be lost."""
    raise NoWayBack("0002: het ene geheim per aansluiting van vroeger is er niet meer; met de bewijzen van nu kan niemand meer aanroepen")
