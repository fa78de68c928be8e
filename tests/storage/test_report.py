"""The page for the administrator: what was run where, what failed and what was left out, so that nothing seems proved that is not."""

from __future__ import annotations

import pytest

from tests.storage.report import Page

LOCKS = "tests/storage/test_locks.py::test_a_row"


def told(page: Page, nodeid: str, outcome: str, database: str, *, why: object = None, version: str = "") -> None:
    properties = [("betaalhub_database", database)]
    if version:
        properties.append(("betaalhub_version", f"{database}: {version}"))
    page.pytest_runtest_logreport(
        pytest.TestReport(nodeid, ("", 0, ""), {}, outcome, why, "call", user_properties=properties)  # type: ignore[arg-type]
    )


@pytest.fixture
def page() -> Page:
    page = Page()
    told(page, LOCKS, "passed", "postgresql", version="PostgreSQL 18.6, psycopg 3.3.9")
    told(page, LOCKS, "failed", "oracle", why="ORA-00054: resource busy\nmore", version="Oracle 19c, oracledb 3.4")
    told(page, "tests/storage/test_types.py::test_a_moment", "passed", "oracle")
    told(
        page,
        "tests/flows/test_zoek.py::test_all",
        "skipped",
        "oracle",
        why=("file", 1, "Skipped: one writer at a time"),
    )
    return page


def row(page: Page, title: str) -> list[str]:
    (line,) = (line for line in page.lines() if line.startswith(title))
    return line[40:].split("  ")


def test_each_database_has_its_column_and_its_version(page: Page) -> None:
    assert [cell for cell in row(page, " " * 40) if cell] == ["postgresql", "oracle"]
    assert "  oracle: Oracle 19c, oracledb 3.4" in list(page.lines())
    assert [cell.strip() for cell in row(page, "Vergrendeling") if cell.strip()] == ["1", "0 (mis: 1)"]
    assert [cell.strip() for cell in row(page, "Samen") if cell.strip()] == ["1", "1 (mis: 1)"]


def test_what_failed_or_was_left_out_is_told_with_its_reason(page: Page) -> None:
    lines = list(page.lines())
    assert f"  {LOCKS}: ORA-00054: resource busy" in lines
    assert "  1 x one writer at a time" in lines


def test_a_run_that_ended_before_it_began_has_no_page() -> None:
    assert list(Page().lines()) == []


def test_a_page_without_oracle_says_so() -> None:
    page = Page()
    told(page, LOCKS, "passed", "sqlite")
    assert [line for line in page.lines() if line.startswith("Oracle: niet gebruikt")]
