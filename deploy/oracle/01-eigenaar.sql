-- 01  De ruimte voor het register: een tablespace, de eigenaar van de tabellen en de gebruiker waarmee de hub werkt.
--     Draai dit als beheerder (CREATE TABLESPACE, CREATE USER, GRANT) in de PDB van Betaalhub, eenmaal:
--         sqlplus sys@pdb as sysdba @01-eigenaar.sql
--     Pas eerst de namen hieronder aan. De wachtwoorden worden gevraagd en komen niet op het scherm.

WHENEVER SQLERROR EXIT FAILURE ROLLBACK
WHENEVER OSERROR EXIT FAILURE
SET VERIFY OFF ECHO OFF FEEDBACK ON

DEFINE eigenaar = BETAALHUB
DEFINE toepassing = BETAALHUB_APP
DEFINE ruimte = BETAALHUB
-- Reken per miljoen betaalopdrachten op 7 GB (data en indexen); zie docs/oracle.md.
DEFINE omvang = 1G
-- Een bestand met blokken van 8K kan niet groter zijn (ORA-03206). Is het vol: ALTER TABLESPACE … ADD DATAFILE …
DEFINE grens = 32767M

BEGIN
    IF SYS_CONTEXT('USERENV', 'CON_NAME') = 'CDB$ROOT' THEN
        RAISE_APPLICATION_ERROR(-20000, 'Meld u aan in de PDB van Betaalhub: sqlplus sys@pdb as sysdba');
    END IF;
END;
/

ACCEPT wachtwoord_eigenaar CHAR PROMPT 'Wachtwoord voor de eigenaar: ' HIDE
ACCEPT wachtwoord_toepassing CHAR PROMPT 'Wachtwoord voor de toepassing: ' HIDE

-- Zonder DATAFILE: Oracle Managed Files (DB_CREATE_FILE_DEST) of ASM. Anders: voeg DATAFILE '…' in.
CREATE TABLESPACE &ruimte DATAFILE SIZE &omvang AUTOEXTEND ON NEXT 256M MAXSIZE &grens;

-- De eigenaar meldt zich alleen aan om de tabellen te maken of bij te werken. Zet hem daarna op slot:
--     ALTER USER BETAALHUB ACCOUNT LOCK;
CREATE USER &eigenaar IDENTIFIED BY "&wachtwoord_eigenaar"
    DEFAULT TABLESPACE &ruimte QUOTA UNLIMITED ON &ruimte;
GRANT CREATE SESSION, CREATE TABLE, CREATE SEQUENCE, CREATE TRIGGER TO &eigenaar;

-- De toepassing heeft geen ruimte en maakt niets. Haar rechten op de tabellen komen in 03-rechten.sql.
-- Laat haar wachtwoord niet vanzelf verlopen (PASSWORD_LIFE_TIME in haar profiel), of wissel het op tijd:
-- de hub kan zich anders van het ene op het andere moment niet meer aanmelden (ORA-28001).
CREATE USER &toepassing IDENTIFIED BY "&wachtwoord_toepassing";
GRANT CREATE SESSION TO &toepassing;

PROMPT Klaar. Nu als de eigenaar: de scripts 02, in hun volgorde.
EXIT
