-- 02  Revisie 0022: How often something was tried lately, counted for all processes together.
--     Draai dit als de eigenaar, na 02-0021.sql, eenmaal. Gemaakt door: betaalhub ddl oracle
--     Oracle maakt elke stap meteen definitief. Stopt het script, herstel dan de oorzaak en ga verder bij de stap die
--     mislukte; de stappen ervoor zijn gedaan. (`betaalhub migrate` als de eigenaar onthoudt dat zelf.)

WHENEVER SQLERROR EXIT FAILURE ROLLBACK
SET DEFINE OFF SQLBLANKLINES ON
ALTER SESSION SET DDL_LOCK_TIMEOUT = 60;

DECLARE
    stand VARCHAR2(32);
BEGIN
    SELECT version_num INTO stand FROM alembic_version;
    IF stand <> '0021' THEN
        RAISE_APPLICATION_ERROR(-20000, 'Het register staat op ' || stand || '; dit script hoort op 0021');
    END IF;
END;
/

PROMPT 0022 stap 1 van 2
CREATE TABLE limiet (
    sleutel VARCHAR2(64 CHAR) NOT NULL,
    aantal INTEGER NOT NULL,
    tot TIMESTAMP NOT NULL,
    CONSTRAINT pk_limiet PRIMARY KEY (sleutel),
    CONSTRAINT ck_limiet_aantal CHECK (aantal >= 0)
)
/

PROMPT 0022 stap 2 van 2
UPDATE alembic_version SET version_num='0022' WHERE alembic_version.version_num = '0021'
/

COMMIT;
EXIT
