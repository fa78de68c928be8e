-- 03  De bewaking van gebeurtenis: wat er gebeurd is, wordt nooit veranderd of verwijderd, ook niet door de eigenaar.
--     Draai dit als de eigenaar (CREATE TRIGGER), na de scripts 02. Mag altijd opnieuw.
--     Een TRUNCATE of DROP houdt dit niet tegen: daarvoor is de eigenaar op slot, en mag de toepassing niets maken.

WHENEVER SQLERROR EXIT FAILURE ROLLBACK

CREATE OR REPLACE TRIGGER gebeurtenis_no_change
BEFORE UPDATE OR DELETE ON gebeurtenis
BEGIN
    RAISE_APPLICATION_ERROR(-20001, 'a gebeurtenis is never changed or removed');
END;
/
SHOW ERRORS TRIGGER gebeurtenis_no_change

-- CREATE met een fout erin geeft alleen een waarschuwing; dit maakt er een fout van.
DECLARE
    stand VARCHAR2(10);
BEGIN
    SELECT status INTO stand FROM user_objects WHERE object_name = 'GEBEURTENIS_NO_CHANGE' AND object_type = 'TRIGGER';
    IF stand <> 'VALID' THEN
        RAISE_APPLICATION_ERROR(-20000, 'De trigger gebeurtenis_no_change is ' || stand);
    END IF;
END;
/
EXIT
