"""The page about the statuses is the tables themselves, and cannot fall behind them."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path

import pytest

from betaalhub.domain.statuses import TRANSITIONS
from tests.domain.status_docs import NOTES, markdown

PAGE = Path(__file__).resolve().parents[2] / "docs" / "statuses.md"


def chapter(kind: type[StrEnum]) -> str:
    text = PAGE.read_text(encoding="utf-8")
    return text.partition(f"\n## {kind.__name__.removesuffix('Status')}\n")[2].partition("\n## ")[0]


def test_the_page_is_what_the_tables_give() -> None:
    assert PAGE.read_text(encoding="utf-8") == markdown()


def test_every_table_is_explained() -> None:
    assert set(NOTES) == set(TRANSITIONS)


@pytest.mark.parametrize("kind", TRANSITIONS, ids=lambda kind: kind.__name__)
def test_the_drawing_holds_every_step_and_no_other(kind: type[StrEnum]) -> None:
    drawn = set(re.findall(r"^    (\w+) --> (\w+)", chapter(kind), re.MULTILINE))
    assert drawn == {(a, b) for a, steps in TRANSITIONS[kind].items() for b in steps}


@pytest.mark.parametrize("kind", TRANSITIONS, ids=lambda kind: kind.__name__)
def test_the_table_names_every_status_with_what_follows(kind: type[StrEnum]) -> None:
    rows = dict(re.findall(r"^\| (\w+) \| ([^|]*) \|", chapter(kind), re.MULTILINE))
    told = {status: set(rows[status].split(", ")) - {"–"} for status in kind}
    assert told == {status: set(steps) for status, steps in TRANSITIONS[kind].items()}
