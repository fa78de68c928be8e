"""Damage to a register in which everything happened once, and the rules of `betaalhub verify` that it breaks: no more, no fewer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Breakage:
    """Statements that do the damage, and the codes of the rules that no longer hold."""

    codes: frozenset[str]
    statements: tuple[str, ...]


def _breaks(codes: str, *statements: str) -> Breakage:
    return Breakage(frozenset(codes.split()), statements)


def first(table: str, where: str, column: str = "id") -> str:
    """The lowest number of the rows for which this holds, as a subquery that every database takes."""
    return f"(SELECT MIN(x.{column}) FROM {table} x WHERE {where})"


def work(soort: str, number: object, state: str) -> str:
    """A piece of work in the outbox."""
    moment = "'2026-11-24 09:30:00.000000'"
    return (
        "INSERT INTO outbox (soort, object_id, ontvanger, state, due_at, attempts, gevraagd, tijdstip) "
        f"SELECT '{soort}', {number}, 'hub', '{state}', {moment}, 0, 1, {moment} FROM administratie"
    )


PAID = first("betaling", "x.status = 'BETAALD' AND x.kanaal = 'PSP' AND x.gereserveerd_cent = 0")
LIVE = first("betaling", "x.status = 'GESTART'")
OPEN = first("betaalopdracht", "x.status = 'OPEN'")
OPEN_MANDJE = first("betaalopdracht", "x.status = 'OPEN'", "winkelmandje_id")
PAID_OPDRACHT = first("betaalopdracht", "x.status = 'BETAALD' AND x.leverbaar = 1")
BOOKED = first("journaalpost", "x.status = 'GEBOEKT' AND x.soort = 'BETAALD'")
BALIE = first("betaling", "x.kanaal = 'BALIE'")

BREAKAGES = (
    # References.
    _breaks("VERWIJZING_TABEL", f"DELETE FROM boekingsbatch WHERE id = {first('boekingsbatch', '1 = 1')}"),
    _breaks("VERWIJZING_WERK", work("STATUSBERICHT", 99999, "R")),
    _breaks("VERWIJZING_GEBEURTENIS",
            "INSERT INTO gebeurtenis (onderwerp, onderwerp_id, tijdstip, soort, wie) VALUES "
            "('BETALING', 99999, '2026-11-24 09:30:00.000000', 'PSP_ALARM', 'worker')"),
    _breaks("VERWIJZING_GEBEURTENIS", "UPDATE gebeurtenis SET gegevens = '{\"betaling\": 99999}' WHERE id = "
            + first("gebeurtenis", "x.soort = 'UITVAL_GEOPEND'")),
    _breaks("KENMERK_CIJFERS ANTWOORD", "INSERT INTO kenmerk (kenmerk, soort) VALUES ('482710936570', 'BETAALOPDRACHT')",
            f"UPDATE betaalopdracht SET kenmerk = '482710936570' WHERE id = {OPEN}"),
    _breaks("ANTWOORD", "UPDATE antwoord SET inhoud = '-' WHERE referentienummer = (SELECT MIN(x.referentienummer) FROM antwoord x)"),
    # Betaalopdrachten and winkelmandjes.
    _breaks("OPDRACHT_SOM", f"UPDATE productregel SET bedrag_cent = bedrag_cent - 1 WHERE betaalopdracht_id = {OPEN}"),
    _breaks("OPDRACHT_STAND FEED_STAND", f"UPDATE betaalopdracht SET leverbaar = 0 WHERE id = {PAID_OPDRACHT}"),
    _breaks("OPDRACHT_SLEUTEL", f"UPDATE betaalopdracht SET levend_sleutel = NULL WHERE id = {OPEN}"),
    _breaks("OPDRACHT_SLEUTEL", "UPDATE betaalopdracht SET levend_sleutel = 'weg' WHERE status = 'INGETROKKEN'"),
    _breaks("OPDRACHT_ZOEKVELDEN", f"UPDATE productregel SET aangemaakt_op = '1970-01-01 00:00:00.000000' WHERE betaalopdracht_id = {OPEN}"),
    _breaks("OPDRACHT_ZOEKVELDEN", f"UPDATE betaalopdracht SET betaler_naam = 'A. Aap', zoeknaam = 'jansen' WHERE id = {OPEN}"),
    _breaks("OPDRACHT_BETAALD_OP", f"UPDATE betaalopdracht SET betaald_op = NULL WHERE id = {PAID_OPDRACHT}"),
    _breaks("OPDRACHT_ADMINISTRATIE VERWIJZING_TABEL", f"UPDATE betaalopdracht SET administratie_id = 99999 WHERE id = {OPEN}"),
    _breaks("MANDJE_SOM", f"UPDATE winkelmandje SET totaal_cent = totaal_cent + 1 WHERE id = {OPEN_MANDJE}"),
    _breaks("MANDJE_STATUS GEBEURTENIS_STATUS", f"UPDATE winkelmandje SET status = 'VERLOPEN' WHERE id = {OPEN_MANDJE}"),
    # Betalingen and what they pay.
    _breaks("BETALING_SLEUTEL", f"UPDATE betaling SET levend_sleutel = NULL WHERE id = {LIVE}"),
    _breaks("BETALING_SLEUTEL", f"UPDATE betaling SET levend_sleutel = '99999' WHERE id = {PAID}"),
    _breaks("BETALING_ONTVANGEN BOEKING_TUSSENREKENING",
            f"UPDATE betaling SET ontvangen_cent = ontvangen_cent - 1 WHERE id = {PAID}"),
    _breaks("BETALING_REFERENTIE", f"UPDATE betaling SET psp_referentie = 'een-andere' WHERE id = {PAID}"),
    _breaks("TOEWIJZING_SOM", f"UPDATE betaling SET bedrag_cent = bedrag_cent - 1 WHERE id = {PAID}"),
    _breaks("TOEWIJZING_SOM TOEWIJZING_REGEL", f"UPDATE toewijzing SET bedrag_cent = bedrag_cent + 1 WHERE betaling_id = {LIVE}"),
    _breaks("BETALING_BALIE", f"UPDATE betaling SET kanaal = 'PSP' WHERE id = {BALIE}"),
    _breaks("TERUGBETALING_REGELS RESERVERING_REGEL OPDRACHT_STAND",
            "UPDATE terugbetaling_regel SET bedrag_cent = bedrag_cent + 1 WHERE id = "
            + first("terugbetaling_regel", "1 = 1")),
    _breaks("TERUGBETALING_NUMMER", "UPDATE terugbetaling SET beweging_sleutel = 'x' WHERE status = 'EXTERN'"),
    _breaks("TERUGBOEKING_REGELS RESERVERING_REGEL OPDRACHT_STAND", "UPDATE terugboeking_regel SET bedrag_cent = bedrag_cent + 1 WHERE id = "
            + first("terugboeking_regel", "1 = 1")),
    _breaks("RESERVERING_REGEL RESERVERING", f"UPDATE toewijzing SET gereserveerd_cent = 1 WHERE betaling_id = {PAID}"),
    _breaks("RESERVERING", f"UPDATE betaling SET gereserveerd_cent = 1 WHERE id = {PAID}"),
    # The journaal.
    _breaks("BOEKING_BALANS BOEKING_REGEL", f"UPDATE boekingsregel SET credit_cent = credit_cent - 1 WHERE volgnummer = 2 AND journaalpost_id = {BOOKED}"),
    _breaks("BOEKING_STATUS", f"UPDATE journaalpost SET boekstuknummer = NULL WHERE id = {BOOKED}"),
    _breaks("BOEKING_BETAALD BOEKING_TUSSENREKENING VERWIJZING_GEBEURTENIS VERWIJZING_TABEL", f"DELETE FROM journaalpost WHERE id = {BOOKED}"),
    _breaks("BOEKING_ZONDER_BETALING BOEKING_BETAALD", f"UPDATE journaalpost SET sleutel = 'BETAALD:1:99999' WHERE id = {BOOKED}"),
    _breaks("BOEKING_HERROEPEN", "UPDATE journaalpost SET sleutel = 'WEG' WHERE SUBSTR(sleutel, 1, 10) = 'HERROEPEN:'"),
    # What happened.
    _breaks("GEBEURTENIS_STATUS", "DELETE FROM gebeurtenis WHERE naar = 'GESTART' AND onderwerp_id = " + PAID + " AND onderwerp = 'BETALING'"),
    _breaks("GEBEURTENIS_STAP", "INSERT INTO gebeurtenis (onderwerp, onderwerp_id, tijdstip, soort, van, naar, wie) VALUES "
            f"('BETALING', {PAID}, '2026-11-24 09:30:00.000000', 'BETALING_STATUS', 'BETAALD', 'MISLUKT', 'x')",
            "INSERT INTO gebeurtenis (onderwerp, onderwerp_id, tijdstip, soort, van, naar, wie) VALUES "
            f"('BETALING', {PAID}, '2026-11-24 09:30:00.000000', 'BETALING_STATUS', 'MISLUKT', 'BETAALD', 'x')"),
    # The feed.
    _breaks("FEED_VERSIES FEED_NUMMERS", f"DELETE FROM wijziging WHERE betaalopdracht_id = {PAID_OPDRACHT} AND versie = 2"),
    _breaks("FEED_STAND", f"UPDATE wijziging SET ontvangen_cent = ontvangen_cent + 1 WHERE betaalopdracht_id = {PAID_OPDRACHT} AND versie = 2"),
    _breaks("FEED_NUMMERS", "UPDATE wijziging_teller SET laatste = laatste + 1"),
    _breaks("FEED_VOLGORDE FEED_NUMMERS", f"UPDATE wijziging SET nummer = -nummer WHERE betaalopdracht_id = {PAID_OPDRACHT} AND versie = 1"),
    _breaks("VERSIE_BEVESTIGD WERK_STATUSBERICHT", f"UPDATE betaalopdracht SET versie_bevestigd = 0 WHERE id = {PAID_OPDRACHT}"),
    # Work, and what a person must know.
    _breaks("WERK_VERVAL", f"DELETE FROM outbox WHERE soort = 'VERVAL' AND object_id = {OPEN}"),
    _breaks("WERK_VRAAG", f"DELETE FROM outbox WHERE soort = 'VRAAG_PSP' AND object_id = {LIVE}"),
    _breaks("WERK_STATUSBERICHT", f"UPDATE betaalopdracht SET versie_bevestigd = 1 WHERE id = {PAID_OPDRACHT}"),
    _breaks("WERK_TERUGBETALING", "DELETE FROM outbox WHERE soort = 'TERUGBETALING' AND state = 'R'"),
    _breaks("WERK_BATCH", "UPDATE boekingsbatch SET status = 'VERZONDEN' WHERE id = " + first("boekingsbatch", "1 = 1")),
    _breaks("WERK_MAIL",
            "INSERT INTO mail (betaling_id, zaak, soort, status, status_op, gewenst_op, keer) SELECT id, 'ONTVANGST', 'BETAALBEWIJS', "
            f"'TE_VERZENDEN', status_op, status_op, 1 FROM betaling WHERE id = {PAID}"),
    _breaks("WERK_LEASE", f"UPDATE outbox SET token = 'x' WHERE soort = 'VERVAL' AND object_id = {OPEN}"),
    _breaks("WERK_DOOD", work("STATUSBERICHT", OPEN, "X")),
    _breaks("UITVAL_AFGEKEURD VERWIJZING_GEBEURTENIS GEBEURTENIS_STATUS", "DELETE FROM uitval WHERE soort = 'BOEKING_AFGEKEURD'"),
    _breaks("UITVAL_AFWIJKEND VERWIJZING_GEBEURTENIS GEBEURTENIS_STATUS", "DELETE FROM uitval WHERE soort = 'BEDRAG_AFWIJKEND'"),
    _breaks("UITVAL_LAAT VERWIJZING_GEBEURTENIS GEBEURTENIS_STATUS", "DELETE FROM uitval WHERE soort = 'LAAT_BETAALD'"),
    _breaks("UITVAL_DUBBEL VERWIJZING_GEBEURTENIS GEBEURTENIS_STATUS OPDRACHT_STAND", "DELETE FROM uitval WHERE soort = 'DUBBEL_BETAALD'"),
    _breaks("UITVAL_EXTERN VERWIJZING_GEBEURTENIS GEBEURTENIS_STATUS OPDRACHT_STAND", "DELETE FROM uitval WHERE soort = 'EXTERNE_TERUGBETALING'"),
    _breaks("UITVAL_TERUGBOEKING VERWIJZING_GEBEURTENIS GEBEURTENIS_STATUS OPDRACHT_STAND",
            "DELETE FROM uitval WHERE soort IN ('TERUGBOEKING', 'PSP_SPREEKT_ZICH_TEGEN')"),
    _breaks("UITVAL_OPGELOST", "UPDATE uitval SET opgelost_door = NULL WHERE status = 'OPGELOST'"),
)  # fmt: skip
