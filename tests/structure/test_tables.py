"""The tables that decide: statuses, uitval and migrations are closed, and agree with what we publish."""

from __future__ import annotations

from enum import StrEnum

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from betaalhub.domain import statuses
from betaalhub.domain.uitval import UITVAL, Oplossing, UitvalSoort
from tests.structure.house import TOP

TABLES = sorted(statuses.TRANSITIONS.items(), key=lambda item: item[0].__name__)


@pytest.mark.parametrize(("kind", "table"), TABLES, ids=[kind.__name__ for kind, _ in TABLES])
def test_a_status_table_is_closed(kind: type[StrEnum], table: dict[StrEnum, frozenset[StrEnum]]) -> None:
    assert set(table) == set(kind)
    assert all(to <= set(kind) for to in table.values())


@pytest.mark.parametrize(("kind", "table"), TABLES, ids=[kind.__name__ for kind, _ in TABLES])
def test_a_status_table_can_not_be_changed_while_running(
    kind: type[StrEnum], table: dict[StrEnum, frozenset[StrEnum]]
) -> None:
    with pytest.raises(TypeError):
        table[next(iter(kind))] = frozenset()


def test_every_status_enum_has_its_table() -> None:
    kinds = {value for name, value in vars(statuses).items() if name.endswith("Status") and isinstance(value, type)}
    assert kinds == set(statuses.TRANSITIONS)


def test_every_kind_of_uitval_is_explained_proposed_and_can_be_closed() -> None:
    assert set(UITVAL) == set(UitvalSoort)
    assert not [
        soort for soort, rule in UITVAL.items() if not (rule.omschrijving.endswith(".") and rule.voorstel.endswith("."))
    ]
    assert not [soort for soort, rule in UITVAL.items() if Oplossing.GEEN_ACTIE not in rule.oplossingen]


def test_no_resolution_is_without_use() -> None:
    assert {oplossing for rule in UITVAL.values() for oplossing in rule.oplossingen} == set(Oplossing)


@pytest.mark.parametrize(
    "kind", [statuses.BetaalopdrachtStatus, statuses.LeveringStatus], ids=lambda kind: kind.__name__
)
def test_published_statuses_are_documented_in_the_contract(kind: type[StrEnum]) -> None:
    text = (TOP / "xsd" / "betaalhub-typen-v1.xsd").read_text(encoding="utf-8")
    assert not [value for value in kind if f"{value}:" not in text]


def test_migrations_have_one_head() -> None:
    config = Config()
    config.set_main_option("script_location", str(TOP / "betaalhub" / "storage" / "migrations"))
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1
