-- 02  Revisie 0018: A zender's status is found along the status or along the zender: both in one index brought nothing (docs/register.md).
--     Draai dit als de eigenaar, na 02-0017.sql, eenmaal. Gemaakt door: betaalhub ddl oracle
--     Oracle maakt elke stap meteen definitief. Stopt het script, herstel dan de oorzaak en ga verder bij de stap die
--     mislukte; de stappen ervoor zijn gedaan. (`betaalhub migrate` als de eigenaar onthoudt dat zelf.)

WHENEVER SQLERROR EXIT FAILURE ROLLBACK
SET DEFINE OFF SQLBLANKLINES ON
ALTER SESSION SET DDL_LOCK_TIMEOUT = 60;

DECLARE
    stand VARCHAR2(32);
BEGIN
    SELECT version_num INTO stand FROM alembic_version;
    IF stand <> '0017' THEN
        RAISE_APPLICATION_ERROR(-20000, 'Het register staat op ' || stand || '; dit script hoort op 0017');
    END IF;
END;
/

PROMPT 0018 stap 1 van 2
DROP INDEX ix_opdracht_zender_status
/

PROMPT 0018 stap 2 van 2
UPDATE alembic_version SET version_num='0018' WHERE alembic_version.version_num = '0017'
/

COMMIT;
EXIT
