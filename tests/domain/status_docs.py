"""Writes `docs/statuses.md` from the status tables: `python -m tests.domain.status_docs > docs/statuses.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum

from betaalhub.domain.statuses import (
    FINAL,
    LIVE,
    MAX_AGE,
    STARTS,
    TRANSITIONS,
    BetaalopdrachtStatus,
    BetalingStatus,
    BoekingStatus,
    LeveringStatus,
    TerugbetalingStatus,
    TerugboekingStatus,
    UitvalStatus,
    WinkelmandjeStatus,
)

_HEAD = """# De statussen van Betaalhub

Gemaakt uit de statustabellen in `betaalhub/domain/statuses.py`; niet met de hand wijzigen
(`python -m tests.domain.status_docs > docs/statuses.md`).

Een stap die niet in de tabel staat, wordt geweigerd. Wie een stap zette en waarom, staat in de gebeurtenis, niet in de status.
*Hooguit* is de tijd dat iets in een status mag blijven; daarna opent de hub een uitval. De uitval beslist niet over de uitkomst.
"""
NOTES: dict[type[StrEnum], str] = {
    BetalingStatus: (
        "Eén poging om een winkelmandje te betalen. Alleen het antwoord van de PSP beslist over geld. Een betaling die BETAALD is, gaat nooit terug; "
        "terugbetalen en terugboeken zijn eigen bewegingen. Uit MISLUKT, GEANNULEERD en VERLOPEN haalt geen klok hem meer terug. Zegt "
        "de PSP alsnog dat er betaald is, dan wordt dat als correctie vastgelegd. AANGEMAAKT → BETAALD kan alleen aan de balie (kanaal BALIE)."
    ),
    BetaalopdrachtStatus: (
        "Wat een productsysteem betaald wil hebben. Deze status wordt afgeleid uit de betalingen, toewijzingen, terugbetalingen en de momenten van "
        "intrekken en verlopen; niemand zet hem. Geld na intrekken of verlopen verandert de status pas als iemand het accepteert (uitval LAAT_BETAALD)."
    ),
    WinkelmandjeStatus: "Wat in één keer betaald wordt. Afgeleid uit de betaalopdrachten erin en of er een betaling loopt. AFREKENEN betekent bevroren.",
    LeveringStatus: "Per productregel, gemeld door het productsysteem.",
    TerugbetalingStatus: (
        "Geld dat de gemeente teruggeeft. EXTERN is een terugbetaling die de hub bij de PSP aantreft en niet zelf vroeg; HANDMATIG hoort bij kanaal BALIE."
    ),
    TerugboekingStatus: "Geld dat de bank terughaalt. Bij GEMELD wordt meteen geboekt: de PSP heeft het geld al genomen.",
    BoekingStatus: "Een journaalpost op weg naar het financiële systeem.",
    UitvalStatus: "Een uitzondering die op een mens wacht. Gebeurt hetzelfde opnieuw, dan gaat de uitval weer open.",
}


def markdown() -> str:
    """The whole document: per kind of status a diagram and a table."""
    return "\n".join([_HEAD, *(_chapter(kind) for kind in TRANSITIONS)])


def _chapter(kind: type[StrEnum]) -> str:
    title = kind.__name__.removesuffix("Status")
    return "\n".join(
        [
            f"## {title}\n",
            f"{NOTES[kind]}\n",
            *_diagram(kind),
            "",
            "| status | daarna | hooguit | soort |",
            "|---|---|---|---|",
            *(_row(kind, status) for status in kind),
            "",
        ]
    )


def _diagram(kind: type[StrEnum]) -> Iterator[str]:
    yield from ("```mermaid", "stateDiagram-v2")
    yield from (f"    [*] --> {status}" for status in kind if status in STARTS[kind])
    yield from (f"    {a} --> {b}{_label(kind, a, b)}" for a in kind for b in kind if b in TRANSITIONS[kind][a])
    yield from (f"    {status} --> [*]" for status in kind if not TRANSITIONS[kind][status])
    yield "```"


def _label(kind: type[StrEnum], from_: StrEnum, to: StrEnum) -> str:
    if kind is BetalingStatus and from_ is BetalingStatus.AANGEMAAKT and to is BetalingStatus.BETAALD:
        return " : alleen BALIE"
    return " : correctie" if kind is BetalingStatus and from_ in FINAL else ""


def _row(kind: type[StrEnum], status: StrEnum) -> str:
    after = ", ".join(to for to in kind if to in TRANSITIONS[kind][status]) or "–"
    age = MAX_AGE.get(kind, {}).get(status)
    return f"| {status} | {after} | {_age(age) if age else '–'} | {_sort(kind, status)} |"


def _sort(kind: type[StrEnum], status: StrEnum) -> str:
    words = ["begin"] if status in STARTS[kind] else []
    if kind is BetalingStatus:
        words += (
            ["levend"]
            if status in LIVE
            else ["eind; alleen de PSP kan hem nog BETAALD maken"]
            if status in FINAL
            else []
        )
    return ", ".join(words + ([] if TRANSITIONS[kind][status] else ["eind"])) or "–"


def _age(age: timedelta) -> str:
    hours = age // timedelta(hours=1)
    if hours % 24 == 0 and hours > 24:
        return f"{hours // 24} dagen"
    return f"{hours} uur"


if __name__ == "__main__":
    sys.stdout.write(markdown())
