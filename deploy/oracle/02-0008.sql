-- 02  Revisie 0008: The index along which work was claimed until now is not read any more.
--     Draai dit als de eigenaar, na 02-0007.sql, eenmaal. Gemaakt door: betaalhub ddl oracle
--     Oracle maakt elke stap meteen definitief. Stopt het script, herstel dan de oorzaak en ga verder bij de stap die
--     mislukte; de stappen ervoor zijn gedaan. (`betaalhub migrate` als de eigenaar onthoudt dat zelf.)

WHENEVER SQLERROR EXIT FAILURE ROLLBACK
SET DEFINE OFF SQLBLANKLINES ON
ALTER SESSION SET DDL_LOCK_TIMEOUT = 60;

DECLARE
    stand VARCHAR2(32);
BEGIN
    SELECT version_num INTO stand FROM alembic_version;
    IF stand <> '0007' THEN
        RAISE_APPLICATION_ERROR(-20000, 'Het register staat op ' || stand || '; dit script hoort op 0007');
    END IF;
END;
/

PROMPT 0008 stap 1 van 2
DROP INDEX ix_outbox_state_due_at_id
/

PROMPT 0008 stap 2 van 2
UPDATE alembic_version SET version_num='0008' WHERE alembic_version.version_num = '0007'
/

COMMIT;
EXIT
