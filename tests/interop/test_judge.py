"""What a client printed is judged by what it read, and the table tells it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.builders import ESB
from tests.interop.clients import Need
from tests.interop.debian import Packages
from tests.interop.hub import PRODUCT_NAAM, ZENDER_NAAM
from tests.interop.judge import COLUMNS, TEXT, Verdict, facts, judge
from tests.interop.processes import run
from tests.interop.run import exit_code
from tests.interop.table import Row, render, worse

KENMERK, OTHER = "482710936577", "600670520522"
STARTED = [("Betaalkenmerk", "text", KENMERK), ("BetaalUrl", "text", "http://hub/nl/x"), ("Status", "text", "OPEN")]
CODES = "TOTAAL_ONJUIST,PRODUCT_ONBEKEND,REGELNUMMER_DUBBEL,PRODUCT_ONBEKEND,TERUGKEERURL_NIET_TOEGESTAAN"
GOOD = {
    "controleer": [
        ("Aansluiting", "text", ESB),
        ("ZenderNaam", "text", ZENDER_NAAM),
        ("RegisterBereikbaar", "bool", "true"),
        ("Tijdstip", "time", "2026-11-25T14:08:55.933442Z"),
    ],
    "start-1": [*STARTED, ("Versie", "int", "1")],
    "again": [*STARTED, ("Versie", "int", "1")],
    "start-50": [("Betaalkenmerk", "text", OTHER)],
    "query": [
        ("Betaalkenmerk", "text", OTHER),
        ("Status", "text", "OPEN"),
        ("Leverbaar", "bool", "false"),
        ("TotaalInCenten", "int", "422500"),
        ("Regels", "int", "50"),
        ("BedragInCenten", "int", "8450"),
        ("Betaald", "bool", "false"),
    ],
    "products": [
        ("Codes", "text", "EVENEMENT,OMGEVING"),
        ("Omschrijving", "text", PRODUCT_NAAM),
        ("GeldigVan", "time", "2020-01-01"),
    ],
    "feed": [("Betaalkenmerk", "text", OTHER), ("Volgende", "int", "3"), ("Compleet", "bool", "true")],
    "refusal": [
        ("Detail", "text", "typed"),
        ("Code", "text", "TOTAAL_ONJUIST"),
        ("Plek", "text", "client"),
        ("Herhaalbaar", "bool", "false"),
        ("Bevindingen", "text", CODES),
    ],
    "contract": [
        ("Code", "text", "ONGELDIG_BERICHT"),
        ("Element", "text", "/StartBetaling/Productregel[2]/Aantal"),
        ("Facet", "text", "minInclusive"),
        ("Regel", "int", "7"),
    ],
    "end": [("client", "text", "1.0")],
}  # fmt: skip
LINES = "".join(f"{step}\t{name}\t{kind}\t{value}\n" for step, told in GOOD.items() for name, kind, value in told)


def verdict(lines: str = LINES, page: str = f"<td>{TEXT}</td>") -> Verdict:
    return judge(facts(lines), lambda url: page)


def row(*, wrong: str = "", **changes: object) -> Row:
    cells = {**dict.fromkeys(COLUMNS, ""), **({wrong: "query: no Status"} if wrong else {})}
    if changes.get("skipped"):
        cells = {}
    values = {"title": "zeep", "obligatory": True, "soap": "1.1", "version": "4.3.3", "manner": "typed", "remarks": ()}
    return Row(**{**values, "cells": cells, **changes})  # type: ignore[arg-type]


def test_what_a_good_client_prints_is_good() -> None:
    found = verdict(f"WARNING: of some library\n{LINES}")
    assert found.good
    assert (found.manner, found.as_text, found.version) == ("typed", (), "1.0")


@pytest.mark.parametrize(
    ("before", "after", "column"),
    [
        ("café-terrassen", "caf\ufffd-terrassen", "Controleer"),
        ("start-1\tStatus\ttext\tOPEN", "start-1\tStatus\ttext\t", "1 regel"),
        (f"again\tBetaalkenmerk\ttext\t{KENMERK}", f"again\tBetaalkenmerk\ttext\t{OTHER}", "same again"),
        (f"start-50\tBetaalkenmerk\ttext\t{OTHER}", "", "50 regels"),
        (f"query\tBetaalkenmerk\ttext\t{OTHER}", f"query\tBetaalkenmerk\ttext\t{KENMERK}", "query"),
        ("Regels\tint\t50", "Regels\tint\t1", "query"),
        ("Leverbaar\tbool\tfalse", "Leverbaar\tint\tfalse", "query"),
        ("EVENEMENT,OMGEVING", "OMGEVING", "list"),
        (f"feed\tBetaalkenmerk\ttext\t{OTHER}", f"feed\tBetaalkenmerk\ttext\t{KENMERK}", "feed"),
        (",REGELNUMMER_DUBBEL", "", "fault"),
        ("Facet\ttext\tminInclusive", "Facet\ttext\t", "fault"),
    ],
)
def test_one_thing_wrong_is_told_in_its_column(before: str, after: str, column: str) -> None:
    assert before in LINES
    wrong = verdict(LINES.replace(before, after)).wrong
    assert [name for name, text in wrong.items() if text] == [column]


def test_a_text_that_got_lost_on_its_way_to_the_citizen_is_wrong() -> None:
    assert verdict(page="Caf? & terras, deel 1").wrong["1 regel"]


def test_a_client_that_prints_nothing_has_everything_wrong() -> None:
    assert all(verdict("").wrong.values())


def test_what_came_as_text_is_remarked_and_not_wrong() -> None:
    found = verdict(LINES.replace("Versie\tint", "Versie\ttext").replace("Herhaalbaar\tbool", "Herhaalbaar\ttext"))
    assert (found.good, found.as_text) == (True, ("Versie", "Herhaalbaar"))


def test_the_page_tells_what_went_well_what_did_not_and_what_was_skipped() -> None:
    rows = [row(), row(title="Axis", obligatory=False, wrong="query"), row(title="mono", skipped="no mono-devel")]
    page = render(rows, date(2026, 11, 25))
    assert "| **zeep** | 4.3.3 | 1.1 | yes | yes | yes | yes | yes | yes | yes | yes, typed |  |" in page
    assert "| Axis | 4.3.3 | 1.1 | yes | yes | yes | yes | **no** | yes | yes | yes, typed | query: no Status |" in page
    assert "| **mono** | – | 1.1 | – | – | – | – | – | – | – | – | skipped: no mono-devel |" in page
    assert page.endswith("Run on 2026-11-25.\n")


def test_only_what_got_worse_is_told() -> None:
    page = render([row(), row(title="Axis", wrong="query")], date(2026, 11, 25))
    now = [row(wrong="query"), row(title="Axis", wrong="query"), row(title="new", wrong="query")]
    assert worse(now, page) == ["zeep, SOAP 1.1: query"]
    assert not worse([row(), row(title="Axis")], page)


@pytest.mark.parametrize(
    ("changes", "anywhere", "in_ci"),
    [
        ({}, 0, 0),
        ({"wrong": "fault"}, 1, 1),
        ({"wrong": "fault", "obligatory": False}, 0, 0),
        ({"skipped": "no php"}, 0, 1),
        ({"skipped": "no mono", "obligatory": False}, 0, 0),
    ],
)
def test_only_an_obligatory_client_decides(changes: dict[str, object], anywhere: int, in_ci: int) -> None:
    rows = [row(), row(**changes)]
    assert (exit_code(rows, in_ci=False), exit_code(rows, in_ci=True)) == (anywhere, in_ci)


def test_a_client_that_hangs_is_killed_with_what_it_started(tmp_path: Path) -> None:
    ended = run(["sh", "-c", "sleep 600 & echo $!; wait"], cwd=tmp_path, env={"PATH": "/usr/bin:/bin"}, seconds=1)
    assert ended.code is None
    assert ended.reason.startswith("killed after")
    child = Path(f"/proc/{ended.out.strip()}/stat")
    assert not child.exists() or child.read_text().rpartition(")")[2].split()[0] == "Z"


def test_a_missing_package_is_named_where_nothing_may_be_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")  # no apt-get here, whoever runs this
    reason = Packages(lambda text: None, lambda: 60.0).provide([Need("sh", "dash"), Need("/etc", "base-files")])
    assert reason == "not on this machine: dash (as root: apt-get install dash)"
