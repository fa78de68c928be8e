-- 02  Revisie 0010: A productregel knows when its betaalopdracht was made; `betaalhub migrate` fills in those that are there.
--     Draai dit als de eigenaar, na 02-0008.sql, eenmaal. Gemaakt door: betaalhub ddl oracle
--     Oracle maakt elke stap meteen definitief. Stopt het script, herstel dan de oorzaak en ga verder bij de stap die
--     mislukte; de stappen ervoor zijn gedaan. (`betaalhub migrate` als de eigenaar onthoudt dat zelf.)

WHENEVER SQLERROR EXIT FAILURE ROLLBACK
SET DEFINE OFF SQLBLANKLINES ON
ALTER SESSION SET DDL_LOCK_TIMEOUT = 60;

DECLARE
    stand VARCHAR2(32);
BEGIN
    SELECT version_num INTO stand FROM alembic_version;
    IF stand <> '0008' THEN
        RAISE_APPLICATION_ERROR(-20000, 'Het register staat op ' || stand || '; dit script hoort op 0008');
    END IF;
END;
/

PROMPT 0010 stap 1 van 2
ALTER TABLE productregel ADD aangemaakt_op TIMESTAMP DEFAULT TIMESTAMP '1970-01-01 00:00:00.000000' NOT NULL
/

PROMPT 0010 stap 2 van 2
UPDATE alembic_version SET version_num='0010' WHERE alembic_version.version_num = '0008'
/

COMMIT;
EXIT
