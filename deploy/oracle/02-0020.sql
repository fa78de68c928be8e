-- 02  Revisie 0020: A company may give a betaling its own reference, which stands on the betaalbewijs.
--     Draai dit als de eigenaar, na 02-0019.sql, eenmaal. Gemaakt door: betaalhub ddl oracle
--     Oracle maakt elke stap meteen definitief. Stopt het script, herstel dan de oorzaak en ga verder bij de stap die
--     mislukte; de stappen ervoor zijn gedaan. (`betaalhub migrate` als de eigenaar onthoudt dat zelf.)

WHENEVER SQLERROR EXIT FAILURE ROLLBACK
SET DEFINE OFF SQLBLANKLINES ON
ALTER SESSION SET DDL_LOCK_TIMEOUT = 60;

DECLARE
    stand VARCHAR2(32);
BEGIN
    SELECT version_num INTO stand FROM alembic_version;
    IF stand <> '0019' THEN
        RAISE_APPLICATION_ERROR(-20000, 'Het register staat op ' || stand || '; dit script hoort op 0019');
    END IF;
END;
/

PROMPT 0020 stap 1 van 2
ALTER TABLE betaling ADD referentie VARCHAR2(40 CHAR)
/

PROMPT 0020 stap 2 van 2
UPDATE alembic_version SET version_num='0020' WHERE alembic_version.version_num = '0019'
/

COMMIT;
EXIT
