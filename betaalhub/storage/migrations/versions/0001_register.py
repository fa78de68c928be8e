"""The register as it began: every table, and gebeurtenissen that can not be changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from betaalhub.errors import NoWayBack

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

SQLITE_GUARD = """
CREATE TRIGGER gebeurtenis_no_{name} BEFORE {what} ON gebeurtenis
BEGIN SELECT RAISE(ABORT, 'a gebeurtenis is never changed or removed'); END
"""
POSTGRES_FUNCTION = """
CREATE FUNCTION gebeurtenis_guard() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION USING MESSAGE = ''a gebeurtenis is never changed or removed''; END'
"""
POSTGRES_GUARD = """
CREATE TRIGGER gebeurtenis_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON gebeurtenis
FOR EACH STATEMENT EXECUTE FUNCTION gebeurtenis_guard()
"""


def upgrade() -> None:
    """Make the tables, then the guard on what happened."""
    create_tables()
    dialect = op.get_context().dialect.name
    if dialect == "sqlite":
        for what in ("UPDATE", "DELETE"):
            op.execute(sa.DDL(SQLITE_GUARD.format(name=what.lower(), what=what)))
    elif dialect == "postgresql":
        op.execute(sa.DDL(POSTGRES_FUNCTION))
        op.execute(sa.DDL(POSTGRES_GUARD))


def create_tables() -> None:
    op.create_table('aansluiting',
    sa.Column('id', BIG, sa.Identity(always=False, start=1), nullable=False),
    sa.Column('naam', sa.String(100), nullable=False),
    sa.Column('geheim_hash', sa.String(200), nullable=False),
    sa.Column('geldig_tot', sa.TIMESTAMP(), nullable=True),
    sa.Column('actief', sa.SmallInteger(), nullable=False),
    sa.CheckConstraint('actief IN (0, 1)', name=op.f('ck_aansluiting_actief')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_aansluiting')),
    sa.UniqueConstraint('naam', name=op.f('uq_aansluiting_naam'))
    )
    op.create_table('administratie',
    sa.Column('id', BIG, sa.Identity(always=False, start=1), nullable=False),
    sa.Column('code', sa.String(40), nullable=False),
    sa.Column('naam', sa.String(100), nullable=False),
    sa.Column('btw_rekening', sa.String(20), nullable=False),
    sa.Column('te_verrekenen_rekening', sa.String(20), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_adm')),
    sa.UniqueConstraint('code', name=op.f('uq_adm_code'))
    )
    op.create_table('circuit',
    sa.Column('ontvanger', sa.String(60), nullable=False),
    sa.Column('fouten', sa.Integer(), nullable=False),
    sa.Column('open_tot', sa.TIMESTAMP(), nullable=False),
    sa.PrimaryKeyConstraint('ontvanger', name=op.f('pk_circuit'))
    )
    op.create_table('kenmerk',
    sa.Column('kenmerk', sa.String(12), nullable=False),
    sa.Column('soort', sa.String(20), nullable=False),
    sa.CheckConstraint("soort IN ('WINKELMANDJE', 'BETAALOPDRACHT')", name=op.f('ck_kenmerk_soort')),
    sa.PrimaryKeyConstraint('kenmerk', name=op.f('pk_kenmerk'))
    )
    op.create_table('outbox',
    sa.Column('id', BIG, sa.Identity(always=False, start=1), nullable=False),
    sa.Column('soort', sa.String(20), nullable=False),
    sa.Column('object_id', BIG, nullable=False),
    sa.Column('ontvanger', sa.String(60), nullable=False),
    sa.Column('state', sa.String(1), nullable=False),
    sa.Column('due_at', sa.TIMESTAMP(), nullable=False),
    sa.Column('token', sa.String(32), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('gevraagd', sa.Integer(), nullable=False),
    sa.Column('laatste_fout', sa.String(200), nullable=True),
    sa.Column('tijdstip', sa.TIMESTAMP(), nullable=False),
    sa.CheckConstraint("state IN ('R', 'L', 'D', 'X')", name=op.f('ck_outbox_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox')),
    sa.UniqueConstraint('soort', 'object_id', name=op.f('uq_outbox_soort_object'))
    )
    op.create_index(op.f('ix_outbox_state_due_at_id'), 'outbox', ['state', 'due_at', 'id'], unique=False)
    op.create_table('boekingsbatch',
    sa.Column('id', BIG, sa.Identity(always=False, start=1), nullable=False),
    sa.Column('administratie_id', BIG, nullable=False),
    sa.Column('nummer', sa.String(26), nullable=False),
    sa.Column('status', sa.String(20), nullable=False),
    sa.Column('aangemaakt_op', sa.TIMESTAMP(), nullable=False),
    sa.CheckConstraint("status IN ('GEMAAKT', 'VERZONDEN', 'BEANTWOORD')", name=op.f('ck_boekingsbatch_status')),
    sa.ForeignKeyConstraint(['administratie_id'], ['administratie.id'], name=op.f('fk_boekingsbatch_adm')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_boekingsbatch')),
    sa.UniqueConstraint('nummer', name=op.f('uq_boekingsbatch_nummer'))
    )
    op.create_index(op.f('ix_boekingsbatch_adm'), 'boekingsbatch', ['administratie_id'], unique=False)
    op.create_table('productgroep',
    sa.Column('id', BIG, sa.Identity(always=False, start=1), nullable=False),
    sa.Column('administratie_id', BIG, nullable=False),
    sa.Column('code', sa.String(40), nullable=False),
    sa.Column('naam', sa.String(100), nullable=False),
    sa.Column('dienst', sa.String(100), nullable=False),
    sa.ForeignKeyConstraint(['administratie_id'], ['administratie.id'], name=op.f('fk_productgroep_adm')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_productgroep')),
    sa.UniqueConstraint('administratie_id', 'code', name=op.f('uq_productgroep_adm_code'))
    )
    op.create_table('psp_account',
    sa.Column('id', BIG, sa.Identity(always=False, start=1), nullable=False),
    sa.Column('administratie_id', BIG, nullable=False),
    sa.Column('code', sa.String(30), nullable=False),
    sa.Column('koppeling', sa.String(40), nullable=False),
    sa.Column('tussenrekening', sa.String(20), nullable=False),
    sa.Column('productie', sa.SmallInteger(), nullable=False),
    sa.Column('actief', sa.SmallInteger(), nullable=False),
    sa.CheckConstraint('actief IN (0, 1)', name=op.f('ck_account_actief')),
    sa.CheckConstraint('productie IN (0, 1)', name=op.f('ck_account_productie')),
    sa.ForeignKeyConstraint(['administratie_id'], ['administratie.id'], name=op.f('fk_account_adm')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account')),
    sa.UniqueConstraint('code', name=op.f('uq_account_code'))
    )
    op.create_index(op.f('ix_account_adm'), 'psp_account', ['administratie_id'], unique=False)
    op.create_table('winkelmandje',
    sa.Column('id', BIG, sa.Identity(always=False, start=1), nullable=False),
    sa.Column('administratie_id', BIG, nullable=False),
    sa.Column('kenmerk', sa.String(12), nullable=False),
    sa.Column('token', sa.String(43), nullable=False),
    sa.Column('status', sa.String(20), nullable=False),
    sa.Column('versie', sa.Integer(), nullable=False),
    sa.Column('totaal_cent', BIG, nullable=False),
    sa.Column('aangemaakt_op', sa.TIMESTAMP(), nullable=False),
    sa.CheckConstraint("status IN ('OPEN', 'AFREKENEN', 'BETAALD', 'VERLOPEN')", name=op.f('ck_mandje_status')),
    sa.CheckConstraint('totaal_cent >= 0', name=op.f('ck_mandje_totaal_cent')),
    sa.ForeignKeyConstraint(['administratie_id'], ['administratie.id'], name=op.f('fk_mandje_adm')),
    sa.ForeignKeyConstraint(['kenmerk'], ['kenmerk.kenmerk'], name=op.f('fk_mandje_kenmerk')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mandje')),
    sa.UniqueConstraint('kenmerk', name=op.f('uq_mandje_kenmerk')),
    sa.UniqueConstraint('token', name=op.f('uq_mandje_token'))
    )
    op.create_index(op.f('ix_mandje_adm'), 'winkelmandje', ['administratie_id'], unique=False)
    op.create_table('zender',
    sa.Column('id', BIG, sa.Identity(always=False, start=1), nullable=False),
    sa.Column('administratie_id', BIG, nullable=False),
    sa.Column('code', sa.String(40), nullable=False),
    sa.Column('naam', sa.String(100), nullable=False),
    sa.Column('push_url', sa.String(500), nullable=True),
    sa.Column('actief', sa.SmallInteger(), nullable=False),
    sa.CheckConstraint('actief IN (0, 1)', name=op.f('ck_zender_actief')),
    sa.ForeignKeyConstraint(['administratie_id'], ['administratie.id'], name=op.f('fk_zender_adm')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_zender')),
    sa.UniqueConstraint('code', name=op.f('uq_zender_code'))
    )
    op.create_index(op.f('ix_zender_adm'), 'zender', ['administratie_id'], unique=False)
    op.create_table('aansluiting_zender',
    sa.Column('aansluiting_id', BIG, nullable=False),
    sa.Column('zender_id', BIG, nullable=False),
    sa.ForeignKeyConstraint(['aansluiting_id'], ['aansluiting.id'], name=op.f('fk_aansl_zender_aansluiting')),
    sa.ForeignKeyConstraint(['zender_id'], ['zender.id'], name=op.f('fk_aansl_zender_zender')),
    sa.PrimaryKeyConstraint('aansluiting_id', 'zender_id', name=op.f('pk_aansl_zender'))
    )
    op.create_index(op.f('ix_aansl_zender_zender'), 'aansluiting_zender', ['zender_id'], unique=False)
    op.create_table('antwoord',
    sa.Column('zender_id', BIG, nullable=False),
    sa.Column('referentienummer', sa.String(40), nullable=False),
    sa.Column('operatie', sa.String(40), nullable=False),
    sa.Column('inhoud_hash', sa.String(64), nullable=False),
    sa.Column('inhoud', sa.Text(), nullable=False),
    sa.Column('tijdstip', sa.TIMESTAMP(), nullable=False),
    sa.ForeignKeyConstraint(['zender_id'], ['zender.id'], name=op.f('fk_antwoord_zender')),
    sa.PrimaryKeyConstraint('zender_id', 'referentienummer', name=op.f('pk_antwoord'))
    )
    op.create_table('betaalmethode',
    sa.Column('id', BIG, sa.Identity(always=False, start=1), nullable=False),
    sa.Column('psp_account_id', BIG, nullable=False),
    sa.Column('code', sa.String(30), nullable=False),
    sa.Column('naam_nl', sa.String(100), nullable=False),
    sa.Column('naam_en', sa.String(100), nullable=False),
    sa.Column('uitleg_nl', sa.String(200), nullable=False),
    sa.Column('uitleg_en', sa.String(200), nullable=False),
    sa.Column('volgorde', sa.Integer(), nullable=False),
    sa.Column('actief', sa.SmallInteger(), nullable=False),
    sa.CheckConstraint('actief IN (0, 1)', name=op.f('ck_betaalmethode_actief')),
    sa.ForeignKeyConstraint(['psp_account_id'], ['psp_account.id'], name=op.f('fk_betaalmethode_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_betaalmethode')),
    sa.UniqueConstraint('psp_account_id', 'code', name=op.f('uq_betaalmethode_account_code'))
    )
    op.create_table('betaalopdracht',
    sa.Column('id', BIG, sa.Identity(always=False, start=1), nullable=False),
    sa.Column('administratie_id', BIG, nullable=False),
    sa.Column('zender_id', BIG, nullable=False),
    sa.Column('winkelmandje_id', BIG, nullable=False),
    sa.Column('kenmerk', sa.String(12), nullable=False),
    sa.Column('token', sa.String(43), nullable=False),
    sa.Column('eigen_kenmerk', sa.String(40), nullable=False),
    sa.Column('levend_sleutel', sa.String(61), nullable=True),
    sa.Column('inhoud_hash', sa.String(64), nullable=False),
    sa.Column('status', sa.String(20), nullable=False),
    sa.Column('totaal_cent', BIG, nullable=False),
    sa.Column('ontvangen_cent', BIG, nullable=False),
    sa.Column('terugbetaald_cent', BIG, nullable=False),
    sa.Column('teruggeboekt_cent', BIG, nullable=False),
    sa.Column('leverbaar', sa.SmallInteger(), nullable=False),
    sa.Column('versie_gewenst', sa.Integer(), nullable=False),
    sa.Column('versie_bevestigd', sa.Integer(), nullable=False),
    sa.Column('terugkeer_url', sa.String(500), nullable=False),
    sa.Column('betaler_soort', sa.String(20), nullable=True),
    sa.Column('betaler_naam', sa.String(100), nullable=True),
    sa.Column('betaler_email', sa.String(254), nullable=True),
    sa.Column('betaler_taal', sa.String(10), nullable=True),
    sa.Column('klant_kenmerk', sa.String(64), nullable=True),
    sa.Column('aangemaakt_op', sa.TIMESTAMP(), nullable=False),
    sa.Column('vervalt_op', sa.TIMESTAMP(), nullable=False),
    sa.Column('betaald_op', sa.TIMESTAMP(), nullable=True),
    sa.Column('ingetrokken_op', sa.TIMESTAMP(), nullable=True),
    sa.Column('verlopen_op', sa.TIMESTAMP(), nullable=True),
    sa.CheckConstraint("betaler_soort IN ('BURGER', 'BEDRIJF')", name=op.f('ck_opdracht_betaler_soort')),
    sa.CheckConstraint("status IN ('OPEN', 'IN_BETALING', 'BETAALD', 'DEELS_TERUGBETAALD', 'TERUGBETAALD', 'INGETROKKEN', 'VERLOPEN')", name=op.f('ck_opdracht_status')),
    sa.CheckConstraint('leverbaar IN (0, 1)', name=op.f('ck_opdracht_leverbaar')),
    sa.CheckConstraint('ontvangen_cent >= 0', name=op.f('ck_opdracht_ontvangen_cent')),
    sa.CheckConstraint('terugbetaald_cent >= 0', name=op.f('ck_opdracht_terugbetaald_cent')),
    sa.CheckConstraint('teruggeboekt_cent >= 0', name=op.f('ck_opdracht_teruggeboekt_cent')),
    sa.CheckConstraint('totaal_cent > 0', name=op.f('ck_opdracht_totaal_cent')),
    sa.CheckConstraint('versie_bevestigd <= versie_gewenst', name=op.f('ck_opdracht_versie')),
    sa.ForeignKeyConstraint(['administratie_id'], ['administratie.id'], name=op.f('fk_opdracht_adm')),
    sa.ForeignKeyConstraint(['kenmerk'], ['kenmerk.kenmerk'], name=op.f('fk_opdracht_kenmerk')),
    sa.ForeignKeyConstraint(['winkelmandje_id'], ['winkelmandje.id'], name=op.f('fk_opdracht_mandje')),
    sa.ForeignKeyConstraint(['zender_id'], ['zender.id'], name=op.f('fk_opdracht_zender')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_opdracht')),
    sa.UniqueConstraint('kenmerk', name=op.f('uq_opdracht_kenmerk')),
    sa.UniqueConstraint('levend_sleutel', name=op.f('uq_opdracht_levend_sleutel')),
    sa.UniqueConstraint('token', name=op.f('uq_opdracht_token'))
    )
    op.create_index(op.f('ix_opdracht_adm'), 'betaalopdracht', ['administratie_id'], unique=False)
    op.create_index('ix_opdracht_eigen_kenmerk', 'betaalopdracht', ['zender_id', 'eigen_kenmerk'], unique=False)
    op.create_index(op.f('ix_opdracht_mandje'), 'betaalopdracht', ['winkelmandje_id'], unique=False)
    op.create_index('ix_opdracht_status_op', 'betaalopdracht', ['status', 'aangemaakt_op', 'id'], unique=False)
    op.create_table('betaling',
    sa.Column('id', BIG, sa.Identity(always=False, start=1), nullable=False),
    sa.Column('winkelmandje_id', BIG, nullable=False),
    sa.Column('volgnummer', sa.Integer(), nullable=False),
    sa.Column('psp_account_id', BIG, nullable=True),
    sa.Column('psp_referentie', sa.String(35), nullable=False),
    sa.Column('psp_sleutel', sa.String(100), nullable=True),
    sa.Column('doorstuur_url', sa.Text(), nullable=True),
    sa.Column('status', sa.String(20), nullable=False),
    sa.Column('levend_sleutel', sa.String(20), nullable=True),
    sa.Column('kanaal', sa.String(10), nullable=False),
    sa.Column('methode', sa.String(30), nullable=False),
    sa.Column('taal', sa.String(10), nullable=False),
    sa.Column('bedrag_cent', BIG, nullable=False),
    sa.Column('ontvangen_cent', BIG, nullable=False),
    sa.Column('formulier_sleutel', sa.String(100), nullable=False),
    sa.Column('aangemaakt_op', sa.TIMESTAMP(), nullable=False),
    sa.Column('verloopt_op', sa.TIMESTAMP(), nullable=False),
    sa.Column('status_op', sa.TIMESTAMP(), nullable=False),
    sa.Column('reden', sa.String(100), nullable=True),
    sa.Column('gevraagd', sa.Integer(), nullable=False),
    sa.CheckConstraint("kanaal IN ('PSP', 'BALIE')", name=op.f('ck_betaling_kanaal')),
    sa.CheckConstraint("status IN ('AANGEMAAKT', 'STARTEN', 'GESTART', 'IN_BEHANDELING', 'ONBEKEND', 'BETAALD', 'MISLUKT', 'GEANNULEERD', 'VERLOPEN')", name=op.f('ck_betaling_status')),
    sa.CheckConstraint('bedrag_cent > 0', name=op.f('ck_betaling_bedrag_cent')),
    sa.CheckConstraint('ontvangen_cent >= 0', name=op.f('ck_betaling_ontvangen_cent')),
    sa.ForeignKeyConstraint(['psp_account_id'], ['psp_account.id'], name=op.f('fk_betaling_account')),
    sa.ForeignKeyConstraint(['winkelmandje_id'], ['winkelmandje.id'], name=op.f('fk_betaling_mandje')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_betaling')),
    sa.UniqueConstraint('levend_sleutel', name=op.f('uq_betaling_levend_sleutel')),
    sa.UniqueConstraint('psp_referentie', name=op.f('uq_betaling_psp_referentie')),
    sa.UniqueConstraint('winkelmandje_id', 'formulier_sleutel', name='uq_betaling_formulier'),
    sa.UniqueConstraint('winkelmandje_id', 'volgnummer', name='uq_betaling_volgnummer')
    )
    op.create_index(op.f('ix_betaling_account'), 'betaling', ['psp_account_id'], unique=False)
    op.create_index(op.f('ix_betaling_status_status_op'), 'betaling', ['status', 'status_op'], unique=False)
    op.create_table('boekingsleutel',
    sa.Column('id', BIG, sa.Identity(always=False, start=1), nullable=False),
    sa.Column('administratie_id', BIG, nullable=False),
    sa.Column('productgroep_id', BIG, nullable=False),
    sa.Column('product_code', sa.String(40), nullable=True),
    sa.Column('grootboekrekening', sa.String(20), nullable=False),
    sa.Column('kostenplaats', sa.String(20), nullable=True),
    sa.Column('btw', sa.String(20), nullable=False),
    sa.Column('project', sa.String(20), nullable=True),
    sa.Column('geldig_van', sa.Date(), nullable=False),
    sa.Column('geldig_tot', sa.Date(), nullable=True),
    sa.CheckConstraint("btw IN ('HOOG', 'LAAG', 'NUL', 'VRIJGESTELD', 'BUITEN_HEFFING', 'VERLEGD')", name=op.f('ck_boekingsleutel_btw')),
    sa.ForeignKeyConstraint(['administratie_id'], ['administratie.id'], name=op.f('fk_boekingsleutel_adm')),
    sa.ForeignKeyConstraint(['productgroep_id'], ['productgroep.id'], name=op.f('fk_boekingsleutel_productgroep')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_boekingsleutel'))
    )
    op.create_index(op.f('ix_boekingsleutel_adm'), 'boekingsleutel', ['administratie_id'], unique=False)
    op.create_index(op.f('ix_boekingsleutel_productgroep'), 'boekingsleutel', ['productgroep_id'], unique=False)
    op.create_table('product',
    sa.Column('id', BIG, sa.Identity(always=False, start=1), nullable=False),
    sa.Column('administratie_id', BIG, nullable=False),
    sa.Column('code', sa.String(40), nullable=False),
    sa.Column('productgroep_id', BIG, nullable=False),
    sa.Column('omschrijving', sa.String(140), nullable=False),
    sa.Column('omschrijving_en', sa.String(140), nullable=True),
    sa.Column('prijsregel', sa.String(20), nullable=False),
    sa.Column('prijs_cent', BIG, nullable=True),
    sa.Column('geldig_van', sa.Date(), nullable=False),
    sa.Column('geldig_tot', sa.Date(), nullable=True),
    sa.CheckConstraint("prijsregel IN ('VAST', 'MAXIMUM', 'VRIJ')", name=op.f('ck_product_prijsregel')),
    sa.CheckConstraint('prijs_cent > 0', name=op.f('ck_product_prijs_cent')),
    sa.ForeignKeyConstraint(['administratie_id'], ['administratie.id'], name=op.f('fk_product_adm')),
    sa.ForeignKeyConstraint(['productgroep_id'], ['productgroep.id'], name=op.f('fk_product_productgroep')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_product')),
    sa.UniqueConstraint('administratie_id', 'code', 'geldig_van', name='uq_product_versie')
    )
    op.create_index(op.f('ix_product_productgroep'), 'product', ['productgroep_id'], unique=False)
    op.create_table('terugkeer_adres',
    sa.Column('id', BIG, sa.Identity(always=False, start=1), nullable=False),
    sa.Column('zender_id', BIG, nullable=False),
    sa.Column('adres', sa.String(500), nullable=False),
    sa.ForeignKeyConstraint(['zender_id'], ['zender.id'], name=op.f('fk_terugkeer_zender')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_terugkeer')),
    sa.UniqueConstraint('zender_id', 'adres', name=op.f('uq_terugkeer_zender_adres'))
    )
    op.create_table('zender_product',
    sa.Column('zender_id', BIG, nullable=False),
    sa.Column('productcode', sa.String(40), nullable=False),
    sa.ForeignKeyConstraint(['zender_id'], ['zender.id'], name=op.f('fk_zender_product_zender')),
    sa.PrimaryKeyConstraint('zender_id', 'productcode', name=op.f('pk_zender_product'))
    )
    op.create_table('gebeurtenis',
    sa.Column('id', BIG, sa.Identity(always=False, start=1), nullable=False),
    sa.Column('onderwerp', sa.String(20), nullable=False),
    sa.Column('onderwerp_id', BIG, nullable=False),
    sa.Column('betaalopdracht_id', BIG, nullable=True),
    sa.Column('winkelmandje_id', BIG, nullable=True),
    sa.Column('tijdstip', sa.TIMESTAMP(), nullable=False),
    sa.Column('soort', sa.String(40), nullable=False),
    sa.Column('van', sa.String(20), nullable=True),
    sa.Column('naar', sa.String(20), nullable=True),
    sa.Column('wie', sa.String(100), nullable=False),
    sa.Column('reden', sa.String(500), nullable=True),
    sa.Column('gegevens', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['betaalopdracht_id'], ['betaalopdracht.id'], name=op.f('fk_gebeurtenis_opdracht')),
    sa.ForeignKeyConstraint(['winkelmandje_id'], ['winkelmandje.id'], name=op.f('fk_gebeurtenis_mandje')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_gebeurtenis'))
    )
    op.create_index(op.f('ix_gebeurtenis_mandje'), 'gebeurtenis', ['winkelmandje_id'], unique=False)
    op.create_index('ix_gebeurtenis_onderwerp', 'gebeurtenis', ['onderwerp', 'onderwerp_id'], unique=False)
    op.create_index(op.f('ix_gebeurtenis_opdracht'), 'gebeurtenis', ['betaalopdracht_id'], unique=False)
    op.create_table('journaalpost',
    sa.Column('id', BIG, sa.Identity(always=False, start=1), nullable=False),
    sa.Column('administratie_id', BIG, nullable=False),
    sa.Column('betaalopdracht_id', BIG, nullable=True),
    sa.Column('betaling_id', BIG, nullable=True),
    sa.Column('nummer', sa.String(26), nullable=False),
    sa.Column('sleutel', sa.String(100), nullable=False),
    sa.Column('soort', sa.String(30), nullable=False),
    sa.Column('boekdatum', sa.Date(), nullable=False),
    sa.Column('omschrijving', sa.String(140), nullable=False),
    sa.Column('status', sa.String(20), nullable=False),
    sa.Column('batch_id', BIG, nullable=True),
    sa.Column('boekstuknummer', sa.String(50), nullable=True),
    sa.Column('reden', sa.String(200), nullable=True),
    sa.Column('aangemaakt_op', sa.TIMESTAMP(), nullable=False),
    sa.CheckConstraint("status IN ('TE_BOEKEN', 'IN_BATCH', 'VERZONDEN', 'GEBOEKT', 'AFGEKEURD')", name=op.f('ck_journaalpost_status')),
    sa.ForeignKeyConstraint(['administratie_id'], ['administratie.id'], name=op.f('fk_journaalpost_adm')),
    sa.ForeignKeyConstraint(['batch_id'], ['boekingsbatch.id'], name=op.f('fk_journaalpost_batch')),
    sa.ForeignKeyConstraint(['betaalopdracht_id'], ['betaalopdracht.id'], name=op.f('fk_journaalpost_opdracht')),
    sa.ForeignKeyConstraint(['betaling_id'], ['betaling.id'], name=op.f('fk_journaalpost_betaling')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_journaalpost')),
    sa.UniqueConstraint('nummer', name=op.f('uq_journaalpost_nummer')),
    sa.UniqueConstraint('sleutel', name=op.f('uq_journaalpost_sleutel'))
    )
    op.create_index(op.f('ix_journaalpost_adm'), 'journaalpost', ['administratie_id'], unique=False)
    op.create_index(op.f('ix_journaalpost_batch'), 'journaalpost', ['batch_id'], unique=False)
    op.create_index(op.f('ix_journaalpost_betaling'), 'journaalpost', ['betaling_id'], unique=False)
    op.create_index(op.f('ix_journaalpost_opdracht'), 'journaalpost', ['betaalopdracht_id'], unique=False)
    op.create_index('ix_journaalpost_status_op', 'journaalpost', ['status', 'aangemaakt_op'], unique=False)
    op.create_table('productregel',
    sa.Column('id', BIG, sa.Identity(always=False, start=1), nullable=False),
    sa.Column('betaalopdracht_id', BIG, nullable=False),
    sa.Column('regelnummer', sa.Integer(), nullable=False),
    sa.Column('productcode', sa.String(40), nullable=False),
    sa.Column('omschrijving', sa.String(140), nullable=False),
    sa.Column('aantal', sa.Integer(), nullable=False),
    sa.Column('stuksprijs_cent', BIG, nullable=True),
    sa.Column('bedrag_cent', BIG, nullable=False),
    sa.Column('zaaknummer', sa.String(100), nullable=True),
    sa.Column('levering', sa.String(20), nullable=False),
    sa.CheckConstraint("levering IN ('NIET_GEMELD', 'IN_UITVOERING', 'GELEVERD', 'NIET_LEVERBAAR')", name=op.f('ck_regel_levering')),
    sa.CheckConstraint('aantal > 0', name=op.f('ck_regel_aantal')),
    sa.CheckConstraint('bedrag_cent > 0', name=op.f('ck_regel_bedrag_cent')),
    sa.CheckConstraint('stuksprijs_cent > 0', name=op.f('ck_regel_stuksprijs_cent')),
    sa.ForeignKeyConstraint(['betaalopdracht_id'], ['betaalopdracht.id'], name=op.f('fk_regel_opdracht')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_regel')),
    sa.UniqueConstraint('betaalopdracht_id', 'regelnummer', name='uq_regel_regelnummer')
    )
    op.create_table('boekingsregel',
    sa.Column('id', BIG, sa.Identity(always=False, start=1), nullable=False),
    sa.Column('journaalpost_id', BIG, nullable=False),
    sa.Column('volgnummer', sa.Integer(), nullable=False),
    sa.Column('productregel_id', BIG, nullable=True),
    sa.Column('grootboekrekening', sa.String(20), nullable=False),
    sa.Column('kostenplaats', sa.String(20), nullable=True),
    sa.Column('project', sa.String(20), nullable=True),
    sa.Column('btw', sa.String(20), nullable=False),
    sa.Column('debet_cent', BIG, nullable=False),
    sa.Column('credit_cent', BIG, nullable=False),
    sa.Column('omschrijving', sa.String(140), nullable=False),
    sa.CheckConstraint('(debet_cent > 0 AND credit_cent = 0) OR (debet_cent = 0 AND credit_cent > 0)', name=op.f('ck_boekregel_debet_of_credit')),
    sa.ForeignKeyConstraint(['journaalpost_id'], ['journaalpost.id'], name=op.f('fk_boekregel_journaalpost')),
    sa.ForeignKeyConstraint(['productregel_id'], ['productregel.id'], name=op.f('fk_boekregel_regel')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_boekregel')),
    sa.UniqueConstraint('journaalpost_id', 'volgnummer', name='uq_boekregel_volgnummer')
    )
    op.create_index(op.f('ix_boekregel_regel'), 'boekingsregel', ['productregel_id'], unique=False)
    op.create_table('toewijzing',
    sa.Column('id', BIG, sa.Identity(always=False, start=1), nullable=False),
    sa.Column('betaling_id', BIG, nullable=False),
    sa.Column('productregel_id', BIG, nullable=False),
    sa.Column('bedrag_cent', BIG, nullable=False),
    sa.Column('gereserveerd_cent', BIG, nullable=False),
    sa.CheckConstraint('bedrag_cent > 0', name=op.f('ck_toewijzing_bedrag_cent')),
    sa.CheckConstraint('gereserveerd_cent >= 0 AND gereserveerd_cent <= bedrag_cent', name=op.f('ck_toewijzing_gereserveerd')),
    sa.ForeignKeyConstraint(['betaling_id'], ['betaling.id'], name=op.f('fk_toewijzing_betaling')),
    sa.ForeignKeyConstraint(['productregel_id'], ['productregel.id'], name=op.f('fk_toewijzing_regel')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_toewijzing')),
    sa.UniqueConstraint('betaling_id', 'productregel_id', name=op.f('uq_toewijzing_betaling_regel'))
    )
    op.create_index(op.f('ix_toewijzing_regel'), 'toewijzing', ['productregel_id'], unique=False)
    op.create_table('uitval',
    sa.Column('id', BIG, sa.Identity(always=False, start=1), nullable=False),
    sa.Column('administratie_id', BIG, nullable=False),
    sa.Column('soort', sa.String(30), nullable=False),
    sa.Column('status', sa.String(20), nullable=False),
    sa.Column('sleutel', sa.String(100), nullable=False),
    sa.Column('betaalopdracht_id', BIG, nullable=True),
    sa.Column('betaling_id', BIG, nullable=True),
    sa.Column('journaalpost_id', BIG, nullable=True),
    sa.Column('omschrijving', sa.String(500), nullable=False),
    sa.Column('geopend_op', sa.TIMESTAMP(), nullable=False),
    sa.Column('gewijzigd_op', sa.TIMESTAMP(), nullable=False),
    sa.Column('opgelost_door', sa.String(100), nullable=True),
    sa.Column('oplossing', sa.String(30), nullable=True),
    sa.Column('reden', sa.String(500), nullable=True),
    sa.Column('keer', sa.Integer(), nullable=False),
    sa.CheckConstraint("status IN ('OPEN', 'IN_BEHANDELING', 'OPGELOST')", name=op.f('ck_uitval_status')),
    sa.ForeignKeyConstraint(['administratie_id'], ['administratie.id'], name=op.f('fk_uitval_adm')),
    sa.ForeignKeyConstraint(['betaalopdracht_id'], ['betaalopdracht.id'], name=op.f('fk_uitval_opdracht')),
    sa.ForeignKeyConstraint(['betaling_id'], ['betaling.id'], name=op.f('fk_uitval_betaling')),
    sa.ForeignKeyConstraint(['journaalpost_id'], ['journaalpost.id'], name=op.f('fk_uitval_journaalpost')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_uitval')),
    sa.UniqueConstraint('sleutel', name=op.f('uq_uitval_sleutel'))
    )
    op.create_index(op.f('ix_uitval_adm'), 'uitval', ['administratie_id'], unique=False)
    op.create_index(op.f('ix_uitval_betaling'), 'uitval', ['betaling_id'], unique=False)
    op.create_index(op.f('ix_uitval_journaalpost'), 'uitval', ['journaalpost_id'], unique=False)
    op.create_index(op.f('ix_uitval_opdracht'), 'uitval', ['betaalopdracht_id'], unique=False)
    op.create_index(op.f('ix_uitval_status_geopend_op'), 'uitval', ['status', 'geopend_op'], unique=False)


def downgrade() -> None:
    """Never: facts would be lost."""
    raise NoWayBack("0001: dat is het hele register")
