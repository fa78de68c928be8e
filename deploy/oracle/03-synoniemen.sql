-- 03  Naar keuze: synoniemen, zodat de gebruiker van de hub de tabellen zonder schemanaam vindt.
--     Niet nodig met de instelling BETAALHUB_ORACLE_SCHEMA=BETAALHUB (aanbevolen: er kan er geen vergeten worden).
--     Draai dit als beheerder (CREATE ANY SYNONYM) in de PDB van Betaalhub; ook na elke nieuwe versie:
--         sqlplus sys@pdb as sysdba @03-synoniemen.sql
--     Heten uw gebruikers anders: verander ook hier de namen hieronder, na elke nieuwe versie opnieuw.

WHENEVER SQLERROR EXIT FAILURE ROLLBACK
SET VERIFY OFF
DEFINE eigenaar = BETAALHUB
DEFINE toepassing = BETAALHUB_APP

BEGIN
    IF SYS_CONTEXT('USERENV', 'CON_NAME') = 'CDB$ROOT' THEN
        RAISE_APPLICATION_ERROR(-20000, 'Meld u aan in de PDB van Betaalhub: sqlplus sys@pdb as sysdba');
    END IF;
END;
/

CREATE OR REPLACE SYNONYM &toepassing..aansluiting FOR &eigenaar..aansluiting;
CREATE OR REPLACE SYNONYM &toepassing..aansluiting_zender FOR &eigenaar..aansluiting_zender;
CREATE OR REPLACE SYNONYM &toepassing..administratie FOR &eigenaar..administratie;
CREATE OR REPLACE SYNONYM &toepassing..alembic_version FOR &eigenaar..alembic_version;
CREATE OR REPLACE SYNONYM &toepassing..antwoord FOR &eigenaar..antwoord;
CREATE OR REPLACE SYNONYM &toepassing..betaalmethode FOR &eigenaar..betaalmethode;
CREATE OR REPLACE SYNONYM &toepassing..betaalopdracht FOR &eigenaar..betaalopdracht;
CREATE OR REPLACE SYNONYM &toepassing..betaling FOR &eigenaar..betaling;
CREATE OR REPLACE SYNONYM &toepassing..bewijs FOR &eigenaar..bewijs;
CREATE OR REPLACE SYNONYM &toepassing..boekingsbatch FOR &eigenaar..boekingsbatch;
CREATE OR REPLACE SYNONYM &toepassing..boekingsleutel FOR &eigenaar..boekingsleutel;
CREATE OR REPLACE SYNONYM &toepassing..boekingsregel FOR &eigenaar..boekingsregel;
CREATE OR REPLACE SYNONYM &toepassing..circuit FOR &eigenaar..circuit;
CREATE OR REPLACE SYNONYM &toepassing..gebeurtenis FOR &eigenaar..gebeurtenis;
CREATE OR REPLACE SYNONYM &toepassing..gezien FOR &eigenaar..gezien;
CREATE OR REPLACE SYNONYM &toepassing..journaalpost FOR &eigenaar..journaalpost;
CREATE OR REPLACE SYNONYM &toepassing..kenmerk FOR &eigenaar..kenmerk;
CREATE OR REPLACE SYNONYM &toepassing..limiet FOR &eigenaar..limiet;
CREATE OR REPLACE SYNONYM &toepassing..mail FOR &eigenaar..mail;
CREATE OR REPLACE SYNONYM &toepassing..outbox FOR &eigenaar..outbox;
CREATE OR REPLACE SYNONYM &toepassing..product FOR &eigenaar..product;
CREATE OR REPLACE SYNONYM &toepassing..productgroep FOR &eigenaar..productgroep;
CREATE OR REPLACE SYNONYM &toepassing..productregel FOR &eigenaar..productregel;
CREATE OR REPLACE SYNONYM &toepassing..psp_account FOR &eigenaar..psp_account;
CREATE OR REPLACE SYNONYM &toepassing..registratie FOR &eigenaar..registratie;
CREATE OR REPLACE SYNONYM &toepassing..terugbetaling FOR &eigenaar..terugbetaling;
CREATE OR REPLACE SYNONYM &toepassing..terugbetaling_regel FOR &eigenaar..terugbetaling_regel;
CREATE OR REPLACE SYNONYM &toepassing..terugboeking FOR &eigenaar..terugboeking;
CREATE OR REPLACE SYNONYM &toepassing..terugboeking_regel FOR &eigenaar..terugboeking_regel;
CREATE OR REPLACE SYNONYM &toepassing..terugkeer_adres FOR &eigenaar..terugkeer_adres;
CREATE OR REPLACE SYNONYM &toepassing..toewijzing FOR &eigenaar..toewijzing;
CREATE OR REPLACE SYNONYM &toepassing..uitval FOR &eigenaar..uitval;
CREATE OR REPLACE SYNONYM &toepassing..wijziging FOR &eigenaar..wijziging;
CREATE OR REPLACE SYNONYM &toepassing..wijziging_teller FOR &eigenaar..wijziging_teller;
CREATE OR REPLACE SYNONYM &toepassing..winkelmandje FOR &eigenaar..winkelmandje;
CREATE OR REPLACE SYNONYM &toepassing..zender FOR &eigenaar..zender;
CREATE OR REPLACE SYNONYM &toepassing..zender_operatie FOR &eigenaar..zender_operatie;
CREATE OR REPLACE SYNONYM &toepassing..zender_product FOR &eigenaar..zender_product;
EXIT
