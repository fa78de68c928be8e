-- 02  Revisie 0003: Reading: the feed of published changes, and the indexes of a search.
--     Draai dit als de eigenaar, na 02-0002.sql, eenmaal. Gemaakt door: betaalhub ddl oracle
--     Oracle maakt elke stap meteen definitief. Stopt het script, herstel dan de oorzaak en ga verder bij de stap die
--     mislukte; de stappen ervoor zijn gedaan. (`betaalhub migrate` als de eigenaar onthoudt dat zelf.)

WHENEVER SQLERROR EXIT FAILURE ROLLBACK
SET DEFINE OFF SQLBLANKLINES ON
ALTER SESSION SET DDL_LOCK_TIMEOUT = 60;

DECLARE
    stand VARCHAR2(32);
BEGIN
    SELECT version_num INTO stand FROM alembic_version;
    IF stand <> '0002' THEN
        RAISE_APPLICATION_ERROR(-20000, 'Het register staat op ' || stand || '; dit script hoort op 0002');
    END IF;
END;
/

PROMPT 0003 stap 1 van 8
CREATE TABLE wijziging (
    betaalopdracht_id NUMBER(19) NOT NULL,
    versie INTEGER NOT NULL,
    zender_id NUMBER(19) NOT NULL,
    nummer NUMBER(19) NOT NULL,
    status VARCHAR2(20 CHAR) NOT NULL,
    leverbaar SMALLINT NOT NULL,
    totaal_cent NUMBER(19) NOT NULL,
    ontvangen_cent NUMBER(19) NOT NULL,
    terugbetaald_cent NUMBER(19) NOT NULL,
    teruggeboekt_cent NUMBER(19) NOT NULL,
    tijdstip TIMESTAMP NOT NULL,
    CONSTRAINT pk_wijziging PRIMARY KEY (betaalopdracht_id, versie),
    CONSTRAINT ck_wijziging_status CHECK (status IN ('OPEN', 'IN_BETALING', 'BETAALD', 'DEELS_TERUGBETAALD', 'TERUGBETAALD', 'INGETROKKEN', 'VERLOPEN')),
    CONSTRAINT ck_wijziging_leverbaar CHECK (leverbaar IN (0, 1)),
    CONSTRAINT ck_wijziging_versie CHECK (versie > 0 AND versie < 1000000),
    CONSTRAINT ck_wijziging_nummer CHECK (nummer <> 0),
    CONSTRAINT ck_wijziging_totaal_cent CHECK (totaal_cent > 0),
    CONSTRAINT ck_wijziging_ontvangen_cent CHECK (ontvangen_cent >= 0),
    CONSTRAINT ck_wijziging_terugbetaald_cent CHECK (terugbetaald_cent >= 0),
    CONSTRAINT ck_wijziging_teruggeboekt_cent CHECK (teruggeboekt_cent >= 0),
    CONSTRAINT fk_wijziging_opdracht FOREIGN KEY(betaalopdracht_id) REFERENCES betaalopdracht (id),
    CONSTRAINT fk_wijziging_zender FOREIGN KEY(zender_id) REFERENCES zender (id),
    CONSTRAINT uq_wijziging_zender_nummer UNIQUE (zender_id, nummer)
)
/

PROMPT 0003 stap 2 van 8
CREATE TABLE wijziging_teller (
    zender_id NUMBER(19) NOT NULL,
    laatste NUMBER(19) NOT NULL,
    CONSTRAINT pk_wijziging_teller PRIMARY KEY (zender_id),
    CONSTRAINT ck_wijziging_teller_laatste CHECK (laatste >= 0),
    CONSTRAINT fk_wijziging_teller_zender FOREIGN KEY(zender_id) REFERENCES zender (id)
)
/

PROMPT 0003 stap 3 van 8
CREATE INDEX ix_opdracht_zender_op ON betaalopdracht (zender_id, aangemaakt_op, id)
/

PROMPT 0003 stap 4 van 8
CREATE INDEX ix_opdracht_zender_status ON betaalopdracht (zender_id, status, aangemaakt_op, id)
/

PROMPT 0003 stap 5 van 8
CREATE INDEX ix_opdracht_klant ON betaalopdracht (klant_kenmerk)
/

PROMPT 0003 stap 6 van 8
CREATE INDEX ix_regel_product ON productregel (productcode, betaalopdracht_id)
/

PROMPT 0003 stap 7 van 8
CREATE INDEX ix_regel_zaaknummer ON productregel (zaaknummer)
/

PROMPT 0003 stap 8 van 8
UPDATE alembic_version SET version_num='0003' WHERE alembic_version.version_num = '0002'
/

COMMIT;
EXIT
