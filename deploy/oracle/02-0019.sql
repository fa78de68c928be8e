-- 02  Revisie 0019: A citizen may say at paying where her betaalbewijs is to be sent.
--     Draai dit als de eigenaar, na 02-0018.sql, eenmaal. Gemaakt door: betaalhub ddl oracle
--     Oracle maakt elke stap meteen definitief. Stopt het script, herstel dan de oorzaak en ga verder bij de stap die
--     mislukte; de stappen ervoor zijn gedaan. (`betaalhub migrate` als de eigenaar onthoudt dat zelf.)

WHENEVER SQLERROR EXIT FAILURE ROLLBACK
SET DEFINE OFF SQLBLANKLINES ON
ALTER SESSION SET DDL_LOCK_TIMEOUT = 60;

DECLARE
    stand VARCHAR2(32);
BEGIN
    SELECT version_num INTO stand FROM alembic_version;
    IF stand <> '0018' THEN
        RAISE_APPLICATION_ERROR(-20000, 'Het register staat op ' || stand || '; dit script hoort op 0018');
    END IF;
END;
/

PROMPT 0019 stap 1 van 2
ALTER TABLE betaling ADD email VARCHAR2(254 CHAR)
/

PROMPT 0019 stap 2 van 2
UPDATE alembic_version SET version_num='0019' WHERE alembic_version.version_num = '0018'
/

COMMIT;
EXIT
