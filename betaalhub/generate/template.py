"""A picture of one story, made ready to be copied: every cell is a constant, or a place in the values that a copy draws."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import Table

from betaalhub.domain.boeking import boekdatum
from betaalhub.generate.marks import MARKER, PATTERN
from betaalhub.storage.database_fill import CellFormat

Getter = Callable[[Sequence[Any]], Any]
Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """The values of a copy stand in this order: constants, numbers of rows, what `plan` draws, texts around drawn values."""

    kind: str
    constants: tuple[Any, ...]
    numbered: tuple[tuple[str, int], ...]  # how many numbers it needs per table
    plan: tuple[Key, ...]  # what is drawn: a kind, and what tells two of a kind apart
    texts: tuple[tuple[str, Getter], ...]  # texts with drawn values in their midst
    rows: tuple[tuple[str, tuple[Getter, ...]], ...]  # per table
    opdrachten: int


@dataclass(slots=True)
class _Layout:
    """Gives every different value its place."""

    fmt: CellFormat
    began: datetime
    constants: dict[Any, int] = field(default_factory=dict)
    ids: dict[tuple[str, int], int] = field(default_factory=dict)
    drawn: dict[Key, int] = field(default_factory=dict)
    texts: dict[str, tuple[str, tuple[tuple[str, object], ...]]] = field(default_factory=dict)

    def constant(self, value: Any) -> tuple[str, object]:
        self.constants.setdefault((type(value), value), len(self.constants))
        return "constant", (type(value), value)

    def draw(self, key: Key) -> tuple[str, object]:
        self.drawn.setdefault(key, len(self.drawn))
        return "drawn", key


def make_template(
    kind: str, rows: Mapping[Table, Sequence[Mapping[str, Any]]], *, began: datetime, fmt: CellFormat
) -> Template:
    """Make these rows of the scratch register ready; `began` (UTC) is the story's first moment."""
    layout = _Layout(fmt, began)
    for table, found in rows.items():
        for row in found:
            if "id" in table.c:
                layout.ids[table.name, row["id"]] = len(layout.ids)
    known = {row_id: place for (_, row_id), place in layout.ids.items()}
    cells = [
        (table, [[_cell(layout, known, table, row, column.name) for column in table.columns] for row in found])
        for table, found in rows.items()
    ]
    first_id = len(layout.constants)
    first_drawn = first_id + len(layout.ids)
    first_text = first_drawn + len(layout.drawn)
    places = {text: first_text + place for place, text in enumerate(layout.texts)}

    def place(cell: tuple[str, Any]) -> int:
        what, key = cell
        if what == "constant":
            return layout.constants[key]
        if what == "id":
            return first_id + int(key)
        return first_drawn + layout.drawn[key] if what == "drawn" else places[key]

    counted = Counter(name for name, _ in layout.ids)
    return Template(
        kind=kind,
        constants=tuple(value for _, value in layout.constants),
        numbered=tuple(counted.items()),
        plan=tuple(layout.drawn),
        texts=tuple((form, _getter([place(cell) for cell in parts])) for form, parts in layout.texts.values()),
        rows=tuple(
            (table.name, tuple(itemgetter(*[place(cell) for cell in row]) for row in found))
            for table, found in cells
            if found
        ),
        opdrachten=len(rows[next(table for table in rows if table.name == "betaalopdracht")]),
    )


def _getter(places: list[int]) -> Getter:
    """Always a tuple, also of one."""
    if len(places) == 1:
        (only,) = places
        return lambda values: (values[only],)
    return itemgetter(*places)


def _cell(
    layout: _Layout, known: Mapping[int, int], table: Table, row: Mapping[str, Any], name: str
) -> tuple[str, object]:
    """What one cell holds."""
    value, at = row[name], (table.name, name)
    if value is None:
        return layout.constant(layout.fmt.null)
    if at == ("betaalopdracht", "inhoud_hash"):
        return layout.constant(layout.fmt.text(MARKER))
    if at == ("wijziging", "nummer"):
        return layout.draw(("feed", row["zender_id"], row["betaalopdracht_id"], row["versie"]))
    if isinstance(value, datetime):
        waits = at == ("outbox", "due_at") and row["state"] == "R"
        return layout.draw(("due" if waits else "moment", value - layout.began))
    if isinstance(value, date):
        return layout.draw(_day(layout, row, value))
    if isinstance(value, str):
        return _text(layout, known, value)
    if isinstance(value, int) and value in known:
        return "id", known[value]
    return layout.constant(layout.fmt.number(int(value)))


def _day(layout: _Layout, row: Mapping[str, Any], value: date) -> Key:
    """A date follows the moment at which its row was made, as the town hall's calendar has it."""
    made: datetime = row["aangemaakt_op"]
    return "day", made - layout.began, (value - boekdatum(made)).days


def _text(layout: _Layout, known: Mapping[int, int], value: str) -> tuple[str, object]:
    """A text: as it is, one drawn value, or a form in which drawn values stand."""
    parts: list[tuple[str, object]] = []
    form, end = "", 0
    for found in PATTERN.finditer(value):
        drawn = _drawn(layout, known, found.lastgroup or "", found[0])
        if drawn is not None:
            form += layout.fmt.text(value[end : found.start()]).replace("%", "%%") + "%s"
            parts.append(drawn)
            end = found.end()
    if not parts:
        return layout.constant(layout.fmt.text(value))
    form += layout.fmt.text(value[end:]).replace("%", "%%")
    if form == "%s" and parts[0][0] == "drawn":
        return parts[0]
    layout.texts.setdefault(value, (form, tuple(parts)))
    return "text", value


def _drawn(layout: _Layout, known: Mapping[int, int], kind: str, found: str) -> tuple[str, object] | None:
    if kind == "id":
        return ("id", known[int(found)]) if int(found) in known else None
    if kind == "moment":
        return layout.draw(("iso", datetime.fromisoformat(found) - layout.began.astimezone(UTC)))
    return layout.draw((kind, found))
