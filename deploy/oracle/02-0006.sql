-- 02  Revisie 0006: What is configured per product and PSP account: which account, how long an attempt lasts, when a second person decides.
--     Draai dit als de eigenaar, na 02-0005.sql, eenmaal. Gemaakt door: betaalhub ddl oracle
--     Oracle maakt elke stap meteen definitief. Stopt het script, herstel dan de oorzaak en ga verder bij de stap die
--     mislukte; de stappen ervoor zijn gedaan. (`betaalhub migrate` als de eigenaar onthoudt dat zelf.)

WHENEVER SQLERROR EXIT FAILURE ROLLBACK
SET DEFINE OFF SQLBLANKLINES ON
ALTER SESSION SET DDL_LOCK_TIMEOUT = 60;

DECLARE
    stand VARCHAR2(32);
BEGIN
    SELECT version_num INTO stand FROM alembic_version;
    IF stand <> '0005' THEN
        RAISE_APPLICATION_ERROR(-20000, 'Het register staat op ' || stand || '; dit script hoort op 0005');
    END IF;
END;
/

PROMPT 0006 stap 1 van 17
ALTER TABLE administratie ADD verschil_rekening VARCHAR2(20 CHAR)
/

PROMPT 0006 stap 2 van 17
ALTER TABLE betaalmethode ADD logo VARCHAR2(40 CHAR)
/

PROMPT 0006 stap 3 van 17
ALTER TABLE productgroep ADD psp_account VARCHAR2(30 CHAR)
/

PROMPT 0006 stap 4 van 17
ALTER TABLE product ADD psp_account VARCHAR2(30 CHAR)
/

PROMPT 0006 stap 5 van 17
ALTER TABLE productgroep ADD poging_minuten INTEGER
/

PROMPT 0006 stap 6 van 17
ALTER TABLE productgroep ADD CONSTRAINT ck_productgroep_poging_minuten CHECK (poging_minuten > 0)
/

PROMPT 0006 stap 7 van 17
ALTER TABLE product ADD poging_minuten INTEGER
/

PROMPT 0006 stap 8 van 17
ALTER TABLE product ADD CONSTRAINT ck_product_poging_minuten CHECK (poging_minuten > 0)
/

PROMPT 0006 stap 9 van 17
ALTER TABLE psp_account ADD poging_minuten INTEGER
/

PROMPT 0006 stap 10 van 17
ALTER TABLE psp_account ADD CONSTRAINT ck_account_poging_minuten CHECK (poging_minuten > 0)
/

PROMPT 0006 stap 11 van 17
ALTER TABLE administratie ADD vier_ogen_cent NUMBER(19)
/

PROMPT 0006 stap 12 van 17
ALTER TABLE administratie ADD CONSTRAINT ck_adm_vier_ogen_cent CHECK (vier_ogen_cent >= 0)
/

PROMPT 0006 stap 13 van 17
ALTER TABLE productgroep ADD vier_ogen_cent NUMBER(19)
/

PROMPT 0006 stap 14 van 17
ALTER TABLE productgroep ADD CONSTRAINT ck_productgroep_vier_ogen_cent CHECK (vier_ogen_cent >= 0)
/

PROMPT 0006 stap 15 van 17
ALTER TABLE product ADD vier_ogen_cent NUMBER(19)
/

PROMPT 0006 stap 16 van 17
ALTER TABLE product ADD CONSTRAINT ck_product_vier_ogen_cent CHECK (vier_ogen_cent >= 0)
/

PROMPT 0006 stap 17 van 17
UPDATE alembic_version SET version_num='0006' WHERE alembic_version.version_num = '0005'
/

COMMIT;
EXIT
