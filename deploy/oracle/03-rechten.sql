-- 03  Wat de gebruiker van de hub met elke tabel mag: wat zij doet, voor zover een test het uitvoert.
--     Op wat geld of bewijs is, is er geen DELETE, behalve op de regels van een journaalpost die opnieuw wordt gemaakt
--     en van een terugbetaling waarvoor niets over is. Op gebeurtenis, kenmerk, antwoord en registratie is er ook geen
--     UPDATE. Heten uw gebruikers anders: verander ook hier de naam hieronder, na elke nieuwe versie opnieuw.
--     Draai dit als de eigenaar, na de scripts 02; ook na elke nieuwe versie. Mag altijd opnieuw.
--     SELECT en geen READ: de hub zet rijen op slot (SELECT … FOR UPDATE).

WHENEVER SQLERROR EXIT FAILURE ROLLBACK
SET VERIFY OFF
DEFINE toepassing = BETAALHUB_APP

GRANT SELECT ON alembic_version TO &toepassing;
GRANT SELECT, INSERT, UPDATE ON aansluiting TO &toepassing;
GRANT SELECT, INSERT, DELETE ON aansluiting_zender TO &toepassing;
GRANT SELECT, INSERT, UPDATE ON administratie TO &toepassing;
GRANT SELECT, INSERT ON antwoord TO &toepassing;
GRANT SELECT, INSERT, UPDATE ON betaalmethode TO &toepassing;
GRANT SELECT, INSERT, UPDATE ON betaalopdracht TO &toepassing;
GRANT SELECT, INSERT, UPDATE ON betaling TO &toepassing;
GRANT SELECT, INSERT, UPDATE ON bewijs TO &toepassing;
GRANT SELECT, INSERT, UPDATE ON boekingsbatch TO &toepassing;
GRANT SELECT, INSERT, UPDATE ON boekingsleutel TO &toepassing;
GRANT SELECT, INSERT, DELETE ON boekingsregel TO &toepassing;
GRANT SELECT, INSERT, UPDATE, DELETE ON circuit TO &toepassing;
GRANT SELECT, INSERT ON gebeurtenis TO &toepassing;
GRANT SELECT, INSERT, UPDATE, DELETE ON gezien TO &toepassing;
GRANT SELECT, INSERT, UPDATE ON journaalpost TO &toepassing;
GRANT SELECT, INSERT ON kenmerk TO &toepassing;
GRANT SELECT, INSERT, UPDATE, DELETE ON limiet TO &toepassing;
GRANT SELECT, INSERT, UPDATE ON mail TO &toepassing;
GRANT SELECT, INSERT, UPDATE, DELETE ON outbox TO &toepassing;
GRANT SELECT, INSERT, UPDATE ON product TO &toepassing;
GRANT SELECT, INSERT, UPDATE ON productgroep TO &toepassing;
GRANT SELECT, INSERT, UPDATE ON productregel TO &toepassing;
GRANT SELECT, INSERT, UPDATE ON psp_account TO &toepassing;
GRANT SELECT, INSERT ON registratie TO &toepassing;
GRANT SELECT, INSERT, UPDATE ON terugbetaling TO &toepassing;
GRANT SELECT, INSERT, UPDATE, DELETE ON terugbetaling_regel TO &toepassing;
GRANT SELECT, INSERT, UPDATE ON terugboeking TO &toepassing;
GRANT SELECT, INSERT ON terugboeking_regel TO &toepassing;
GRANT SELECT, INSERT, DELETE ON terugkeer_adres TO &toepassing;
GRANT SELECT, INSERT, UPDATE ON toewijzing TO &toepassing;
GRANT SELECT, INSERT, UPDATE ON uitval TO &toepassing;
GRANT SELECT, INSERT, UPDATE ON wijziging TO &toepassing;
GRANT SELECT, INSERT, UPDATE ON wijziging_teller TO &toepassing;
GRANT SELECT, INSERT, UPDATE ON winkelmandje TO &toepassing;
GRANT SELECT, INSERT, UPDATE ON zender TO &toepassing;
GRANT SELECT, INSERT, DELETE ON zender_operatie TO &toepassing;
GRANT SELECT, INSERT, DELETE ON zender_product TO &toepassing;
EXIT
