"""Writes the table of scenarios into `docs/simulatoren.md`: `python -m tests.koppelingen.scenarios_page`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from gemeentelijke_koppelingen.simulatoren.scenarios import STORIES, Buur
from gemeentelijke_koppelingen.simulatoren.templates import euro

PAGE = Path(__file__).resolve().parents[2] / "docs" / "simulatoren.md"
BEGIN = "<!-- scenario's: begin (python -m tests.koppelingen.scenarios_page) -->\n"
END = "<!-- scenario's: einde -->\n"
_TITLES = {Buur.PSP: "De PSP", Buur.ERP: "Het financiële systeem", Buur.PRODUCTSYSTEEM: "Het productsysteem"}


def markdown() -> str:
    """The tables, one per neighbour."""
    return "".join(f"\n### {title}: scenario's\n\n" + "".join(_rows(buur)) for buur, title in _TITLES.items()) + "\n"


def _rows(buur: Buur) -> Iterator[str]:
    yield "| bedrag | woord | wat er gebeurt | hoe het eindigt |\n|---|---|---|---|\n"
    for story in STORIES:
        if story.buur is buur:
            ends = ", ".join([story.status, *(f"uitval {soort}" for soort in story.uitval)])
            after = " (na een terugbetaling)" if story.asks_back else ""
            yield f"| {euro(story.cents)} | `{story.word}` | {story.what} | {ends}{after} |\n"


def written(page: str) -> str:
    """The page with the tables in it."""
    head, rest = page.split(BEGIN)
    return head + BEGIN + markdown() + END + rest.split(END)[1]


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
