-- 04  Naar keuze: partities per maand (interval). Vraagt de optie Partitioning, en Oracle 12.2 of later.
--     De hub heeft dit niet nodig: haar vragen gaan over een sleutel of een periode met een index. Het helpt u bij
--     statistieken, compressie of verplaatsen van oude maanden. Onder 5 miljoen betaalopdrachten: niet doen.
--     Primaire en unieke sleutels blijven GLOBAL: een LOCAL unieke index moet de tijd bevatten (ORA-14039). Wie een
--     partitie verwijdert of verplaatst, moet ze bijwerken (UPDATE INDEXES); de hub zelf verwijdert nooit iets.
--     Draai dit als de eigenaar, op een rustig moment; er is tijdelijk plaats nodig voor een kopie van elke tabel.

WHENEVER SQLERROR EXIT FAILURE ROLLBACK
SET VERIFY OFF
DEFINE eerste_maand = 2027-01-01

ALTER TABLE betaalopdracht MODIFY PARTITION BY RANGE (aangemaakt_op) INTERVAL (NUMTOYMINTERVAL(1, 'MONTH'))
    (PARTITION p_begin VALUES LESS THAN (TIMESTAMP '&eerste_maand 00:00:00'))
    ONLINE UPDATE INDEXES (
        pk_opdracht GLOBAL,
        uq_opdracht_kenmerk GLOBAL,
        uq_opdracht_levend_sleutel GLOBAL,
        uq_opdracht_token GLOBAL,
        ix_opdracht_adm_op LOCAL,
        ix_opdracht_bedrag_op LOCAL,
        ix_opdracht_eigen_kenmerk GLOBAL,
        ix_opdracht_klant GLOBAL,
        ix_opdracht_mandje GLOBAL,
        ix_opdracht_status_op LOCAL,
        ix_opdracht_zender_op LOCAL,
        ix_opdracht_zoeknaam LOCAL
    );

ALTER TABLE gebeurtenis MODIFY PARTITION BY RANGE (tijdstip) INTERVAL (NUMTOYMINTERVAL(1, 'MONTH'))
    (PARTITION p_begin VALUES LESS THAN (TIMESTAMP '&eerste_maand 00:00:00'))
    ONLINE UPDATE INDEXES (
        pk_gebeurtenis GLOBAL,
        ix_gebeurtenis_mandje GLOBAL,
        ix_gebeurtenis_onderwerp GLOBAL,
        ix_gebeurtenis_opdracht GLOBAL
    );

ALTER TABLE antwoord MODIFY PARTITION BY RANGE (tijdstip) INTERVAL (NUMTOYMINTERVAL(1, 'MONTH'))
    (PARTITION p_begin VALUES LESS THAN (TIMESTAMP '&eerste_maand 00:00:00'))
    ONLINE UPDATE INDEXES (
        pk_antwoord GLOBAL
    );

ALTER TABLE wijziging MODIFY PARTITION BY RANGE (tijdstip) INTERVAL (NUMTOYMINTERVAL(1, 'MONTH'))
    (PARTITION p_begin VALUES LESS THAN (TIMESTAMP '&eerste_maand 00:00:00'))
    ONLINE UPDATE INDEXES (
        pk_wijziging GLOBAL,
        uq_wijziging_zender_nummer GLOBAL
    );

EXIT
