"""The table in docs/interop.md: written by the run, and read again to see whether something got worse."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tests.interop.judge import COLUMNS, MANNERS

HEAD = ("client", "version", "SOAP", *COLUMNS, "remarks")
YES, NO, NOT_RUN = "yes", "**no**", "–"

_INTRO = """\
# Foreign SOAP clients

<!-- Written by `make interop`; change tests/interop, not this page. -->

What other people's SOAP clients make of the hub, each started from the WSDL that the running hub serves and from nothing else: once from `?wsdl`, with its
separate schemas, and once from `?singleWsdl`. Each sends its name and secret by HTTP Basic through its own means, and texts with `&` and `é`. How it works, and
how to add a client: [tests/interop](../tests/interop/README.md).

* **Controleer**: the connection, read with the names that the register knows.
* **1 regel**, **50 regels**: StartBetaling; the betaalpagina shows the text that was sent. **same again**: the same message gets the same answer.
* **query**: VraagBetaalstatus of the 50 productregels. **list**: VraagProducten. **feed**: VraagWijzigingen, up to that betaalopdracht.
* **fault**: a BetaalhubFout with five bevindingen, and one with the element, the facet and the line; *typed* as an object of the contract's types, as an
  *untyped object*, or as *XML*.
* An obligatory client must pass in CI; its name is in bold.

"""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: a client with one version of SOAP, over both forms of the WSDL."""

    title: str
    obligatory: bool
    soap: str
    version: str
    cells: dict[str, str]  # per column: "" for good, else what is wrong
    manner: str
    remarks: tuple[str, ...]
    skipped: str = ""

    @property
    def key(self) -> str:
        return f"{self.title}, SOAP {self.soap}"

    @property
    def failed(self) -> bool:
        return any(self.cells.values())

    def texts(self) -> list[str]:
        """The cells as they stand on the page."""
        name = f"**{self.title}**" if self.obligatory else self.title
        if self.skipped:
            return [name, NOT_RUN, self.soap, *(NOT_RUN for _ in COLUMNS), f"skipped: {self.skipped}"]
        cells = {column: NO if self.cells[column] else YES for column in COLUMNS}
        if not self.cells["fault"]:
            cells["fault"] = f"{YES}, {MANNERS[self.manner]}"
        wrong = dict.fromkeys(text for text in self.cells.values() if text)
        return [name, self.version, self.soap, *cells.values(), "; ".join([*wrong, *self.remarks])]


def render(rows: Iterable[Row], on: date) -> str:
    """The whole page."""
    lines = [HEAD, ["---"] * len(HEAD), *(row.texts() for row in rows)]
    table = "".join(f"| {' | '.join(text.replace('|', '¦') for text in line)} |\n" for line in lines)
    return f"{_INTRO}{table}\nRun on {on.isoformat()}.\n"


def worse(rows: Iterable[Row], page: str) -> list[str]:
    """What the page says went well and does not now: `client, SOAP version: column`."""
    then = {
        (cells[0].strip("*"), cells[2]): cells for cells in map(_cells, page.splitlines()) if len(cells) == len(HEAD)
    }
    found = []
    for row in rows:
        before, now = then.get((row.title, row.soap)), row.texts()
        for place, column in enumerate(HEAD):
            if before and column in COLUMNS and before[place].startswith(YES) and not now[place].startswith(YES):
                found.append(f"{row.key}: {column}")
    return found


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]
