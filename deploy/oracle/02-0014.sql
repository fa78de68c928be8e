-- 02  Revisie 0014: Names are found by how they begin.
--     Draai dit als de eigenaar, na 02-0013.sql, eenmaal. Gemaakt door: betaalhub ddl oracle
--     Oracle maakt elke stap meteen definitief. Stopt het script, herstel dan de oorzaak en ga verder bij de stap die
--     mislukte; de stappen ervoor zijn gedaan. (`betaalhub migrate` als de eigenaar onthoudt dat zelf.)

WHENEVER SQLERROR EXIT FAILURE ROLLBACK
SET DEFINE OFF SQLBLANKLINES ON
ALTER SESSION SET DDL_LOCK_TIMEOUT = 60;

DECLARE
    stand VARCHAR2(32);
BEGIN
    SELECT version_num INTO stand FROM alembic_version;
    IF stand <> '0013' THEN
        RAISE_APPLICATION_ERROR(-20000, 'Het register staat op ' || stand || '; dit script hoort op 0013');
    END IF;
END;
/

PROMPT 0014 stap 1 van 2
CREATE INDEX ix_opdracht_zoeknaam ON betaalopdracht (zoeknaam, aangemaakt_op, id)
/

PROMPT 0014 stap 2 van 2
UPDATE alembic_version SET version_num='0014' WHERE alembic_version.version_num = '0013'
/

COMMIT;
EXIT
