"""A register with payments in it is brought up to date: nothing in it changes, and the new checks hold for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, create_engine, inspect
from sqlalchemy.exc import IntegrityError

from betaalhub.storage.database import _alembic, make_engine, migrate

# What version 0.1.0 holds of one payment, in the order in which rows refer to each other.
MOMENT = "'2026-11-24 09:30:00.000000'"
PAYMENT = f"""
INSERT INTO administratie (code, naam, btw_rekening, te_verrekenen_rekening) VALUES ('demostad', 'Demostad', '1590', '2990')
INSERT INTO zender (administratie_id, code, naam, actief) VALUES (1, 'parkeren', 'Parkeren', 1)
INSERT INTO kenmerk (kenmerk, soort) VALUES ('482710936577', 'WINKELMANDJE')
INSERT INTO kenmerk (kenmerk, soort) VALUES ('482710936674', 'BETAALOPDRACHT')
INSERT INTO winkelmandje (administratie_id, kenmerk, token, status, versie, totaal_cent, aangemaakt_op) VALUES (1, '482710936577', 'm', 'BETAALD', 1, 1250, {MOMENT})
INSERT INTO betaalopdracht (administratie_id, zender_id, winkelmandje_id, kenmerk, token, eigen_kenmerk, levend_sleutel, inhoud_hash, status, totaal_cent, ontvangen_cent, terugbetaald_cent, teruggeboekt_cent, leverbaar, versie_gewenst, versie_bevestigd, terugkeer_url, aangemaakt_op, vervalt_op) VALUES (1, 1, 1, '482710936674', 'o', 'ZAAK-1', '1:ZAAK-1', 'x', 'BETAALD', 1250, 1250, 0, 0, 1, 2, 2, 'https://parkeren.example/', {MOMENT}, {MOMENT})
INSERT INTO productregel (betaalopdracht_id, regelnummer, productcode, omschrijving, aantal, bedrag_cent, levering) VALUES (1, 1, 'PARKEREN', 'Parkeervergunning', 1, 1250, 'NIET_GEMELD')
INSERT INTO betaling (winkelmandje_id, volgnummer, psp_referentie, status, kanaal, methode, taal, bedrag_cent, ontvangen_cent, formulier_sleutel, aangemaakt_op, verloopt_op, status_op, gevraagd) VALUES (1, 1, '482710936577-1', 'BETAALD', 'PSP', 'IDEAL', 'nl', 1250, 1250, 'f', {MOMENT}, {MOMENT}, {MOMENT}, 1)
INSERT INTO toewijzing (betaling_id, productregel_id, bedrag_cent, gereserveerd_cent) VALUES (1, 1, 1250, 0)
INSERT INTO uitval (administratie_id, soort, status, sleutel, betaalopdracht_id, betaling_id, omschrijving, geopend_op, gewijzigd_op, keer) VALUES (1, 'BERICHT_DOOD', 'OPEN', 'BERICHT_DOOD:1', 1, 1, 'Een statusbericht', {MOMENT}, {MOMENT}, 1)
INSERT INTO gebeurtenis (onderwerp, onderwerp_id, tijdstip, soort, wie) VALUES ('BETALING', 1, {MOMENT}, 'BETALING_STATUS', 'burger')
INSERT INTO antwoord (zender_id, referentienummer, operatie, inhoud_hash, inhoud, tijdstip) VALUES (1, 'R-1', 'StartBetaling', 'x', 'y', {MOMENT})
"""
TABLES = ("administratie", "betaalopdracht", "betaling", "toewijzing", "uitval", "gebeurtenis", "antwoord")


@pytest.fixture
def postgres_of_before(postgres_server: str) -> Iterator[Engine]:
    """An empty database of its own on the server of this run."""
    server, _, name = postgres_server.rpartition("/")
    own = create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    with own.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}_before")
    engine = make_engine(f"{server}/{name}_before")
    yield engine
    engine.dispose()
    with own.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name}_before WITH (FORCE)")
    own.dispose()


@pytest.fixture
def sqlite_of_before(tmp_path: Path) -> Iterator[Engine]:
    """A file that is not there yet."""
    engine = make_engine(f"sqlite:///{tmp_path}/before.sqlite3")
    yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgres"])
def filled(request: pytest.FixtureRequest) -> Engine:
    """The register of version 0.1.0 with one payment in it."""
    engine: Engine = request.getfixturevalue(f"{request.param}_of_before")
    with engine.begin() as connection:
        config = _alembic()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    with engine.begin() as connection:
        for statement in PAYMENT.strip().splitlines():
            connection.exec_driver_sql(statement)
    return engine


def contents(engine: Engine, columns: dict[str, list[str]]) -> dict[str, list[tuple[object, ...]]]:
    with engine.connect() as connection:
        return {
            table: [
                tuple(row) for row in connection.exec_driver_sql(f"SELECT {', '.join(names)} FROM {table} ORDER BY 1")
            ]
            for table, names in columns.items()
        }


def test_nothing_in_it_changes(filled: Engine) -> None:
    before = {table: [column["name"] for column in inspect(filled).get_columns(table)] for table in TABLES}
    seen = contents(filled, before)
    migrate(filled)
    assert contents(filled, before) == seen
    assert all(len(rows) == 1 for rows in seen.values())


def test_what_is_new_is_empty_and_checked(filled: Engine) -> None:
    migrate(filled)
    with filled.connect() as connection:
        assert connection.exec_driver_sql("SELECT gereserveerd_cent FROM betaling").scalar() == 0
        assert connection.exec_driver_sql("SELECT balie_tussenrekening FROM administratie").scalar() is None
        assert connection.exec_driver_sql("SELECT herroepen_op FROM betaalopdracht").scalar() is None
        assert connection.exec_driver_sql("SELECT terugbetaling_id FROM uitval").scalar() is None
    for wrong in (
        "betaling SET gereserveerd_cent = 1251",
        "betaling SET gereserveerd_cent = -1",
        "uitval SET terugbetaling_id = 7",
    ):
        with pytest.raises(IntegrityError), filled.begin() as connection:
            connection.exec_driver_sql(f"UPDATE {wrong}")
