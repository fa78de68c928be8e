"""The stage: a town in which every page in every state can be shown to a browser, in every theme.

A scene brings the town into a state and says which page shows it. `SCENES` is the list; `test_toneel.py` proves that no
member of a closed table is without one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from betaalhub.app import make_application
from betaalhub.flows.paginastatus import Paginastatus
from betaalhub.settings import Settings
from tests.browser.kijker import Kijker
from tests.builders import regel
from tests.journeys.stad import Opdracht, Stad

Opens = Callable[[Kijker, str], object]
NAMES = {
    "EVENEMENT": "Evenementenvergunning straatfeest",
    "OMGEVING": "Omgevingsvergunning dakkapel",
    "UITTREKSEL": "Uittreksel basisregistratie personen",
    "PARKEREN": "Parkeervergunning bewoner",
    "AFVALPAS": "Vervangende afvalpas",
}


@dataclass(frozen=True, slots=True)
class Thema:
    """A theme to look at the pages in, with the settings that choose it."""

    name: str
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scene:
    """One page in one state.

    `bring` does to the town what must have happened and gives the path of the page, with `{taal}` for the language; it runs
    once, or `anew` for every look. `open` brings a browser from that path to the page. `shows`: members of closed tables.
    """

    name: str
    bring: Callable[[Stad], str]
    shows: frozenset[object]
    status: int
    open: Opens
    anew: bool

    @property
    def states(self) -> frozenset[object]:
        """The page state in which it says the winkelmandje is; empty when that does not matter."""
        return frozenset(one for one in self.shows if isinstance(one, Paginastatus))


SCENES: dict[str, Scene] = {}


def scene(
    name: str, *shows: object, status: int = 200, open: Opens = Kijker.opens, anew: bool = False
) -> Callable[[Callable[[Stad], str]], Callable[[Stad], str]]:
    """Put a scene on the list."""

    def put(bring: Callable[[Stad], str]) -> Callable[[Stad], str]:
        assert name not in SCENES, f"two scenes are called {name}"
        SCENES[name] = Scene(name, bring, frozenset(shows), status, open, anew)
        return bring

    return put


def serves(stad: Stad, thema: Thema) -> None:
    """From now on the pages of the town are in this theme."""
    stad.near.application = make_application(Settings.from_env({**stad.env, **thema.settings}), stad.hub)


def path_of(opdracht: Opdracht, page: str = "") -> str:
    """The path of a page of the winkelmandje of this betaalopdracht, in any language."""
    token = opdracht.url.rsplit("/", 1)[1]
    return f"/{{taal}}/winkelmandje/{token}{page and '/'}{page}"


def themas(folder: Path | None) -> list[Thema]:
    """The themes to look at: ours, and every one in the folder."""
    found = [Thema("betaalhub")]
    for one in sorted(folder.iterdir()) if folder else ():
        if (one / "theme.css").exists():
            found.append(Thema(one.name, {"BETAALHUB_THEMES": str(folder), "BETAALHUB_THEME": one.name}))
    return found


def nummer_in(said: str) -> str:
    """The number of the terugbetaling that the administrator reads."""
    found = re.search(r"[Tt]erugbetaling ([0-9A-F]{26})", said)
    assert found, said
    return found[1]


def offers(stad: Stad, *codes: str, **more: Any) -> Opdracht:
    """A product system offers one of each product, called as a town would call it."""
    lines = [regel(code, nummer=n, Omschrijving=NAMES[code]) for n, code in enumerate(codes or ("EVENEMENT",), 1)]
    return stad.offers(*codes, **{"Productregel": lines, **more})


def paid(stad: Stad, *codes: str, methode: str = "IDEAL", **more: Any) -> Opdracht:
    """A betaalopdracht that she paid, with everything done that follows."""
    opdracht = offers(stad, *codes, **more)
    stad.burger(opdracht).pays(methode=methode)
    stad.work()
    return opdracht


def together(stad: Stad) -> tuple[Opdracht, Opdracht]:
    """Two product systems in one winkelmandje."""
    first, second = offers(stad), offers(stad, "UITTREKSEL")
    stad.burger(first).adds(second.betaalkenmerk, "15,80")
    return first, second


def gets_back(stad: Stad, opdracht: Opdracht, *regels: str) -> None:
    """Money goes back, approved by a second person, and arrives."""
    options = [text for one in regels for text in ("--regel", one)]
    said = stad.administrator(
        "terugbetaling", "vraag-aan", opdracht.betaalkenmerk, *options, "--reden", "Te veel", "--door", "J. Jansen"
    )
    stad.administrator("terugbetaling", "keur-goed", nummer_in(said), "--door", "P. Prins")
    stad.passes(minutes=10)
