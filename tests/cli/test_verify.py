"""An administrator proves her register whole, copies it, and reads what is wrong with one that is not."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from betaalhub.flows.verify import CODES
from tests.cli.administrator import Administrator


def test_an_empty_register_is_whole(administrator: Administrator) -> None:
    said = administrator.types("verify")
    assert said.startswith("Nagerekend in ")
    assert "betaalopdrachten 0, betalingen 0" in said
    assert said.endswith(f"Het register klopt: alle {len(CODES)} controles zijn goed.\n")


def test_a_register_that_is_behind_is_told_to_migrate(newcomer: Administrator) -> None:
    assert "betaalhub migrate" in newcomer.types("verify", code=2)


def test_one_rule_is_asked_by_its_code(administrator: Administrator) -> None:
    said = administrator.types("verify", "--controle", "BOEKING_BALANS")
    assert "BOEKING_BALANS" in said
    assert said.endswith("Het register klopt: deze controle is goed.\n")
    assert "kies een van 'VERWIJZING_TABEL'" in administrator.types("verify", "--controle", "ANDERS", code=2)


def test_what_is_wrong_is_told_by_kenmerk_with_what_to_do(administrator: Administrator) -> None:
    register = administrator.directory / "register.sqlite3"
    connection = sqlite3.connect(register)
    connection.execute("INSERT INTO outbox (soort, object_id, ontvanger, state, due_at, attempts, gevraagd, tijdstip) VALUES "
                       "('VERVAL', 7, 'hub', 'R', '2026-11-24 09:30:00.000000', 0, 1, '2026-11-24 09:30:00.000000')")  # fmt: skip
    connection.commit()
    connection.close()
    said = administrator.types("verify", code=1)
    told = said[said.index("  FOUT") :].splitlines()
    assert told[:3] == [
        "  FOUT  VERWIJZING_WERK           Al het werk in de outbox gaat over iets dat er is.",
        "        Dit geldt 1 keer niet:",
        "          werk VERVAL 7: betaalopdracht 7 bestaat niet",
    ]
    assert "docs/backup.md" in told[3]
    assert told[-1] == f"Het register klopt niet: 1 van {len(CODES)} controles vond iets."


def test_a_program_reads_it_as_json(administrator: Administrator) -> None:
    found = json.loads(administrator.types("verify", "--json"))
    assert found["klopt"] is True
    assert found["rijen"]["betaling"] == 0
    assert {"code", "regel", "aantal", "eerste", "advies"} == set(found["controles"][0])
    assert len(found["controles"]) == len(CODES)


def test_a_copy_is_a_register(administrator: Administrator) -> None:
    target = administrator.directory / "kopie.sqlite3"
    assert administrator.types("backup", str(target)).startswith(f"Register gekopieerd naar {target} (")
    copied = administrator.with_env(BETAALHUB_DATABASE_URL=f"sqlite:///{target}")
    assert "Het register klopt" in copied.types("verify")
    assert "bestaat al" in administrator.types("backup", str(target), code=2)


def test_a_copy_in_a_folder_is_named_after_its_moment(administrator: Administrator, tmp_path: Path) -> None:
    folder = tmp_path / "kopieën"
    folder.mkdir()
    administrator.types("backup", str(folder))
    (copy,) = folder.iterdir()
    assert copy.name.startswith("betaalhub-20")
    assert copy.name.endswith("Z.sqlite3")


def test_a_folder_that_is_not_there_does_not_become_a_file(administrator: Administrator, tmp_path: Path) -> None:
    said = administrator.types("backup", f"{tmp_path}/bestaatniet/", code=2)
    assert said.startswith(f"Fout: De map {tmp_path}/bestaatniet/ bestaat niet")
    assert list(tmp_path.glob("bestaatniet*")) == []


def test_a_register_elsewhere_is_copied_by_its_own_tools(administrator: Administrator, tmp_path: Path) -> None:
    elsewhere = administrator.with_env(BETAALHUB_DATABASE_URL="postgresql+psycopg://hub@127.0.0.1:1/hub")
    assert "pg_dump" in elsewhere.types("backup", str(tmp_path / "kopie"), code=2)
    lost = administrator.with_env(BETAALHUB_DATABASE_URL=f"sqlite:///{tmp_path}/weg/register.sqlite3")
    assert "niet te kopiëren" in lost.types("backup", str(tmp_path / "kopie"), code=2)
