"""How amounts, times and lists look on the screen of an administrator."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from betaalhub.domain.bedrag import in_euro as in_euro
from betaalhub.domain.kenmerk import format_kenmerk, is_kenmerk

_AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def in_local_time(moment: datetime) -> str:
    """A moment on the clock of the town hall."""
    return moment.astimezone(_AMSTERDAM).strftime("%d-%m-%Y %H:%M:%S")


def in_fours(kenmerk: str | None) -> str:
    """A kenmerk with its spaces; anything else as it is; a dash for nothing."""
    return format_kenmerk(kenmerk) if kenmerk and is_kenmerk(kenmerk) else kenmerk or "-"


def told_difference(difference: timedelta) -> str:
    """So many seconds ahead of or behind something that follows, in Dutch."""
    seconds = abs(difference.total_seconds())
    return f"loopt {seconds:.0f} seconden {'voor' if difference > timedelta() else 'achter'} op"


def columns(rows: Iterable[Sequence[str]], *, indent: str = "", right: Sequence[int] = ()) -> str:
    """Rows under each other, each column as wide as its widest cell; `right` names the columns that align right."""
    table = [tuple(row) for row in rows]
    if not table:
        return ""
    widths = [max(len(row[place]) for row in table) for place in range(len(table[0]))]

    def cell(place: int, text: str) -> str:
        return text.rjust(widths[place]) if place in right else text.ljust(widths[place])

    return "\n".join(indent + "  ".join(cell(*pair) for pair in enumerate(row)).rstrip() for row in table)
