-- 02  Revisie 0013: A betaler is found by name: a column for the name as it is searched; `betaalhub migrate` fills it for those that are there.
--     Draai dit als de eigenaar, na 02-0012.sql, eenmaal. Gemaakt door: betaalhub ddl oracle
--     Oracle maakt elke stap meteen definitief. Stopt het script, herstel dan de oorzaak en ga verder bij de stap die
--     mislukte; de stappen ervoor zijn gedaan. (`betaalhub migrate` als de eigenaar onthoudt dat zelf.)

WHENEVER SQLERROR EXIT FAILURE ROLLBACK
SET DEFINE OFF SQLBLANKLINES ON
ALTER SESSION SET DDL_LOCK_TIMEOUT = 60;

DECLARE
    stand VARCHAR2(32);
BEGIN
    SELECT version_num INTO stand FROM alembic_version;
    IF stand <> '0012' THEN
        RAISE_APPLICATION_ERROR(-20000, 'Het register staat op ' || stand || '; dit script hoort op 0012');
    END IF;
END;
/

PROMPT 0013 stap 1 van 2
ALTER TABLE betaalopdracht ADD (zoeknaam VARCHAR2(100 CHAR), CONSTRAINT ck_opdracht_zoeknaam CHECK (zoeknaam IS NULL OR betaler_naam IS NOT NULL))
/

PROMPT 0013 stap 2 van 2
UPDATE alembic_version SET version_num='0013' WHERE alembic_version.version_num = '0012'
/

COMMIT;
EXIT
