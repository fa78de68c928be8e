"""The scripts for an Oracle administrator: what is kept in deploy/oracle is what the migrations say today."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from betaalhub.storage.database import migration_sql, oracle_scripts
from betaalhub.storage.database_oracle_ddl import RIGHTS
from betaalhub.storage.database_schema import revisions
from betaalhub.storage.tables import METADATA

KEPT = Path(__file__).resolve().parents[2] / "deploy" / "oracle"
MADE = oracle_scripts()


def test_the_kept_scripts_are_those_of_today() -> None:
    """When this fails: betaalhub ddl oracle --map deploy/oracle"""
    assert {path.name: path.read_text(encoding="utf-8") for path in KEPT.glob("*.sql")} == MADE


def test_every_step_of_every_migration_stands_in_its_own_script() -> None:
    whole = " ".join(migration_sql("oracle").split())
    steps = [
        step
        for part in MADE
        if part.startswith("02-")
        for step in re.findall(r"PROMPT .*\n((?:.+\n)+?)/\n", MADE[part])
    ]
    assert len(steps) > 100
    assert not [step for step in steps if " ".join(step.split()) not in whole]
    assert len(steps) == len(re.findall(r"^/$", migration_sql("oracle"), re.MULTILINE)) - 1  # and a COMMIT at the end


def test_each_revision_is_asked_for_after_the_one_before_it() -> None:
    numbers = [revision for revision, _ in revisions()]
    for before, after in zip(numbers, numbers[1:], strict=False):
        assert f"IF stand <> '{before}' THEN" in MADE[f"02-{after}.sql"]
        assert f"SET version_num='{after}'" in MADE[f"02-{after}.sql"]


def test_nobody_gets_a_right_to_change_what_happened() -> None:
    assert RIGHTS["gebeurtenis"] == ("SELECT", "INSERT")
    assert RIGHTS.keys() == {*METADATA.tables, "alembic_version"}
    money = ("betaalopdracht", "betaling", "journaalpost", "kenmerk", "terugbetaling", "toewijzing", "wijziging")
    assert not [table for table in money if "DELETE" in RIGHTS[table]]


@pytest.mark.parametrize("name", sorted(MADE))
def test_sqlplus_can_hold_and_end_every_script(name: str) -> None:
    """Lines within what SQL*Plus takes; no letter outside ASCII but in comments; and an end, or it waits for more."""
    lines = MADE[name].splitlines()
    assert max(map(len, lines)) < 500
    assert not [line for line in lines if not line.startswith("--") and not line.isascii()]
    assert lines[-1] == "EXIT"


def test_no_script_stops_in_the_middle_without_a_word() -> None:
    readers = {"05-controle.sql"}
    assert not [name for name, script in MADE.items() if "WHENEVER SQLERROR EXIT" not in script and name not in readers]


@pytest.mark.parametrize("name", sorted(MADE))
def test_who_only_presses_enter_has_not_said_yes(name: str) -> None:
    """Nothing typed is NULL, and NULL <> 'x' is not true: an answer is compared for what it must be."""
    assert not re.search(r"&\w+\.?'?\s*(?:<>|!=|\^=)", MADE[name])
    assert not re.search(r"(?:<>|!=|\^=)\s*'?&", MADE[name])


@pytest.mark.parametrize("name", ["01-eigenaar.sql", "03-synoniemen.sql"])
def test_an_administrator_in_the_root_of_the_container_is_sent_to_the_pdb_first(name: str) -> None:
    before, _, after = MADE[name].partition("'CDB$ROOT' THEN")
    assert not re.search(r"^CREATE ", before, re.MULTILINE) and "CREATE " in after


def test_a_datafile_of_small_blocks_can_be_so_big() -> None:
    limit = re.search(r"DEFINE grens = (\d+)M\n", MADE["01-eigenaar.sql"])
    assert limit and int(limit[1]) * 1024 // 8 < 2**22  # blocks of 8 kB in one file


def test_the_partitions_name_every_index_of_their_tables_and_keep_keys_global() -> None:
    script = MADE["04-partities.sql"]
    for table in ("betaalopdracht", "gebeurtenis", "antwoord", "wijziging"):
        assert not [index.name for index in METADATA.tables[table].indexes if f"{index.name} " not in script]
    assert "LOCAL" in script and not re.findall(r"\b(?:pk|uq|ux)_\w+ LOCAL", script)
