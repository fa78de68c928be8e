-- 02  Revisie 0011: A product is found along the time at which it was offered.
--     Draai dit als de eigenaar, na 02-0010.sql, eenmaal. Gemaakt door: betaalhub ddl oracle
--     Oracle maakt elke stap meteen definitief. Stopt het script, herstel dan de oorzaak en ga verder bij de stap die
--     mislukte; de stappen ervoor zijn gedaan. (`betaalhub migrate` als de eigenaar onthoudt dat zelf.)

WHENEVER SQLERROR EXIT FAILURE ROLLBACK
SET DEFINE OFF SQLBLANKLINES ON
ALTER SESSION SET DDL_LOCK_TIMEOUT = 60;

DECLARE
    stand VARCHAR2(32);
BEGIN
    SELECT version_num INTO stand FROM alembic_version;
    IF stand <> '0010' THEN
        RAISE_APPLICATION_ERROR(-20000, 'Het register staat op ' || stand || '; dit script hoort op 0010');
    END IF;
END;
/

PROMPT 0011 stap 1 van 2
CREATE INDEX ix_regel_product_op ON productregel (productcode, aangemaakt_op, betaalopdracht_id)
/

PROMPT 0011 stap 2 van 2
UPDATE alembic_version SET version_num='0011' WHERE alembic_version.version_num = '0010'
/

COMMIT;
EXIT
