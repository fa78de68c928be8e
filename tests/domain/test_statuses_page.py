"""The page about the statuses says what the tables say."""

from __future__ import annotations

import re
from pathlib import Path

from betaalhub.domain.statuses import TRANSITIONS
from betaalhub.domain.uitval import UITVAL
from tests.domain.statuses_page import KINDS, markdown

PAGE = Path(__file__).resolve().parents[2] / "docs" / "statuses.md"


def test_the_page_is_written_from_the_tables() -> None:
    assert PAGE.read_text(encoding="utf-8") == markdown()


def test_every_table_is_on_the_page_and_every_status_is_explained() -> None:
    assert {kind.statuses for kind in KINDS} == set(TRANSITIONS)
    assert all(set(kind.meanings) == {status.value for status in kind.statuses} for kind in KINDS)


def test_the_drawings_hold_every_step_of_the_tables() -> None:
    text = PAGE.read_text(encoding="utf-8")
    drawings = re.findall(r"```mermaid\nstateDiagram-v2\n(.*?)```", text, re.DOTALL)
    drawn = [set(re.findall(r"^    (\w+) --> (\w+)", drawing, re.MULTILINE)) for drawing in drawings]
    tables = [TRANSITIONS[kind.statuses] for kind in KINDS]
    assert drawn == [{(str(van), str(naar)) for van, steps in table.items() for naar in steps} for table in tables]


def test_every_kind_of_uitval_is_on_the_page() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert all(f"| {soort} | {rule.omschrijving} | {rule.voorstel} |" in text for soort, rule in UITVAL.items())
