"""Judges what a client printed: which of the things asked of it went well, and what it could not give with its type."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tests.builders import ESB
from tests.interop.hub import PRODUCT_NAAM, ZENDER_NAAM

KINDS = {"text", "bool", "int", "time"}
MANNERS = {"typed": "typed", "tree": "untyped object", "xml": "XML"}
TEXT = "Café & terras, deel 1"  # what every client sends as Omschrijving, and the betaalpagina must show

# What the contract makes more than text; a client that gives it as text is told so in the table.
TYPES = {
    "RegisterBereikbaar": "bool",
    "Tijdstip": "time",
    "Versie": "int",
    "Leverbaar": "bool",
    "TotaalInCenten": "int",
    "BedragInCenten": "int",
    "Betaald": "bool",
    "Herhaalbaar": "bool",
    "Regel": "int",
    "GeldigVan": "time",
    "Volgende": "int",
    "Compleet": "bool",
}
_KENMERK = "[1-9][0-9]{11}"
_REFUSAL = "TOTAAL_ONJUIST,PRODUCT_ONBEKEND,REGELNUMMER_DUBBEL,PRODUCT_ONBEKEND,TERUGKEERURL_NIET_TOEGESTAAN"

# Per column of the table the steps it stands for, and per step what must have been read: a pattern per name.
COLUMNS = {
    "Controleer": ("controleer",),
    "1 regel": ("start-1",),
    "same again": ("again",),
    "50 regels": ("start-50",),
    "query": ("query",),
    "list": ("products",),
    "feed": ("feed",),
    "fault": ("refusal", "contract"),
}
EXPECTED = {
    "controleer": {
        "Aansluiting": ESB,
        "ZenderNaam": re.escape(ZENDER_NAAM),
        "RegisterBereikbaar": "true",
        "Tijdstip": r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d.*",
    },
    "start-1": {"Betaalkenmerk": _KENMERK, "BetaalUrl": "http://.+", "Status": "OPEN", "Versie": "1"},
    "again": {"Betaalkenmerk": _KENMERK, "BetaalUrl": "http://.+", "Status": "OPEN", "Versie": "1"},
    "start-50": {"Betaalkenmerk": _KENMERK},
    "query": {
        "Betaalkenmerk": _KENMERK,
        "Status": "OPEN",
        "Leverbaar": "false",
        "TotaalInCenten": "422500",
        "Regels": "50",
        "BedragInCenten": "8450",
        "Betaald": "false",
    },
    "products": {"Codes": "EVENEMENT,OMGEVING", "Omschrijving": re.escape(PRODUCT_NAAM), "GeldigVan": "2020-01-01.*"},
    "feed": {"Betaalkenmerk": _KENMERK, "Volgende": "[1-9][0-9]*", "Compleet": "true"},
    "refusal": {
        "Detail": "|".join(MANNERS),
        "Code": "TOTAAL_ONJUIST",
        "Plek": "client",
        "Herhaalbaar": "false",
        "Bevindingen": _REFUSAL,
    },
    "contract": {
        "Code": "ONGELDIG_BERICHT",
        "Element": re.escape("/StartBetaling/Productregel[2]/Aantal"),
        "Facet": "minInclusive",
        "Regel": "[1-9][0-9]*",
    },
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a client: in this step it read this value under this name, and in its own language it had this kind."""

    step: str
    name: str
    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Per column "" or what is wrong; how the fault arrived; what arrived as text; the client's version."""

    wrong: dict[str, str]
    manner: str
    as_text: tuple[str, ...]
    version: str

    @property
    def good(self) -> bool:
        return not any(self.wrong.values())


def facts(out: str) -> list[Fact]:
    """The lines of a client; what is no line of ours (a warning of a library, say) is passed over."""
    split = (line.rstrip("\r").split("\t") for line in out.splitlines())
    return [Fact(*parts) for parts in split if len(parts) == 4 and parts[2] in KINDS]


def judge(found: Iterable[Fact], page_of: Callable[[str], str]) -> Verdict:
    """Judge the lines of one run; `page_of` gives the text of the betaalpagina at an address."""
    known = {(fact.step, fact.name): fact for fact in found}
    wrong = {
        column: next(filter(None, (_wrong(step, known) for step in steps)), "") for column, steps in COLUMNS.items()
    }
    first, again, fifty = (known.get((step, "Betaalkenmerk")) for step in ("start-1", "again", "start-50"))
    url = known.get(("start-1", "BetaalUrl"))
    if not wrong["1 regel"] and url and TEXT not in page_of(url.value):
        wrong["1 regel"] = "the betaalpagina does not show the text that was sent"
    if not wrong["same again"] and first and again and first.value != again.value:
        wrong["same again"] = "the same message got another Betaalkenmerk"
    for step in ("query", "feed"):  # the feed ends with what was started last
        asked = known.get((step, "Betaalkenmerk"))
        if not wrong[step] and fifty and asked and fifty.value != asked.value:
            wrong[step] = f"{step}: the answer is about another Betaalkenmerk"
    detail, end = known.get(("refusal", "Detail")), [fact for fact in known.values() if fact.step == "end"]
    as_text = dict.fromkeys(fact.name for fact in known.values() if fact.name in TYPES and fact.kind == "text")
    return Verdict(wrong, detail.value if detail else "", tuple(as_text), end[0].value if end else "")


def _wrong(step: str, known: dict[tuple[str, str], Fact]) -> str:
    """What is wrong in a step, or ""; a kind that is neither the contract's nor text is wrong too."""
    for name, pattern in EXPECTED[step].items():
        fact = known.get((step, name))
        if fact is None:
            return f"{step}: no {name}"
        if not re.fullmatch(pattern, fact.value):
            return f"{step}: {name} is not what it should be"
        if name in TYPES and fact.kind not in {"text", TYPES[name]}:
            return f"{step}: {name} is {fact.kind}, not {TYPES[name]}"
    return ""
