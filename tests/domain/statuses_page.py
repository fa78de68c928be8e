"""Writes `docs/statuses.md` from the tables of the domain: `python -m tests.domain.statuses_page > docs/statuses.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from betaalhub.domain import statuses as s
from betaalhub.domain.uitval import UITVAL

_HEAD = """# De statussen van Betaalhub

Gemaakt uit `betaalhub/domain/statuses.py` en `betaalhub/domain/uitval.py`; niet met de hand wijzigen
(`python -m tests.domain.statuses_page > docs/statuses.md`).

Wat niet in een tabel staat, wordt geweigerd. Wie iets deed en waarom staat bij de gebeurtenis, niet in de status.
De statussen van een betaalopdracht en een winkelmandje zijn afgeleid: de hub rekent ze uit de feiten uit en bewaart ze alleen om te zoeken.
Een status met een hoogste leeftijd die te lang duurt, wordt uitval voor een medewerker. De hub beslist dan niet zelf over de uitkomst.
"""


@dataclass(frozen=True, slots=True)
class Kind:
    """One table: how it is called, what it is about, and what each status means to a reader."""

    statuses: type[StrEnum]
    title: str
    about: str
    meanings: Mapping[str, str]


KINDS = (
    Kind(
        s.BetalingStatus,
        "Betaling",
        "Een poging om een winkelmandje te betalen. Alleen het antwoord van de PSP beslist over geld.",
        {
            "AANGEMAAKT": "vastgelegd, nog niet naar de PSP",
            "STARTEN": "de PSP wordt aangeroepen",
            "GESTART": "de PSP wacht op de betaler",
            "IN_BEHANDELING": "de bank of een medewerker is nog bezig",
            "ONBEKEND": "het is niet zeker of de PSP de betaling kent",
            "BETAALD": "de PSP bevestigt het geld; dit gaat nooit terug",
            "MISLUKT": "niet gelukt",
            "GEANNULEERD": "afgebroken door de betaler",
            "VERLOPEN": "te lang gewacht; bij de PSP gesloten",
        },
    ),
    Kind(
        s.BetaalopdrachtStatus,
        "Betaalopdracht (afgeleid)",
        "Wat een productsysteem betaald wil krijgen.",
        {
            "OPEN": "kan worden betaald",
            "IN_BETALING": "er loopt een betaling",
            "BETAALD": "elke productregel is betaald",
            "DEELS_TERUGBETAALD": "een deel is teruggegeven",
            "TERUGBETAALD": "alles is teruggegeven",
            "INGETROKKEN": "door het productsysteem ingetrokken",
            "VERLOPEN": "niet op tijd betaald",
        },
    ),
    Kind(
        s.WinkelmandjeStatus,
        "Winkelmandje (afgeleid)",
        "Wat in één keer wordt betaald.",
        {
            "OPEN": "kan veranderen en worden betaald",
            "AFREKENEN": "vast: er loopt een betaling",
            "BETAALD": "alles wat erin ligt is betaald",
            "VERLOPEN": "er ligt niets meer in om te betalen",
        },
    ),
    Kind(
        s.LeveringStatus,
        "Levering",
        "Per productregel, gemeld door het productsysteem.",
        {
            "NIET_GEMELD": "het productsysteem meldde nog niets",
            "IN_UITVOERING": "wordt geleverd",
            "GELEVERD": "geleverd",
            "NIET_LEVERBAAR": "kan niet worden geleverd",
        },
    ),
    Kind(
        s.TerugbetalingStatus,
        "Terugbetaling",
        "De gemeente geeft geld terug.",
        {
            "AANGEVRAAGD": "gevraagd, nog niet beoordeeld",
            "GOEDGEKEURD": "mag naar de PSP",
            "AFGEWEZEN": "gaat niet door",
            "VERZENDEN": "de PSP wordt aangeroepen",
            "INGEDIEND": "de PSP heeft het verzoek",
            "ONBEKEND": "het is niet zeker of de PSP het verzoek kent",
            "VOLTOOID": "het geld is terug",
            "MISLUKT": "niet gelukt",
            "EXTERN": "buiten de hub om gedaan, gevonden bij de PSP",
            "GEKOPPELD": "extern, en bij een betaling gelegd",
            "HANDMATIG": "aan de balie teruggegeven",
        },
    ),
    Kind(
        s.TerugboekingStatus,
        "Terugboeking",
        "De bank haalt geld terug.",
        {
            "GEMELD": "de PSP heeft het geld teruggenomen",
            "GEWONNEN": "betwist en teruggekregen",
            "VERLOREN": "het geld blijft weg",
        },
    ),
    Kind(
        s.BoekingStatus,
        "Boeking",
        "Een journaalpost bij het financiële systeem.",
        {
            "TE_BOEKEN": "wacht op een batch",
            "IN_BATCH": "zit in een batch",
            "VERZONDEN": "de batch is verstuurd",
            "GEBOEKT": "geboekt, met een boekstuknummer",
            "AFGEKEURD": "geweigerd, met een reden",
        },
    ),
    Kind(
        s.UitvalStatus,
        "Uitval",
        "Een uitzondering die op een medewerker wacht.",
        {
            "OPEN": "wacht op een medewerker",
            "IN_BEHANDELING": "een medewerker is ermee bezig",
            "OPGELOST": "klaar; opent opnieuw bij dezelfde oorzaak",
        },
    ),
)


def markdown() -> str:
    """The whole page."""
    return "\n".join([_HEAD, *(_section(kind) for kind in KINDS), *_uitval()])


def _section(kind: Kind) -> str:
    return "\n".join(
        [
            f"## {kind.title}\n",
            f"{kind.about}\n",
            "```mermaid",
            "stateDiagram-v2",
            *(f"    {line}" for line in _drawing(kind.statuses)),
            "```\n",
            "| status | betekenis | daarna | hoogste leeftijd |",
            "|---|---|---|---|",
            *(_row(kind, status) for status in kind.statuses),
            "",
        ]
    )


def _drawing(kind: type[StrEnum]) -> Iterator[str]:
    for status in kind:
        if status in s.STARTS[kind]:
            yield f"[*] --> {status}"
    for status in kind:
        following = s.TRANSITIONS[kind][status]
        for to in (one for one in kind if one in following):
            yield f"{status} --> {to}{_why(status, to)}"
        if not following:
            yield f"{status} --> [*]"


def _why(status: StrEnum, to: StrEnum) -> str:
    if isinstance(status, s.BetalingStatus) and isinstance(to, s.BetalingStatus):
        if status is s.BetalingStatus.AANGEMAAKT and to is s.BetalingStatus.BETAALD:
            return ": alleen aan de balie"
        if s.is_correction(status, to):
            return ": correctie, de PSP meldt betaald"
    return ""


def _row(kind: Kind, status: StrEnum) -> str:
    following = s.TRANSITIONS[kind.statuses][status]
    after = ", ".join(one for one in kind.statuses if one in following) or "–"
    age = s.MAX_AGE.get(kind.statuses, {}).get(status)
    return f"| {status} | {kind.meanings[status.value]} | {after} | {_age(age)} |"


def _age(age: timedelta | None) -> str:
    if age is None:
        return "–"
    return f"{age.days} dagen" if age.days > 1 else f"{age // timedelta(hours=1)} uur"


def _uitval() -> Iterator[str]:
    yield "## Soorten uitval\n"
    yield "Zolang uitval die de levering tegenhoudt open staat op een betaalopdracht, is Leverbaar nee."
    yield "Moeite met een boeking, een bericht, een instelling of een afrekening houdt de levering niet tegen: de burger heeft betaald.\n"
    yield "| soort | wat er is | voorstel | keuzes | houdt levering tegen |"
    yield "|---|---|---|---|---|"
    for soort, rule in UITVAL.items():
        blocks = "ja" if rule.blocks_leverbaar else "nee"
        yield f"| {soort} | {rule.omschrijving} | {rule.voorstel} | {', '.join(rule.oplossingen)} | {blocks} |"
    yield ""


if __name__ == "__main__":
    sys.stdout.write(markdown())
