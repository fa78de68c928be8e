"""Which colours stand on which on our pages, and how much they must differ: the one list, by tokens of static/betaalhub.css.

Who gives a page a new pair of colours, adds it here. `TEXT` and `PART` are what WCAG 2.2 AA asks of text (1.4.3) and of the
edge of what one operates, and the ring of the focus (1.4.11).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

TEXT, PART = 4.5, 3.0


@dataclass(frozen=True, slots=True)
class Pair:
    """`front` stands on `behind`; both name tokens, the first of which that is set counts. `what`: in Dutch, for a person."""

    what: str
    front: tuple[str, ...]
    behind: tuple[str, ...]
    ratio: float


PAPER, PLANE = ("--bh-papier",), ("--bh-vlak",)
_STATES = ("", "hover-", "active-", "focus-")
_STATE_NAMES = {"": "", "hover-": ", aangewezen", "active-": ", ingedrukt", "focus-": ", met focus"}
_TONES = {"info": "rustige", "ok": "groene", "warning": "gele", "error": "rode"}


def _page() -> Iterator[Pair]:
    yield Pair("tekst op de pagina", ("--utrecht-document-color", "--bh-inkt"), PAPER, TEXT)
    yield Pair("tekst op de pagina (inkt)", ("--bh-inkt",), PAPER, TEXT)
    yield Pair("koppen", ("--utrecht-heading-color", "--bh-inkt"), PAPER, TEXT)
    yield Pair("zachte tekst op de pagina", ("--bh-zacht",), PAPER, TEXT)
    yield Pair("tekst in een vlak", ("--bh-inkt",), PLANE, TEXT)
    yield Pair("zachte tekst in een vlak", ("--bh-zacht",), PLANE, TEXT)
    yield Pair("kopjes van een tabel", ("--utrecht-table-header-color", "--bh-zacht"), PAPER, TEXT)
    yield Pair("namen van gegevens", ("--utrecht-data-list-item-key-color", "--bh-zacht"), PAPER, TEXT)
    header = ("--utrecht-page-header-background-color",)
    yield Pair("naam van de gemeente", ("--utrecht-page-header-color",), header, TEXT)
    yield Pair("link boven aan de pagina", ("--utrecht-link-color",), header, TEXT)
    yield Pair(
        "tekst onder aan de pagina", ("--utrecht-page-footer-color",), ("--utrecht-page-footer-background-color",), TEXT
    )
    for state in ("", "visited-", "hover-", "active-", "focus-"):
        name = "link op de pagina" + {"visited-": ", bezocht", **_STATE_NAMES}[state]
        yield Pair(name, (f"--utrecht-link-{state}color", "--utrecht-link-color"), PAPER, TEXT)
    yield Pair("link naar de inhoud", ("--utrecht-skip-link-color",), ("--utrecht-skip-link-background-color",), TEXT)


def _buttons() -> Iterator[Pair]:
    for kind, name in (("primary-action", "hoofdknop"), ("secondary-action", "stille knop")):
        own = f"--utrecht-button-{kind}-"
        for state in _STATES:
            front = (f"{own}{state}color", f"{own}color")
            behind = (f"{own}{state}background-color", f"{own}background-color")
            yield Pair(f"{name}{_STATE_NAMES[state]}", front, behind, TEXT)
    edge = ("--utrecht-button-secondary-action-border-color",)
    yield Pair("rand van de stille knop", edge, PAPER, PART)


def _panels() -> Iterator[Pair]:
    for tone, name in _TONES.items():
        behind = (f"--utrecht-alert-{tone}-background-color",)
        yield Pair(f"tekst in het {name} paneel", (f"--utrecht-alert-{tone}-color",), behind, TEXT)
        yield Pair(f"kop in het {name} paneel", ("--utrecht-heading-color", "--bh-inkt"), behind, TEXT)
        yield Pair(f"ring van de focus in het {name} paneel", ("--bh-focus",), behind, PART)
    for own, name in (("goed", "groene"), ("wacht", "gele"), ("fout", "rode"), ("rust", "rustige")):
        yield Pair(f"inkt in het {name} paneel", ("--bh-inkt",), (f"--bh-{own}-vlak",), TEXT)


def _forms() -> Iterator[Pair]:
    yield Pair("tekst van een fout", ("--utrecht-form-field-error-message-color", "--bh-fout"), PAPER, TEXT)
    yield Pair("tekst van een fout (fout)", ("--bh-fout",), PAPER, TEXT)
    yield Pair("uitleg bij een veld", ("--utrecht-form-field-description-color", "--bh-zacht"), PAPER, TEXT)
    field = ("--utrecht-textbox-background-color", "--utrecht-form-control-background-color")
    yield Pair("tekst in een veld", ("--utrecht-textbox-color", "--utrecht-form-control-color"), field, TEXT)
    edge = ("--utrecht-textbox-border-color", "--utrecht-form-control-border-color")
    wrong = ("--utrecht-textbox-invalid-border-color", "--utrecht-form-control-invalid-border-color")
    yield Pair("rand van een veld", edge, PAPER, PART)
    yield Pair("rand van een veld met een fout", wrong, PAPER, PART)
    yield Pair("rand van een betaalmethode", ("--bh-lijn",), PAPER, PART)
    yield Pair("rand van de gekozen betaalmethode", ("--bh-accent",), PLANE, PART)
    dot = ("--utrecht-radio-button-background-color",)
    yield Pair("rand van een keuzerondje", ("--utrecht-radio-button-border-color",), dot, PART)
    chosen = ("--utrecht-radio-button-checked-background-color",)
    yield Pair("gekozen keuzerondje", ("--utrecht-radio-button-checked-color",), chosen, PART)
    yield Pair("ring van de focus op de pagina", ("--bh-focus",), PAPER, PART)
    yield Pair("ring van de focus in een vlak", ("--bh-focus",), PLANE, PART)


PAIRS = (*_page(), *_buttons(), *_panels(), *_forms())
