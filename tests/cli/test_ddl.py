"""An administrator gets the scripts for Oracle by a command."""

from __future__ import annotations

from pathlib import Path

from betaalhub.storage.database import oracle_scripts
from betaalhub.storage.database_schema import revisions
from tests.cli.administrator import Administrator


def scripts_in(said: str) -> list[str]:
    return [Path(line).name for line in said.splitlines()]


def test_an_administrator_gets_the_scripts_or_only_what_is_new(newcomer: Administrator) -> None:
    folder = newcomer.directory / "scripts"
    newcomer.types("ddl", "oracle", "--map", str(folder))
    assert {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()} == oracle_scripts()
    said = scripts_in(newcomer.types("ddl", "oracle", "--map", str(folder), "--sinds", "0004"))
    assert said[:2] == ["02-0005.sql", "02-0006.sql"]
    assert {"03-rechten.sql", "03-synoniemen.sql"} <= set(said) and "01-eigenaar.sql" not in said
    newest = revisions()[-1][0]
    assert "niets nieuws" in newcomer.types("ddl", "oracle", "--map", str(folder), "--sinds", newest)


def test_a_folder_that_can_not_be_is_told(newcomer: Administrator) -> None:
    (newcomer.directory / "bestand").write_text("een gewoon bestand")
    folder = str(newcomer.directory / "bestand/scripts")
    assert newcomer.types("ddl", "oracle", "--map", folder, code=2).startswith(f"Fout: In {folder} kan niet geschreven")


def test_a_revision_that_is_not_there_is_told_with_those_that_are(newcomer: Administrator) -> None:
    said = newcomer.types("ddl", "oracle", "--map", str(newcomer.directory), "--sinds", "9", code=2)
    assert said.startswith("Fout: De revisie 9 bestaat niet; kies een van 0001, ")
