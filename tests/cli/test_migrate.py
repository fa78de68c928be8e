"""The tables of the register are made and brought up to date."""

from __future__ import annotations

from tests.cli.administrator import Administrator


def test_a_fresh_register_is_made_once(newcomer: Administrator) -> None:
    assert newcomer.types("migrate") == "Register is bijgewerkt.\n"
    assert newcomer.types("migrate") == "Register was al bij de tijd.\n"


def test_a_register_that_is_not_there_is_told_in_one_line(newcomer: Administrator) -> None:
    (newcomer.directory / "geen-register").write_text("een gewoon bestand " * 100)
    lost = newcomer.with_env(BETAALHUB_DATABASE_URL=f"sqlite:///{newcomer.directory}/geen-register")
    (line,) = lost.types("migrate", code=2).splitlines()
    assert line.startswith("Fout: Het register antwoordt niet (BETAALHUB_DATABASE_URL): ")


def test_a_database_that_cannot_be_is_refused(newcomer: Administrator) -> None:
    other = newcomer.with_env(BETAALHUB_DATABASE_URL="mysql://wie:geheim@daar/hub")
    assert other.types("migrate", code=2) == (
        "Fout: BETAALHUB_DATABASE_URL: mysql kan niet; kies sqlite, postgresql of oracle\n"
    )


def test_whoever_asks_before_migrating_is_sent_to_migrate(newcomer: Administrator) -> None:
    for asked in (("status", "482710936577"), ("uitval", "list"), ("uitval", "show", "1")):
        said = newcomer.types(*asked, code=2)
        assert "betaalhub migrate" in said or "klopt niet" in said


def test_an_empty_register_goes_back_to_an_older_version(newcomer: Administrator) -> None:
    newcomer.types("migrate")
    said = newcomer.types("migrate", "--terug", "0005", "--ja")
    assert said == "Register staat weer op 0005. Zet nu de oudere versie van Betaalhub neer.\n"
    assert newcomer.types("migrate") == "Register is bijgewerkt.\n"


def test_whoever_does_not_say_yes_changes_nothing(newcomer: Administrator) -> None:
    newcomer.types("migrate")
    said = newcomer.types("migrate", "--terug", "0005", code=130, typed="nee\n")
    assert "Hub en worker moeten stilstaan" in said and said.endswith("Er is niets veranderd.\n")
    assert newcomer.types("migrate") == "Register was al bij de tijd.\n"


def test_there_is_no_way_back_where_something_is_lost(administrator: Administrator) -> None:
    said = administrator.types("migrate", "--terug", "0004", "--ja", code=2)
    assert said.startswith("Fout: Het register kan niet terug tot voor 0006: betaalmethode.logo is ingevuld")
    assert "docs/backup.md" in said
    assert administrator.types("migrate") == "Register was al bij de tijd.\n"


def test_a_revision_that_is_not_older_is_refused(newcomer: Administrator) -> None:
    assert "staat op niets" in newcomer.types("migrate", "--terug", "0001", "--ja", code=2)
    newcomer.types("migrate")
    assert "Revisie 9999 bestaat niet" in newcomer.types("migrate", "--terug", "9999", "--ja", code=2)
