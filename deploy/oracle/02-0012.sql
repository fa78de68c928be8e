-- 02  Revisie 0012: The index on product without time makes room.
--     Draai dit als de eigenaar, na 02-0011.sql, eenmaal. Gemaakt door: betaalhub ddl oracle
--     Oracle maakt elke stap meteen definitief. Stopt het script, herstel dan de oorzaak en ga verder bij de stap die
--     mislukte; de stappen ervoor zijn gedaan. (`betaalhub migrate` als de eigenaar onthoudt dat zelf.)

WHENEVER SQLERROR EXIT FAILURE ROLLBACK
SET DEFINE OFF SQLBLANKLINES ON
ALTER SESSION SET DDL_LOCK_TIMEOUT = 60;

DECLARE
    stand VARCHAR2(32);
BEGIN
    SELECT version_num INTO stand FROM alembic_version;
    IF stand <> '0011' THEN
        RAISE_APPLICATION_ERROR(-20000, 'Het register staat op ' || stand || '; dit script hoort op 0011');
    END IF;
END;
/

PROMPT 0012 stap 1 van 2
DROP INDEX ix_regel_product
/

PROMPT 0012 stap 2 van 2
UPDATE alembic_version SET version_num='0012' WHERE alembic_version.version_num = '0011'
/

COMMIT;
EXIT
