-- 05  Klopt het? Leest alleen, en zegt per punt GOED of FOUT. Draai dit als de eigenaar, na elke reeks.
--     De vraag aan v$parameter lukt alleen voor wie die mag lezen; een fout daar is geen probleem.
--     Stuur de uitvoer mee als u ons iets meldt: er staat niets van een burger in.

SET SERVEROUTPUT ON SIZE UNLIMITED FORMAT WRAPPED
SET FEEDBACK OFF VERIFY OFF HEADING ON LINESIZE 200 PAGESIZE 1000
COLUMN naam FORMAT A34
COLUMN punt FORMAT A44
COLUMN stand FORMAT A60

PROMPT == De database
SELECT banner_full AS stand FROM v$version;
SELECT parameter AS naam, value AS stand FROM nls_database_parameters
    WHERE parameter IN ('NLS_CHARACTERSET', 'NLS_NCHAR_CHARACTERSET', 'NLS_LENGTH_SEMANTICS') ORDER BY parameter;
SELECT name AS naam, value AS stand FROM v$parameter
    WHERE name IN ('compatible', 'max_string_size', 'cluster_database', 'undo_retention', 'ddl_lock_timeout') ORDER BY name;
SELECT CASE value WHEN 'AL32UTF8' THEN 'GOED' ELSE 'FOUT' END AS punt, 'tekenset AL32UTF8, is ' || value AS stand
    FROM nls_database_parameters WHERE parameter = 'NLS_CHARACTERSET';

PROMPT == Het register
SELECT CASE version_num WHEN '{revisie}' THEN 'GOED' ELSE 'FOUT' END AS punt, 'revisie {revisie}, is ' || version_num AS stand
    FROM alembic_version;
SELECT CASE COUNT(*) WHEN 0 THEN 'GOED' ELSE 'FOUT' END AS punt, 'kolommen met een lengte in bytes: ' || COUNT(*) AS stand
    FROM user_tab_columns c JOIN user_tables t ON t.table_name = c.table_name
    WHERE c.data_type = 'VARCHAR2' AND c.char_used <> 'C' AND t.table_name IN (
{tabellen});
SELECT CASE COUNT(*) WHEN 0 THEN 'GOED' ELSE 'FOUT' END AS punt, 'beperkingen die niet aan of niet gecontroleerd zijn: ' || COUNT(*) AS stand
    FROM user_constraints WHERE status <> 'ENABLED' OR validated <> 'VALIDATED';
SELECT CASE COUNT(*) WHEN 0 THEN 'GOED' ELSE 'FOUT' END AS punt, 'indexen die niet te gebruiken zijn: ' || COUNT(*) AS stand
    FROM user_indexes WHERE status = 'UNUSABLE';
SELECT CASE COUNT(*) WHEN 1 THEN 'GOED' ELSE 'FOUT' END AS punt, 'de bewaking van gebeurtenis staat aan (03-bewaking.sql)' AS stand
    FROM user_triggers t JOIN user_objects o ON o.object_name = t.trigger_name AND o.object_type = 'TRIGGER'
    WHERE t.trigger_name = 'GEBEURTENIS_NO_CHANGE' AND t.status = 'ENABLED' AND o.status = 'VALID';
SELECT CASE COUNT(*) WHEN 0 THEN 'GOED' ELSE 'FOUT' END AS punt, 'iemand mag gebeurtenissen veranderen of verwijderen: ' || COUNT(*) AS stand
    FROM user_tab_privs WHERE table_name = 'GEBEURTENIS' AND privilege IN ('UPDATE', 'DELETE', 'ALTER');

PROMPT == Beperkingen die er niet zijn (hieronder hoort niets te staan)
SELECT naam FROM (SELECT column_value AS naam FROM TABLE(sys.odcivarchar2list(
{beperkingen})))
MINUS SELECT constraint_name FROM user_constraints;

PROMPT == Indexen die er niet zijn (hieronder hoort niets te staan)
SELECT naam FROM (SELECT column_value AS naam FROM TABLE(sys.odcivarchar2list(
{indexen})))
MINUS SELECT index_name FROM user_indexes;

PROMPT == Verwijzingen zonder index (hieronder hoort niets te staan)
SELECT c.constraint_name AS naam, cc.table_name || '.' || cc.column_name AS stand
    FROM user_constraints c JOIN user_cons_columns cc ON cc.constraint_name = c.constraint_name AND cc.position = 1
    WHERE c.constraint_type = 'R' AND NOT EXISTS (
        SELECT 1 FROM user_ind_columns i
        WHERE i.table_name = cc.table_name AND i.column_name = cc.column_name AND i.column_position = 1);

PROMPT == Nummers die de tabellen zelf uitdelen
SELECT t.table_name AS naam, 'CACHE ' || s.cache_size || ', ORDER ' || s.order_flag || ', tot ' || s.last_number AS stand
    FROM user_tab_identity_cols t JOIN user_sequences s ON s.sequence_name = t.sequence_name ORDER BY t.table_name;

PROMPT == Statistieken ouder dan een week, of nooit verzameld
SELECT table_name AS naam, 'rijen ' || NVL(TO_CHAR(num_rows), '?') || ', van ' || NVL(TO_CHAR(last_analyzed, 'YYYY-MM-DD'), 'nooit') AS stand
    FROM user_tables WHERE last_analyzed IS NULL OR last_analyzed < SYSDATE - 7 ORDER BY table_name;
EXIT
