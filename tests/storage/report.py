"""One command for an administrator: the suite of the register on every database there is, and a page that tells how it went.

    python -m tests.storage.report [arguments for pytest]      (or: make test-register)

With BETAALHUB_TEST_ORACLE_URL it runs on that Oracle too. What it prints is Dutch, as every command of the hub.
"""

from __future__ import annotations

import os
import platform
import sys
from collections import Counter, defaultdict
from collections.abc import Generator, Iterable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine

from betaalhub.storage.database import make_engine
from tests.storage.registers import describe

SUITE = ("tests/storage", "tests/flows")
NONE = "zonder"  # the column of tests that need no database
COLUMNS = ("sqlite", "postgresql", "oldest", "oracle", NONE)
TITLES = {
    "constraints": "Wat de database zelf weigert",
    "covered": "De proef zelf",
    "database": "Transacties",
    "lint": "Schaduw van Oracle",
    "locks": "Vergrendeling",
    "migrations": "Migraties",
    "outbox": "Wachtrij",
    "outbox_processes": "Wachtrij, losse processen",
    "paging": "Bladeren terwijl anderen schrijven",
    "queries": "Vragen",
    "queries_geld": "Vragen over geld",
    "races": "Wedlopen van losse processen",
    "registers": "Opruimen tussen twee proeven",
    "schema": "Regels in het schema",
    "toegang": "Toegang",
    "types": "Soorten gegevens",
    "upgrade": "Bijwerken van een gevuld register",
}
HEADS = {"oldest": "oudste pg"}
_DATABASE, _VERSION = "betaalhub_database", "betaalhub_version"
_FIXTURES = {"sqlite": ("sqlite_url", "small_town"), "postgresql": ("postgresql_url", "postgres_server"),
             "oldest": ("oldest_url",), "oracle": ("oracle_url",)}  # fmt: skip
_described: set[str] = set()


def database_of(item: pytest.Item) -> str:
    """The database on which this test runs."""
    params: dict[str, Any] = getattr(getattr(item, "callspec", None), "params", {})
    for name in ("url", "server_url", "ground", "kind"):
        if params.get(name) in COLUMNS:
            return str(params[name])
    used = set(getattr(item, "fixturenames", ()))
    return next((name for name, fixtures in _FIXTURES.items() if used & set(fixtures)), NONE)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Every report tells its database, also of a test that is skipped before it begins."""
    item.user_properties.append((_DATABASE, database_of(item)))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """The first test on a database tells its version."""
    database = database_of(item)
    if database not in _described and (engine := _engine_of(item, database)) is not None:
        _described.add(database)
        item.user_properties.append((_VERSION, f"{database}: {describe(engine)}"))
        engine.dispose()
    return (yield)


def _engine_of(item: pytest.Item, database: str) -> Engine | None:
    given: dict[str, Any] = getattr(item, "funcargs", {})
    if isinstance(given.get("ground"), Connection):
        return make_engine(given["ground"].engine.url.render_as_string(hide_password=False))
    urls = (given.get(name) for name in ("url", "server_url", *_FIXTURES.get(database, ())))
    return next(
        (make_engine(url) for url in urls if isinstance(url, str) and url.startswith(("sqlite", "p", "o"))), None
    )


class Page:
    """Gathers how every test went, in the process that started the run."""

    def __init__(self) -> None:
        self.cells: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        self.versions: dict[str, str] = {}
        self.failed: list[str] = []
        self.skipped: Counter[str] = Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count it."""
        told = dict(report.user_properties)
        if _VERSION in told:
            database, _, words = str(told[_VERSION]).partition(": ")
            self.versions[database] = words
        if report.when != "call" and not report.failed and not report.skipped:
            return
        cell = self.cells[_group(report.nodeid), str(told.get(_DATABASE, NONE))]
        cell[report.outcome] += 1
        if report.failed:
            self.failed.append(f"{report.nodeid}: {_last_line(report)}")
        elif report.skipped:
            self.skipped[_last_line(report)] += 1

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the page under what pytest itself tells."""
        for line in self.lines():
            terminalreporter.write_line(line)

    def lines(self) -> Iterator[str]:
        """The page; none when the run ended before its first test, for a reason that pytest tells."""
        if not self.cells:
            return
        columns = [name for name in COLUMNS if any(database == name for _, database in self.cells)]
        groups = list(dict.fromkeys(group for group, _ in self.cells))
        yield from ("", "Het register op elke database", "")
        yield _row("", (HEADS.get(column, column) for column in columns))
        for group in groups:
            yield _row(group, (_count(self.cells[group, column]) for column in columns))
        yield _row("Samen", (_count(self._total(column)) for column in columns))
        yield ""
        yield from (
            f"  {HEADS.get(name, name)}: {self.versions.get(name, 'niet gebruikt')}" for name in columns if name != NONE
        )
        yield f"  Betaalhub {version('betaalhub')}, SQLAlchemy {version('SQLAlchemy')}, Python {platform.python_version()}"
        yield from ("", f"Mislukt: {len(self.failed)}", *(f"  {line}" for line in sorted(self.failed)))
        yield f"Overgeslagen: {self.skipped.total()}"
        yield from (f"  {number} x {why}" for why, number in sorted(self.skipped.items()))
        if "oracle" not in columns:
            yield "Oracle: niet gebruikt. Geef een leeg schema met BETAALHUB_TEST_ORACLE_URL (docs/oracle.md)."

    def _total(self, column: str) -> Counter[str]:
        return sum((cell for (_, database), cell in self.cells.items() if database == column), Counter())


def _group(nodeid: str) -> str:
    path = Path(nodeid.partition("::")[0])
    name = path.stem.removeprefix("test_")
    return TITLES.get(name, name) if path.parent.name == "storage" else "Betalen, boeken, terugbetalen (flows)"


def _row(title: str, cells: Iterable[str]) -> str:
    return f"{title:<40}" + "".join(f"{cell:>14}" for cell in cells)


def _count(cell: Counter[str]) -> str:
    told = str(cell["passed"]) if cell else "-"
    return told + (f" (mis: {cell['failed']})" if cell["failed"] else "")


def _last_line(report: pytest.TestReport) -> str:
    if isinstance(report.longrepr, tuple):  # skipped: file, line, reason
        return str(report.longrepr[2]).removeprefix("Skipped: ")
    crash = getattr(report.longrepr, "reprcrash", None)
    return str(crash.message if crash else report.longrepr).strip().splitlines()[0][:200]


def main(arguments: list[str]) -> int:
    """Run the suite and print the page; gives pytest's exit code."""
    alone = "BETAALHUB_TEST_ORACLE_URL" in os.environ  # one schema, one process
    spread = ["-n", "0"] if alone else ["-n", "2", "--dist", "loadfile"]
    return int(
        pytest.main(["-q", "-r", "E", "-p", "tests.storage.report", *spread, *SUITE, *arguments], plugins=[Page()])
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
